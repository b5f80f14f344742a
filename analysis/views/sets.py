"""Which terms occur together: intersections of sets, bundles and rules."""

from __future__ import annotations

from math import ceil

import pandas as pd

from analysis.bundles import SOUND, bundles, rules
from analysis.convergence import layers
from analysis.counting import per_term, total
from analysis.figures.sets import against_expected, upset_chart
from analysis.figures.style import hue, text
from analysis.intersections import ORDERS, upset
from analysis.selection import Selection
from analysis.views.view import Choice, Column, Terms, View, Whole, facets, unanswered, view
from analysis.words import listed, of, plural, small
from atlas_data import Atlas

SETS = Choice("sets", "Terms of", facets, "control")
_COUNTS = {"at_least": "At least these", "exactly": "Exactly these"}
_BUNDLE_ORDERS = {"lift": "Largest lift first", "count": "Most workflows first", "leverage": "Most beyond expected first"}
_SHARE = Whole("bundle_share", "Workflows with it, % at least", 5, 1, 100, help="Of the workflows in the filter, never fewer than two.")
_TOO_MANY = "There are too many sets to search. Ask for more workflows, or choose a facet with fewer terms."
_JOINED = '" + ".join'


def colours(atlas: Atlas, facet: str) -> pd.Series:
    """The colour name of each term of a facet; a control has that of its layer."""
    terms = atlas.facet(facet).terms
    if facet == "control" and "layer" in atlas.facets:
        order = {layer: hue("layer", i) for i, layer in enumerate(atlas.facet("layer").terms)}
        return layers(atlas).map(order)
    return pd.Series([hue(facet, i) for i in range(len(terms))], index=terms)


@view(
    "intersections",
    page="intersections",
    parameters=[
        SETS,
        Choice("set_count", "Count workflows with", _COUNTS),
        Choice("set_order", "Order of sets", ORDERS),
        Whole("set_most", "Sets shown at most", 25, 1, 60),
        Whole("set_size", "Workflows a set needs", 1, 1, 999_999_999),
        Whole("set_degree", "Terms a set needs", 2, 0, 100),
        Terms("include", "With all of", "sets"),
        Terms("exclude", "With none of", "sets"),
        Terms("highlight", "Highlight sets with", "sets"),
    ],
)
def intersections(
    atlas: Atlas, selection: Selection, sets: str, set_count: str, set_order: str, set_most: int, set_size: int, set_degree: int,
    include: tuple[str, ...], exclude: tuple[str, ...], highlight: tuple[str, ...],
) -> View:  # fmt: skip
    """Which sets of terms occur, as an UpSet chart."""
    n, facet = total(atlas, selection), atlas.facet(sets)
    noun = facet.title.lower()
    asked = {"count": set_count, "support": set_size, "degree": set_degree, "include": include, "exclude": exclude}
    try:
        found = upset(atlas, sets, selection, sort=set_order, most=set_most, **asked)
    except ValueError:
        if set_size >= n // 20:
            return unanswered("Too many sets to list", n, _TOO_MANY)
        # a large atlas: only sets of some size are sought, and the note says so
        return intersections.make(atlas, selection, sets, set_count, set_order, set_most, n // 20, set_degree, include, exclude, highlight)
    largest = upset(atlas, sets, selection, most=1, **asked)
    if not len(found):
        alone = set_degree > 1 and not facet.multiple
        why = f"Each workflow here has one {noun} at most, so no two occur together." if alone else "No set of terms meets all of this."
        return unanswered(f"No such set of {noun} terms", n, f"{why} Ask for fewer terms or workflows, or for other terms.")

    count = pd.Series(per_term(atlas, sets, selection), index=facet.terms)
    used = {term for terms in found["terms"] for term in terms}
    shown = count[[term for term in facet.terms if term in used]].sort_values(ascending=False, kind="stable")
    terms = pd.DataFrame({"count": shown, "colour": colours(atlas, sets)[shown.index]})
    lit = [set(highlight) <= set(terms) for terms in found["terms"]]
    more = found.attrs["found"] - len(found)
    meaning = {
        "exactly": "A bar counts workflows with exactly these terms and no other.",
        "at_least": "A bar counts workflows with at least these terms. Sets that the same workflows have are shown once, as the largest.",
    }[set_count]
    return View(
        title=_largest(largest.iloc[0], set_count, n, noun),
        subtitle=f"Sets of {noun} terms: workflows with {_COUNTS[set_count].lower()}",
        n=n,
        figure=upset_chart(found, terms, set_count, ["@accent" if one else "@faint" for one in lit], noun),
        numbers=found.assign(terms=found["terms"].map(" + ".join).replace("", "none")).set_index("terms"),
        opens=(sets,),
        note=meaning
        + (f" Sets of {plural(set_size, 'workflow')} or more." if set_size > 1 else "")
        + (f" Not shown: {plural(more, 'set')}." if more else "")
        + (f" Highlighted: {plural(sum(lit), 'set')} with {listed(highlight)}." if highlight else ""),
        alt=f"UpSet chart of {noun} terms: {plural(len(found), 'set')} as columns, workflows with {_COUNTS[set_count].lower()}.",
        method="intersections",
        columns={
            "degree": Column("Terms"), "exactly": Column("Exactly these"), "at_least": Column("At least these"),
            "share": Column("Share", "percent"),
        },
        code=f"from analysis import upset\n\ntable = upset(atlas, {sets!r}, selection, sort={set_order!r}, most={set_most}, "
        + ", ".join(f"{name}={value!r}" for name, value in asked.items())
        + f')\ntable["terms"] = table["terms"].map({_JOINED}).replace("", "none")\ntable = table.set_index("terms")',
    )  # fmt: skip


def _largest(row: pd.Series, count: str, n: int, noun: str) -> str:
    size = int(row[count])
    names = listed(row["terms"]) if row["terms"] else f"no {noun}"
    if n == 1:
        return f"The one workflow has {names}"
    if count == "exactly":
        return f"Most common exact set: {names}, in {of(size, n)}" if size > 1 else f"No two workflows have the same of these {noun} sets"
    return f"{names} {'occurs' if len(row['terms']) == 1 else 'occur together'} most, in {of(size, n)}"


@view(
    "bundles",
    page="bundles",
    parameters=[
        SETS,
        _SHARE,
        Choice("bundle_show", "Show", {"sound": "Those no split explains", "all": "All closed sets"}),
        Choice("bundle_order", "Order of bundles", _BUNDLE_ORDERS),
        Whole("bundle_most", "Bundles shown at most", 20, 1, 60),
    ],
)
def bundle_bars(
    atlas: Atlas, selection: Selection, sets: str, bundle_share: int, bundle_show: str, bundle_order: str, bundle_most: int
) -> View:
    """Sets of terms that come together more often than independence gives."""
    n, noun = total(atlas, selection), atlas.facet(sets).title.lower()
    support = _support(n, bundle_share)
    try:
        every = bundles(atlas, sets, selection, support)
    except ValueError:
        return unanswered("Too many bundles to list", n, _TOO_MANY)
    asked = f"{noun} terms in at least {plural(support, 'workflow')}"
    if not len(every):
        return unanswered(f"No two {asked} occur together", n, "Ask for a smaller share of workflows, or widen the filter.")
    chosen = every[every["q"] < SOUND] if bundle_show == "sound" else every
    if not len(chosen):
        none = "The one closed set has no" if len(every) == 1 else f"None of the {len(every):,} closed sets has"
        note = f"{none} more workflows than its best split into two parts gives, at q < {SOUND}. Under “Show” "
        note += "it can be seen." if len(every) == 1 else "they can all be seen."
        return unanswered(f"No bundle of {asked} holds up", n, note)
    table = chosen.sort_values(bundle_order, ascending=False, kind="stable", ignore_index=True).head(bundle_most)
    top = chosen.iloc[0]
    names = [" + ".join(terms) for terms in table["terms"]]
    drawn = pd.DataFrame({"value": table["count"], "mark": table["expected"], "text": [f"{lift:.1f} ×" for lift in table["lift"]]})
    hold = "hold" if len(chosen) > 1 else "holds"
    strongest = f"{listed(top['terms'])}, {of(int(top['count']), n)}, {top['lift']:.1f} times the expected number"
    return View(
        title=(f"{plural(len(chosen), 'bundle')} {hold} up; the strongest: " if bundle_show == "sound" else "Largest lift: ") + strongest,
        subtitle=f"Closed sets of {asked}; the line is what independent terms would give",
        n=n,
        figure=against_expected(
            names,
            drawn,
            ["@accent" if q < SOUND else "@faint" for q in table["q"]],
            [list(terms) for terms in table["terms"]],
            [_bundle_hover(row, n) for _, row in table.iterrows()],
            title="Workflows with all of these",
            mark="Expected if independent",
            share=False,
        ),
        numbers=table.assign(terms=names).set_index("terms"),
        opens=(sets,),
        note=f"A closed set is one that no term can be added to without losing a workflow; there are {len(every):,}. Blue: no split of the "
        f"set into two parts explains it, q < {SOUND} (Fisher's exact test of every split, the weakest counts; Benjamini-Hochberg over "
        f"all {len(every):,})." + (f" Not shown: {len(chosen) - len(table):,}." if len(chosen) > len(table) else ""),
        alt=f"Bar chart of {plural(len(table), 'bundle')} of {noun} terms: workflows with all terms, beside the number expected.",
        method="bundles",
        columns={
            "degree": Column("Terms"), "count": Column("Workflows"), "share": Column("Share", "percent"),
            "expected": Column("Expected", "%.1f"), "lift": Column("Lift", "%.2f"), "leverage": Column("Leverage", "%.3f"),
            "p": Column("p, weakest split", "%.3g"), "q": Column("q", "%.3g"),
        },
        code=f"from analysis import bundles\n\ntable = bundles(atlas, {sets!r}, selection, support={support})\n"
        + (f'table = table[table["q"] < {SOUND}]\n' if bundle_show == "sound" else "")
        + f'table = table.sort_values({bundle_order!r}, ascending=False, kind="stable", ignore_index=True).head({bundle_most})\n'
        + f'table = table.assign(terms=table["terms"].map({_JOINED})).set_index("terms")',
    )  # fmt: skip


def _support(n: int, share: int) -> int:
    """How many of n workflows a percentage asks for, never fewer than two."""
    return max(2, ceil(n * share / 100))


def _bundle_hover(row: pd.Series, n: int) -> str:
    tested = f"<br>weakest split: p {small(row['p'])}, q {small(row['q'])}" if pd.notna(row["q"]) else ""
    return (
        f"<b>{text(' + '.join(row['terms']))}</b><br>{of(int(row['count']), n)}<br>{row['lift']:.1f} × the expected "
        f"{row['expected']:.1f}{tested}"
    )


@view(
    "rules",
    page="bundles",
    parameters=[SETS, _SHARE, Whole("rule_confidence", "Rule holds in, % at least", 60, 1, 100)],
)
def rule_bars(atlas: Atlas, selection: Selection, sets: str, bundle_share: int, rule_confidence: int) -> View:
    """Which terms bring another with them, and how surely."""
    n, noun = total(atlas, selection), atlas.facet(sets).title.lower()
    support = _support(n, bundle_share)
    try:
        table = rules(atlas, sets, selection, support, rule_confidence / 100)
    except ValueError:
        return unanswered("Too many rules to test", n, _TOO_MANY)
    tested, sound = table.attrs["tested"], table.attrs["sound"]
    if not len(table):
        none = f" None holds in {rule_confidence}% of its workflows and beyond chance (q < {SOUND}) at once." if tested else ""
        note = f"{plural(tested, 'rule')} tested.{none} Ask for less, or widen the filter."
        return unanswered(f"No rule about {noun} terms is worth reading here", n, note)
    names = [f"{' + '.join(row['antecedent'])} → {row['consequent']}" for _, row in table.iterrows()]
    top = table.iloc[0]
    drawn = table[["low", "high"]].assign(value=table["confidence"], mark=table["share"])
    drawn["text"] = [f"{count:,} of {whole:,}" for count, whole in zip(table["count"], table["of"], strict=True)]
    return View(
        title=f"Workflows with {listed(top['antecedent'])} also have {top['consequent']}: {of(int(top['count']), int(top['of']))}, "
        f"against {of(round(top['share'] * n), n)} overall",
        subtitle="Rules worth reading, the surest first: how many workflows with the terms before the arrow have the one after it",
        n=n,
        figure=against_expected(
            names,
            drawn.head(30),
            ["@accent"] * min(len(table), 30),
            [[*row["antecedent"], row["consequent"]] for _, row in table.head(30).iterrows()],
            [_rule_hover(name, row) for name, (_, row) in zip(names, table.iterrows(), strict=True)][:30],
            title="Share of workflows with the first terms that have the last",
            mark="Share of all workflows that have it",
            share=True,
        ),
        numbers=table.assign(antecedent=table["antecedent"].map(" + ".join)).set_index(["antecedent", "consequent"]),
        opens=(sets,),
        note=f"{plural(tested, 'rule')} of one to three terms before the arrow in at least {plural(support, 'workflow')}; {sound:,} hold "
        f"in {rule_confidence}% or more and beyond chance (Fisher's exact test, q < {SOUND} over all tested). Of these, rules that hold no "
        f"more often than a shorter one are left out ({sound - len(table):,}): dropping any term must lower the share, p < {SOUND}.",
        alt=f"Bar chart of {plural(len(table), 'rule')} about {noun} terms: share that the rule holds in, beside the share of all.",
        method="rules-worth-reading",
        columns={
            "count": Column("Workflows with both"), "of": Column("Workflows before the arrow"),
            **{name: Column(name.capitalize(), "percent") for name in ("confidence", "low", "high", "share")},
            "lift": Column("Lift", "%.2f"), "p": Column("p", "%.3g"), "q": Column("q", "%.3g"),
        },
        code="from analysis import rules\n\n"
        f"table = rules(atlas, {sets!r}, selection, support={support}, confidence={rule_confidence / 100})\n"
        'table["antecedent"] = table["antecedent"].map(" + ".join)\ntable = table.set_index(["antecedent", "consequent"])',
    )  # fmt: skip


def _rule_hover(name: str, row: pd.Series) -> str:
    return (
        f"<b>{text(name)}</b><br>{of(int(row['count']), int(row['of']))}, 95% interval {row['low']:.0%} to {row['high']:.0%}"
        f"<br>of all workflows {row['share']:.0%}; lift {row['lift']:.1f}, q {small(row['q'])}"
    )
