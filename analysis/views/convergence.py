"""Where demand and requirements meet."""

from __future__ import annotations

from analysis.categories import placement
from analysis.convergence import LEAST_BREADTH, convergence, nearly_shared
from analysis.counting import present, total
from analysis.figures.convergence import category_placement, convergence_map, maturity_lines, similarity_heatmap
from analysis.figures.heatmap import matrix_heatmap
from analysis.headlines import maturity_verdict, placement_headline, shared_layer_headline
from analysis.matrix import cross
from analysis.matrix_headlines import hot_cells, pairs_headline
from analysis.ordering import present_in_order
from analysis.profiles import maturity_test, profile_similarity
from analysis.resampling import LARGE
from analysis.selection import Selection
from analysis.views.view import Column, View, unanswered, view
from analysis.words import listed
from atlas_data import Atlas
from atlas_data.unstated import stated

EXPECTED = "If the same control layers keep coming back, categories should require a more similar mix of controls as the work matures."


@view("convergence-map", page="convergence")
def convergence_bubbles(atlas: Atlas, selection: Selection) -> View:
    """Controls by share, breadth and demand."""
    categories = present(atlas, "category", selection)
    shared = convergence(atlas, "control", selection)
    asked = shared.loc[shared["count"] > 0, "demand"]
    if categories > 1:
        over, corner = "categories", "; top right is the shared production layer"
        rule = (
            "The shared production layer is named by a stated rule: required by at least 25% of workflows, with a breadth of at least "
            f"80% of the {categories} categories here: the shaded corner."
        )
        near = nearly_shared(shared, categories)
        if len(near):
            missed = [f"{term} ({row['share']:.0%}, breadth {row['breadth']:.2f})" for term, row in near.head(4).iterrows()]
            miss = "misses" if len(near) == 1 else "miss"
            rule += f" It is cut at a breadth of {LEAST_BREADTH * categories:.2f}, which {listed(missed)} just {miss}."
    else:
        over, corner, rule = "buyer functions", "", "In one category no control is broader than another over categories."
    return View(
        title=shared_layer_headline(shared, categories),
        subtitle=f"Controls by share of workflows, breadth over {over}, layer (colour) and "
        f"buyer functions that ask (size, from {asked.min()} to {asked.max()})",
        n=total(atlas, selection),
        figure=convergence_map(shared, list(atlas.facet("layer").terms), categories),
        numbers=shared,
        opens=("control",),
        note=f"Breadth is the effective number of {over}: the Hill number of order 1 of a control's rates in each of them. {rule}",
        alt=f"Bubble chart: controls by share of workflows and breadth over {over}{corner}.",
        method="breadth",
        code='from analysis import convergence\n\ntable = convergence(atlas, "control", selection)',
        columns={
            "count": Column("Workflows"),
            **{name: Column(name.capitalize(), "percent") for name in ("share", "low", "high")},
            "breadth": Column("Breadth, categories", "%.2f"),
            "breadth_function": Column("Breadth, buyer functions", "%.1f"),
            "breadth_industry": Column("Breadth, industries", "%.1f"),
            "demand": Column("Buyer functions that ask"),
        },
    )


@view("overlap", page="convergence")
def overlap(atlas: Atlas, selection: Selection) -> View:
    """Which buyers ask for which controls more or less than expected; ``more["hot"]`` lists the hot cells."""
    n = total(atlas, selection)
    table = cross(atlas, "buyer_function", "control", selection)
    rows, columns = present_in_order(table, "similarity")
    if not len(rows):
        return unanswered("These workflows name buying organisations only, no buyer function", n)
    figure = matrix_heatmap(table, "residual", rows, columns)
    return View(
        title=pairs_headline(figure["above"]),
        subtitle="Buyer function by control: adjusted residual, similar rows and columns side by side",
        n=n,
        figure=figure,
        numbers=table.cells,
        opens=("buyer_function", "control"),
        note="Orange: more often than expected; blue: less often. Above 2 or below -2 is unusual for one cell. A dot marks "
        "q < 0.05 over the whole matrix; italics mark cells where fewer than 5 are expected.",
        alt="Heatmap of buyer functions by controls, adjusted residuals.",
        method="residual",
        code='from analysis.matrix import cross\n\ntable = cross(atlas, "buyer_function", "control", selection).cells()',
        more={"hot": hot_cells(table)},
    )


@view("placement", page="convergence")
def category_places(atlas: Atlas, selection: Selection) -> View:
    """Categories by demand, complexity and control overlap."""
    n = total(atlas, selection)
    placed = placement(atlas, selection)
    if placed["overlap"].isna().all():
        return unanswered("Comparing categories needs two of them with at least 3 workflows each in the filter", n)
    return View(
        title=placement_headline(placed),
        subtitle="Categories by control overlap, complexity (95% interval) and demand (size)",
        n=n,
        figure=category_placement(placed),
        numbers=placed,
        opens=("category",),
        note="Overlap is the mean similarity of a category's control profile to the others'. Complexity is the information "
        "content of a workflow's control set; items are not counted, because every entry lists about six controls. Demand "
        "counts each buyer function that a workflow names.",
        alt="Bubble chart: categories by control overlap and complexity.",
        method="information",
        code="from analysis.categories import placement\n\ntable = placement(atlas, selection)",
    )


@view("profiles", page="convergence")
def profiles(atlas: Atlas, selection: Selection) -> View:
    """How alike the categories' control profiles are."""
    n = total(atlas, selection)
    pairs = profile_similarity(atlas, selection=selection)
    if not len(pairs):
        return unanswered("Comparing categories needs two of them with at least 3 workflows each in the filter", n)
    sound = pairs.loc[[bool(stated(pair).all()) for pair in pairs.index], "similarity"]
    alike = listed(list(sound.idxmax())) if len(sound) else "The workflows without a category and the others"
    named = {name for pair in pairs.index for name in pair}
    return View(
        title=f"{alike} have the most similar control profiles",
        subtitle="1 minus the Jensen-Shannon divergence of control rates; 1 means the same mix of controls",
        n=n,
        figure=similarity_heatmap(pairs, [term for term in atlas.facet("category").terms if term in named]),
        numbers=pairs,
        opens=("category", "category"),
        note="Intervals in the table are bootstrapped over workflows. Categories with fewer than 3 workflows are left out." + _by_counts(n),
        alt="Matrix of control profile similarity between categories.",
        method="profile-similarity",
        code="from analysis.profiles import profile_similarity\n\ntable = profile_similarity(atlas, selection=selection)",
    )


def _by_counts(n: int) -> str:
    return " Of so many workflows resamples are drawn from the normal distribution that they follow." if n >= LARGE else ""


@view("maturity", page="convergence")
def maturity(atlas: Atlas, selection: Selection) -> View:
    """The thesis as a test: do the categories' profiles grow more alike with maturity? ``more["said"]`` answers in a sentence or two."""
    n = total(atlas, selection)
    test = maturity_test(atlas, selection=selection)
    headline, sentence = maturity_verdict(test, n)
    if test.effect is None:
        return unanswered(headline, n, sentence)
    return View(
        title=headline,
        subtitle="Mean divergence between categories at each stage, over what shuffled stages give",
        n=n,
        figure=maturity_lines(test),
        numbers=test.stages,
        opens=("stage",),
        note=f"{sentence} {test.permutations:,} permutations shuffle stages within each category, so that cell sizes and "
        "their bias stay the same." + _by_counts(n),
        alt="Line chart: divergence between category control profiles by stage, with the permutation range.",
        method="convergence-by-maturity",
        more={"said": sentence},
        code="from analysis.profiles import maturity_test\n\ntable = maturity_test(atlas, selection=selection).stages",
    )
