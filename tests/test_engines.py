"""An atlas in a database gives the frames that the same atlas gives in memory, whatever engine counts."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Selection, counting, kernel
from analysis.axes import axis
from analysis.keeping import packed, unpacked
from analysis.listing import ordered
from analysis.selection import apart, mask_of, members
from analysis.views import VIEWS
from atlas_data import Atlas, AtlasError, Workflow, load_atlas
from atlas_data.__main__ import main
from atlas_data.atlas import build_atlas
from atlas_data.engines import writing
from atlas_data.engines.writing import write_database
from atlas_data.taxonomy import load_taxonomy

ENGINES = ("duckdb", "postgresql", "spark")
QUERIES = 60  # of a view whose answers nobody asked for before
PULLS = {  # what a view reads of every workflow, once; all others leave the counting to the engine
    "category-map": {"f_category", "workflows: place, id", "workflows: place, title"},
    "categories": {"f_category", "workflows: place, id"},
    "stage-mix": {"f_category", "workflows: place, id"},
    "companies": {"companies"},
    "company": {"companies"},
    "known-builders": {"f_company"},
    "few-builders": {"companies", "f_company"},
    "comparison": {f"f_{name}" for name in ("buyer_function", "buyer_industry", "capability_family", "control", "layer", "reviewer_role",
                                             "risk_family", "stage")},
    "complexity-spread": {"f_category", "workflows: place, id", "workflows: place, title"},
    "placement": {"f_category", "workflows: place, id"},
    "unlocked": {"f_control"},
    "intersections": {"f_control"},  # of 20,000 workflows and more, as the next two: nothing
    "bundles": {"f_control"},
    "rules": {"f_control"},
    "white-space": {"workflows: place, id", "workflows: place, title"},
    "workflows": {"f_category", "workflows: place, id", "workflows: place, title"},
}  # fmt: skip
BROAD, STRICT, NARROW = (
    Selection(
        category=["Regulated AI", "Operational AI", "Enterprise AI"],
        control=["Audit trail", "Identity"],
        text="record",
        exclude={"stage": "Established", "company": "Google"},
    ),
    Selection(control=["Audit trail", "Identity"], match={"control": "all"}, text="review", exclude={"company": "Microsoft"}),
    Selection(stage=["Scaling", "Emerging"], text="review claims"),
)
HOSTILE = [
    "%", "_", "\\", "'", '"', "''", "--", ";", "\\'", "a%b", "a_b", "{x}", ":x", "$1", "?", "İ",
    "i̇", "ß", "SS", "ẞ", "é", "🤖", "\0", "\u2028", "<b>",
]  # fmt: skip


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    """Where each engine takes an atlas: a function of a name, or the reason why there is none."""
    folder = tmp_path_factory.mktemp("engines")
    found = {"duckdb": lambda name: f"duckdb://{folder}/{name}.duckdb", "spark": lambda name: f"spark://{folder}/{name}"}
    for engine, module in (("duckdb", "duckdb"), ("spark", "pyspark"), ("postgresql", "psycopg")):
        if importlib.util.find_spec("ibis") is None or importlib.util.find_spec(module) is None:
            extra = "spark" if engine == "spark" else "engines"
            found[engine] = f"needs ibis and {module}, which are not installed: pip install -e '.[{extra}]'"
    if shutil.which("java") is None and callable(found["spark"]):
        found["spark"] = "needs Java, which was not found"
    stop = None
    if not isinstance(found.get("postgresql"), str):
        found["postgresql"], stop = _cluster()
    yield found
    if stop:
        stop()


def _cluster():
    """A PostgreSQL of its own for these tests, and what ends it; or why there is none."""
    homes = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path(shutil.which("initdb") or "/").parent]
    home = next((home for home in homes if (home / "initdb").exists() and (home / "pg_ctl").exists()), None)
    if home is None:
        return "needs initdb and pg_ctl of PostgreSQL, which were not found", None
    folder = Path(tempfile.mkdtemp(prefix="atlas-engines-"))  # the folders of pytest are closed to other users
    as_who = []
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        if shutil.which("setpriv") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
            return "PostgreSQL does not run as root, and there is no user postgres to run it", None
        as_who = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    for command in (
        [home / "initdb", "-D", data, "-A", "trust", "-U", "atlas", "-E", "UTF8", "--locale=C", "--no-sync"],
        [home / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start"],
    ):
        done = subprocess.run([*as_who, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
        if done.returncode:
            return f"PostgreSQL did not start: {done.stderr.strip()[-200:]}", None

    import psycopg

    def place(name: str) -> str:
        with psycopg.connect(f"postgresql://atlas@127.0.0.1:{port}/postgres", autocommit=True) as database:
            database.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql://atlas@127.0.0.1:{port}/{name}"

    def stop() -> None:
        subprocess.run([*as_who, home / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True, cwd="/")
        shutil.rmtree(folder)

    return place, stop


@pytest.fixture(scope="session")
def held(places, atlas, hostile):
    """An atlas as an engine holds it, opened once: ``held(engine, name)``."""
    opened: dict[tuple[str, str], Atlas] = {}

    def open_it(engine: str, name: str = "packaged") -> Atlas:
        if isinstance(places[engine], str):
            pytest.skip(places[engine])
        if (engine, name) not in opened:
            address = places[engine](name)
            write_database({"packaged": atlas, "hostile": hostile}[name], address)
            opened[engine, name] = load_atlas(address)
        return opened[engine, name]

    return open_it


@pytest.fixture(scope="session")
def hostile(small_entries) -> Atlas:
    """A workflow for each text that some engine may take for something else, in its title, summary or labels."""
    entries = []
    for i, text in enumerate([text for text in HOSTILE if text != "\0"]):
        entry = {**small_entries[i % 6], "id": f"hostile-{i}", "title": f"Title {i}", "summary": "Summary."}
        entry |= (
            {"title": f"T {text} t"}
            if i % 3 == 0
            else {"summary": f"S {text} s"}
            if i % 3 == 1
            else {"buyers": ["Legal teams", f"b {text} b"]}
        )
        entries.append(Workflow.model_validate(entry))
    return build_atlas(entries, load_taxonomy(), 'Hostile "atlas"', "1")


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_a_view_of_an_atlas_in_a_database_is_the_view_of_the_atlas_in_memory(atlas, held, engine, name):
    other = held(engine)
    if engine == "duckdb":  # so that what this view alone asks is seen
        other.engine.forget(), other.kept.clear(), other.engine.pulled.clear()
    before, ours = other.engine.asked, VIEWS[name](atlas, BROAD)
    theirs = VIEWS[name](other, BROAD)
    assert len(ours.table) or name in {"platform-fit", "unreviewed"}  # no platform is given, and all have a reviewer
    assert other.engine.asked - before <= QUERIES
    assert engine != "duckdb" or set(other.engine.pulled) <= PULLS.get(name, set())
    for shown in (theirs, unpacked(other, packed(other, theirs))):
        for said in ("title", "subtitle", "n", "alt", "note", "opens", "figure"):
            assert getattr(ours, said) == getattr(shown, said)
        pd.testing.assert_frame_equal(ours.table, shown.table)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_an_atlas_in_a_database_is_the_atlas_that_was_written(atlas, held, engine):
    other = held(engine)
    assert (len(other), other.name, other.facets) == (len(atlas), atlas.name, atlas.facets)
    pd.testing.assert_frame_equal(other.workflows.whole, atlas.workflows)
    pd.testing.assert_frame_equal(other.companies, atlas.companies)
    for name in atlas.facets:
        pd.testing.assert_frame_equal(other.facet(name).table, atlas.facet(name).table)
        assert (other.facet(name).multiple, other.facet(name).definitions) == (atlas.facet(name).multiple, atlas.facet(name).definitions)
    some = np.array([3, 200, 17])
    assert other.some(some) == atlas.some(some)
    with pytest.raises(KeyError, match="did you mean"):
        other.entry("ai-accounts-payable-invoice-approva")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_a_search_for_what_an_engine_may_misread_finds_what_memory_finds(hostile, held, engine):
    other = held(engine, "hostile")
    for text in [*HOSTILE, *(f"T {text}" for text in HOSTILE), "title 1", "b B", "s s", "ti tle", "acme & sons", "nothing"]:
        selection = Selection(text=text)
        assert selection.ids(other).tolist() == selection.ids(hostile).tolist(), text
    assert other.entry("hostile-1") == hostile.entry("hostile-1")
    pd.testing.assert_frame_equal(ordered(other, Selection(text="ß"), "relevance"), ordered(hostile, Selection(text="ß"), "relevance"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_two_atlases_open_at_once_do_not_mix(atlas, hostile, held, engine):
    opened = [(held(engine), atlas), (held(engine, "hostile"), hostile)]
    for other, ours in opened * 2:
        other.engine.forget()
        assert other.entry(ours.workflows.index[0]) == ours.entry(ours.workflows.index[0])
        for selection in (Selection(), Selection(text="legal")):
            assert (
                counting.per_pair(other, "category", "control", selection) == counting.per_pair(ours, "category", "control", selection)
            ).all()
            assert selection.ids(other).equals(selection.ids(ours))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_conditions_combine_as_bits_do(atlas, held, engine):
    other, random = held(engine), np.random.default_rng(5)
    picked = Selection(workflow=atlas.workflows.index[::9])
    selections = [BROAD, STRICT, NARROW, picked, Selection(company=atlas.facet("company").names[:9], text="claims")]
    selections.append(
        Selection(control=["Identity", "Metering"], exclude={"control": ["Audit trail", "Consent state"], "stage": "Scaling"})
    )
    for selection in selections:
        assert selection.ids(other).equals(selection.ids(atlas))
        assert counting.total(other, selection) == counting.total(atlas, selection)
        for facet in ("category", "control"):
            assert (counting.per_term(other, facet, selection) == counting.per_term(atlas, facet, selection)).all()
            assert (counting.per_pair(other, facet, "layer", selection) == counting.per_pair(atlas, facet, "layer", selection)).all()
            assert (counting.per_pair(other, facet, facet, selection) == counting.per_pair(atlas, facet, facet, selection)).all()
            for ours, theirs in zip(counting.per_set(other, facet, selection), counting.per_set(atlas, facet, selection), strict=True):
                assert (ours == theirs).all()
        nested = [
            counting.per_pair(one, axis(one, "category", then="stage"), axis(one, "layer", then="control"), selection)
            for one in (other, atlas)
        ]
        assert (nested[0] == nested[1]).all()
    for _ in range(2):
        first, second = (selections[i] for i in random.integers(len(selections), size=2))
        answers = []
        for one in (other, atlas):
            a, b, words = mask_of(one, first), mask_of(one, second), kernel.facet_words(one.facet("control"))
            masks = [
                a & ~b,
                a | b,
                ~a & mask_of(one, None),
                a & kernel.any_of(words[2:5]),
                kernel.all_of(words[[1, 3]]) & ~(a & b),
                a & ~kernel.any_of(words[:0]),
                *apart(a, b),
            ]
            counts = [kernel.count(mask) for mask in masks] + [kernel.count(words & mask).tolist() for mask in masks[:3]]
            counts += [
                kernel.count(words[4] & words & a).tolist(),
                kernel.meets(words, a & b).tolist(),
                kernel.pair_counts(words[:3], np.stack([a, b]), words[7]).tolist(),
            ]
            counts += [kernel.unpack(a & words[1] & ~b, len(one)).tolist(), (a & words).shape, bool((a & ~a).any())]
            answers.append([np.asarray(count).tolist() for count in counts])
        assert answers[0] == answers[1]
    assert members(other, NARROW, ("control", "Identity"), exactly="layer").equals(
        members(atlas, NARROW, ("control", "Identity"), exactly="layer")
    )


@pytest.mark.xdist_group("engines")
def test_rows_of_a_few_workflows_are_asked_for_by_name(held):
    other = held("duckdb")
    other.engine.forget(), other.engine.pulled.clear()
    fresh = replace(other, workflows=type(other.workflows)(other.engine, other.taxonomy), kept={})
    before, title = other.engine.asked, fresh.workflows.at["ai-accounts-payable-invoice-approval", "title"]
    assert title == "AI Accounts Payable Invoice Approval" and other.engine.asked - before == 2
    assert fresh.workflows.iloc[[5, 2]]["controls"].tolist() == load_atlas().workflows.iloc[[5, 2]]["controls"].tolist()
    assert not other.engine.pulled


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.xdist_group("engines")
def test_many_are_found_as_few_are(atlas, held, engine):
    asked, ids = held(engine).engine, list(atlas.workflows.index)
    for some in (ids[:3], [*ids[:3], *(f"none-{i}" for i in range(50))], [*ids, "it's", "a\\b", "", "None"], [*ids, "a,b"]):
        found = asked.some("workflows", "id", some, ["id", "place"]).to_pylist()
        assert {row["id"]: row["place"] for row in found} == {name: place for place, name in enumerate(ids) if name in some}
    assert asked.some("atlas_facts", "place", list(range(0, 207, 3)), ["place"]).num_rows == 69


@pytest.mark.xdist_group("engines")
def test_an_atlas_that_postgresql_serves_is_read_while_it_is_written_anew(places, small_atlas, lone_atlas, monkeypatch):
    if isinstance(places["postgresql"], str):
        pytest.skip(places["postgresql"])
    address = places["postgresql"]("anew") + "?options=-c%20lock_timeout%3D5s"  # whoever waits for the other would wait for ever
    write_database(small_atlas, address)
    served, tables = load_atlas(address), writing.tables

    def read_meanwhile(atlas):
        for name, table in tables(atlas):
            yield name, table
            assert served.entry("markup") == small_atlas.entry("markup")

    monkeypatch.setattr(writing, "tables", read_meanwhile)
    write_database(lone_atlas, address, replace=True)
    assert len(served.engine.some("workflows", "place", [0, 1])) == 1


def test_what_cannot_be_opened_or_written_is_told_without_the_password(tmp_path, capsys):
    for address, said in (
        (f"duckdb://{tmp_path}/none.duckdb", "does not exist"),
        ("postgresql://me:secret@127.0.0.1:1/atlas", "cannot be opened"),
        ("nosuchengine://me:secret@host/atlas", "cannot be opened"),
        (f"spark://{tmp_path}/none", "does not exist"),
    ):
        if not address.startswith("spark") or importlib.util.find_spec("pyspark"):
            with pytest.raises(AtlasError, match=said) as error:
                load_atlas(address)
            assert "secret" not in str(error.value.problems[0])
    assert main(["export", "mysql://me:secret@host/atlas"]) == 1
    assert "mysql://host/atlas: cannot be written" in (told := capsys.readouterr().err) and "secret" not in told


def test_the_command_writes_a_database_once(tmp_path, capsys, small_atlas, monkeypatch):
    address = f"duckdb://{tmp_path}/atlas.duckdb"
    assert main(["export", address]) == 0 and "207 workflows written" in capsys.readouterr().out
    assert main(["export", address]) == 1 and "holds something already" in capsys.readouterr().err
    assert main(["export", address, "--force"]) == 0
    assert main(["export", address, "--force", "--where", "stage=Scaling"]) == 1
    import duckdb

    with duckdb.connect(str(tmp_path / "atlas.duckdb")) as database:
        kept = database.execute("SELECT about FROM atlas_about").fetchone()[0]
        database.execute("UPDATE atlas_about SET about = ?", [json.dumps(json.loads(kept) | {"form": 1})])
    with pytest.raises(AtlasError, match="was written by another version"):  # its searches would find other words
        load_atlas(address)
    with duckdb.connect(str(tmp_path / "atlas.duckdb")) as database:
        database.execute("DROP TABLE atlas_sets")
    with pytest.raises(AtlasError, match="has no table 'atlas_sets'"):
        load_atlas(address)
