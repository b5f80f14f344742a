"""What people are told when a file is wrong: which file, which line, which field, which value, and what would be right."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.data.conftest import AML, INVOICES, ROOFS

FILE = f"workflows/{AML}.yaml"


def test_sound_files_have_no_problems(folder):
    assert folder.problems == []


# Keys


def test_an_unknown_key_names_the_nearest_one(folder):
    folder.edit("title:", "titel: A typing error\ntitle:")
    assert folder.told == [f"{FILE}:2: titel: is not a known key; did you mean 'title'?"]


def test_an_unknown_key_deep_inside_is_found_with_its_path_and_line(folder):
    folder.edit("    role:", "    rool: vendor\n    role:")
    assert folder.told == [f"{FILE}:{folder.line('    rool:')}: companies[0].rool: is not a known key; did you mean 'role'?"]


def test_an_unknown_key_like_no_other_is_refused_without_a_guess(folder):
    folder.edit("title:", "zzzz: what is this\ntitle:")
    assert folder.told == [f"{FILE}:2: zzzz: is not a known key"]


def test_a_missing_key_is_named(folder):
    folder.edit("stage: Scaling\n", "")
    assert folder.told == [f"{FILE}:1: stage: is required and missing"]


def test_a_missing_step_of_the_lifecycle_points_to_the_lifecycle(folder):
    folder.edit("  sync:\n", "  synk:\n")
    assert folder.told == [
        f"{FILE}:{folder.line('lifecycle:')}: lifecycle.sync: is required and missing",
        f"{FILE}:{folder.line('  synk:')}: lifecycle.synk: is not a known key; did you mean 'sync'?",
    ]


def test_a_key_given_twice_is_refused_instead_of_the_last_one_winning(folder):
    folder.edit("stage: Scaling\n", "stage: Scaling\nstage: Frontier\n")
    assert folder.told == [f"{FILE}:5: is not valid YAML: key 'stage' is given twice"]


def test_a_nested_key_given_twice_is_refused(folder):
    folder.edit("    role: vendor\n", "    role: vendor\n    role: adopter\n")
    assert folder.told == [f"{FILE}:{folder.line('    role: adopter')}: is not valid YAML: key 'role' is given twice"]


# Labels and the taxonomy


def test_a_misspelt_control_names_the_nearest_one(folder):
    folder.edit("  - Audit trail", "  - Audit trial")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line('  - Audit trial')}: controls[5]: 'Audit trial' ")
    assert "taxonomy/control.yaml" in told
    assert told.endswith("did you mean 'Audit trail'?")


def test_a_control_in_other_letters_is_refused_since_pages_compare_names(folder):
    folder.edit("  - Audit trail", "  - audit trail")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line('  - audit trail')}: controls[5]: 'audit trail' ")
    assert told.endswith("did you mean 'Audit trail'?")


def test_a_misspelt_control_of_a_requirement_names_the_nearest_one(folder):
    folder.edit("    control: Customer identity", "    control: Customer identiy")
    line = folder.line("    control: Customer identiy")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{line}: infrastructure[1].control: 'Customer identiy' is not one of the 21 terms")
    assert told.endswith("did you mean 'Customer identity'?")


@pytest.mark.parametrize(
    ("label", "field", "facet"),
    [
        ("  - Fintechs", "buyers[1]", "buyer_function"),
        ("  - Entity resolution", "capabilities[1]", "capability_family"),
        ("      - entity graphs", "lifecycle.ingest.inputs[4]", "input_kind"),
        ("      - AML policy version", "lifecycle.resolve.context_keys[4]", "context_kind"),
        ("      - suspicious cases", "lifecycle.review.triggers[0]", "review_trigger"),
        ("      - investigators", "lifecycle.review.reviewers[0]", "reviewer_role"),
        ("      - AML case management", "lifecycle.sync.targets[0]", "system_family"),
    ],
)
def test_an_unmapped_label_says_which_taxonomy_file_to_add_it_to(folder, label, field, facet):
    folder.edit(f"{label}\n", f"{label}xqj\n")
    value = label.split("- ")[1]
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line(label + 'xqj')}: {field}: '{value}xqj' is mapped to no term; add it to ")
    assert f"taxonomy/{facet}.yaml" in told
    assert told.endswith(f"did you mean '{value}'?")


def test_a_free_label_may_differ_in_letter_case(folder):
    folder.edit("  - Fintechs\n", "  - FINTECHS\n")
    assert folder.problems == []


def test_a_label_like_no_other_gets_no_guess(folder):
    folder.edit("  - Fintechs\n", "  - Qqqqzzzz\n")
    (told,) = folder.told
    assert "'Qqqqzzzz' is mapped to no term" in told
    assert "did you mean" not in told


def test_an_unknown_risk_family_names_the_nearest_one(folder):
    folder.edit("    family: Bypassed review", "    family: Bypassed revue")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line('    family: Bypassed revue')}: risks[1].family: 'Bypassed revue' is not one of the 13 ")
    assert told.endswith("did you mean 'Bypassed review'?")


@pytest.mark.parametrize("value", ["Scalling", "scaling"])
def test_an_unknown_stage_names_the_nearest_one(folder, value):
    folder.edit("stage: Scaling", f"stage: {value}")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:4: stage: {value!r} ")
    assert told.endswith("did you mean 'Scaling'?")


def test_an_unknown_category_names_the_nearest_one_and_does_not_advise_a_move(folder):
    folder.edit("category: Regulated AI", "category: Regulatd AI")
    assert folder.told == [
        f"{FILE}:3: category: 'Regulatd AI' is not one of the 5 terms of taxonomy/category.yaml; did you mean 'Regulated AI'?"
    ]


# Where a file stands


def test_a_file_in_the_folder_of_another_category_is_told_where_to_go(folder):
    moved = AML.replace("regulated-ai", "operational-ai")
    folder.path().rename(folder.path(moved))
    assert folder.told == [
        f"workflows/{moved}.yaml:3: category: 'Regulated AI' does not belong in folder 'operational-ai'; move it to 'regulated-ai'"
    ]


def test_a_file_outside_any_category_folder_is_told_where_to_go(folder):
    folder.path().rename(folder.root / "workflows" / folder.path().name)
    assert ["move it to 'regulated-ai'" in told for told in folder.told] == [True]


def test_a_file_name_that_differs_from_the_id_is_told_its_name(folder):
    folder.path().rename(folder.path("regulated-ai/aml"))
    assert folder.told == [
        "workflows/regulated-ai/aml.yaml:1: id: 'ai-anti-money-laundering-investigation' differs from the file name; "
        "rename the file to ai-anti-money-laundering-investigation.yaml"
    ]


def test_an_id_that_is_no_slug_is_refused(folder):
    folder.edit("id: ai-anti", "id: AI anti")
    problem = folder.problems[0]
    assert (problem.file, problem.line, problem.field) == (FILE, 1, "id")
    assert "'AI anti-money-laundering-investigation'" in problem.reason


def test_a_duplicate_id_names_the_file_that_has_it_already(folder):
    copy = "regulated-ai/a-copy"
    folder.write(folder.text(), copy)
    told = folder.told
    # files are read in order of their names, so the copy is the first holder
    assert f"{FILE}:1: id: 'ai-anti-money-laundering-investigation' is already used by workflows/{copy}.yaml" in told
    assert len(told) == 2
    assert told[0].startswith(f"workflows/{copy}.yaml:1: id: ")


def test_a_duplicate_id_is_told_even_when_the_other_file_is_broken(folder):
    folder.write(folder.text().replace("stage: Scaling\n", ""), "regulated-ai/a-copy")
    assert [told for told in folder.told if "is already used by workflows/regulated-ai/a-copy.yaml" in told]


# Files that are no entries at all


def test_a_tab_as_indentation_is_told_with_its_line(folder):
    folder.edit("  - Fintechs\n", "\t- Fintechs\n")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line(chr(9))}: is not valid YAML: ")
    assert "tab" in told


def test_an_unclosed_bracket_is_told_as_yaml_that_is_not_valid(folder):
    folder.edit("title: ", "title: [")
    (problem,) = folder.problems
    assert problem.file == FILE
    assert problem.line in (2, 3)
    assert problem.reason.startswith("is not valid YAML: ")


def test_two_documents_in_one_file_are_refused(folder):
    folder.write(folder.text() + "---\n" + folder.text())
    (told,) = folder.told
    assert "is not valid YAML" in told
    assert "document" in told


def test_bytes_that_are_not_utf8_are_told_with_their_line_on_one_line(folder):
    folder.write(folder.text().encode().replace(b"  - Fintechs", b"  - Fint\xe9chs", 1))
    line = folder.path().read_bytes().split(b"\n").index(b"  - Fint\xe9chs") + 1
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{line}: is not readable as UTF-8 text: ")
    assert "\n" not in told


def test_a_control_character_is_told_with_its_line(folder):
    folder.edit("  - Fintechs", "  - Fin\0techs")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{folder.line('  - Fin')}: is not readable as UTF-8 text: ")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder, encoding):
    folder.write(folder.text().replace("\n", "\r\n").encode(encoding))
    assert folder.problems == []


@pytest.mark.parametrize("content", ["", "\n\n", "# to be written\n", "- a\n- b\n", "only words\n"], ids=repr)
def test_a_file_that_is_empty_or_a_list_or_a_sentence_holds_no_entry(folder, content):
    folder.write(content)
    assert folder.told == [f"{FILE}: holds no entry: expected 'key: value' lines at the top level"]


def test_a_folder_named_like_a_file_is_told(folder):
    folder.path().unlink()
    folder.path().mkdir()
    assert folder.told == [f"{FILE}: cannot be read: Is a directory"]


def test_a_link_to_nothing_is_told(folder):
    folder.path().unlink()
    folder.path().symlink_to(folder.root / "nowhere")
    assert folder.told == [f"{FILE}: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    "bomb", ["a: " + "[" * 100_000, "- " * 100_000, "\n".join(" " * i + "a:" for i in range(400))], ids=["[", "-", "a:"]
)
def test_bottomless_nesting_is_refused_before_it_takes_the_process_down(folder, bomb):
    folder.write(bomb)
    (told,) = folder.told
    assert told.endswith("is not valid YAML: nested more than 100 levels deep")


def test_aliases_that_multiply_are_refused_without_being_written_out(folder):
    names = "abcdefghijklmnop"
    levels = [f"- &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in pairwise(names)]
    folder.edit("buyers:\n", "buyers:\n" + "\n".join(["- &a [x]", *levels]) + "\n")
    folder.edit("  - Banks\n  - Fintechs\n  - AML teams\n  - Compliance teams\n  - Fraud operations\n", "")
    told = folder.told
    assert len(told) == len(names)
    assert max(map(len, told)) < 1000


# Values


@pytest.mark.parametrize("address", ["htp://example.com/page", "example.com/page", "javascript:alert(1)", "https://", "see the site"])
def test_a_bad_web_address_is_told_with_the_company(folder, address):
    line = folder.line("    evidence_url:")
    old = folder.text().splitlines()[line - 1]
    folder.edit(old, f"    evidence_url: {address}")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:{line}: companies[0].evidence_url: '{address}': ")
    assert told.endswith("is not the address of a page: it begins with https://")


def test_a_website_is_a_bare_domain(folder):
    folder.edit("website: ", "website: https://www.")
    (problem,) = folder.problems
    assert problem.field == "companies[0].website"
    assert problem.line == folder.line("    website: https://")


def test_a_role_other_than_vendor_or_adopter_is_told_the_two(folder):
    folder.edit("role: vendor", "role: vendr")
    assert folder.told == [f"{FILE}:{folder.line('    role: vendr')}: companies[0].role: 'vendr': input should be 'vendor' or 'adopter'"]


@pytest.mark.parametrize("again", ["Banks", "banks"])
def test_a_label_listed_twice_is_told_where_it_stands_again(folder, again):
    folder.edit("  - AML teams\n", f"  - {again}\n")
    assert folder.told == [f"{FILE}:{folder.line('buyers:') + 3}: buyers[2]: {again!r}: is listed twice"]


@pytest.mark.parametrize("nothing", ["", " []"])
def test_a_list_that_must_hold_something_may_not_be_empty(folder, nothing):
    start, rest = folder.text().split("buyers:\n")
    folder.write(f"{start}buyers:{nothing}\ncapabilities:{rest.split('capabilities:')[1]}")
    (problem,) = folder.problems
    assert (problem.line, problem.field) == (folder.line("buyers:"), "buyers")


def test_an_unquoted_colon_in_a_label_shows_what_became_of_it(folder):
    folder.edit("  - AML teams\n", "  - AML: teams\n")
    assert folder.told == [f"{FILE}:{folder.line('  - AML:')}: buyers[2]: {{'AML': 'teams'}}: input should be a valid string"]


def test_a_part_that_should_have_keys_but_is_a_word_says_so(folder):
    start, rest = folder.text().split("lifecycle:\n")
    folder.write(f"{start}lifecycle: the usual\nrisks:{rest.split('risks:')[1]}")
    assert folder.told == [f"{FILE}:{folder.line('lifecycle:')}: lifecycle: 'the usual': expected 'key: value' lines"]


def test_a_title_as_long_as_a_page_is_told_without_repeating_all_of_it(folder):
    folder.edit("title: ", f"title: {'x' * 5000}")
    (told,) = folder.told
    assert told.startswith(f"{FILE}:2: title: 'xxx")
    assert len(told) < 500


# Where an entry comes from


def test_a_catalogue_entry_names_the_page_it_was_read_from(folder):
    folder.provenance("  kind: catalogue\n  date: 2026-11-21\n")
    line = folder.line("provenance:")
    assert folder.told == [f"{FILE}:{line}: provenance: a catalogue entry names the page it was read from in 'source'"]


def test_a_curated_entry_names_at_least_one_page(folder):
    folder.provenance("  kind: curated\n  date: 2026-11-21\n")
    line = folder.line("provenance:")
    assert folder.told == [f"{FILE}:{line}: provenance: a curated entry names at least one page in 'sources'"]


def test_an_unknown_kind_and_an_impossible_date_are_both_told(folder):
    folder.provenance("  kind: copied\n  date: 2026-13-41\n")
    kind, date = folder.problems
    assert (kind.line, kind.field) == (folder.line("  kind:"), "provenance.kind")
    assert "'copied'" in kind.reason
    assert "'catalogue', 'curated', 'own' or 'synthetic'" in kind.reason
    assert (date.line, date.field) == (folder.line("  date:"), "provenance.date")
    assert "'2026-13-41'" in date.reason


# Everything at once


def test_all_problems_of_all_files_are_told_at_once(folder):
    folder.edit("title:", "titel: x\ntitle:")
    folder.edit("stage: Scaling\n", "")
    folder.edit("  - Audit trail", "  - Audit trial")
    folder.edit("    family: Bypassed review", "    family: Bypassed revue")
    folder.edit("website: ", "website: not a domain ")
    folder.write("a: [", INVOICES)
    folder.edit("  - Human override", "  - Human overide", ROOFS)
    folder.edit("role: vendor", "role: vendr", ROOFS)
    places = {(problem.file, problem.field) for problem in folder.problems}
    assert places == {
        (FILE, "titel"),
        (FILE, "stage"),
        (FILE, "controls[5]"),
        (FILE, "risks[1].family"),
        (FILE, "companies[0].website"),
        (f"workflows/{INVOICES}.yaml", ""),
        (f"workflows/{ROOFS}.yaml", "controls[4]"),
        (f"workflows/{ROOFS}.yaml", "companies[0].role"),
    }


def test_every_problem_of_a_key_or_value_has_a_line_that_holds_it(folder):
    folder.edit("  - Audit trail", "  - Audit trial")
    folder.edit("  - Fintechs", "  - Fintechzz")
    folder.edit("    role: vendor", "    role: vendr")
    for problem in folder.problems:
        value = problem.reason.split("'")[1]
        assert value in folder.text().splitlines()[problem.line - 1]


# A vocabulary of one's own


def test_a_mistake_in_a_taxonomy_file_is_told_with_file_line_and_field(folder):
    path = folder.own_taxonomy() / "stage.yaml"
    path.write_text(path.read_text().replace("    definition:", "    definiton:", 1))
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if "definiton" in text)
    assert f"taxonomy/stage.yaml:{line}: terms[0].definiton: is not a known key; did you mean 'definition'?" in folder.told
    assert f"taxonomy/stage.yaml:{line - 1}: terms[0].definition: is required and missing" in folder.told


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("facet: stage", "facet: stages", "facet", "'stages' differs from the file name"),
        ("field: stage", "field: stag", "field", "did you mean 'stage'?"),
        ("name: Emerging", "name: Frontier", "terms[1].name", "'Frontier' is defined twice"),
    ],
)
def test_a_facet_that_contradicts_itself_is_told_with_its_line(folder, old, new, field, says):
    path = folder.own_taxonomy() / "stage.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    problem = next(problem for problem in folder.problems if problem.file == "taxonomy/stage.yaml")
    assert problem.field == field
    assert says in problem.reason
    assert new in path.read_text().splitlines()[problem.line - 1]


def test_a_facet_is_called_as_nothing_else_in_filters_and_has_a_title_of_its_own(folder):
    own = folder.own_taxonomy()
    text = (own / "stage.yaml").read_text()
    (own / "not.yaml").write_text(text.replace("facet: stage", "facet: not", 1))
    assert any("'not' means something else in filters and addresses; choose another name" in told for told in folder.told)
    assert "taxonomy/not.yaml: title: 'Stage' is the title of several facets; choose another" in folder.told
    assert "taxonomy/stage.yaml: title: 'Stage' is the title of several facets; choose another" in folder.told


def test_a_closed_facet_needs_terms(folder):
    (folder.own_taxonomy() / "stage.yaml").write_text("facet: stage\ntitle: Stage\ndefinition: None yet.\nfield: stage\n")
    assert "taxonomy/stage.yaml:1: terms: is empty: a closed facet needs at least one term" in folder.told


def test_a_broken_taxonomy_does_not_hide_what_is_wrong_with_the_workflows(folder):
    (folder.own_taxonomy() / "stage.yaml").write_text("facet: [")
    folder.edit("title:", "titel: x\ntitle:")
    assert {problem.file for problem in folder.problems} == {"taxonomy/stage.yaml", FILE}


def test_an_empty_taxonomy_folder_is_told(folder):
    (folder.root / "taxonomy").mkdir()
    assert "taxonomy: has no facet files (*.yaml)" in folder.told


def test_a_taxonomy_of_its_own_decides_which_labels_are_known(folder):
    path = folder.own_taxonomy() / "stage.yaml"
    path.write_text(path.read_text().replace("name: Scaling", "name: Growing"))
    assert {(problem.file, problem.field) for problem in folder.problems} >= {(FILE, "stage")}
    assert all("is not one of the 4 terms of taxonomy/stage.yaml" in problem.reason for problem in folder.problems)
