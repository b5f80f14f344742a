"""How far a platform carries, and what to build next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.build_order import best_order, best_sets, curve, greedy_order, problem, random_curves, unlocked_by, worths
from analysis.counting import stating, total
from analysis.figures.bars import stacked_counts, stacked_shares
from analysis.figures.build_order import coverage_curves
from analysis.figures.style import hue
from analysis.platform import CALLED, STATES, UNSTATED, blocking, by_term, states
from analysis.programme import SECONDS
from analysis.selection import Selection
from analysis.views.view import Choice, Column, Maker, Several, View, terms, unanswered, view
from analysis.words import leading, left_out, listed, of, plural
from atlas_data import Atlas
from atlas_data.unstated import stated

Weights = Mapping[str, float] | None
WEIGHTS = {"workflows": "Workflows", "buyers": "Their buyers"}


def _facets(atlas: Atlas) -> dict[str, str]:
    wanted = ("category", "buyer_function", "buyer_industry", "stage")
    return {name: atlas.facet(name).title for name in wanted if name in atlas.facets}


def _controls(atlas: Atlas) -> dict[str, str]:
    return {term: said for term, said in terms("control")(atlas).items() if stated([term])[0]}


FULL = Several("full", "Fully supported", _controls, 999, "Controls that the platform supports as a workflow needs them.")
PARTIAL = Several("partial", "Partly supported", _controls, 999, "Controls that it supports only in part.")
HAVE = Several("have", "Already built", _controls, 999, "Controls that are there already and need not be built.")
WEIGHT = Choice("worth", "What counts", WEIGHTS, help="Workflows, each the same; or each by the buyer functions that name it.", switch=True)


@view("platform-fit", page="platform", parameters=[FULL, PARTIAL, Choice("fit_by", "By", _facets)])
def platform_fit(atlas: Atlas, selection: Selection, full: tuple[str, ...], partial: tuple[str, ...], fit_by: str) -> View:
    """Workflows that a platform carries fully, partly or not, by term of a facet."""
    n = total(atlas, selection)
    if not full and not partial:
        return unanswered("Say what the platform supports", n, "Choose controls, or open a profile, to see which workflows it carries.")
    found = states(atlas, full, partial, selection)
    counts = by_term(atlas, found, fit_by)
    state = {name: total(atlas, mask) for name, mask in found.items()}
    silent, n = n - sum(state.values()), sum(state.values())
    if not n:
        return unanswered("No control is stated", silent, "Nobody can tell what would carry these workflows.")
    called = counts.rename(columns=CALLED)
    figure = stacked_shares(called.div(called.sum(axis=1), axis=0), called, ["@accent", "@plain", "@faint"]) if len(counts) else None
    title = f"Fully carried: {of(state['full'], n)}" + (f"; partly {state['partial']:,} more" if state["partial"] else "")
    return View(
        title=title,
        subtitle=f"Workflows by {atlas.facet(fit_by).title.lower()} and how far the platform carries them",
        n=n,
        figure=figure,
        numbers=counts,
        note=" ".join(STATES.values()) + " Other controls, which some requirements of "
        "its infrastructure name, do not count; the list below names them. A workflow that several terms name stands under each."
        + left_out(silent, UNSTATED),
        method="coverage",
        alt=f"Stacked bars by {atlas.facet(fit_by).title.lower()}: workflows carried fully, partly, not.",
        columns={name: Column(name.capitalize()) for name in STATES},
        code="from analysis.platform import by_term, states\n\n"
        f"table = by_term(atlas, states(atlas, {full!r}, {partial!r}, selection), {fit_by!r})",
        more={"states": found, "blocking": blocking(atlas, full, partial, selection)},
    )


@view("build-order", page="build_order", parameters=[HAVE, WEIGHT])
def build_order(atlas: Atlas, selection: Selection, have: tuple[str, ...], worth: str, own: Weights = None) -> View:
    """The best order in which to build controls, beside others; ``own``: weights of one's own by workflow id, instead of ``worth``."""
    n = total(atlas, selection)
    posed = problem(atlas, have, selection, own or worths(atlas, selection, worth))
    silent = n - total(atlas, stating(atlas, "control", selection))
    if silent == n:
        return unanswered("No control is stated", n, "There is no requirement that an order could fulfil.")
    if not posed.terms:
        return unanswered(
            "Nothing is left to build", n, f"Every control these workflows need is there already.{left_out(silent, UNSTATED)}"
        )
    if not posed.weights.any():
        return unanswered("Nothing counts here", n, "No workflow names a buyer function, or all weights are 0. Count workflows instead.")
    order, everything = best_order(posed), float(posed.weights.sum())
    unit = _unit(worth, own)
    greedy = greedy_order(posed) if posed.exact else order
    curves = {"Best order": curve(posed, order), "Always the largest gain next": curve(posed, greedy)}
    curves["Alphabetical"] = curve(posed, sorted(posed.terms))
    random = random_curves(posed)
    best = curves["Best order"]
    half = int(np.argmax(best >= everything / 2))
    steps = pd.DataFrame(
        {"covered": best[1:], "gained": np.diff(best), **{name: values[1:] for name, values in list(curves.items())[1:]},
         "random": random.mean(axis=0)[1:]},
        index=pd.Index(order, name="control"),
    )  # fmt: skip
    proof = (
        f"Best of all {posed.sets:,} sets and of every order of {plural(len(order), 'control')}, by a dynamic programme over subsets."
        if posed.exact
        else f"With {len(order)} terms left the order is the one that always takes the largest gain; it is not proven best."
    )
    return View(
        title=f"{plural(half, 'control')} of {len(order)} {'covers' if half == 1 else 'cover'} half of the {unit}: "
        f"{listed(order[:half], most=4)}"
        if half
        else f"What is there already covers {best[0]:,.0f} of {everything:,.0f} {unit}",
        subtitle=f"{unit.capitalize()} covered after each step: all controls they need are there",
        n=n - silent,
        figure=coverage_curves(curves, random, order, everything, unit),
        numbers=steps,
        note=f"{proof} Best means the largest coverage added up over all steps. Grey: {len(random)} random orders."
        + left_out(silent, UNSTATED),
        method="build-order",
        alt="Lines: coverage after each control built, for the best order, the greedy, the alphabetical and random ones.",
        columns={"covered": Column("Covered", "%.0f"), "gained": Column("Gained", "%.0f"), "random": Column("Random, mean", "%.1f")},
        code=f"""\
import numpy as np
import pandas as pd
from analysis.build_order import best_order, curve, greedy_order, problem, random_curves, worths

posed = problem(atlas, {have!r}, selection, worths(atlas, selection, {worth!r}))
order = best_order(posed)
best = curve(posed, order)
table = pd.DataFrame(
    {{
        "covered": best[1:],
        "gained": np.diff(best),
        "Always the largest gain next": curve(posed, greedy_order(posed))[1:],
        "Alphabetical": curve(posed, sorted(posed.terms))[1:],
        "random": random_curves(posed).mean(axis=0)[1:],
    }},
    index=pd.Index(order, name="control"),
)""",
        more={"problem": posed, "order": order, "total": everything, "unit": unit},
    )


@view("unlocked", page="build_order", parameters=[HAVE, WEIGHT])
def unlocked(atlas: Atlas, selection: Selection, have: tuple[str, ...], worth: str, own: Weights = None) -> View:
    """What each step of the best order completes, by category."""
    n = total(atlas, selection)
    found = weighted(build_order, atlas, selection, have, worth, own)
    if not found.answered:
        return unanswered(found.title, n, found.note)
    order = found.more["order"]
    table = unlocked_by(atlas, found.more["problem"], order)
    figure = stacked_counts(table.set_axis([f"{step}. {term}" for step, term in enumerate(order, start=1)]), _hues(atlas, table))
    for trace, category in zip(figure["data"], table.columns, strict=False):
        trace["customdata"] = [[term, category] for term in order]
    sums = table.sum(axis=1)
    steps = [order.index(term) + 1 for term in leading(sums)]
    first = f"Step {steps[0]}, {order[steps[0] - 1]}, completes" if len(steps) == 1 else f"Steps {listed([str(i) for i in steps])} complete"
    return View(
        title=f"{first} the most workflows: {int(sums.max())}" + (" each" if len(steps) > 1 else ""),
        subtitle="Workflows that have all their controls from this step on, by category",
        n=found.n,
        figure=figure,
        numbers=table,
        note="On the page a click on a bar opens exactly its workflows." + left_out(n - found.n, UNSTATED),
        method="build-order",
        alt="Stacked bars: workflows completed by each step of the best order, by category.",
        code=f"""\
from analysis.build_order import best_order, problem, unlocked_by, worths

posed = problem(atlas, {have!r}, selection, worths(atlas, selection, {worth!r}))
table = unlocked_by(atlas, posed, best_order(posed))""",
    )


@view("best-sets", page="build_order", parameters=[HAVE, WEIGHT])
def sets_of_each_size(atlas: Atlas, selection: Selection, have: tuple[str, ...], worth: str, own: Weights = None) -> View:
    """The best set of controls of each size; a table only."""
    posed = problem(atlas, have, selection, own or worths(atlas, selection, worth))
    n = total(atlas, stating(atlas, "control", selection))
    silent = left_out(total(atlas, selection) - n, UNSTATED)
    table = best_sets(posed)
    covered = table["covered"].to_numpy()
    half = int(np.argmax(covered >= covered[-1] / 2))
    if not posed.exact:
        proven = int((table["gap"] <= 1e-4 * table["covered"].iloc[-1]).sum())  # as near as HiGHS goes
        gap = f" {proven} of {plural(len(table), 'size')} proven to be the best; the largest gap left is {table['gap'].max():.3g}."
    return View(
        title=f"The best {plural(half, 'control')} of {len(posed.terms)} "
        f"{'covers' if half == 1 else 'cover'} {covered[half]:,.0f} of {covered[-1]:,.0f} {_unit(worth, own)}"
        if half
        else f"What is there already covers {covered[0]:,.0f} of {covered[-1]:,.0f} {_unit(worth, own)}",
        n=n,
        figure=None,
        numbers=_in_words(table),
        note=(
            f"Each is the best of all sets of its size, of {posed.sets:,} sets in all; sets of different size need not contain each other."
            if posed.exact
            else f"From a mixed-integer programme, {SECONDS:.0f} seconds for all sizes, or the best order where that is better.{gap}"
        )
        + silent,
        method="build-order",
        columns={
            "covered": Column("Covered", "%.0f"),
            "added": Column("Added", help="To the best set of the size before"),
            "dropped": Column("Dropped", help="From the best set of the size before"),
            "terms": Column("Controls", wide=True),
            "gap": Column("Gap", "%.3g"),
        },
        code=f"""\
from analysis.build_order import best_sets, problem, worths

table = best_sets(problem(atlas, {have!r}, selection, worths(atlas, selection, {worth!r})))
table = table.assign(**{{name: table[name].map("; ".join) for name in ("added", "dropped", "terms")}})
table["terms"] = table["terms"].where(table["covered"] > 0, "any")""",
    )


def _unit(worth: str, own: Weights) -> str:
    return "weight" if own else "workflows" if worth == "workflows" else "workflow buyers"


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(**{name: table[name].map("; ".join) for name in ("added", "dropped", "terms")})
    return table.assign(terms=table["terms"].where(table["covered"] > 0, "any"))


def weighted(maker: Maker, atlas: Atlas, selection: Selection, have: tuple[str, ...], worth: str, own: Weights = None) -> View:
    """A view of this module with weights of one's own, which no address holds, so that it cannot be asked for elsewhere."""
    return replace(maker.make(atlas, selection, have, worth, own), code="") if own else maker(atlas, selection, have=have, worth=worth)


def _hues(atlas: Atlas, table: pd.DataFrame) -> list[str]:
    names = atlas.facet("category").names
    return [hue("category", names.index(category)) for category in table.columns]
