"""The documents about the data say what the data says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

from atlas_data import load_atlas
from atlas_data.__main__ import main
from atlas_data.reporting import control_agreement, term_use

ROOT = Path(__file__).parents[2]
LATEST = re.split(r"^## ", (ROOT / "docs/changelog.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
WORDS = " ".join(LATEST.split())


def test_the_citation_has_what_the_format_requires_and_names_the_release():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation.keys() >= {"cff-version", "message", "title", "authors"}
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == "The AI Production Atlas"
    assert citation["authors"] == [{"name": "The AI Production Atlas authors"}]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert citation["version"] == version
    heading = LATEST.splitlines()[0]
    assert heading.startswith(f"{citation['date-released']}: ") and heading.endswith(f", {version}")


def test_the_release_is_dated_no_earlier_than_its_newest_entry():
    assert LATEST[:10] >= str(load_atlas().workflows["date"].max())


def test_the_changelog_counts_what_is_there():
    atlas = load_atlas()
    entries = [atlas.entry(name) for name in atlas.workflows.index]
    kinds = atlas.workflows["provenance"].value_counts()
    lines = [company.name for entry in entries for company in entry.companies]
    for told in (
        f"{len(atlas)} workflows in {len(atlas.facet('category').terms)} categories",
        *(f"{n} {name.removesuffix(' AI')}" for name, n in atlas.workflows["category"].value_counts().items()),
        f"{kinds['catalogue']} were read from a page each",
        f"{kinds['curated']} were composed for this atlas from {sum(len(entry.provenance.sources) for entry in entries)} sources",
        f"({sum(len(entry.infrastructure) for entry in entries)})",
        f"{len(lines)} lines of evidence on {len(set(lines))} companies",
        f"{len(atlas.facets)} facets",
        f"{sum(len(atlas.facet(name).terms) for name in atlas.facets if name != 'company')} together",
    ):
        assert told in WORDS
    assert "Five workflows have none" in WORDS and sum(not entry.companies for entry in entries) == 5


def test_the_changelog_states_the_limits_that_the_report_shows():
    atlas = load_atlas()
    found, use = control_agreement(atlas), term_use(atlas).drop(index="company", level="facet")
    assert f"Cohen's kappa {found.kappa:.2f} ({len(found.disagreements)} of {found.pairs} pairs differ" in WORDS
    assert f"listed {found.by_control.at['Audit trail', 'listed_only']} times without a requirement about it" in WORDS
    blunt = use[use["never_discriminates"]].index.get_level_values("term")
    assert len(blunt) == 2 and all(term in WORDS for term in blunt)


def test_the_readme_names_every_command(capsys):
    try:
        main(["--help"])
    except SystemExit:
        commands = re.findall(r"^    (\w+)\s", capsys.readouterr().out, flags=re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"validate", "new", "format", "diff", "report"} <= set(commands)
    assert [command for command in commands if f"| `{command}" not in readme] == []
