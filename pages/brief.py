"""A brief about the selection, or about a prospect's list: on screen, as slides, a page and data."""

from functools import partial

import numpy as np
import streamlit as st

from analysis.brief import brief as made
from analysis.selection import bits_of
from analysis.views.decide import FULL, PARTIAL
from analysis.words import plural
from pages.parts.briefing import LIST, PASTED, UNKNOWN, add_pasted, brief_files, section_table
from pages.parts.context import context
from pages.parts.controls import control, typed, workflows_in
from pages.parts.demo import LONGEST, PLATFORM, PROSPECT
from pages.parts.elsewhere import root_for_others
from pages.parts.filter import escaped
from pages.parts.navigation import demonstrating
from pages.parts.state import code

atlas, selection = context()
st.title("Brief", anchor=False)
# A demo has its own field for the name.
if demonstrating():
    prospect = st.session_state.get(PROSPECT) or ""
else:
    prospect = typed("for", "For", LONGEST, placeholder="Name of a prospect, goes on the title")
listed, have, partly = [], (), ()
in_use = any(name in st.query_params for name in (*PLATFORM, LIST))
if in_use and not demonstrating():
    st.session_state.setdefault("brief-about", True)
panel = st.expander("Platform and workflows", key="brief-about", icon=":material/tune:", on_change="rerun")
# Hundreds of titles, which need not be sent as long as nobody looks. Once they are there they stay, with what is being pasted.
if panel.open or in_use or PASTED in st.session_state:
    with panel, st.grid(2, min_column_width=280, vertical_alignment="bottom"):
        if "control" in atlas.facets:
            have, partly = control(FULL), control(PARTIAL)
        listed = workflows_in(LIST, "Only these workflows", placeholder="All that the filter selects")
        with st.popover("Paste a list of workflows", icon=":material/content_paste:"), st.form("paste", border=False, clear_on_submit=True):
            st.text_area("Titles, one a line, or ids", key=PASTED, max_chars=60_000)
            st.form_submit_button("Add to the list", on_click=add_pasted, args=(atlas,))
for words in st.session_state.pop(UNKNOWN, [])[:5]:
    st.warning(f"The atlas has no workflow {code(words)}; it was left out.")

at = np.sort(atlas.places(listed))
inside = list(atlas.workflows.index[at[bits_of(atlas, selection)[at]]])
if listed and not inside:
    st.info("The filter leaves none of the workflows on the list. Loosen the filter or change the list.", title="Nothing to brief on")
    st.stop()
if left := len(listed) - len(inside):
    st.caption(f"{plural(left, 'workflow')} of the list {'is' if left == 1 else 'are'} outside the filter and left out.")
about = selection.only(inside) if listed else selection
make = partial(made, atlas, about, prospect=prospect, have=have, partial=partly, address=root_for_others())
brief = make()

brief_files(make, brief.title)

st.header(escaped(brief.title), anchor=False)
st.caption(escaped(f"{brief.scope}. {brief.source}. {brief.basis}"))
for section in brief.sections:
    first, *others = (escaped(sentence) for sentence in section.sentences)
    note = f"\n\n:small[:gray[{escaped(section.note)}]]" if section.note else ""
    # In one element with its heading: the server is done with the page in a tenth less than with two.
    st.markdown("\n".join([f"### {escaped(section.heading)}\n\n**{first}**\n", *(f"- {sentence}" for sentence in others)]) + note)
    if not section.empty:
        section_table(section, brief.n)
