"""Mapping a description: against scikit-learn and against models fitted anew, on the real atlas and on small ones."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from analysis import Selection, map_workflow
from analysis.corpus import corpus, description, said, stems
from analysis.drafting import PARTS, as_markdown, draft_entry, lifecycle_draft, missing
from analysis.mapped_brief import Described, mapped_brief
from analysis.mapping import FEWEST_WORDS, LONGEST, most_telling
from analysis.mapping_evaluation import FOLDS, SEED, average_precision, calibration, calibration_error, held_out
from analysis.mapping_model import PICKS, PREDICTED, Model, logistic, model, tables
from analysis.methods import METHODS
from analysis.views import VIEWS
from analysis.views.mapping import evaluation, mapped
from analysis.writers import to_html, to_pptx, to_workbook
from atlas_data import check_atlas
from atlas_data.writing import dump_entry

REPAIRS = (
    "Property managers send us photos and tenant messages about repairs. The AI works out what is broken and how urgent it is, checks the "
    "lease and the warranty, and proposes a contractor. A manager approves anything expensive before the work order is sent."
)
PICKED = [("input_kind", "Images and video"), ("buyer_function", "Facilities and field service"), ("buyer_function", "Legal")]


def test_word_weights_are_those_of_scikit_learn(atlas):
    texts = [f"{title}\n{summary}" for title, summary in zip(atlas.workflows["title"], atlas.workflows["summary"], strict=True)]
    words = corpus(atlas)
    part = Model(replace(words, entries=words.descriptions), tables(atlas), np.arange(150))
    theirs = TfidfVectorizer(analyzer=stems, sublinear_tf=True).fit(texts[:150]).transform(texts[150:]).toarray()
    ours = part.weigh(words.descriptions[150:]).toarray()
    assert np.sort(ours[ours > 0]) == pytest.approx(np.sort(theirs[theirs > 0]))


def test_logistic_regression_is_that_of_scikit_learn():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 4))
    y = (rng.random(400) < 1 / (1 + np.exp(-(x @ [1.0, -0.5, 0.0, 2.0] - 0.7)))).astype(float)
    ours, theirs = logistic(x, y), LogisticRegression(C=1.0, tol=1e-10, max_iter=1_000).fit(x, y)
    assert ours.slopes == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert ours.constant == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_left_out_signals_are_those_of_models_without_the_workflow(atlas):
    """Word weights apart, which all workflows share, each signal equals the one of a model that never had the workflow."""
    fitted, facets = model(atlas), tables(atlas)
    queries, similar = fitted._seen
    left_out = fitted._left_out("control", ())
    x, y = fitted.vectors.toarray(), facets["control"]
    for i in (0, 77, 206):
        others = np.delete(np.arange(len(atlas)), i)
        kernel = x[others] @ x[others].T + 10.0
        score = (similar[i, others] + 10.0) @ np.linalg.solve(kernel + 0.2 * np.eye(206), y[others])
        assert left_out[i, :, 1] == pytest.approx(score, abs=1e-8)
        # The same by another road: ridge on the words themselves, the intercept as one more of variance 10.
        design = np.hstack([x[others], np.full((206, 1), np.sqrt(10.0))])
        ridge = Ridge(alpha=0.2, fit_intercept=False, solver="cholesky").fit(design, y[others])
        asked = np.append(queries[[i]].toarray(), np.sqrt(10.0))[None, :]
        assert left_out[i, :, 1] == pytest.approx(ridge.predict(asked)[0], abs=1e-6)
        near = others[np.argsort(-similar[i, others], kind="stable")[:20]]
        weight = similar[i, near] / similar[i, near].sum()
        assert left_out[i, :, 2] == pytest.approx(weight @ y[near])


def test_the_labels_to_be_predicted_are_not_among_the_words(atlas, retagged):
    """Other tags on the same entries give the same words and the same nearest workflows."""
    rng = np.random.default_rng(3)
    other = retagged(atlas, control=rng.random(atlas.facet("control").table.shape) < 0.3)
    assert (corpus(other).entries != corpus(atlas).entries).nnz == 0
    assert map_workflow(other, REPAIRS).nearest.index.equals(map_workflow(atlas, REPAIRS).nearest.index)


def test_controls_at_random_are_not_predicted(atlas, retagged):
    rng = np.random.default_rng(4)
    shuffled = retagged(atlas, control=atlas.facet("control").table.to_numpy()[rng.permutation(len(atlas))])
    table = evaluation(shuffled, None, "precision")
    assert abs(table["ahead"].iloc[-1]) < 0.03


def test_it_beats_popularity_and_nearest_neighbours_on_workflows_it_never_saw(atlas):
    """The paired bootstrap of the evaluation, once more and from the per-workflow figures of scikit-learn."""
    seen = held_out(atlas)
    truth, said = seen.truth["control"], seen.predicted["control"]
    often = np.random.default_rng(9).multinomial(len(atlas), np.full(len(atlas), 1 / len(atlas)), 2_000) / len(atlas)
    baselines = ("popularity", "plain", "neighbours")
    precision = {name: [average_precision_score(*pair) for pair in zip(truth, said[name], strict=True)] for name in ("mapping", *baselines)}
    for baseline in baselines:
        assert np.quantile(often @ np.subtract(precision["mapping"], precision[baseline]), 0.005) > 0
        worse = ((said[baseline] - truth) ** 2 - (said["mapping"] - truth) ** 2).mean(axis=1)
        assert np.quantile(often @ worse, 0.005) > 0
    category = evaluation(atlas, None, "category")["ahead_low"]
    assert category["Popularity"] > 0.2 and category["Plain TF-IDF nearest neighbours"] > 0
    assert evaluation(atlas, None, "category_brier")["ahead_low"].iloc[3:].min() > 0


def test_the_methods_page_reports_what_was_measured(atlas, small_atlas):
    words = METHODS["mapping"].example(atlas, None).words
    precision, right = (evaluation(atlas, None, measure)["value"] for measure in ("precision", "category"))
    for method in ("Mapping: words", "Plain TF-IDF nearest neighbours", "Popularity"):
        assert re.search(rf"{method}: {precision[method]:.2f}, [\d.]+ points, {right[method]:.0%}\.", words)
    assert "cross-validation" not in METHODS["mapping"].example(small_atlas, None).words


def test_plain_neighbours_are_those_of_scikit_learn(atlas):
    texts = np.array([[said(entry), description(entry)] for entry in atlas.some(np.arange(len(atlas)))])
    seen = held_out(atlas)
    test = np.array_split(np.random.default_rng(SEED).permutation(len(atlas)), FOLDS)[0]
    rows = np.setdiff1d(np.arange(len(atlas)), test)
    for facet in ("control", "category"):
        plain = make_pipeline(TfidfVectorizer(stop_words="english"), KNeighborsRegressor(20, metric="cosine"))
        theirs = plain.fit(texts[rows, 0], seen.truth[facet][rows]).predict(texts[test, 1])
        assert seen.predicted[facet]["plain"][test] == pytest.approx(theirs)


def test_measures_are_those_of_scikit_learn_and_of_the_definition(atlas):
    seen = held_out(atlas)
    truth, p = seen.truth["control"], seen.predicted["control"]["mapping"]
    assert average_precision(truth, p) == pytest.approx([average_precision_score(*pair) for pair in zip(truth, p, strict=True)])
    table = evaluation(atlas, None, "brier")
    assert table["value"].iloc[0] == pytest.approx(brier_score_loss(truth.ravel(), p.ravel()))
    steps = calibration(truth, p)
    by_hand = (steps["count"] * (steps["said"] - steps["came_true"]).abs()).sum() / steps["count"].sum()
    assert (
        calibration_error(truth, p)[0] == pytest.approx(by_hand) == pytest.approx(evaluation(atlas, None, "calibration")["value"].iloc[0])
    )
    assert by_hand < 0.03


@pytest.mark.parametrize("picks", [[], PICKED])
def test_evidence_adds_up_to_the_probability(atlas, picks):
    placed = map_workflow(atlas, REPAIRS, picks)
    for facet in ("control", "reviewer_role"):
        for term in placed.chances[facet].index[[0, 3, -1]]:
            found, p = placed.evidence(term, facet), placed.chances[facet].at[term, "probability"]
            assert found["weight"].sum() == pytest.approx(np.log(p / (1 - p)))
            assert set(found["kind"]) == {"start", "word", "neighbour", *(["pick"] if picks else [])}
            supporting, opposing = most_telling(found)
            assert (supporting["weight"] > 0).all() and (opposing["weight"] < 0).all()
    words = found.loc[found["kind"] == "word", "what"]
    assert all(word in REPAIRS.casefold() for word in words)


def test_terms_that_exclude_each_other_sum_to_one_and_lists_are_in_order(atlas):
    placed = map_workflow(atlas, REPAIRS, PICKED)
    for facet in PREDICTED:
        assert placed.chances[facet]["probability"].is_monotonic_decreasing
        assert placed.chances[facet]["probability"].between(0, 1).all()
        assert placed.chances[facet]["share"].to_dict() == pytest.approx(atlas.facet(facet).table.mean().to_dict())
    for facet in ("category", "stage"):
        assert placed.chances[facet]["probability"].sum() == pytest.approx(1)
    for workflow, row in placed.nearest.iterrows():
        assert all(word in REPAIRS.casefold() for word in row["words"])
        assert list(row["terms"]) == [term for facet, term in PICKED if atlas.facet(facet).table.at[workflow, term]]


def test_the_filter_narrows_the_nearest_and_not_the_probabilities(atlas):
    regulated = Selection(category="Regulated AI")
    placed, all_of = map_workflow(atlas, REPAIRS, selection=regulated), map_workflow(atlas, REPAIRS)
    assert set(placed.nearest["category"]) == {"Regulated AI"}
    pd.testing.assert_frame_equal(placed.chances["control"], all_of.chances["control"])


@pytest.mark.parametrize("text", ["", "   ", "the of and", "zzz qqq xxyyz", "invoices", "<b>&</b> \x00 $$ ```", "猫 " * 50])
def test_too_little_is_not_guessed_from(atlas, text):
    placed = map_workflow(atlas, text)
    assert not placed.answered and not placed.chances and len(placed.known) < FEWEST_WORDS
    assert lifecycle_draft(atlas, placed).empty


def test_only_the_first_characters_are_read_and_unknown_terms_are_refused(atlas):
    assert map_workflow(atlas, REPAIRS + " " * LONGEST + "invoices").text == map_workflow(atlas, REPAIRS + " " * LONGEST).text
    for pick in (("input_kind", "No such kind"), ("control", "Audit trail")):
        with pytest.raises(KeyError):
            map_workflow(atlas, REPAIRS, [pick])


def test_an_atlas_too_small_to_learn_from_still_shows_what_is_near(small_atlas, lone_atlas):
    for atlas in (small_atlas, lone_atlas):
        text = "A model reads calls, keeps a log, and legal counsel reviews the case in doubt; field extraction"
        placed = map_workflow(atlas, text)
        assert placed.answered and not placed.chances and "learned from 30 or more" in placed.limits[0]
        assert not mapped(atlas, placed, "control").answered
        assert set(lifecycle_draft(atlas, placed)["part"]) >= {"Inputs", "Reviewed by"}
        for name in ("mapping-evaluation", "mapping-calibration"):
            assert not VIEWS[name](atlas).answered


@pytest.mark.parametrize("missing_facet", [*PICKS, *PREDICTED])
def test_an_atlas_without_a_facet_maps_the_rest(atlas, missing_facet):
    less = replace(atlas, _facets={name: facet for name, facet in atlas._facets.items() if name != missing_facet}, kept={})
    placed = map_workflow(less, REPAIRS)
    assert placed.answered and set(placed.chances) == set(PREDICTED) - {missing_facet}
    assert not mapped(less, placed, missing_facet).answered


def test_a_draft_is_an_entry_the_atlas_takes(atlas, tmp_path):
    placed = map_workflow(atlas, REPAIRS, PICKED)
    draft = lifecycle_draft(atlas, placed)
    for row in draft.itertuples():
        step, name = PARTS[row.part]
        assert row.item in getattr(getattr(atlas.entry(row.workflow).lifecycle, step), name)
    assert draft.groupby("part").size().max() <= 5 and not missing(draft)
    controls = list(placed.chances["control"].index[:6])
    entry = draft_entry(atlas, placed, "Tenant repairs", draft, category="Operational AI", stage="Emerging", controls=controls)
    folder = tmp_path / "atlas" / "workflows" / "operational-ai"
    folder.mkdir(parents=True)
    (folder / f"{entry.id}.yaml").write_text(dump_entry(entry), encoding="utf-8")
    assert not check_atlas(tmp_path / "atlas").problems
    text = as_markdown(placed, entry, draft)
    assert all(control in text for control in controls) and REPAIRS in text


def test_an_edited_draft_keeps_the_edits_and_names_what_is_missing(atlas):
    placed = map_workflow(atlas, REPAIRS)
    draft = lifecycle_draft(atlas, placed)[["part", "item", "origin"]]
    more = pd.DataFrame({"part": ["Inputs", "Inputs", None], "item": ["a voice note", None, "lost"], "origin": [None] * 3})
    chosen = {"category": "Operational AI", "stage": "Emerging", "controls": ["Identity"]}
    entry = draft_entry(atlas, placed, "AI Phishing Report Triage", pd.concat([draft, more]), **chosen)
    assert "a voice note" in entry.lifecycle.ingest.inputs and entry.id == "ai-phishing-report-triage-2"
    with pytest.raises(ValueError, match="a title, “Reviewed by”"):
        draft_entry(atlas, placed, " ", draft[draft["part"] != "Reviewed by"], **chosen)


@pytest.mark.parametrize("name", ["mapping-evaluation", "mapping-calibration"])
@pytest.mark.parametrize("selection", [Selection(), Selection(category="Frontier AI"), Selection(text="phishing report triage")])
def test_evaluation_views_say_what_they_can_and_their_code_gives_their_table(atlas, name, selection):
    seen = VIEWS[name](atlas, selection)
    assert seen.title and seen.answered == (seen.n >= 15)
    if seen.answered:
        scope = {"atlas": atlas, "selection": selection}
        exec(seen.code, scope)
        pd.testing.assert_frame_equal(scope["table"], seen.table)


def test_the_code_of_a_mapped_view_gives_its_table(atlas):
    seen = mapped(atlas, map_workflow(atlas, REPAIRS, PICKED), "reviewer_role", 6)
    scope = {"atlas": atlas, "selection": None}
    exec(seen.code, scope)
    pd.testing.assert_frame_equal(scope["table"], seen.table)


def test_a_brief_of_a_described_workflow_says_what_the_map_and_the_draft_say(atlas):
    placed = map_workflow(atlas, REPAIRS, PICKED)
    draft, chances = lifecycle_draft(atlas, placed), placed.chances["control"]["probability"]
    controls = list(chances.index[:5])
    described = Described(placed, "Tenant repairs", draft, "Operational AI", "Emerging", controls)
    made = mapped_brief(atlas, described, prospect="Acme", have=controls[:2], partial=controls[2:3], day=date(2026, 11, 21))
    sections = {section.key: section for section in made.sections}
    assert made.title == "Acme: Tenant repairs" and made.scope == "6 of 207 workflows, nearest to the description"
    assert REPAIRS in sections["workflow"].sentences and list(sections["workflow"].table.index) == list(placed.nearest.index)
    said = dict(re.findall(r"([A-Z][^;,(]*?) \((\d+)%\)", sections["controls"].sentences[0].partition(": ")[2]))
    assert {term.removeprefix("and "): int(p) for term, p in said.items()} == {
        t: round(100 * p) for t, p in chances[chances >= 0.5].head(8).items()
    }
    for term, row in sections["controls"].table.iterrows():
        supporting, opposing = most_telling(placed.evidence(term), 3)
        assert [len(row["for"]), len(row["against"])] == [len(supporting), len(opposing)]
        assert all(any(str(what) in reason for reason in row["for"]) for what in supporting["what"])
    assert set(draft["item"]) == {item for items in sections["lifecycle"].table["items"] for item in items}
    assert sections["coverage"].sentences[0].startswith("The platform supports 2 of 5 chosen controls in full. Not yet:")
    assert sections["companies"].heading.startswith("Nearest workflows: ") and set(sections["sources"].table.index) == set(
        placed.nearest.index
    )
    assert REPAIRS in to_html(made) and to_pptx(made) and to_workbook(made)


def test_an_atlas_too_small_to_learn_from_still_gives_a_brief_and_nothing_described_gives_none(small_atlas, atlas):
    placed = map_workflow(small_atlas, "A model reads calls, keeps a log, and legal counsel reviews the case in doubt; field extraction")
    empty = pd.DataFrame(columns=["part", "item"])
    made = mapped_brief(small_atlas, Described(placed, " ", empty, "", "", []))
    assert made.name == "Described workflow" and to_html(made) and to_pptx(made) and to_workbook(made)
    with pytest.raises(ValueError, match="too little"):
        mapped_brief(atlas, Described(map_workflow(atlas, ""), "", empty, "", "", []))
