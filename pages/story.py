"""Where AI in production converges, told step by step."""

import streamlit as st

from analysis.counting import total
from analysis.story import LEAST, STEPS, headline, long_enough
from analysis.views import VIEWS, decide
from analysis.views.query import of_view
from analysis.words import plural
from pages.parts import demo
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import control, refused
from pages.parts.drawer import drawer
from pages.parts.filter import escaped, loosen
from pages.parts.navigation import demonstrating

atlas, selection = context()
raw = st.query_params.get("step")
number = demo.STEP.read(atlas, raw or "0")
if number is None:
    refused(demo.STEP.label, raw, demo.STEP.refusal(atlas, raw), "; it ")

if not long_enough(atlas, selection):
    st.title(escaped(headline(selection)), anchor=False)
    n = total(atlas, selection)
    st.info(f"A story needs at least {LEAST} workflows, and there {'is' if n == 1 else 'are'} {n} here.", title="Too few for a story")
    if selection:
        loosen(atlas, selection)
elif not number:
    st.title(escaped(headline(selection)), anchor=False)
    st.markdown(
        f"{len(STEPS)} questions, each answered from {plural(total(atlas, selection), 'workflow')} as they stand today. "
        "Go on with the buttons or the arrow keys. The filter applies to every step."
    )
    if not demonstrating():
        with st.container(horizontal=True):
            demo.walk(atlas, selection, "story")
            demo.alone()
    st.markdown("\n".join(f"{i}. {step.question}" for i, step in enumerate(STEPS, start=1)))
    if not demonstrating():
        with st.expander("Set up a demo", icon=":material/co_present:"):
            st.markdown("Large type, no menus, the filter in use, and after the story how far a platform carries these workflows.")
            prospect = st.text_input(
                "Name of the prospect", key="demo-prospect", max_chars=demo.LONGEST, placeholder="Nobody named"
            ).strip()
            with st.grid(2, min_column_width=280):
                full, partial = control(decide.FULL), control(decide.PARTIAL)
            st.code(demo.link(atlas, selection, prospect, full, partial), language=None, wrap_lines=True)
            st.button("Start the demo", key="demo-start", type="primary", on_click=demo.start, args=(prospect,))
else:
    step = STEPS[number - 1]
    if demonstrating():
        st.title(step.question, anchor=False)
        st.caption(f"Step {number} of {len(STEPS)}")
    else:
        st.title(escaped(headline(selection)), anchor=False)
        with st.container(horizontal=True, vertical_alignment="center"):
            demo.walk(atlas, selection, "story")
            demo.alone()
            st.markdown(f"**{number} of {len(STEPS)}: {step.question}**", width="content")
    told = step.sentence(atlas, selection)
    if told:
        st.markdown(escaped(told))
    view = chart(VIEWS[step.view], **step.values(atlas, selection))
    if not demonstrating():
        asked = of_view(atlas, view.asked, VIEWS[step.view])  # Streamlit itself takes the filter along
        st.page_link(f"pages/{VIEWS[step.view].page}.py", label="Look closer", icon=":material/arrow_forward:", query_params=asked)
drawer(atlas, selection)
