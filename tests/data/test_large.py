"""An atlas of one Parquet table, and the synthetic atlases written to such files."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given

from analysis import Selection
from atlas_data import AtlasError, load_atlas, read_atlas
from atlas_data.__main__ import main
from atlas_data.atlas import _searchable
from atlas_data.formats import FORMATS, columns, write_atlas
from atlas_data.generating import SWAPPED, generate
from atlas_data.searching import index_of_texts

SIZE = 10_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "synthetic.parquet"
    generate(path, SIZE, seed=7)
    return path


@pytest.fixture(scope="module")
def large(file):
    return load_atlas(file)


@pytest.fixture(scope="module")
def same(atlas, tmp_path_factory):
    """The packaged atlas, read from one table in several row groups."""
    path = tmp_path_factory.mktemp("large") / "packaged.parquet"
    pq.write_table(columns.table(map(atlas.entry, atlas.workflows.index)), path, row_group_size=50)
    return load_atlas(path)


def test_an_atlas_read_from_one_table_is_the_same_atlas(atlas, same):
    assert same.facets == atlas.facets and not same.origin
    for name in atlas.facets:
        ours, theirs = same.facet(name), atlas.facet(name)
        ids = theirs.table.index.astype(ours.table.index.dtype)  # those of a small atlas need not be in Arrow
        pd.testing.assert_frame_equal(ours.table, theirs.table.set_axis(ids))
        assert ours.multiple == theirs.multiple and ours.ordered == theirs.ordered and ours.definitions == theirs.definitions
    for column, values in atlas.workflows.items():
        assert same.workflows[column].astype(object).where(same.workflows[column].notna(), None).tolist() == (
            values.astype(object).where(values.notna(), None).tolist()
        )
    assert [same.entry(name) for name in same.workflows.index[::20]] == [atlas.entry(name) for name in atlas.workflows.index[::20]]
    assert same.text.equals(atlas.text)


WORDS = st.one_of(st.text(max_size=4), st.sampled_from(["claim", "AI ", "review", "İ", "ß", "e-", "synthetic 12", "zzz", "acme claims"]))


@given(WORDS)
@example("a")
def test_the_index_finds_what_a_scan_of_all_text_finds(atlas, same, text):
    for one in (atlas, same):
        found = np.ones(len(one), dtype=bool)
        for word in text.casefold().split():
            found &= atlas.text.str.contains(word, regex=False).to_numpy(dtype=bool)
        assert Selection(text=text).ids(one).tolist() == one.workflows.index[found].tolist()


@given(
    st.lists(st.text(st.sampled_from("aBß \n\u3000é"), max_size=12), max_size=9), st.text(st.sampled_from("abßSé"), min_size=1, max_size=3)
)
def test_the_index_of_any_texts_finds_substrings_whatever_the_case(texts, word):
    bits = index_of_texts(texts).having(word)
    assert [bool(bits[i // 64] >> np.uint64(i % 64) & np.uint64(1)) for i in range(len(texts))] == [
        word.casefold() in text.casefold() for text in texts
    ]


def test_a_search_of_a_large_atlas_agrees_with_its_entries(large):
    texts = {name: _searchable(large.entry(name)) for name in large.workflows.index[::500]}
    for word in ("claims", "synthetic", "report", "01", "(s", "a"):
        found = set(Selection(text=word).ids(large))
        assert {name: name in found for name in texts} == {name: word in text for name, text in texts.items()}


def test_everything_says_that_it_is_synthetic(large):
    assert large.origin == "synthetic" and large.name == "Synthetic atlas of 10,000 workflows, seed 7"
    assert large.workflows.index.str.startswith("synthetic-").all()
    assert large.workflows["title"].str.contains("(synthetic ", regex=False).all()
    assert set(large.workflows["provenance"]) == {"synthetic"}
    entry = large.entry("synthetic-0000042")
    for text in (entry.summary, entry.what_it_is, entry.why_it_matters, *(company.name for company in entry.companies)):
        assert text.startswith("Synthetic")


def test_terms_are_as_frequent_and_go_together_as_in_the_packaged_atlas(atlas, large):
    for name in set(atlas.facets) - {"company"}:
        ours, theirs = (one.facet(name).table.to_numpy(dtype=float) for one in (large, atlas))
        assert np.abs(ours.mean(axis=0) - theirs.mean(axis=0)).max() < 0.025, name
    names = ("category", "control", "buyer_function", "reviewer_role", "capability_family")
    pairs = [np.corrcoef(np.hstack([one.facet(name).table.to_numpy(dtype=float) for name in names]).T) for one in (large, atlas)]
    above = np.triu_indices(len(pairs[0]), 1)
    ours, theirs = pairs[0][above], pairs[1][above]
    kept = (1 - SWAPPED) ** 2 + SWAPPED**2
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97 and kept - 0.05 < np.polyfit(theirs, ours, 1)[0] < 1.0


def test_each_list_is_as_long_as_that_of_a_packaged_workflow_and_holds_nothing_twice(atlas, large):
    assert set(large.workflows["controls"]) <= set(atlas.workflows["controls"])
    assert (large.facet("control").table.sum(axis=1) == large.workflows["controls"]).all()


def test_a_seed_gives_the_same_workflows_and_another_seed_others(file, tmp_path):
    again, other = tmp_path / "again.parquet", tmp_path / "other.parquet"
    generate(again, SIZE, seed=7)
    generate(other, SIZE, seed=8)
    assert again.read_bytes() == file.read_bytes() != other.read_bytes()


def test_the_command_writes_a_file_once(tmp_path, capsys):
    out = tmp_path / "few.parquet"
    assert main(["generate", "--workflows", "70", "--seed", "1", str(out)]) == 0
    assert "70 synthetic workflows written" in capsys.readouterr().out and len(load_atlas(out)) == 70
    assert main(["generate", "--workflows", "70", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["generate", "--workflows", "0", str(tmp_path / "none.parquet")]) == 1


def test_what_is_wrong_with_a_table_is_told(atlas, tmp_path):
    rows = columns.table([atlas.entry(atlas.workflows.index[0])] * 2)
    for changed, said in (
        (rows, f"2: id: {atlas.workflows.index[0]!r} is already used in row 1"),
        (rows.drop_columns(["buyers"]), "buyers: is a needed column and missing"),
        (rows.slice(0, 0), "holds no workflows"),
        (rows.set_column(0, "id", [["Not a slug", "b"]]), "1: id: 'Not a slug': is not an id: lower-case words"),
        (rows.slice(0, 1).set_column(3, "stage", [["Scalling"]]), "1: stage: 'Scalling' is not in the vocabulary; did you mean 'scaling'"),
        (rows.set_column(10, "buyers", [["a", "b"]]), "buyers: holds text; it must hold lists of text"),
        (rows.slice(0, 1).set_column(3, "stage", [pa.array([None], pa.string())]), "1: stage: is required and missing"),
        (rows.select(["id", "stage"]), "is one Parquet table; bring the zip"),
    ):
        path = tmp_path / f"{len(said)}.parquet"
        pq.write_table(changed, path)
        with pytest.raises(AtlasError, match=said.replace("(", r"\(")):
            load_atlas(path)
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(AtlasError, match="is not a readable Parquet file"):
        load_atlas(path)


def _with(rows: pa.Table, place: int, **cells) -> pa.Table:
    """The rows with other cells in one of them."""
    content = rows.to_pylist()
    content[place] |= cells
    plain = pa.schema([(field.name, columns._plain(field.type)) for field in columns.SCHEMA])
    return pa.Table.from_pylist(content, plain).cast(columns.SCHEMA)


COMPANY = {
    "name": "Acme",
    "product": None,
    "role": "vendor",
    "website": None,
    "evidence_url": "https://example.com",
    "evidence": "It does.",
}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"id": None}, "3: id: is required and missing"),
        ({"id": "x" * 81}, "3: id: 'xxx"),
        ({"id": " pay "}, "3: id: ' pay ' has white space around it; take it off"),
        ({"title": None}, "3: title: is required and missing"),
        ({"title": " "}, "3: title: is empty"),
        ({"title": "x" * 500}, "3: title: 'xxx"),
        ({"date": None}, "3: date: is required and missing"),
        ({"provenance": None}, "3: provenance: is required and missing"),
        ({"provenance": "hearsay"}, "3: provenance: 'hearsay': input should be 'catalogue', 'curated', 'own' or 'synthetic'"),
        ({"provenance": "catalogue"}, "3: provenance: a catalogue entry names the page it was read from"),
        ({"provenance": "curated"}, "3: provenance: a curated entry names at least one page"),
        ({"source": "foo"}, "3: source: 'foo': is not the address of a page"),
        ({"controls": None}, "3: controls: is required and missing"),
        ({"controls": []}, "3: controls: is empty; list at least one"),
        ({"controls": ["Identity", None]}, "3: controls[1]: None: input should be a valid string"),
        ({"controls": ["Identity", "Metering", "identity"]}, "3: controls[2]: 'identity': is listed twice"),
        ({"monitoring": [f"watch {i % 90}" for i in range(91)]}, "3: monitoring[90]: 'watch 0': is listed twice"),
        ({"risks": None}, "3: risks: is required and missing"),
        ({"risks": [None]}, "3: risks[0]: None: expected 'key: value' lines"),
        ({"risks": [{"text": None, "family": "Unsupported output"}]}, "3: risks[0].text: is required and missing"),
        ({"companies": [COMPANY | {"role": "seller"}]}, "3: companies[0].role: 'seller': input should be 'vendor' or 'adopter'"),
        ({"companies": [COMPANY | {"evidence_url": "foo"}]}, "3: companies[0].evidence_url: 'foo': is not the address of a page"),
        ({"companies": [COMPANY | {"website": "https://a.b"}]}, "3: companies[0].website: 'https://a.b': is not the domain"),
    ],
)
def test_what_is_wrong_with_a_row_of_a_table_is_told_by_row_and_column_when_it_is_loaded(cells, told, file, tmp_path):
    rows = pq.read_table(file).slice(0, 5)
    path = tmp_path / "own.parquet"
    pq.write_table(_with(rows, 2, **cells), path)
    with pytest.raises(AtlasError) as error:
        load_atlas(path)
    assert len(error.value.problems) == 1 and str(error.value.problems[0]).startswith(f"own.parquet:{told}")


def test_problems_of_several_rows_and_kinds_come_in_one_round_and_the_thousandth_is_not_the_last_counted(file, tmp_path):
    rows = pq.read_table(file).slice(0, 3_000)
    mixed, many = tmp_path / "mixed.parquet", tmp_path / "many.parquet"
    wrong = _with(_with(rows.slice(0, 9), 7, title=None, risks=[]), 4, stage="Scalling", id="synthetic-0000001")
    pq.write_table(wrong, mixed, row_group_size=3)
    with pytest.raises(AtlasError) as error:
        load_atlas(mixed)
    assert {(problem.line, problem.field) for problem in error.value.problems} == {(8, "title"), (8, "risks"), (5, "stage"), (5, "id")}
    pq.write_table(rows.set_column(1, "title", pa.nulls(3_000, pa.string())), many)
    with pytest.raises(AtlasError) as error:
        load_atlas(many)
    assert len(error.value.problems) == 1_001
    assert str(error.value.problems[-1]) == "many.parquet: has 2,000 more problems like these"


def test_what_may_be_left_out_of_a_table_may_be_null_and_a_long_list_is_sound(file, tmp_path):
    rows = pq.read_table(file).slice(0, 5)
    left_out = dict.fromkeys(("retention", "monitoring", "completed", "requirements", "companies", "sources"))
    path = tmp_path / "own.parquet"
    pq.write_table(_with(_with(rows, 2, **left_out), 3, monitoring=[f"watch {i}" for i in range(90)]), path)
    atlas = load_atlas(path)
    assert atlas.entry("synthetic-0000003").companies == [] and len(atlas.entry("synthetic-0000004").lifecycle.retain.monitoring) == 90
    assert len(atlas.some(np.arange(5))) == 5


@pytest.mark.parametrize("name", FORMATS)
def test_an_atlas_brought_in_another_format_still_says_that_it_is_synthetic(name, large):
    data = write_atlas(large, name, large.workflows.index[:3])
    assert read_atlas(data, f"brought{FORMATS[name].ending}").origin == "synthetic"


def test_a_table_that_says_nothing_about_itself_is_synthetic_by_its_workflows(file, tmp_path):
    path = tmp_path / "bare.parquet"
    pq.write_table(pq.read_table(file).slice(0, 5).replace_schema_metadata(), path)
    assert load_atlas(path).origin == "synthetic"
