"""Where do demand and requirements meet?"""

import streamlit as st

from analysis.categories import placement
from analysis.convergence import convergence
from analysis.counting import per_term, total
from analysis.figures.convergence import category_placement, convergence_map, maturity_lines, similarity_heatmap
from analysis.figures.heatmap import matrix_heatmap
from analysis.findings import hot_cells, maturity_verdict, pairs_headline, placement_headline, shared_layer_headline
from analysis.matrix import cross
from analysis.ordering import present_in_order
from analysis.words import plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer, open_on
from pages.parts.filter import escaped, nothing_matches
from pages.parts.results import similar_profiles, tested_maturity

FORMATS = {
    "count": st.column_config.NumberColumn("Workflows"),
    **{name: st.column_config.NumberColumn(name.capitalize(), format="percent") for name in ("share", "low", "high")},
    "breadth": st.column_config.NumberColumn("Breadth, categories", format="%.2f"),
    "breadth_function": st.column_config.NumberColumn("Breadth, buyer functions", format="%.1f"),
    "breadth_industry": st.column_config.NumberColumn("Breadth, industries", format="%.1f"),
    "demand": st.column_config.NumberColumn("Buyer functions that ask"),
}

atlas, selection = context()
n = total(atlas, selection)

st.title("Where demand and requirements meet", anchor=False)
if not n:
    nothing_matches(atlas, selection)

categories = int((per_term(atlas, "category", selection) > 0).sum())
shared = convergence(atlas, "control", selection)
chart(
    convergence_map(shared, list(atlas.facet("layer").terms), categories),
    shared,
    name="convergence-map",
    title=shared_layer_headline(shared, categories),
    subtitle="Controls by share of workflows, breadth over categories, buyer functions that ask (size) and layer (colour)",
    n=n,
    note="Breadth is the effective number of categories: the Hill number of order 1 of a control's rates in each category. "
    "The shared production layer is named by a stated rule: required by at least 25% of workflows, with a breadth of at least "
    f"80% of the {plural(categories, 'category', 'categories')} here.",
    formats=FORMATS,
    alt="Bubble chart: controls by share of workflows and breadth over categories; top right is the shared production layer.",
    opens=("control",),
)

st.header("Which buyers ask for which controls", anchor=False)
table = cross(atlas, "buyer_function", "control", selection)
rows, columns = present_in_order(table, "similarity")
if len(rows):
    figure = matrix_heatmap(table, "residual", rows, columns)
    chart(
        figure,
        table.cells,
        name="overlap",
        title=pairs_headline(figure["above"]),
        subtitle="Buyer function by control: adjusted residual, similar rows and columns side by side",
        n=n,
        note="Orange: more often than expected; blue: less often. Above 2 or below -2 is unusual for one cell. A dot marks "
        "q < 0.05 over the whole matrix; italics mark cells where fewer than 5 are expected.",
        alt="Heatmap of buyer functions by controls, adjusted residuals.",
        opens=("buyer_function", "control"),
    )
    hot = hot_cells(table)
    heading = "**Hot cells**, where demand and requirement overlap most" if len(hot) else "No cell with 5 expected holds up at q < 0.05."
    st.markdown(heading)
    for i, cell in enumerate(hot.itertuples()):
        terms = [("buyer_function", cell.row), ("control", cell.column)]
        st.button(escaped(cell.words), key=f"hot-{i}", type="tertiary", on_click=open_on, args=(terms,), icon=":material/arrow_right:")
else:
    st.info("These workflows name buying organisations only, no buyer function.")

st.header("How the categories compare", anchor=False)
pairs = similar_profiles(atlas, selection)
if len(pairs):
    placed = placement(atlas, selection)
    chart(
        category_placement(placed),
        placed,
        name="placement",
        title=placement_headline(placed),
        subtitle="Categories by control overlap, complexity (95% interval) and demand (size)",
        n=n,
        note="Overlap is the mean similarity of a category's control profile to the others'. Complexity is the information "
        "content of a workflow's control set; items are not counted, because every entry lists about six controls. Demand "
        "counts each buyer function that a workflow names.",
        alt="Bubble chart: categories by control overlap and complexity.",
        opens=("category",),
    )
    alike = pairs["similarity"].idxmax()
    compared = [term for term in atlas.facet("category").terms if term in {name for pair in pairs.index for name in pair}]
    chart(
        similarity_heatmap(pairs, compared),
        pairs,
        name="profiles",
        title=f"{alike[0]} and {alike[1]} have the most similar control profiles",
        subtitle="1 minus the Jensen-Shannon divergence of control rates; 1 means the same mix of controls",
        n=n,
        note="Intervals in the table are bootstrapped over workflows. Categories with fewer than 3 workflows are left out.",
        alt="Matrix of control profile similarity between categories.",
        opens=("category", "category"),
    )
else:
    st.info("Comparing categories needs two of them with at least 3 workflows each in the filter.")

st.header("The thesis, tested", anchor=False)
st.markdown("If the same control layers keep coming back, categories should require a more similar mix of controls as the work matures.")
test = tested_maturity(atlas, selection)
headline, sentence = maturity_verdict(test, n)
if test.effect is not None:
    chart(
        maturity_lines(test),
        test.stages,
        name="maturity",
        title=headline,
        subtitle="Mean divergence between categories at each stage, over what shuffled stages give",
        n=n,
        note=f"{sentence} {test.permutations:,} permutations shuffle stages within each category, so that cell sizes and "
        "their bias stay the same.",
        alt="Line chart: divergence between category control profiles by stage, with the permutation range.",
        opens=("stage",),
    )
else:
    st.info(sentence, title=headline)

drawer(atlas, selection)
