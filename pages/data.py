"""Take the atlas away, and see what it is made of."""

from pathlib import Path

import pandas as pd
import streamlit as st
import yaml

from analysis.companies import totals
from analysis.counting import total
from analysis.selection import Selection, described
from analysis.views.view import Choice, Column, View
from analysis.words import plural
from atlas_data.dictionary import TABLES, markdown
from atlas_data.formats import FORMATS, write_atlas
from atlas_data.limits import MAX_CELL, MAX_WORKFLOWS
from pages.parts import state
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import columns_of, file_buttons
from pages.parts.elsewhere import all_workflows
from pages.parts.filter import escaped

_ROOT = Path(__file__).parent.parent


def document(name: str) -> str:
    """A file of the repository."""
    return (_ROOT / name).read_text(encoding="utf-8")


def download(label: str, name: str, content: str) -> None:
    """A button for a document."""
    st.download_button(label, content, file_name=Path(name).name, key=f"document-{name}", on_click="ignore", icon=":material/download:")


atlas, selection = context()
citation = yaml.safe_load(document("CITATION.cff"))

st.title("The data", anchor=False)
if state.packaged():
    st.caption(f"Release {citation['version']} of {citation['date-released']:%d %B %Y}")
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
    everything = f" [All {n:,} as CSV]({all_workflows(about)}) has a line a workflow." if state.own() is None else ""
    st.info(f"Files hold up to {MAX_WORKFLOWS:,} workflows. Narrow the filter, or take the file that this atlas was read from.{everything}",
            title="Too many for one file", icon=":material/info:")  # fmt: skip
elif n:
    with st.grid(3, min_column_width=260, gap="small"):
        for format in FORMATS.values():
            with st.container(border=True, height="stretch", vertical_alignment="distribute"):
                whole = "With the vocabulary: it can be brought back whole."
                plain = f"Without the vocabulary; a cell holds {MAX_CELL:,} characters at most."
                st.markdown(f"**{format.title}**\n\n:small[:gray[{whole if format.whole else plain}]]")
                st.download_button(
                    f"Download {format.ending}", lambda name=format.name: write_atlas(atlas, name, about.ids(atlas)),
                    file_name=f"atlas{'-selection' if n < len(atlas) else ''}{format.ending}", key=f"atlas-{format.name}",
                    on_click="ignore", icon=":material/download:",
                )  # fmt: skip
else:
    st.info("No workflow meets all of these conditions.", icon=":material/filter_alt_off:")

st.header("What each column holds", anchor=False)
columns = [
    (table.name, column.name, column.type, column.required, column.description, ", ".join(column.options))
    for table in TABLES.values()
    for column in table.columns
]
dictionary = View(
    title="Data dictionary",
    n=len(atlas),
    figure=None,
    numbers=pd.DataFrame(columns, columns=["table", "column", "type", "required", "meaning", "one_of"]).set_index(["table", "column"]),
    columns={
        "table": Column("Table"),
        "column": Column("Column"),
        "type": Column("Type"),
        "required": Column("Required"),
        "meaning": Column("Meaning", wide=True),
        "one_of": Column("One of", wide=True),
    },
)
st.dataframe(dictionary.table, column_config=columns_of(dictionary), height=430, alt="Data dictionary: every column of every table")
file_buttons(dictionary, name="dictionary")
download("Data dictionary (Markdown)", "data-dictionary.md", markdown())

st.header("Licence and citation", anchor=False)
authors = ", ".join(author["name"] for author in citation["authors"])
st.markdown("The text of the atlas is under Creative Commons Attribution 4.0 (CC BY 4.0), the code under the MIT licence. Cite it as:")
st.markdown(f"> {authors} ({citation['date-released']:%Y}). {citation['title']}, release {citation['version']}. {citation['license']}.")
with st.container(horizontal=True):
    download("Citation (CFF)", "CITATION.cff", document("CITATION.cff"))
    download("Licence", "LICENSE.txt", document("LICENSE"))

st.header("What changed", anchor=False)
changelog = document("docs/changelog.md")
with st.expander("Changelog of the data", icon=":material/history:"):
    st.markdown(changelog.partition("\n")[2].replace("## ", "#### "))
download("Changelog (Markdown)", "changelog.md", changelog)
