"""Which views do I want to keep?"""

from functools import partial
from hashlib import sha256

import streamlit as st

from analysis.views import VIEWS
from analysis.views.query import decoded
from analysis.views.saved import LONGEST_NAME, SavedError, packed, to_file
from pages.parts.context import context
from pages.parts.elsewhere import root
from pages.parts.files import file_button
from pages.parts.filter import escaped
from pages.parts.going import to_page
from pages.parts.navigation import PAGES
from pages.parts.saved import filter_of, kept_views, load, move, read_address, remove, rename, report
from pages.parts.state import notice

atlas, _ = context()

try:
    read_address(atlas)
except SavedError as error:
    notice(f"The list in the address was not read. {escaped(' '.join(error.problems))}")

items = kept_views()
st.title("Saved views", anchor=False)
st.markdown(
    "“Save this view” below any chart adds it here with its filter. The list stays in this tab until you close it; "
    "nothing is stored on the server. To keep it, download it or keep its address."
)
if not items:
    st.info("Nothing is saved yet.", icon=":material/bookmark:")
for i, item in enumerate(items):
    page = VIEWS[item.view].page
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        of = sha256(f"{item.view}?{item.query}".encode()).hexdigest()[:16]  # what is pressed is meant for this view, wherever it stands
        key = f"saved-name-{item.name}-{of}"
        st.text_input(
            "Name", item.name, key=key, max_chars=LONGEST_NAME, width=380, label_visibility="collapsed", on_change=rename, args=(item, key)
        )
        st.caption(escaped(f"{PAGES[page][0]} · {filter_of(atlas, item)}"))
        if st.button("Reopen", key=f"saved-open-{of}", icon=":material/open_in_browser:"):
            to_page(page, decoded(item.query))
        first, last = i == 0, i == len(items) - 1
        st.button("", key=f"saved-up-{of}", icon=":material/arrow_upward:", help="Move up", disabled=first, on_click=move, args=(item, -1))
        st.button(
            "", key=f"saved-down-{of}", icon=":material/arrow_downward:", help="Move down", disabled=last, on_click=move, args=(item, 1)
        )
        st.button("", key=f"saved-remove-{of}", icon=":material/delete:", help="Remove from the list", on_click=remove, args=(item,))

if items:
    start = root()
    with st.container(horizontal=True):
        file_button(
            "Report (HTML)", partial(report, atlas, items, start), file_name="atlas-saved-views.html", key="saved-report",
            icon=":material/description:", help="Every view with its chart in one file that opens without a network",
        )  # fmt: skip
        file_button("List (JSON)", partial(to_file, items), file_name="atlas-saved-views.json", key="saved-json")
    st.caption("Address of this list:")
    st.code(f"{start}saved?list={packed(items)}", language=None, wrap_lines=True)

st.file_uploader("Add the views of a downloaded list", type="json", key="saved-file", max_upload_size=1, on_change=load, args=(atlas,))
problem, done = st.session_state.pop("saved-said", ("", ""))
if problem:
    st.error("The file was not read.", icon=":material/error:")
    st.code(problem, language=None, wrap_lines=True)
elif done:
    st.success(done)
