"""What a selection says, in sentences. Every number is computed from the selection and true for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import counting
from analysis.convergence import convergence, shared_layer
from analysis.keeping import kept
from analysis.selection import Selection, bits_of, places_of
from analysis.words import capital, inside, leading, listed, of, plural
from atlas_data import Atlas
from atlas_data.unstated import stated


@dataclass(frozen=True)
class Finding:
    """One finding: ``claim`` in a sentence, ``detail`` with the numbers behind it, ``page`` and its ``query`` where they are shown."""

    claim: str
    detail: str
    page: str
    query: str = ""


@kept(2048, large=32, more=4_000_000)  # 2 kB each
def overview(atlas: Atlas, selection: Selection | None = None) -> list[Finding]:
    """The main findings about a selection, as plain text; empty when it holds no workflow.

    >>> from atlas_data import load_atlas
    >>> [finding.page for finding in overview(load_atlas())]
    ['control_frequency', 'control_frequency', 'matrices', 'convergence', 'category_map', 'review_map']
    """
    n = counting.total(atlas, selection)
    if n == 0:
        return []
    if n == 1:
        return [_single(atlas, selection)]
    return [part(atlas, selection, n) for part in (_controls, _layers, _buyers, _shared, _stages, _people)]


def _ranked(atlas: Atlas, facet: str, selection: Selection | None) -> pd.Series:
    return _counted(atlas, facet, selection).sort_values(ascending=False, kind="stable")


def _counted(atlas: Atlas, facet: str, selection: Selection | None) -> pd.Series:
    """Workflows with each term of a facet, in its order; what stands for nothing known is no finding."""
    terms = atlas.facet(facet).terms
    return pd.Series(counting.per_term(atlas, facet, selection), index=terms)[stated(terms)]


def _open(ranked: pd.Series, selection: Selection | None) -> pd.Series:
    """The terms that the filter does not ask for, which lead by construction; all where it asks for none, or leaves no other."""
    asked = selection.facets.get(ranked.index.name, ()) if selection is not None else ()
    others = ranked[~ranked.index.isin(asked)]
    return others if asked and others.any() else ranked


def _single(atlas: Atlas, selection: Selection | None) -> Finding:
    workflow = atlas.workflows.iloc[places_of(atlas, selection)[0]]
    controls, layers = (_ranked(atlas, facet, selection) for facet in ("control", "layer"))
    needs = listed(list(controls.index[controls > 0])) or "no known control"
    reach = f", in {plural(int((layers > 0).sum()), 'layer')}" if layers.any() else ""
    stage = f", {str(workflow['stage']).lower()}" if stated([str(workflow["stage"])])[0] else ""
    claim = f"One workflow: {workflow['title']}"
    return Finding(claim, f"{workflow['category']}{stage}. It requires {needs}{reach}.", "workflows")


def _controls(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    count = _ranked(atlas, "control", selection)
    if not count.any():
        return Finding("No control is stated", "There are no requirements to count.", "control_frequency")
    half = int((count.cumsum() / count.sum() < 0.5).sum()) + 1
    claim = f"{plural(half, 'control')} of {len(count)} {'makes' if half == 1 else 'make'} up half of all requirements"
    others = _open(count, selection)
    most = leading(others)
    by = f"{'each ' if len(most) > 1 else ''}by {of(int(others.max()), n)}"
    besides = "" if others is count else " besides"
    detail = f"{listed(list(count.index[:half]))}. Most often required{besides}: {listed(most, most=3)}, {by}."
    return Finding(claim, detail, "control_frequency")


def span(atlas: Atlas, selection: Selection | None) -> np.ndarray:
    """How many control layers each selected workflow touches, shape (workflows,)."""
    return counting.held(atlas, "layer")[bits_of(atlas, selection)]


def usual_span(spans: np.ndarray) -> tuple[int, int]:
    """The number of layers that about half of the workflows reach, their median rounded up, and how many reach it.

    >>> usual_span(np.array([2, 3, 4, 6]))
    (4, 2)
    """
    middle = max(int(np.ceil(np.median(spans))), 1)
    return middle, int((spans >= middle).sum())


def _layers(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    spans, count = span(atlas, selection), _ranked(atlas, "layer", selection)
    total = len(count)
    middle, reach = usual_span(spans)
    need = "need" if n > 1 else "needs"
    claim = f"{capital(of(reach, n))} {need} {plural(middle, 'control layer')} or more, of {total}"
    detail = (
        f"{count.index[0]}: {of(int(count.iloc[0]), n)}. {count.index[-1]}: {of(int(count.iloc[-1]), n)}. "
        f"At least {total - 1} layers: {of(int((spans >= total - 1).sum()), n)}."
    )
    return Finding(claim, detail, "control_frequency", "by=layer")


def _buyers(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    count = _ranked(atlas, "buyer_function", selection)
    if not count.any():
        industries = "buyer_industry" in atlas.facets and _counted(atlas, "buyer_industry", selection).any()
        detail = "These workflows name buying organisations only." if industries else "These workflows state no buyers."
        return Finding("No buyer function is named", detail, "matrices")
    others = _open(count, selection)
    first, besides = leading(others), "" if others is count else " besides"
    claim = f"{listed(first, most=3)} {'is the buyer function' if len(first) == 1 else 'are the buyer functions'} named most{besides}"
    detail = f"{'It is' if len(first) == 1 else 'Each is'} named by {of(int(others.max()), n)}."
    pairs = (counting.per_pair(atlas, "buyer_function", "category", selection) > 0)[:, stated(atlas.facet("category").terms)]
    present = counting.present(atlas, "category", selection)
    reach = pd.Series(pairs.sum(axis=1), index=atlas.facet("buyer_function").terms)
    everywhere = [term for term in count.index if reach[term] == present]
    if present > 1 and everywhere:
        detail += f" {plural(len(everywhere), 'function')} in every one of the {present} categories: {listed(everywhere, most=4)}."
    return Finding(claim, detail, "matrices", "columns=category")


def _shared(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    table = convergence(atlas, "control", selection)
    table = table[stated(table.index)]
    required = table[table["count"] > 0].sort_values("count", ascending=False, kind="stable")
    category = _ranked(atlas, "category", selection)
    present = int((category > 0).sum())
    if present < 2:
        detail = f"They require {plural(len(required), 'different control')}; with one category there is no breadth to measure."
        if not present:
            return Finding("No category is stated", f"They require {plural(len(required), 'different control')}.", "convergence")
        whose = "All of these workflows are" if category.iloc[0] == n else "The only category stated is"
        return Finding(f"{whose} {category.index[0]}", detail, "convergence")
    core = shared_layer(table, present)
    if required.empty:
        return Finding("No control is stated", "There is nothing that categories could share.", "convergence")
    if core.empty:
        widest = required["breadth"].idxmax()
        detail = f"{widest} spreads most evenly, with a breadth of {required['breadth'].max():.1f} categories."
        return Finding(f"No control is both common and shared by all {present} categories", detail, "convergence")
    claim = f"{plural(len(core), 'control')} of {len(table)} {'makes' if len(core) == 1 else 'make'} up the shared production layer"
    rule = f"Required by at least 25% of workflows, evenly spread over {present} categories"
    return Finding(claim, f"{rule}: {listed(list(core.index), most=11)}.", "convergence")


def _stages(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    count = _counted(atlas, "stage", selection)
    largest = _ranked(atlas, "category", selection)
    first, each = leading(largest), ""
    called = "Largest category" if (largest > 0).sum() > 1 else "Category"
    if len(first) > 1:
        called, each = "Largest categories", " each"
    size = f"{called}: {listed(first, most=3)}, {largest.iloc[0]}{each}." if largest.any() else "No category is stated."
    if not count.any():
        return Finding("No stage is stated", size, "category_map")
    late = [term.lower() for term in count.index[-2:]]
    claim = f"{capital(of(int(count.iloc[-2:].sum()), n))}: {' or '.join(late)}"
    by_stage = listed([f"{value} {term.lower()}" for term, value in count.items() if value])
    return Finding(claim, f"By stage: {by_stage}. {size}", "category_map")


def _people(atlas: Atlas, selection: Selection | None, n: int) -> Finding:
    roles, triggers = (_ranked(atlas, facet, selection) for facet in ("reviewer_role", "review_trigger"))
    reasons = [trigger.lower() for trigger in leading(triggers)]
    each = f"{'each ' if len(reasons) > 1 else ''}in {of(int(triggers.max()), n)}" if len(reasons) else ""
    asked = f"Most common reason{'s' * (len(reasons) > 1)} to ask a person: {listed(reasons, most=3)}, {each}."
    asked = asked if triggers.any() else "No reason to ask a person is stated."
    if not roles.any():
        return Finding("No reviewer is stated", asked, "workflows")
    others = _open(roles, selection)
    first = listed(leading(others), most=2)
    claim = f"Reviewed most often{'' if others is roles else ' besides'} by {inside(first)}"
    detail = f"{'Each reviews' if len(leading(others)) > 1 else 'They review'} {of(int(others.max()), n)}. "
    return Finding(claim, f"{detail}{asked}", "review_map")
