"""Take the atlas away, and see what it is made of."""

from functools import partial

import streamlit as st

from analysis.companies import totals
from analysis.counting import total
from analysis.selection import Selection, described
from analysis.views.dictionary import dictionary
from analysis.views.view import Choice
from analysis.words import plural
from atlas_data.dictionary import markdown
from atlas_data.formats import FORMATS, write_atlas
from atlas_data.limits import MAX_CELL, MAX_WORKFLOWS
from pages.parts import state
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.documents import citation, document
from pages.parts.downloads import file_buttons, table
from pages.parts.elsewhere import all_workflows
from pages.parts.files import file_button
from pages.parts.filter import escaped

atlas, selection = context()
cite = citation()

st.title("The data", anchor=False)
if state.packaged():
    st.caption(f"Release {cite['version']} of {cite['date-released']:%d %B %Y}")
else:
    st.caption(f"Atlas “{escaped(atlas.name)}”. Release, licence and changelog below are those of the packaged atlas.")
with st.grid(4, min_column_width=140):
    for label, count in {
        "Workflows": len(atlas),
        "Facets": len(atlas.facets),
        "Terms": sum(len(atlas.facet(name).terms) for name in atlas.facets),
        "Lines of evidence": totals(atlas)["lines"],
    }.items():
        st.metric(label, f"{count:,}", border=True)

st.header("Take it away", anchor=False)
scope = control(Choice("scope", "Workflows", {"all": "Whole atlas", "selection": "Current selection"}, switch=True))
about = selection if scope == "selection" else Selection()
n = total(atlas, about)
filtered = described(atlas, selection) if scope == "selection" else ""
st.caption(escaped(plural(n, "workflow") + (f", {filtered}" if filtered else "")))
if n > MAX_WORKFLOWS:
    everything = f" [All {n:,} as CSV]({all_workflows(atlas, about)}) has a line a workflow." if state.own() is None else ""
    st.info(f"Files hold up to {MAX_WORKFLOWS:,} workflows. Narrow the filter, or take the file that this atlas was read from.{everything}",
            title="Too many for one file", icon=":material/info:")  # fmt: skip
elif n:
    ids = about.ids(atlas)
    for whole, what in (
        (True, "With the vocabulary: each can be brought back whole"),
        (False, f"Without the vocabulary; a cell holds {MAX_CELL:,} characters at most"),
    ):
        st.markdown(what)
        with st.container(horizontal=True):
            for format in (each for each in FORMATS.values() if each.whole == whole):
                file_button(
                    f"{format.title} ({format.ending})", partial(write_atlas, atlas, format.name, ids),
                    file_name=f"atlas{'-selection' if n < len(atlas) else ''}{format.ending}", key=f"atlas-{format.name}",
                )  # fmt: skip
else:
    st.info("No workflow meets all of these conditions.", icon=":material/filter_alt_off:")

st.header("What each column holds", anchor=False)
columns = dictionary()
table(columns, height=430, alt="Data dictionary: every column of every table")
file_buttons(columns, name="dictionary")
file_button("Data dictionary (Markdown)", markdown, file_name="data-dictionary.md", key="document-data-dictionary.md")

st.header("Licence and citation", anchor=False)
authors = ", ".join(author["name"] for author in cite["authors"])
st.markdown("The text of the atlas is under Creative Commons Attribution 4.0 (CC BY 4.0), the code under the MIT licence. Cite it as:")
st.markdown(f"> {authors} ({cite['date-released']:%Y}). {cite['title']}, release {cite['version']}. {cite['license']}.")
with st.container(horizontal=True):
    file_button("Citation (CFF)", partial(document, "CITATION.cff"), file_name="CITATION.cff", key="document-CITATION.cff")
    file_button("Licence", partial(document, "LICENSE"), file_name="LICENSE.txt", key="document-LICENSE.txt")

st.header("What changed", anchor=False)
changelog = document("docs/changelog.md")
with st.expander("Changelog of the data", icon=":material/history:"):
    st.markdown(changelog.partition("\n")[2].replace("## ", "#### "))
file_button("Changelog (Markdown)", partial(document, "docs/changelog.md"), file_name="changelog.md", key="document-changelog.md")
