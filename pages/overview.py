"""What does the atlas say today?"""

import streamlit as st

from analysis import findings
from analysis.views import overview as views
from analysis.views.convergence import EXPECTED, maturity
from pages.parts.cards import Card, cards
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer
from pages.parts.going import PART
from pages.parts.navigation import PAGES

atlas, selection = context()
figures = views.layers(atlas, selection).more["figures"]

st.title("Where AI runs in production", anchor=False)
st.markdown(
    "The thesis to test: every useful AI workflow eventually becomes a backend workflow, and the same few control layers "
    "keep coming back. Filter in the sidebar, click any mark to see the workflows behind it."
)
with st.grid(len(figures), min_column_width=150):
    for label, value in figures.items():
        st.metric(label, f"{value:,}", border=True)

st.header("Where to start", anchor=False)
doors = {
    "Investor": ("See where demand and requirements converge, and what holds up statistically.", "convergence", "Open convergence"),
    "Analyst": ("Cut any facet against any other, order and test the cells, take the numbers away.", "matrices", "Open matrices"),
    "Seller": ("Tell a prospect the story of their segment, and how far a platform carries it.", "story", "Open the story"),
    "Platform team": ("Decide which control to build next, with proof that it is the best choice.", "build_order", "Open the build order"),
}
cards([Card(who, page, label=label, text=what) for who, (what, page, label) in doors.items()], key="doors", columns=4, least=200)

st.header("What it says", anchor=False)
said = [
    Card(finding.claim, finding.page, finding.query, label=f"Go to {PAGES[finding.page][0].lower()}", text=finding.detail)
    for finding in findings.overview(atlas, selection)
]
cards(said, key="findings", least=260)
verdict = maturity(atlas, selection)
with st.container():  # or the charts below would be drawn anew when it comes or goes
    if verdict.answered:
        text = f"{EXPECTED} {verdict.more['said']}"
        thesis = Card(f"The thesis, tested. {verdict.title}", "convergence", f"{PART}=maturity", label="See the test", text=text)
        cards([thesis], key="verdict", columns=1)

st.header("The same layers, in every category?", anchor=False)
chart(views.layers)
chart(views.layers_by_category)

drawer(atlas, selection)
