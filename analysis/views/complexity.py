"""What production complexity is made of, how it is spread, and what goes with maturity."""

from __future__ import annotations

import numpy as np

from analysis.complexity import LISTED, PARTS, quantile, regulated_controls, spread, stating_part, tallies, template
from analysis.counting import stating, total
from analysis.figures.complexity import common_values, odds_forest, spread_boxes
from analysis.selection import Selection
from analysis.stratified import later_stages, maturity_odds
from analysis.views.view import Choice, Column, View, unanswered, view
from analysis.words import FEW, capital, left_out, listed, of, plural, small
from atlas_data import Atlas

_NEEDED = ("category", "stage", "control", "layer", "reviewer_role")
_GROUPS = {"category": "Category", "stage": "Stage"}
_MOST = 30  # terms in the forest


def _missing(atlas: Atlas, *names: str) -> View | None:
    missing = [name for name in names if name not in atlas.facets]
    return unanswered(f"This atlas has no facet {missing[0]}", len(atlas), "Complexity cannot be told without it.") if missing else None


@view("complexity-parts", page="complexity")
def made_of(atlas: Atlas, selection: Selection) -> View:
    """Why complexity is not a count of listed items, and what it is made of instead."""
    if (said := _missing(atlas, *_NEEDED)) is not None:
        return said
    n = total(atlas, stating(atlas, "control", selection))
    left = total(atlas, selection) - n
    if not n:
        return unanswered("No control is stated", left, "Complexity cannot be told without controls.")
    table = template(atlas, selection)
    labels = {f"listed_{name}": f"{label} listed" for name, label in LISTED.items()} | PARTS
    controls, bits = table.loc["listed_controls"], table.loc["information"]
    regulated = list(regulated_controls(atlas))
    most = capital(of(round(controls["share"] * n), n))
    return View(
        title=f"{most} {'lists' if n == 1 else 'list'} exactly {plural(int(controls['common']), 'control')}"
        + (f"; in bits, the control sets take {bits['distinct']:.0f} different values" if bits["distinct"] > 1 else ""),
        subtitle="Share of workflows at the most common value of each number: listed items (grey) and parts of complexity",
        n=n,
        figure=common_values(table, labels, n),
        numbers=table,
        note="Listed items are not counted as complexity: entries are written to one format, so their number measures the format. What "
        "varies is which items they are. Bits: the sum of -log2 share, so that unusual controls or reviewers weigh more. Layers "
        "touched: of the control layers. Regulated controls: "
        + (f"those that Regulated AI requires more often than the rest of the atlas ({listed(regulated)})." if regulated else "none here.")
        + " The parts are not added up: no weighting of them could be justified from the data."
        + left_out(left, "without a stated control"),
        alt="Bars: how many workflows share the most common value of each number.",
        method="production-complexity",
        columns={
            "kind": Column("Kind"),
            "median": Column("Median", "%.1f"),
            "low": Column("10% below", "%.1f"),
            "high": Column("10% above", "%.1f"),
            "common": Column("Most common value", "%.1f"),
            "share": Column("Workflows with it", "percent"),
            "distinct": Column("Different values"),
        },
        code="from analysis.complexity import template\n\ntable = template(atlas, selection)",
    )


@view(
    "complexity-spread",
    page="complexity",
    parameters=[Choice("part", "Part", PARTS), Choice("spread_by", "By", _GROUPS, switch=True)],
)
def spread_of(atlas: Atlas, selection: Selection, part: str, spread_by: str) -> View:
    """How a part of complexity is distributed by category or stage."""
    if (said := _missing(atlas, *_NEEDED)) is not None:
        return said
    n, label = total(atlas, stating_part(atlas, part, selection)), PARTS[part]
    left = total(atlas, selection) - n
    if not n:
        return unanswered("Nothing is stated that this part is told from", left, "Choose another part, or widen the filter.")
    found = spread(atlas, part, spread_by, selection)
    groups, name = found.groups, _GROUPS[spread_by].lower()
    if found.p < 0.05:
        ordered = groups.loc[groups["n"] >= 5, "median"].sort_values()
        title = (
            f"{label}: highest in {ordered.index[-1]}, median {ordered.iloc[-1]:.1f}, "
            f"and lowest in {ordered.index[0]}, {ordered.iloc[0]:.1f}"
            if ordered.iloc[-1] > ordered.iloc[0]
            else f"{label}: the distribution differs by {name}, the medians do not"
        )
    elif np.isfinite(found.p):
        title = f"{label}: no difference by {name} beyond chance"
    else:
        value, count = tallies(atlas, stating_part(atlas, part, selection), [part])[part]
        alone = (groups["n"] > 0).sum() == 1 and n >= FEW
        equal = (groups["n"] >= 5).sum() > 1  # else there would have been a test
        why = (
            "the same for all that can be compared" if equal else f"one {name} only" if alone else f"too few workflows to compare by {name}"
        )
        title = f"{label}: median {quantile(value, count, 0.5):.1f}; {why}"
    return View(
        title=title,
        subtitle=f"{label} by {name}: {'a dot a workflow, ' if len(found.values) else ''}quartiles as boxes",
        n=n,
        figure=spread_boxes(found, spread_by, atlas.facet(spread_by).terms, atlas.workflows["title"], label),
        numbers=groups,
        opens=(spread_by,),
        note=(
            f"Kruskal-Wallis test over groups of at least 5 workflows: p {small(found.p)}; epsilon squared {found.effect:.2f}, the share "
            "of the variation in ranks that lies between groups."
            if np.isfinite(found.p)
            else "A test needs two groups of at least 5 workflows whose values differ."
        )
        + (
            " Regulated controls are defined by Regulated AI, so it leads by construction."
            if (part, spread_by) == ("regulated_controls", "category")
            else ""
        )
        + left_out(left, "of which it is not stated"),
        alt=f"Box plot with dots: {label.lower()} by {name}.",
        method="kruskal-wallis",
        columns={"n": Column("Workflows"), **{key: Column(key.capitalize(), "%.1f") for key in ("low", "q1", "median", "q3", "high")}},
        code=f"from analysis.complexity import spread\n\ntable = spread(atlas, {part!r}, {spread_by!r}, selection).groups",
    )


def _goes_with(atlas: Atlas) -> dict[str, str]:
    names = ("control", "reviewer_role", "system_family", "review_trigger", "capability_family", "risk_family", "layer")
    return {name: atlas.facet(name).title for name in names if name in atlas.facets}


@view("maturity-odds", page="complexity", parameters=[Choice("odds_of", "What goes with maturity", _goes_with)])
def odds(atlas: Atlas, selection: Selection, odds_of: str | None) -> View:
    """Which terms go with the later stages, category held equal."""
    if (said := _missing(atlas, "category", "stage")) is not None or odds_of is None:
        return said or unanswered("This atlas has nothing to compare by maturity", len(atlas))
    n, facet, later = total(atlas, selection), atlas.facet(odds_of).title.lower(), listed(later_stages(atlas))
    either = listed(later_stages(atlas), last="or")
    table = maturity_odds(atlas, odds_of, selection)
    known = table.dropna(subset=["low", "high"])
    if known.empty:
        return unanswered(
            f"No {facet} can be compared by maturity here",
            n,
            f"The comparison needs a category with workflows at {either} and at an earlier stage, "
            "with and without the term. Widen the filter.",
        )
    shown = known.nlargest(_MOST, "count", keep="first").sort_values("odds_ratio", ascending=False, kind="stable")
    sound = table[(table["q"] < 0.05) & ~table["few"]].dropna(subset=["low"])
    if len(sound):
        best = sound["p"].idxmin()
        row = sound.loc[best]
        times = max(row["odds_ratio"], 1 / row["odds_ratio"])
        stages = later if row["odds_ratio"] > 1 else "the earlier stages"
        are = "is" if row["later"] == 1 else "are"
        reached = f"{of(int(row['later']), int(row['count']))} {are} {either}"
        title = f"{best} goes with {stages}: odds {times:.1f} times as high, {reached}"
        title += f"; {len(sound) - 1} more {'holds' if len(sound) == 2 else 'hold'} up" if len(sound) > 1 else ""
    else:
        title = f"No {facet} goes with {later} beyond chance"
    differs, tested = int((table["homogeneity"] < 0.05).sum()), int(table["homogeneity"].notna().sum())
    left, figure = len(table) - len(shown), odds_forest(shown, later)
    return View(
        title=title,
        subtitle=f"{atlas.facet(odds_of).title}, workflows in brackets: odds of {later} with against without it, category held equal",
        n=n,
        figure=figure,
        numbers=table,
        opens=(odds_of,),
        note="Right of 1: more often at a later stage. Mantel-Haenszel odds ratio stratified by category, with the 95% interval of "
        "Robins, Breslow and Greenland. Filled blue: "
        "q < 0.05 (Cochran-Mantel-Haenszel test, Benjamini-Hochberg over all terms); hollow: too few workflows to lean on "
        "(Mantel-Fleiss below 5)."
        + (" Arrows: the interval goes on." if figure["data"][1]["x"] else "")
        + (
            f" {plural(differs, 'term')} of {tested} {'differs' if differs == 1 else 'differ'} between categories (Breslow-Day with "
            "Tarone's correction, p < 0.05); about one in twenty would by chance."
            if tested
            else ""
        )
        + (f" {plural(left, 'term')} not drawn: the interval is unknown or they are rarer." if left else "")
        + (f" With {plural(n, 'workflow')} only large effects can show." if n < 4 * FEW else "")
        + " What goes together need not cause: stage is a judgement of the entry.",
        alt=f"Forest plot: odds ratios of each {facet} for the later stages.",
        method="what-goes-with-maturity",
        columns={
            "count": Column("Workflows"),
            "later": Column(later),
            "odds_ratio": Column("Odds ratio", "%.2f"),
            "low": Column("Low", "%.2f"),
            "high": Column("High", "%.2f"),
            "p": Column("p", "%.3g"),
            "q": Column("q", "%.3g"),
            "homogeneity": Column("Homogeneity p", "%.3g", "Small when the odds ratio differs between categories"),
            "few": Column("Few", help="Mantel-Fleiss value below 5"),
        },
        code=f"from analysis.stratified import maturity_odds\n\ntable = maturity_odds(atlas, {odds_of!r}, selection)",
    )
