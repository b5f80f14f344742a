"""What nobody stated: a sheet with title, category and controls alone is read, and no sentence makes a finding of its gaps."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from analysis import Selection, convergence
from analysis.brief import brief
from analysis.categories import comparison
from analysis.findings import overview
from analysis.frequency import frequency
from analysis.headlines import even_layers_headline, frequency_headline, layer_headline, stage_headline
from analysis.matrix import cross
from analysis.matrix_headlines import matrix_headline
from analysis.stratified import later_stages
from analysis.views import VIEWS
from analysis.white_space import crowded, white_space
from atlas_data import AtlasError, read_atlas
from atlas_data.formats import sheet
from atlas_data.unstated import stated

ROWS = [
    {"title": "Pay bills", "category": "Regulated AI", "controls": "Identity; Audit trail"},
    {"title": "Read meters", "category": "Physical World AI", "controls": "Identity; Four eyes"},
    {"title": "Sort post", "category": "Physical World AI", "controls": "Four eyes"},
]


def filled(rows: list[dict[str, str]], ending: str = ".csv") -> bytes:
    """The template as somebody fills it in: a cell for every column, most of them empty."""
    if ending == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(sheet.template(ending)))
        for row in rows:
            book.worksheets[0].append([row.get(name) for name in sheet.COLUMNS])
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()
    text = io.StringIO()
    csv.writer(text).writerows([row.get(name, "") for name in sheet.COLUMNS] for row in rows)
    return sheet.template() + text.getvalue().encode()


def bare(rows: list[dict[str, str]]) -> bytes:
    """The same rows under the three needed columns only."""
    text = io.StringIO()
    csv.writer(text).writerows([sheet.REQUIRED, *([row[name] for name in sheet.REQUIRED] for row in rows)])
    return text.getvalue().encode()


def test_a_category_that_is_not_stated_is_none_that_a_control_could_spread_over():
    rows = [*ROWS, {"title": "Sort mail", "category": "Not stated", "controls": "Identity; Four eyes"}]
    unplaced, placed = read_atlas(bare(rows), "mine.csv"), read_atlas(bare(ROWS), "mine.csv")
    for column in ("breadth", "demand"):
        assert convergence(unplaced)[column].equals(convergence(placed)[column])
    assert "effective number of categories" in VIEWS["convergence-map"](unplaced, Selection()).note
    assert "of the 2 categories here" in VIEWS["convergence-map"](unplaced, Selection()).note


def test_where_no_buyer_is_stated_the_white_space_says_so_and_whom_to_ask_of_instead():
    atlas = read_atlas(bare([row | {"category": name} for row, name in zip(ROWS, ("A", "B", "C"), strict=True)]), "mine.csv")
    view = VIEWS["white-space"](atlas)
    assert not view.answered and view.title == "No buyer function is stated"
    assert view.note.endswith("choose another “Who”, such as Category.")


@pytest.fixture(scope="module")
def gaps():
    return read_atlas(filled(ROWS), "mine.csv")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_template_with_three_cells_a_row_is_read_as_a_sheet_of_three_columns(ending):
    whole, short = read_atlas(filled(ROWS, ending), f"mine{ending}"), read_atlas(bare(ROWS), "mine.csv")
    assert [whole.entry(name) for name in whole.workflows.index] == [short.entry(name) for name in short.workflows.index]
    assert len(whole.warnings) == len(short.warnings)


def test_a_cell_left_empty_in_some_rows_is_filled_there_alone_and_told_once():
    atlas = read_atlas(filled([ROWS[0] | {"stage": "Scaling", "buyers": " ; "}, ROWS[1], ROWS[2]]), "mine.csv")
    assert atlas.workflows["stage"].tolist() == ["Scaling", "Not stated", "Not stated"]
    told = {warning.field: warning.reason for warning in atlas.warnings}
    assert told["stage"] == "is empty; 2 of 3 workflows have 'Not stated' there"
    assert told["buyers"] == "is empty; every workflow has 'Not stated' there"


@pytest.mark.parametrize("needed", sheet.REQUIRED)
def test_an_empty_cell_of_a_needed_column_is_still_refused(needed):
    with pytest.raises(AtlasError) as refused:
        read_atlas(filled([ROWS[0] | {needed: ""}, ROWS[1]]), "mine.csv")
    assert {problem.field for problem in refused.value.problems} == {needed}


def test_nobody_is_warned_of_what_the_program_filled_in(gaps):
    unknown = [warning.reason for warning in gaps.warnings if "became a term of its own" in warning.reason]
    assert len(unknown) == 1 and unknown[0].startswith("'Four eyes'")


def test_the_hint_for_an_unknown_label_is_spelt_as_the_vocabulary_spells_it():
    atlas = read_atlas(bare([ROWS[0] | {"category": "Regulatd AI", "controls": "audit trial"}]), "mine.csv")
    reasons = " ".join(warning.reason for warning in atlas.warnings)
    assert "did you mean 'Regulated AI'?" in reasons and "did you mean 'Audit trail'?" in reasons


@pytest.mark.parametrize("title", [None, *(row["title"] for row in ROWS)])
def test_no_finding_rests_on_what_nobody_stated(gaps, title):
    selection = Selection(text=title.lower()) if title else None
    said = [f"{finding.claim}. {finding.detail}" for finding in overview(gaps, selection)]
    assert said and not any("not stated" in words.lower() or "not placed" in words.lower() for words in said)


def test_the_findings_say_what_is_missing_and_count_the_layers_of_the_vocabulary(gaps):
    claims = [finding.claim for finding in overview(gaps)]
    assert {"No buyer function is named", "No stage is stated", "No reviewer is stated"} <= set(claims)
    assert claims[1].endswith("of 6")


def test_the_later_stages_are_those_of_the_scale_where_some_rows_state_one():
    atlas = read_atlas(filled([ROWS[0] | {"stage": "Scaling"}, ROWS[1], ROWS[2]]), "mine.csv")
    assert overview(atlas)[4].claim == "1 of 3 workflows: scaling or established"
    assert later_stages(atlas) == ["Scaling", "Established"]
    counts = comparison(atlas)[list(atlas.facet("stage").terms)]
    assert stage_headline(counts) == "Regulated AI has the largest share of workflows that are scaling or established"


def test_headlines_and_figures_leave_the_fillers_out(gaps):
    figures = VIEWS["layers"](gaps, Selection()).more["figures"]
    assert figures["Buyer functions"] == 0 and figures["Categories"] == 2 and figures["Controls required"] == 3
    layers = frequency(gaps, "layer")
    assert "Not placed" in layers.index and " of 6 " in layer_headline(layers)
    assert "Not placed" not in even_layers_headline(cross(gaps, "category", "layer"))
    assert frequency_headline(frequency(gaps, "buyer_function"), None) == "No term is stated"
    assert "Not placed" not in matrix_headline(cross(gaps, "category", "layer"), "count")


def test_a_brief_rests_on_what_is_stated(gaps):
    sections = {section.key: section for section in brief(gaps, Selection()).sections}
    said = " ".join(sentence for section in sections.values() for sentence in section.sentences)
    assert "Not stated" not in said and "Not placed" not in said and "reached" not in said
    assert not any(stated(section.table.index.astype(str)).sum() < len(section.table) for section in sections.values())
    assert sections["segment"].sentences[-1] == "No stage is stated." and sections["buyer_function"].sentences == (
        "No buyer function is named.",
    )
    assert sections["controls"].sentences[-1] == "2 of 3 workflows touch 1 control layer or more, of 6."

    half = read_atlas(filled([ROWS[0] | {"stage": "Scaling", "buyers": "Legal"}, *ROWS[1:]]), "mine.csv")
    sections = {section.key: section for section in brief(half, Selection()).sections}
    assert sections["segment"].sentences[-2:] == (
        "By stage: 1 Scaling and 2 not stated.",
        "1 of 3 workflows has reached Scaling or Established.",
    )
    functions = len(half.facet("buyer_function").terms) - 1
    assert sections["buyer_function"].sentences[1:] == (
        f"1 of the {functions} buyer functions is named.", "2 of 3 workflows name no buyer function.",
    )  # fmt: skip


def test_no_view_has_a_filler_in_its_title(gaps):
    titles = [view(gaps, Selection()).title.lower() for view in VIEWS.values()]
    assert not [title for title in titles if "not stated" in title or "not placed" in title]
    assert VIEWS["unreviewed"](gaps, Selection()).title == "3 of 3 workflows name nobody who reviews"


def test_white_space_holds_no_pair_with_a_filler(gaps):
    for table in (crowded(gaps, "category", "layer"), white_space(gaps, "category", "layer"), crowded(gaps, "category", "stage")):
        assert not {"Not stated", "Not placed"} & {term for pair in table.index for term in pair}


def test_no_term_is_said_to_lead_alone_where_another_is_as_frequent():
    rows = [
        {"title": "Pay bills", "category": "Regulated AI", "controls": "Identity", "reviewers": "Legal", "triggers": "Missing evidence"},
        {
            "title": "Read meters",
            "category": "Physical World AI",
            "controls": "Four eyes",
            "reviewers": "Auditor",
            "triggers": "High value",
        },
    ]
    two = read_atlas(filled(rows), "mine.csv")
    for name in ("control-frequency", "review-roles", "review-triggers"):
        title = VIEWS[name](two).title
        assert " and " in title and "each " in title, title
    assert "Identity and Four eyes, each by 1 of 2" in overview(two)[0].detail


def test_what_people_write_for_nothing_known_leads_no_view():
    silent = read_atlas(filled([row | {"controls": "Not stated"} for row in ROWS]), "mine.csv")
    assert VIEWS["convergence-map"](silent).title == VIEWS["build-order"](silent).title == "No control is stated"
    assert VIEWS["matrix"](silent).title == "No workflow has a term of both"
    some = read_atlas(
        filled([*ROWS, *({"title": f"W{i}", "category": "Not stated", "controls": "Identity"} for i in range(4))]), "mine.csv"
    )
    assert VIEWS["category-map"](some).title.startswith("Physical World AI is the largest of 2 categories")


def test_a_website_may_be_given_as_an_address():
    company = {"companies": "Acme |  | vendor | https://www.Acme.example/about | https://acme.example/p | says so"}
    own = read_atlas(filled([ROWS[0] | company]), "mine.csv")
    [company] = own.entry(own.workflows.index[0]).companies
    assert company.website == "www.acme.example" and company.on_own_site
    with pytest.raises(AtlasError, match="'nowhere': is not the domain of a website in small letters"):
        read_atlas(filled([ROWS[0] | {"companies": "Acme |  | vendor | nowhere | https://acme.example/p | says so"}]), "mine.csv")


def test_no_sentence_speaks_for_workflows_that_state_nothing():
    rows = [ROWS[0] | {"controls": "Identity"}]
    rows += [{"title": f"W{i}", "category": "Not stated", "controls": "Four eyes", "buyers": "Not stated; Legal"} for i in range(9)]
    mixed = read_atlas(filled(rows), "mine.csv")
    assert VIEWS["layers-by-category"](mixed).title == "At least half of the workflows of Regulated AI touch Scoped access and identities"
    assert overview(mixed)[3].claim == "The only category stated is Regulated AI"
    sections = {section.key: " ".join(section.sentences) for section in brief(mixed, Selection()).sections}
    assert (
        "Categories: 1 Regulated AI and 9 not stated." in sections["segment"] and " touches 1 control layer or more" in sections["controls"]
    )
    nested = VIEWS["matrix"](mixed, rows="category", rows_then="stage", columns="control").title
    assert "Not stated" not in nested and "Not placed" not in VIEWS["matrix"](mixed, rows="category", columns="layer").title
    assert "Not stated" not in " ".join(view(mixed, Selection()).title for view in VIEWS.values())
    one = brief(mixed, Selection().only([mixed.workflows.index[0]])).sections[0].sentences
    assert not any("Not stated" in sentence for sentence in one)

    silent = read_atlas(filled([row | {"category": "Not stated"} for row in ROWS]), "mine.csv")
    assert overview(silent)[3].claim == "No category is stated"
    assert VIEWS["build-order"](silent, worth="buyers").title == "Nothing counts here"
