"""Bringing an atlas: a file, which of its columns is which, what is wrong with it. Nothing is written to disk or shared."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.words import listed, plural
from atlas_data import Atlas, AtlasError, Problem, read_atlas
from atlas_data.export import to_csv
from atlas_data.formats import is_sheet, sheet
from atlas_data.limits import MAX_BYTES, STATED
from atlas_data.problems import problem_table
from pages.parts.files import file_button
from pages.parts.filter import escaped
from pages.parts.turns import turn

_LEFT_OUT = ""


def bring(key: str, label: str) -> Atlas | None:
    """Ask for a file and read it: the atlas in it, or ``None`` while there is none or it is not sound."""
    file = st.file_uploader(label, key=f"{key}-file", max_upload_size=MAX_BYTES // 1_000_000)
    st.caption(
        f"{STATED} It stays in this session: it is not written to disk, nobody else sees it, and it goes when you close or reload the page "
        "or the connection is lost for minutes."
    )
    if file is None:
        st.session_state.pop(f"{key}-seen", None)
        return None
    seen = st.session_state.get(f"{key}-seen")
    if seen is None or seen["file"] != file.file_id:
        seen = st.session_state[f"{key}-seen"] = {"file": file.file_id, "mapping": None, "read": {}}
    data = file.getvalue()
    try:
        if "headings" not in seen:
            with turn.aside():
                seen["headings"] = sheet.headings(data, file.name) if is_sheet(data, file.name) else []
        mapping = _mapping(f"{key}-{file.file_id}", seen)
        if mapping is None:
            return None
        with st.spinner("Reading"):
            atlas = _read(seen, data, file.name, mapping)
    except AtlasError as error:
        count = plural(len(error.problems), "problem")
        st.error(f"{count}: mend the file and bring it again. Nothing was loaded.", title="The file is not sound", icon=":material/error:")
        _report(error.problems, f"{key}-problems")
        return None
    st.success(
        f"{plural(len(atlas), 'workflow')}, {plural(len(atlas.facets), 'facet')}, {plural(len(atlas.warnings), 'warning')}",
        title=f"{escaped(atlas.name)} is read",
        icon=":material/check_circle:",
    )
    if atlas.warnings:
        with st.expander(f"What was read other than it stands in the file ({len(atlas.warnings):,})", icon=":material/warning:"):
            _report(atlas.warnings, f"{key}-warnings")
    return atlas


def _read(seen: dict, data: bytes, name: str, mapping: dict[str, str]) -> Atlas:
    """The atlas, read once for a file and a mapping."""
    how = tuple(mapping.items())
    if how not in seen["read"]:
        try:
            with turn.aside():
                seen["read"] = {how: read_atlas(data, name, mapping)}
        except AtlasError as error:
            seen["read"] = {how: error}
    outcome = seen["read"][how]
    if isinstance(outcome, AtlasError):
        raise outcome
    return outcome


def _mapping(key: str, seen: dict) -> dict[str, str] | None:
    """Their names of columns to ours, asked for when some are not ours; ``None`` until it was said."""
    headings = [name for name in seen["headings"] if name]
    ours = sheet.understood(headings)
    others = [name for name in headings if name not in ours]
    if not others:
        return {}
    suggested = sheet.suggest(headings)
    free = [name for name in sheet.COLUMNS if name not in ours.values()]
    with st.form(f"{key}-columns"):
        st.markdown("**Which of your columns is which?** " + _already(ours))
        with st.grid(3, min_column_width=220):
            for i, name in enumerate(others):
                _column(f"{key}-{i}", name, free, suggested.get(name, _LEFT_OUT))
        st.form_submit_button("Read with these columns", type="primary", on_click=_said, args=(seen, key, others))
    return seen["mapping"]


def _said(seen: dict, key: str, others: Sequence[str]) -> None:
    chosen = {name: st.session_state[f"{key}-{i}"] for i, name in enumerate(others)}
    seen["mapping"] = {name: column for name, column in chosen.items() if column}


def _already(ours: dict[str, str]) -> str:
    missing = [name for name in sheet.REQUIRED if name not in ours.values()]
    known = f"Named as the atlas names them: {escaped(listed(list(ours)))}. " if ours else ""
    return known + (f"Still needed: {listed(missing)}." if missing else "The others can be left out.")


def _column(key: str, name: str, free: Sequence[str], suggested: str) -> None:
    options = [_LEFT_OUT, *free]

    def shown(column: str) -> str:
        return "Leave out" if column == _LEFT_OUT else f"{column} (needed)" if column in sheet.REQUIRED else column

    st.selectbox(escaped(name), options, index=options.index(suggested), format_func=shown, key=key)


def _report(problems: Sequence[Problem], name: str) -> None:
    """Problems by row and field, on screen and as a file."""
    table = problem_table(problems)
    st.dataframe(
        table,
        hide_index=True,
        height="auto" if len(table) < 12 else 430,
        column_config={
            "file": "File or table",
            "row": st.column_config.NumberColumn("Row", format="%d"),
            "field": "Field",
            "reason": st.column_config.Column("What is wrong", width="large"),
        },
        alt="Problems by row and field",
    )
    file_button("Report (CSV)", lambda: to_csv(table.set_index("file")), file_name=f"{name}.csv", key=f"csv-{name}")
