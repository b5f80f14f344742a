"""``report``: how well the vocabulary holds, and how far the two ways of knowing a control agree."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import pandas as pd

from atlas_data.atlas import Atlas
from atlas_data.loading import load_atlas
from atlas_data.reporting import LEAST, MOST, Agreement, control_agreement, shared_labels, term_use


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "report",
        help="show how well the vocabulary holds",
        description="Lists the terms of every facet with their number of labels and workflows; terms with one label or one workflow; terms "
        f"that never discriminate (in over {MOST:.0%} or under {LEAST:.0%} of workflows); labels that mean several terms; and how far "
        "the controls an entry lists agree with those its infrastructure requirements are tagged with (Cohen's kappa, overall and for "
        "each control), naming every disagreement.",
    )
    parser.add_argument("path", nargs="?", help="the atlas (default: the packaged one)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    atlas = load_atlas(options.path)
    print(json.dumps(as_json(atlas), ensure_ascii=False, indent=2) if options.json else "\n".join(in_words(atlas)))
    return 0


def as_json(atlas: Atlas) -> dict:
    """``workflows``, ``terms``, ``shared_labels`` and ``control_agreement`` as lists and numbers. An undefined kappa is null."""
    report = {"workflows": len(atlas), "terms": _records(term_use(atlas))}
    report["shared_labels"] = _records(shared_labels(atlas), index=False)
    if "control" in atlas.facets:
        agreement = control_agreement(atlas)
        overall = pd.Series({name: getattr(agreement, name) for name in ("kappa", "observed", "expected", "pairs")}, dtype=object)
        report["control_agreement"] = {
            **overall.where(overall.notna(), None).to_dict(),
            "by_control": _records(agreement.by_control),
            "disagreements": _records(agreement.disagreements, index=False),
        }
    return report


def _records(frame: pd.DataFrame, index: bool = True) -> list[dict]:
    flat = (frame.reset_index() if index else frame).astype(object)
    return flat.where(flat.notna(), None).to_dict("records")


def in_words(atlas: Atlas) -> Iterator[str]:
    """The report as people read it, part by part."""
    use = term_use(atlas)
    yield f"{len(atlas)} workflows, {len(atlas.facets)} facets. Each term with its labels (none: it stands for itself) and workflows."
    for name in atlas.facets:
        terms = use.loc[[name]].droplevel("facet") if name in use.index.get_level_values("facet") else use.iloc[:0].droplevel("facet")
        yield f"\n{name}: {len(terms)} terms"
        if atlas.taxonomy.facets[name].open:
            ones = int((terms["workflows"] == 1).sum())
            yield f"  any label is a term; {ones} have one workflow, {len(terms) - ones} have more"
        else:
            yield from (f"  {row.workflows:>5} workflows {row.labels:>4} labels  {row.Index}" for row in terms.itertuples())
    closed = use[[not atlas.taxonomy.facets[name].open for name in use.index.get_level_values("facet")]]
    yield from _named("Singletons: one label or one workflow", closed[closed["singleton"]])
    yield from _named(f"Terms that never discriminate: in over {MOST:.0%} or under {LEAST:.0%}", closed[closed["never_discriminates"]])
    several = shared_labels(atlas)
    yield f"\nLabels that mean several terms of one facet: {len(several)}"
    yield from (f"  {row.facet}: {row.label} = {row.terms}" for row in several.itertuples())
    if "control" in atlas.facets:
        yield from _agreement(control_agreement(atlas))


def _named(heading: str, terms: pd.DataFrame) -> Iterator[str]:
    yield f"\n{heading}: {len(terms)}"
    for (facet, term), row in terms.iterrows():
        yield f"  {facet}: {term} (labels {row['labels']}, workflows {row['workflows']}, {row['share']:.1%})"


def _agreement(found: Agreement) -> Iterator[str]:
    yield "\nControls known in two ways: listed on the entry, and tagged on its infrastructure requirements"
    yield (
        f"  Cohen's kappa {found.kappa:.2f} over {found.pairs} pairs of workflow and control "
        f"(observed agreement {found.observed:.1%}, expected by chance {found.expected:.1%})"
    )
    yield "  kappa  both  listed only  tagged only  control"
    for row in found.by_control.sort_values("kappa").itertuples():
        yield f"  {row.kappa:5.2f} {row.both:>5} {row.listed_only:>12} {row.tagged_only:>12}  {row.Index}"
    yield f"\nDisagreements: {len(found.disagreements)}"
    for workflow, rows in found.disagreements.groupby("workflow", sort=False):
        known = (f"{how}: {', '.join(part['control'])}" for how, part in rows.groupby("known"))
        yield f"  {workflow}: {'; '.join(known)}"
