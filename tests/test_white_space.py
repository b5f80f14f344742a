"""Presence, relatedness and density against the ecomplexity package and loops; gaps and crowded cells against the files."""

import numpy as np
import pandas as pd
import pytest
from ecomplexity import ecomplexity, proximity
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import hypergeom

from analysis import Selection, matrix
from analysis.white_space import crowded, density, presence, relatedness, white_space

PAIRS = [("category", "capability_family"), ("buyer_industry", "control"), ("buyer_function", "capability_family")]
matrices = arrays(np.int64, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=st.integers(0, 9))
# The package knows neither empty rows nor empty columns, so those are dropped before it is asked, as they are here.
full = matrices.map(lambda x: x[x.any(axis=1)][:, x.any(axis=0)]).filter(lambda x: min(x.shape) >= 2)


def package(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """RCA, presence, proximity and density as ecomplexity has them; names sort as the positions do."""
    rows, columns = counts.shape
    data = pd.DataFrame([(1, i, j, counts[i, j]) for i in range(rows) for j in range(columns)], columns=["t", "r", "c", "v"])
    names = {"time": "t", "loc": "r", "prod": "c", "val": "v"}
    told = ecomplexity(data, names, verbose=False, check_logsupermodularity=False).sort_values(["r", "c"])
    near = proximity(data, names).sort_values(["c_1", "c_2"])["proximity"].to_numpy().reshape(columns, columns)
    return (
        *(told[name].to_numpy(dtype=float).reshape(rows, columns) for name in ("rca", "mcp")),
        near,
        told["density"].to_numpy().reshape(rows, columns),
    )


def check_against_the_package(counts: np.ndarray) -> None:
    rca, mcp, near, dense = package(counts)
    present = presence(counts)
    exact = np.abs(rca - 1) > 1e-9  # where RCA is 1 the package's fractions may fall on either side
    assert (present == (mcp == 1))[exact].all() and present[~exact].all()
    if exact.all():
        np.testing.assert_allclose(relatedness(present), near, atol=1e-12)
        np.testing.assert_allclose(density(present, relatedness(present)), dense, atol=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("rows", "columns"), PAIRS)
@pytest.mark.parametrize("conditions", [{}, {"stage": ["Scaling", "Established"]}], ids=str)
def test_the_atlas_gives_what_the_ecomplexity_package_gives(atlas, rows, columns, conditions):
    counts = matrix(atlas, rows, columns, Selection(**conditions)).to_numpy()
    check_against_the_package(counts[counts.any(axis=1)][:, counts.any(axis=0)])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(6))
def test_generated_tables_give_what_the_package_gives(seed):
    counts = np.random.default_rng(seed).poisson(3.0, (7, 9))
    check_against_the_package(counts[counts.any(axis=1)][:, counts.any(axis=0)])


@given(full)
def test_presence_relatedness_and_density_are_their_definitions_term_by_term(counts):
    present = presence(counts)
    rows, columns = counts.shape
    for i in range(rows):
        for j in range(columns):
            rca = (counts[i, j] / counts[i].sum()) / (counts[:, j].sum() / counts.sum())
            assert present[i, j] == (rca >= 1 - 1e-12)
    phi = relatedness(present)
    omega = density(present, phi)
    where = [{i for i in range(rows) if present[i, j]} for j in range(columns)]
    for i in range(columns):
        for j in range(columns):
            both = len(where[i] & where[j])
            assert phi[i, j] == pytest.approx(min(both / len(where[i]), both / len(where[j])))
        for r in range(rows):
            assert omega[r, i] == pytest.approx(sum(phi[k, i] for k in range(columns) if present[r, k]) / phi[:, i].sum())


def test_every_row_and_column_that_occurs_is_present_somewhere(atlas):
    for rows, columns in PAIRS:
        counts = matrix(atlas, rows, columns).to_numpy()
        present = presence(counts)
        assert (present.any(axis=0) == counts.any(axis=0)).all() and (present.any(axis=1) == counts.any(axis=1)).all()


@pytest.mark.parametrize(("rows", "columns"), PAIRS)
@pytest.mark.parametrize("lacking", [0, 2])
def test_a_gap_lists_what_the_files_hold(atlas, tags, entries, pick, rows, columns, lacking):
    chosen = pick(stage=["Scaling", "Emerging"])
    titles = {entry["id"]: entry["title"] for entry in entries}
    having = {name: {t: {w for w in chosen if t in tags[name][w]} for t in atlas.facet(name).terms} for name in (rows, columns)}
    gaps = white_space(atlas, rows, columns, Selection(stage=["Scaling", "Emerging"]), lacking)
    assert len(gaps) and gaps["score"].is_monotonic_decreasing
    counts = matrix(atlas, rows, columns, Selection(stage=["Scaling", "Emerging"]))
    present = pd.DataFrame(presence(counts.to_numpy()), counts.index, counts.columns)
    for (row, column), gap in gaps.iterrows():
        mine, wanted = having[rows][row], having[columns][column]
        assert gap["count"] == len(mine & wanted) <= lacking and not present.at[row, column]
        assert gap["demand"] == pytest.approx(len(mine) * len(wanted) / len(chosen))
        assert gap["score"] == pytest.approx(gap["density"] * gap["demand"])
        assert gap["chance"] == pytest.approx(hypergeom(len(chosen), len(mine), len(wanted)).cdf(gap["count"]))
        near = mine & having[columns][gap["nearest"]]
        assert present.at[row, gap["nearest"]] and gap["near"] == len(near)
        assert gap["builders"] == len(set().union(*(tags["company"][w] for w in near)))
        assert set(gap["examples"]) <= {titles[w] for w in near} and len(gap["examples"]) == min(3, len(near))


def test_every_lacking_pair_with_a_related_neighbour_is_listed(atlas):
    counts = matrix(atlas, "category", "capability_family").to_numpy()
    present = presence(counts)
    wanted = (counts == 0) & ~present & (density(present, relatedness(present)) > 0)
    assert len(white_space(atlas, "category", "capability_family")) == wanted.sum() > 0
    assert len(white_space(atlas, "category", "capability_family", limit=2)) == 2


@pytest.mark.parametrize("by", ["count", "builders"])
def test_crowded_cells_are_counted_in_the_files(atlas, tags, by):
    cells = crowded(atlas, "buyer_industry", "control", by=by)
    assert cells[by].is_monotonic_decreasing
    for (industry, control), cell in cells.iterrows():
        inside = [w for w in tags["control"] if industry in tags["buyer_industry"][w] and control in tags["control"][w]]
        assert cell["count"] == len(inside) > 0
        assert cell["builders"] == len(set().union(*(tags["company"][w] for w in inside)))
    counts = matrix(atlas, "buyer_industry", "control").to_numpy()
    assert len(cells) == (counts > 0).sum() and (crowded(atlas, "buyer_industry", "control", by=by, limit=4)).equals(cells.head(4))


@pytest.mark.parametrize("text", ["phishing report triage", "zzz-not-there"])
def test_one_workflow_or_none_has_no_gap(atlas, text):
    assert len(white_space(atlas, "category", "capability_family", Selection(text=text))) == 0


def test_an_atlas_without_companies_counts_no_builders(lone_atlas):
    assert crowded(lone_atlas, "category", "control")["builders"].tolist() == [0]
