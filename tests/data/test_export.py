"""What people take away: the same numbers and words in CSV, Excel and Parquet, and nothing that runs when opened."""

from __future__ import annotations

from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pandas as pd
import pytest

from atlas_data import load_atlas
from atlas_data.export import neutral, original, to_csv, to_parquet, to_xlsx

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "=HYPERLINK('https://example.com')", "-"]
HARMLESS = ["a=b", "1+1", "mail@example.com", "'quoted'", "A-1", "é", "你好", " =1+1", ""]


def from_csv(content: bytes) -> pd.DataFrame:
    return pd.read_csv(StringIO(content.decode("utf-8-sig"), newline=""), keep_default_na=False)


def sheet(content: bytes):
    return openpyxl.load_workbook(BytesIO(content)).active


def from_xlsx(content: bytes) -> list[tuple]:
    return list(sheet(content).values)


def from_parquet(content: bytes) -> pd.DataFrame:
    return pd.read_parquet(BytesIO(content))


@pytest.fixture
def numbers() -> pd.DataFrame:
    index = pd.Index(["Identity", "Metering"], name="control")
    return pd.DataFrame({"count": [12, 3], "share": [0.25, -0.5], "known": [True, False]}, index=index)


# Round trips


def test_csv_comes_back_with_the_same_values_types_and_index(numbers):
    pd.testing.assert_frame_equal(pd.read_csv(BytesIO(to_csv(numbers))).set_index("control"), numbers)


def test_csv_starts_with_a_byte_order_mark_so_that_spreadsheets_read_accents():
    content = to_csv(pd.DataFrame({"a": ['é, "quoted"\nand broken']}))
    assert content.startswith(b"\xef\xbb\xbf")
    assert from_csv(content)["a"].tolist() == ['é, "quoted"\nand broken']


def test_excel_comes_back_with_the_same_values_and_types(numbers):
    assert from_xlsx(to_xlsx(numbers)) == [
        ("control", "count", "share", "known"),
        ("Identity", 12, 0.25, True),
        ("Metering", 3, -0.5, False),
    ]


def test_parquet_comes_back_with_the_same_values_types_and_index(numbers):
    back = from_parquet(to_parquet(numbers))
    pd.testing.assert_frame_equal(back.set_index("control"), numbers)


def test_notes_attached_to_a_frame_do_not_stop_parquet(numbers):
    numbers.attrs["selection"] = object()
    assert len(from_parquet(to_parquet(numbers))) == 2
    assert "selection" in numbers.attrs  # the frame on screen keeps them


@pytest.mark.parametrize("frame", ["workflows", "control", "company"])
def test_the_frames_of_the_atlas_come_back_from_all_three(frame):
    atlas = load_atlas()
    table = atlas.workflows if frame == "workflows" else atlas.facet(frame).table
    expected = table.reset_index().astype({"date": str} if frame == "workflows" else {})
    heads = [str(column) for column in expected.columns]

    back = from_parquet(to_parquet(table))
    assert list(back.columns) == heads
    pd.testing.assert_frame_equal(
        back.astype(str).fillna("None"), expected.set_axis(heads, axis=1).astype(str).fillna("None"), check_dtype=False
    )

    rows = from_csv(to_csv(table))
    assert rows.shape == expected.shape
    assert rows["workflow"].tolist() == list(table.index)
    head, *body = from_xlsx(to_xlsx(table))
    assert list(head) == heads
    assert len(body) == len(table)
    if frame != "workflows":
        np.testing.assert_array_equal(rows.iloc[:, 1:].to_numpy(), table.to_numpy())
        np.testing.assert_array_equal(np.array([row[1:] for row in body]), table.to_numpy())


def test_a_frame_is_not_changed_by_writing_it():
    frame = pd.DataFrame({"=a": ["=1+1"], "list": [("a", "b")]}, index=pd.Index(["x"], name="id"))
    before = frame.copy(deep=True)
    for write in (to_csv, to_xlsx, to_parquet):
        write(frame)
    pd.testing.assert_frame_equal(frame, before)


# Formulas


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_starts_like_a_formula_is_quoted_in_csv(text):
    frame = pd.DataFrame({"label": [text]}, index=pd.Index([text], name="id"))
    back = from_csv(to_csv(frame))
    assert back.loc[0].tolist() == [f"'{text}", f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is_in_csv(text):
    assert from_csv(to_csv(pd.DataFrame({"label": [text], "n": [1]})))["label"].tolist() == [text]


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "'=1+1", "''@x", "'", "''"])
def test_the_apostrophe_before_a_formula_comes_off_again(text):
    assert original(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["a\r=1+1", "a\n=1+1", "a\r\n=1+1", 'a",=1+1'])
def test_a_line_break_in_text_begins_no_row_of_its_own_in_csv(text):
    back = from_csv(to_csv(pd.DataFrame({"label": [text], "n": [1]})))
    assert back.to_numpy().tolist() == [[0, text, 1]]


def test_a_heading_that_starts_like_a_formula_is_quoted_in_csv():
    frame = pd.DataFrame({"=cmd": [1]}, index=pd.Index([2], name="@name"))
    assert list(from_csv(to_csv(frame)).columns) == ["'@name", "'=cmd"]


def test_a_category_or_a_list_that_starts_like_a_formula_is_quoted_in_csv():
    frame = pd.DataFrame({"category": pd.Categorical(["=a", "b"]), "terms": [("=a", "b"), ("c",)]})
    back = from_csv(to_csv(frame))
    assert back["category"].tolist() == ["'=a", "b"]
    assert back["terms"].tolist() == ["'=a; b", "c"]


def test_numbers_are_never_quoted():
    frame = pd.DataFrame({"i": [-1], "f": [-0.5], "mixed": pd.Series([-3], dtype=object), "nullable": pd.array([-2], dtype="Int64")})
    assert to_csv(frame).decode("utf-8-sig").splitlines()[1] == "0,-1,-0.5,-3,-2"


@pytest.mark.parametrize("text", [*FORMULAS, "https://example.com", "{=1+1}"])
def test_excel_holds_text_as_text_without_formulas_or_links(text):
    page = sheet(to_xlsx(pd.DataFrame({text: [text]})))
    for cell in (page["B1"], page["B2"]):
        assert cell.data_type == "s"
        assert cell.value.replace("_x000D_", "\r") == text
        assert cell.hyperlink is None


def test_parquet_holds_text_exactly_as_it_is():
    assert from_parquet(to_parquet(pd.DataFrame({"label": FORMULAS})))["label"].tolist() == FORMULAS


# Lists


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([("Identity", "Metering"), ("Telemetry",)], ["Identity; Metering", "Telemetry"]),
        ([["a", "b"], []], ["a; b", ""]),
        ([(("Identity", "6 of 9"), ("Metering", "1 of 9")), ()], ["Identity: 6 of 9; Metering: 1 of 9", ""]),
        ([(1, 2.5), (("Identity", 3),)], ["1; 2.5", "Identity: 3"]),
        ([None, ("a", "b")], ["", "a; b"]),
        ([("a", "b"), np.nan], ["a; b", ""]),
        ([("a", "b"), "c"], ["a; b", "c"]),
    ],
    ids=["tuples", "lists", "pairs", "numbers", "missing first", "missing last", "text between"],
)
def test_lists_of_labels_are_joined_with_semicolons(values, written):
    frame = pd.DataFrame({"n": [1, 2], "terms": pd.Series(values, dtype=object)})
    assert from_csv(to_csv(frame))["terms"].tolist() == written
    assert [row[2] or "" for row in from_xlsx(to_xlsx(frame))[1:]] == written
    assert from_parquet(to_parquet(frame))["terms"].fillna("").tolist() == written


# The sheet


def test_the_sheet_has_a_frozen_header_and_a_filter_over_all_of_it(numbers):
    page = sheet(to_xlsx(numbers))
    assert page.title == "Data"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D3"


def test_columns_are_wide_enough_to_read_and_never_fill_the_screen():
    page = sheet(to_xlsx(pd.DataFrame({"short": ["x"], "long": ["word " * 400], "label": ["Integration-safe writeback"]})))
    widths = {page.cell(1, i).value: page.column_dimensions[page.cell(1, i).column_letter].width for i in range(1, 5)}
    assert widths["label"] > 20
    assert widths["label"] < widths["long"] <= 62


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("Controls", "Controls"),
        ("Controls by buyer functions and industries", "Controls by buyer functions and"),
        ("Buyers / controls: [all]?", "Buyers   controls   all"),
        ("'quoted'", "quoted"),
        ("", "Data"),
        ("///", "Data"),
    ],
)
def test_any_sheet_name_is_cut_and_cleaned_to_what_excel_allows(numbers, asked, named):
    page = sheet(to_xlsx(numbers, asked))
    assert page.title == named
    assert len(page.title) <= 31


# Frames of other shapes


@pytest.mark.parametrize(
    ("frame", "heads"),
    [
        (pd.DataFrame(), ["index"]),
        (pd.DataFrame(columns=["a", "b"]), ["index", "a", "b"]),
        (pd.DataFrame({"count": pd.Series(dtype=int), "name": pd.Series(dtype=str)}).rename_axis("control"), ["control", "count", "name"]),
    ],
    ids=["nothing", "headings only", "typed"],
)
def test_an_empty_frame_is_a_file_with_headings_only(frame, heads):
    assert to_csv(frame).decode("utf-8-sig") == ",".join(heads) + "\r\n"
    assert from_xlsx(to_xlsx(frame)) == [tuple(heads)]
    back = from_parquet(to_parquet(frame))
    assert (list(back.columns), len(back)) == (heads, 0)


def test_a_frame_without_columns_still_lists_its_index():
    frame = pd.DataFrame(index=pd.Index(["a", "b"], name="workflow"))
    assert from_csv(to_csv(frame))["workflow"].tolist() == ["a", "b"]
    assert from_xlsx(to_xlsx(frame)) == [("workflow",), ("a",), ("b",)]
    assert from_parquet(to_parquet(frame))["workflow"].tolist() == ["a", "b"]


def test_every_level_of_an_index_becomes_a_column():
    index = pd.MultiIndex.from_product([["Legal", "=Security"], ["Identity", "Metering"]], names=["buyer_function", "control"])
    frame = pd.DataFrame({"count": [1, 2, 3, 4]}, index=index)
    rows = [("buyer_function", "control", "count"), ("Legal", "Identity", 1), ("Legal", "Metering", 2)]
    assert from_xlsx(to_xlsx(frame))[:3] == rows
    assert from_csv(to_csv(frame)).iloc[2].tolist() == ["'=Security", "Identity", 3]
    pd.testing.assert_frame_equal(from_parquet(to_parquet(frame)).set_index(["buyer_function", "control"]), frame)


def test_columns_of_two_levels_get_a_heading_of_both():
    columns = pd.MultiIndex.from_tuples([("count", "Legal"), ("share", "Legal")], names=["measure", "buyer_function"])
    frame = pd.DataFrame([[1, 0.5]], index=pd.Index(["Identity"], name="control"), columns=columns)
    heads = ["control", "count: Legal", "share: Legal"]
    assert list(from_csv(to_csv(frame)).columns) == heads
    assert list(from_xlsx(to_xlsx(frame))[0]) == heads
    assert list(from_parquet(to_parquet(frame)).columns) == heads


def test_headings_that_are_no_text_or_occur_again_are_told_apart():
    frame = pd.DataFrame([[1, 2, 3, 4]], index=pd.Index(["x"], name="layer"), columns=["layer", 2026, "a", "a"])
    heads = ["layer", "layer (2)", "2026", "a", "a (2)"]
    assert to_csv(frame).decode("utf-8-sig") == ",".join(heads) + "\r\nx,1,2,3,4\r\n"
    assert from_xlsx(to_xlsx(frame)) == [tuple(heads), ("x", 1, 2, 3, 4)]
    assert list(from_parquet(to_parquet(frame)).columns) == heads


def test_missing_values_are_empty_cells_and_stay_missing_in_parquet():
    frame = pd.DataFrame({"share": [0.5, np.nan], "label": ["a", None], "category": pd.Categorical(["a", None])})
    assert to_csv(frame).decode("utf-8-sig").splitlines()[1:] == ["0,0.5,a,a", "1,,,"]
    assert from_xlsx(to_xlsx(frame))[2] == (1, None, None, None)
    assert from_parquet(to_parquet(frame)).isna().loc[1].tolist() == [False, True, True, True]


def test_infinity_does_not_spoil_the_workbook():
    frame = pd.DataFrame({"log odds": [np.inf, -np.inf]})
    assert [row[1] for row in from_xlsx(to_xlsx(frame))[1:]] == ["inf", "-inf"]
    assert pd.read_csv(BytesIO(to_csv(frame)))["log odds"].tolist() == [np.inf, -np.inf]
