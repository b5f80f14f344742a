"""What is computed in another way where workflows are many says what it says where they are few."""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import Selection, counting, kernel, resampling, rules, similarity
from analysis.brief import brief
from analysis.brief_parts import LISTED
from analysis.bundles import bundles, closed_sets
from analysis.categories import areas, paths
from analysis.companies import builders, evidence, evidence_of, known
from analysis.complexity import parts, quantile, tallies
from analysis.platform import blocking, by_term, fit, states
from analysis.profiles import maturity_test, profile_similarity
from analysis.views import VIEWS
from analysis.views.view import MOST
from atlas_data import load_atlas
from atlas_data.generating import generate

SOME = Selection(category=["Regulated AI", "Operational AI"])


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "synthetic.parquet"
    generate(path, 6_000, seed=3)
    return load_atlas(path)


def test_sets_counted_at_once_are_those_counted_one_by_one(atlas, monkeypatch):
    def found():
        sets, count = closed_sets.__wrapped__(atlas, "control", SOME, 4)
        every = {tuple(np.flatnonzero(row)): int(n) for row, n in zip(sets, count, strict=True)}
        return every, bundles(atlas, "control", SOME, 4), rules(atlas, "control", SOME, 5)

    one_by_one = found()
    atlas.kept.clear()
    monkeypatch.setattr(sys.modules["analysis.bundles"], "_MANY", 1)
    at_once = found()
    atlas.kept.clear()
    assert at_once[0] == one_by_one[0]
    pd.testing.assert_frame_equal(at_once[1], one_by_one[1])
    pd.testing.assert_frame_equal(at_once[2], one_by_one[2])


def test_distinct_sets_are_those_of_the_rows(large):
    for facet in ("control", "company"):
        sets, count = counting.per_set(large, facet, SOME)
        rows = pd.Series(map(tuple, counting.per_workflow(large, facet, SOME).tolist())).value_counts()
        assert {tuple(row): n for row, n in zip(sets.tolist(), count.tolist(), strict=True)} == rows.to_dict()


def test_resampling_by_counts_gives_the_intervals_of_resampling_workflows(large, monkeypatch):
    by_counts = profile_similarity(large, resamples=1_000), maturity_test(large, permutations=500)
    monkeypatch.setattr(resampling, "LARGE", 10**9)
    by_rows = profile_similarity(large, resamples=150), maturity_test(large, permutations=100)
    assert np.abs(by_counts[0] - by_rows[0]).to_numpy()[:, :3].max() < 0.004
    ours, theirs = by_counts[1].stages, by_rows[1].stages
    assert np.allclose(ours["divergence"], theirs["divergence"])
    assert (np.abs(ours - theirs)[["expected", "low", "high"]].to_numpy() < 0.3 * theirs[["high"]].to_numpy()).all()
    assert by_counts[1].effect == pytest.approx(by_rows[1].effect, abs=0.003)


def test_tallies_are_the_counts_of_the_values(large):
    table = parts(large, SOME)
    for part, (values, count) in tallies(large, SOME).items():
        assert values.tolist() == sorted(set(table[part].round(9))) and count.sum() == len(table)
        assert quantile(values, count, 0.1) == pytest.approx(table[part].quantile(0.1))
        assert quantile(values, count, 0.75) == pytest.approx(table[part].quantile(0.75))


@pytest.mark.parametrize("by", ["stage", "buyer_function"])
def test_areas_hold_as_many_workflows_as_the_map_has_leaves(large, by):
    table = areas(large, by, SOME).set_index(["category", by])["workflows"]
    leaves = paths(large, by, SOME).groupby(["category", by], observed=True).size()
    assert table.to_dict() == leaves.to_dict()


def test_a_part_of_a_list_is_the_beginning_of_the_whole(large):
    whole = builders(large, SOME)
    few = whole[whole["known"] <= 2].sort_values("known", kind="stable").head(30)
    pd.testing.assert_frame_equal(builders(large, SOME, few=2, most=30), few)
    assert (known(large, SOME) == whole["known"]).all()
    lines = evidence(large, SOME)
    who = lines["company"].iloc[0]
    pd.testing.assert_frame_equal(evidence_of(large, who, SOME), lines[lines["company"] == who].reset_index(drop=True))


def test_rows_that_meet_a_mask_share_a_workflow_with_it(large):
    companies, mask = kernel.facet_words(large.facet("company")), SOME.mask(large)
    assert (kernel.meets(companies, mask) == (counting.per_term(large, "company", SOME) > 0)).all()


def test_terms_asked_of_few_workflows_are_those_looked_for_in_all(large, monkeypatch):
    monkeypatch.setattr(counting, "_LONG_ROW", 1)
    some, met = SOME.mask(large), kernel.meets
    monkeypatch.setattr(kernel, "meets", lambda *_: pytest.fail("read every word"))
    for facet in ("company", "control"):
        words = kernel.facet_words(large.facet(facet))
        for mask in (some, some & kernel.facet_words(large.facet("risk_family"))[0], np.zeros_like(some), Selection().mask(large)):
            assert (counting.occurring(large, facet, mask) == met(words, mask)).all()
    monkeypatch.setattr(counting, "_MOST_ASKED", 1)
    monkeypatch.setattr(kernel, "meets", met)
    assert (counting.occurring(large, "company", some) == met(kernel.facet_words(large.facet("company")), some)).all()


def test_a_large_atlas_without_any_company_is_read_and_shown(tmp_path, monkeypatch):
    path = tmp_path / "synthetic.parquet"
    generate(path, 6_000, seed=3)
    table = pq.read_table(path)
    at = table.schema.get_field_index("companies")
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array([[]] * len(table), table.schema.field(at).type)), path)
    monkeypatch.setattr(counting, "_LONG_ROW", 1)
    bare = load_atlas(path)
    assert len(bare) == 6_000 and not len(bare.facet("company").terms)
    for name in ("companies", "investor-map", "white-space", "crowded-cells", "few-builders"):
        assert VIEWS[name](bare, SOME).title
    assert not VIEWS["investor-map"](bare, SOME).table["builders"].any()


def test_the_most_similar_workflows_of_many_are_those_of_a_scan(large):
    near = similarity(large, "synthetic-0000007", n=5)
    names = ("control", "capability_family", "buyer_function", "buyer_industry", "reviewer_role", "risk_family")
    table = np.hstack([large.facet(name).table.to_numpy() for name in names])
    weight = -np.log2(np.maximum(table.mean(axis=0), 1 / len(large)))
    score = ((table & table[6]) @ weight) / ((table | table[6]) @ weight)
    assert near["similarity"].to_numpy() == pytest.approx(np.sort(np.delete(score, 6))[::-1][:5])


def test_no_view_sends_more_than_a_browser_bears(large):
    for name, maker in VIEWS.items():
        if maker.page != "map_workflow":  # learns for some seconds
            view = maker(large, SOME)
            assert len(view.table) <= MOST, name
            assert len(str(view.figure)) < 400_000, name


def test_ids_are_looked_up_without_a_table_of_all_ids(large):
    ids = large.workflows.index
    asked = [*ids[[5_999, 0, 17, 17]], "nobody", "", "zzz"]
    assert large.places(asked).tolist() == [5_999, 0, 17, 17, -1, -1, -1]
    assert list(large.rows(asked[:4]).index) == asked[:4] and ids[3] in large and "nobody" not in large and 3 not in large
    with pytest.raises(KeyError, match="no workflow 'nobody'"):
        large.rows(["nobody"])


def test_no_view_or_brief_makes_pandas_keep_a_table_of_all_ids(large, monkeypatch):
    engine = vars(pd.Index)["_engine"]

    def refused(index):
        assert len(index) < len(large) or index.name != "workflow", "a table of all ids: Atlas.places finds them without"
        return engine.__get__(index)

    monkeypatch.setattr(pd.Index, "_engine", property(refused))
    large.kept.clear()
    for maker in VIEWS.values():
        if maker.page != "map_workflow":
            maker(large)
    made = brief(large, address="https://atlas.example")
    assert made.n == len(large) and all(len(section.arrow) for section in made.sections if not section.empty)
    assert similarity(large, "synthetic-0000007", n=3).notna().all(axis=None)


def test_a_brief_counts_every_workflow_and_names_the_first(large):
    made = brief(large, SOME, have=("Identity",))
    table = fit(large, ("Identity",), (), SOME)
    assert made.n == len(table) > LISTED == len(made.workflows) and f"the first {LISTED}" in made.basis
    said = {section.key: " ".join(section.sentences) for section in made.sections}
    assert f"fully covers {(table['state'] == 'full').sum():,} of {made.n:,}" in said["coverage"]
    known_in = builders(large, SOME)["known"]
    assert f"with evidence in {(known_in > 0).sum():,} of {made.n:,}" in said["companies"]
    assert sum(len(section.table) for section in made.sections) < 10 * LISTED


def test_a_platform_is_counted_as_its_table_says(large):
    full, partial = tuple(large.facet("control").terms[:12]), tuple(large.facet("control").terms[12:18])
    table, found = fit(large, full, partial, SOME), states(large, full, partial, SOME)
    member = large.facet("buyer_function").table.loc[table.index]
    counts = member.groupby(table["state"].to_numpy()).sum().T[["full", "partial", "missing"]]
    assert (by_term(large, found, "buyer_function") == counts[counts.sum(axis=1) > 0]).all(axis=None)
    missing = table["missing"].explode().value_counts()
    assert blocking(large, full, partial, SOME)["blocked"].to_dict() == missing.to_dict()
