"""What a view says in a sentence, from the numbers it shows: true for any selection."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from analysis.convergence import shared_layer
from analysis.matrix import CrossTable
from analysis.profiles import MaturityTest
from analysis.space import Space
from analysis.words import FEW, capital, leading, listed, of, percent, plural, small
from atlas_data.unstated import stated


def frequency_headline(table: pd.DataFrame, baseline: str | None, decided: Collection[str] = ()) -> str:
    """Which term is required most and, given what the ``baseline`` is, which differs most from it beyond chance (q < 0.05).

    Terms that the filter has ``decided``, by asking for them or leaving them out, are as they are by construction: as long as there are
    others they are left out, and those asked for named.
    """
    n, table = table.attrs["n"], table[stated(table.index)]
    if not table["count"].any():
        return "No term is stated"
    others, besides = table[~table.index.isin(list(decided))], ""
    if others["count"].any():
        asked = list(table.index[table.index.isin(list(decided)) & (table["count"] > 0)])
        table, besides = others, f"Besides {listed(asked, most=2)}, " if asked else ""
    top = leading(table["count"])
    are = "is required most, by" if len(top) == 1 else "are required most, each by"
    headline = f"{besides}{listed(top, most=3)} {are} {of(int(table['count'].max()), n)}"
    if baseline is None or table["q"].isna().all():
        return headline
    clear = table[table["q"] < 0.05]
    if clear.empty:
        return f"{headline}; no difference from {baseline} holds up"
    farthest = (clear["share"] - clear["baseline"]).abs().idxmax()
    said = "it also" if [farthest] == top else farthest
    here, there = clear.at[farthest, "share"], clear.at[farthest, "baseline"]
    return f"{headline}; {said} differs most from {baseline}, {here:.0%} against {there:.0%}"


def layer_headline(table: pd.DataFrame) -> str:
    """Which layers most workflows touch, from a frequency table of layers."""
    n, table = table.attrs["n"], table[stated(table.index)]
    if n == 1:
        return f"The one workflow touches {plural(int(table['count'].sum()), 'layer')} of {len(table)}"
    most = [term for term in table.index if table.at[term, "share"] > 0.5]
    verb = "is" if len(most) == 1 else "are"
    return f"{plural(len(most), 'layer')} of {len(table)} {verb} touched by more than half of {plural(n, 'workflow')}"


def even_layers_headline(table: CrossTable) -> str:
    """How many layers at least half of the workflows of every category touch, from categories by layers."""
    known = (table.rows > 0) & stated(table.row_terms)
    shares = table.row_share[known]
    if not len(shares):
        return "No category is stated"
    everywhere = [term for term, share in zip(table.column_terms, shares.min(axis=0), strict=True) if share >= 0.5 and stated([term])[0]]
    if not everywhere:
        return "No layer is touched by at least half of the workflows in every category"
    where = f" in each of the {len(shares)} categories"
    if len(shares) == 1:
        where = "" if table.rows[known][0] == table.n else f" of {table.row_terms[known][0]}"
    return f"At least half of the workflows{where} touch {listed(everywhere)}"


def shared_layer_headline(table: pd.DataFrame, categories: int) -> str:
    """Which controls make up the shared production layer, from a convergence table."""
    table = table[stated(table.index)]
    if not table["count"].any():
        return "No control is stated"
    if categories < 2:
        first = leading(table["count"])
        are = "is" if len(first) == 1 else "are"
        return f"{listed(first, most=4)} {are} required most; in one category there is no breadth over categories to compare"
    core = list(shared_layer(table, categories).index)
    return f"Shared production layer: {listed(core, most=5)}" if core else "No control is both common and evenly spread"


def category_headline(sizes: pd.Series) -> str:
    """Which category is the largest, from the number of workflows in each."""
    present = sizes[(sizes > 0) & stated(sizes.index)]
    if present.empty:
        return "No category is stated"
    largest, size = leading(present), plural(int(present.max()), "workflow")
    if len(present) == 1:
        return f"{largest[0]}: {size}"
    are, each = ("is", "") if len(largest) == 1 else ("are", " each")
    return f"{listed(largest, most=5)} {are} the largest of {len(present)} categories, with {size}{each}"


def stage_headline(counts: pd.DataFrame) -> str:
    """Where the work is most mature: categories by stages, counts."""
    everyone, counts = counts.sum(axis=1), counts.loc[:, stated(counts.columns)]
    if not counts.to_numpy().any():
        return "No stage is stated"
    late = counts.iloc[:, -2:].sum(axis=1)
    names = " or ".join(stage.lower() for stage in counts.columns[-2:])
    if len(counts) == 1:
        return f"{capital(of(int(late.iloc[0]), int(everyone.iloc[0])))}: {names}"
    first = leading(late / everyone)
    if len(first) == len(counts):
        none, every = not late.any(), (late == everyone).all()
        return f"No workflow is {names}" if none else f"{'All workflows' if every else 'The same share of every category'} are {names}"
    return f"{listed(first)} {'has' if len(first) == 1 else 'have'} the largest share of workflows that are {names}"


def placement_headline(placed: pd.DataFrame) -> str:
    """Which category asks for the most unusual controls, and which shares most with the others."""
    known = placed[placed["overlap"].notna() & stated(placed.index)]
    if len(known) < 2:
        return "Fewer than two categories can be compared"
    unusual, central = (leading(known[name].round(9)) for name in ("information", "overlap"))
    asks = "asks" if len(unusual) == 1 else "ask"
    said = f"{listed(unusual)} {asks} for the most unusual controls" if len(unusual) < len(known) else "None asks for more unusual controls"
    if len(central) == len(known):  # as of two, which share the same with each other
        return said
    who = " and" if unusual == central else f", {listed(central)}"
    return f"{said}{who} {'shares' if len(central) == 1 else 'share'} most with the other categories"


def maturity_verdict(test: MaturityTest, n: int) -> tuple[str, str]:
    """The answer of the maturity test in a headline and a sentence, also when the answer is no."""
    if test.effect is None:
        needs = "The test needs two stages with at least two categories of 3 workflows each"
        left = plural(n, "workflow") if n < FEW else "fewer"
        return ("Too few workflows to tell" if n < FEW else "Not testable here"), f"{needs}; the filter leaves {left}."
    direction = "more alike" if test.effect < 0 else "less alike"
    used = int(test.stages["n"].sum())
    are = "is" if n - used == 1 else "are"
    left = f" {plural(n - used, 'workflow')} of another stage, or in a category with fewer than 3 there, {are} left out."
    numbers = (
        f"Beyond what shuffled stages give, divergence changes by {test.effect:+.3f} from {test.first} to {test.last} "
        f"(95% interval {test.effect_low:+.3f} to {test.effect_high:+.3f}, permutation p {small(test.p)}, n = {used})."
        + (left if used < n else "")
    )
    if test.p >= 0.05:
        headline = "No: the atlas does not show profiles growing more alike with maturity"
        return headline, f"{numbers} The profiles are {direction} at the later stage, by no more than chance can explain."
    answer = "Yes" if test.effect < 0 else "No"
    return f"{answer}: control profiles grow {direction} with maturity", numbers


def space_headline(found: Space) -> str:
    """How far the workflows of a map fall into groups, in the words of Kaufman and Rousseeuw (1990); of few, the closest two."""
    points, groups = found.points, found.groups
    if groups.empty:
        first = points["distance"].idxmin()
        if points.at[first, "distance"] >= 1:
            return "No two of these workflows share a term that weighs"
        second = points.at[points.at[first, "nearest"], "title"]
        return f"Most alike: {points.at[first, 'title']} and {second}"
    fit = points["silhouette"].mean()
    clearest = groups.at[groups["silhouette"].astype(float).idxmax(), "name"]
    kind = "no sharp borders between" if fit <= 0.25 else "weak borders between" if fit <= 0.5 else "clear borders between"
    return f"There are {kind} {plural(len(groups), 'group')} of workflows; most apart: {clearest}"


def comparison_headline(compared: pd.DataFrame, named: Mapping[str, str]) -> str:
    """How many controls all of a comparison share, and which differs most: beyond chance, or simply, of workflows."""
    controls = compared[compared.index.get_level_values("facet") == "control"]
    those = controls if len(controls) else compared
    noun = "control" if len(controls) else "term"
    each = those.iloc[:: len(named)]  # each term has a row for each
    silent = [name for k, name in enumerate(named.values()) if not those["n"].iloc[k :: len(named)].any()]
    shared = each["shared"].sum()
    how = "shared by" if compared.attrs["single"] else "common in"
    start = f"{plural(int(shared), noun)} of {len(each)} {'is' if shared == 1 else 'are'} {how} {_all(len(named))}"
    if silent:
        start = f"No {noun} is stated of {listed(silent)}"
    clear = those[those["q"] < 0.05]  # none of single workflows, which are not tested
    if clear.empty:
        return start if silent or compared.attrs["single"] else f"{start}; no difference holds up"
    most = (clear["share"] - clear["elsewhere"]).abs().idxmax()
    return f"{start}; {named[most[2]]} differs most in {most[1]}, {_against(clear.loc[most])}"


def comparison_words(compared: pd.DataFrame, named: Mapping[str, str], titles: Mapping[str, str]) -> list[str]:
    """What all of a comparison share, facet by facet, and for each what it alone has or has clearly more or less often."""
    single, said = compared.attrs["single"], []
    # Plain Python: each cut of a frame with three levels takes a millisecond.
    rows = [(*key, row) for key, row in compared.to_dict("index").items()]
    of_facet = {(one, facet): row for facet, _, one, row in rows}  # whose `n` and `others` are those of all terms of the facet
    silent = {
        name: [titles[facet].lower() for who, facet in of_facet if who == one and not of_facet[who, facet]["n"]]
        for one, name in named.items()
    }
    shared: dict[str, dict] = {}
    for facet, term, _, row in rows:
        if row["shared"]:
            shared.setdefault(facet, {})[term] = None
    for facet, terms in shared.items():
        rule = "in" if single else "in at least half of the workflows of"
        said.append(f"{titles[facet]} {rule} {_all(len(named))}: {listed(list(terms))}.")
    said += [f"Of {name} nothing is stated under {listed(facets)}." for name, facets in silent.items() if facets]
    if not said:
        said.append(f"No term is {'shared by' if single else 'common in'} {_all(len(named))}.")
    facets = {facet for _, facet in of_facet}
    overlapping = any(sum(of_facet[one, facet]["n"] - of_facet[one, facet]["others"] for one in named) > 0 for facet in facets)
    two_apart, differs = len(named) == 2 and not overlapping, False
    for one, name in named.items():
        mine = [(term, row) for _, term, who, row in rows if who == one]
        alone = [term for term, row in mine if row["only"]]
        if alone:
            said.append(f"Only {name}: {listed(alone, most=12)}.")
        elif not any(silent.values()):  # else nobody can tell
            said.append(f"Nothing is found in {name} only.")
        clear = [(term, row) for term, row in mine if row["q"] < 0.05]
        far = sorted(clear, key=lambda one: -abs(one[1]["share"] - one[1]["elsewhere"]))[:5]
        told = [f"{term} {_against(row)}" for term, row in far]
        if told and not (two_apart and differs):  # the second differs as the first does
            differs = True
            said.append(f"{name} differs from the others beyond chance (q < 0.05) in {plural(len(clear), 'term')}, most in {listed(told)}.")
    return said


def _against(row: Mapping) -> str:
    """The share of one and of the others, of few workflows as counts."""
    pairs = ((row["count"], row["n"]), (row["elsewhere"] * row["others"], row["others"]))
    few = min(row["n"], row["others"]) < FEW
    return " against ".join(f"{part:.0f} of {whole:.0f}" if few else percent(part, whole) for part, whole in pairs)


def _all(count: int) -> str:
    return "both" if count == 2 else f"all {count}"
