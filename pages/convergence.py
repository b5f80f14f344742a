"""Where do demand and requirements meet?"""

import streamlit as st

from analysis.categories import placement
from analysis.convergence import convergence
from analysis.counting import per_term, total
from analysis.figures.convergence import category_placement, convergence_map, maturity_lines, similarity_heatmap
from analysis.figures.heatmap import matrix_heatmap
from analysis.findings import hot_cells, maturity_verdict
from analysis.matrix import cross
from analysis.ordering import ordered
from analysis.words import listed, plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer, open_on
from pages.parts.filter import escaped, nothing_matches
from pages.parts.results import similar_profiles, tested_maturity

atlas, selection = context()
n = total(atlas, selection)
categories = int((per_term(atlas, "category", selection) > 0).sum())

st.title("Where demand and requirements meet", anchor=False)
if not n:
    nothing_matches(atlas, selection)

shared = convergence(atlas, "control", selection)
core = shared[(shared["share"] >= 0.25) & (shared["breadth"] >= 0.8 * categories)].sort_values("count", ascending=False)
map_click = chart(
    convergence_map(shared, list(atlas.facet("layer").terms), categories),
    shared,
    name="convergence-map",
    title=f"Shared production layer: {listed(list(core.index), most=5)}"
    if len(core)
    else "No control is both common and evenly spread here",
    subtitle="Controls by share of workflows, breadth over categories, number of buyer functions that ask (size) and layer (colour)",
    n=n,
    note="Breadth is the effective number of categories: the Hill number of order 1 of a control's rates in each category. The "
    "shared layer is named by a stated rule: required by at least 25% of workflows, with at least 80% of the highest breadth.",
    alt="Bubble chart: controls by share of workflows and breadth over categories; top right is the shared production layer.",
)

st.header("Which buyers ask for which controls", anchor=False)
table = cross(atlas, "buyer_function", "control", selection)
rows = table.row_terms[ordered(table.row_terms, table.rows, table.row_share, "similarity")]
rows = rows[table.rows[table.row_terms.get_indexer(rows)] > 0]
columns = table.column_terms[ordered(table.column_terms, table.columns, table.column_share.T, "similarity")]
columns = columns[table.columns[table.column_terms.get_indexer(columns)] > 0]
hot = hot_cells(table)
if len(rows) and len(columns):
    figure = matrix_heatmap(table, "residual", rows, columns)
    cell_click = chart(
        figure,
        table.cells(),
        name="overlap",
        title=f"{plural(figure['above'], 'pair')} of buyer and control {'occurs' if figure['above'] == 1 else 'occur'} more often than chance explains",
        subtitle="Buyer function by control: adjusted residual, similar rows and columns side by side",
        n=n,
        note="Above 2 or below -2 is unusual for one cell. A dot marks q < 0.05 over the whole matrix; italics mark cells where "
        "fewer than 5 are expected.",
        alt="Heatmap of buyer functions by controls, adjusted residuals.",
        min_width=230 + 34 * len(columns),
    )
    if len(hot):
        st.markdown(
            "**Hot cells**, where demand and requirement overlap most:\n" + "\n".join(f"- {escaped(words)}" for words in hot["words"])
        )
    else:
        st.markdown("No cell with at least 5 expected workflows holds up at q < 0.05.")
else:
    cell_click = None
    st.info("These workflows name buying organisations only, no buyer function.")

if categories > 1:
    st.header("How the categories compare", anchor=False)
    left, right = st.columns(2, gap="large")
    placed = placement(atlas, selection)
    known = placed.dropna(subset=["overlap"])
    with left:
        place_click = chart(
            category_placement(placed),
            placed,
            name="placement",
            title=f"{known['information'].idxmax()} asks for the most unusual controls, {known['overlap'].idxmax()} shares most with the others"
            if len(known) > 1
            else "Too few workflows to compare categories",
            subtitle="Categories by control overlap, complexity (95% interval) and demand (size)",
            n=n,
            note="Complexity is the information content of a workflow's control set; items are not counted, because every entry "
            "lists about six controls. Demand counts each buyer function that a workflow names.",
            alt="Bubble chart: categories by control overlap and complexity.",
        )
    with right:
        pairs = similar_profiles(atlas, selection)
        present = [term for term in atlas.facet("category").terms if term in {name for pair in pairs.index for name in pair}]
        if len(pairs):
            alike = pairs["similarity"].idxmax()
            chart(
                similarity_heatmap(pairs, present),
                pairs,
                name="profiles",
                title=f"{alike[0]} and {alike[1]} have the most similar control profiles",
                subtitle="1 minus Jensen-Shannon divergence of control rates",
                n=n,
                note="1 means the same mix of controls. Intervals are bootstrapped over workflows; categories with fewer than 3 are left out.",
                alt="Matrix of control profile similarity between categories.",
            )
        else:
            st.info("Profile similarity needs two categories with at least 3 workflows each.")
else:
    place_click = None
    st.info("With one category in the filter there is nothing to compare between categories.")

st.header("The thesis, tested", anchor=False)
st.markdown(
    "If the same control layers keep coming back, categories should require a more similar mix of controls where work is more mature."
)
test = tested_maturity(atlas, selection)
headline, sentence = maturity_verdict(test, n)
if len(test.stages):
    stage_click = chart(
        maturity_lines(test),
        test.stages,
        name="maturity",
        title=headline,
        subtitle="Mean pairwise divergence between categories at each stage, over what shuffled stages give",
        n=n,
        note=f"{sentence} {test.permutations:,} permutations shuffle stages within each category, so that cell sizes and their bias stay.",
        alt="Line chart: divergence between category control profiles by stage, with the permutation range.",
    )
else:
    stage_click = None
    st.info(sentence, title=headline)

for result, facet in ((map_click, "control"), (place_click, "category"), (stage_click, "stage")):
    if result and result["customdata"]:
        open_on([(facet, result["customdata"])])
if cell_click and cell_click["customdata"]:
    open_on(list(zip(("buyer_function", "control"), cell_click["customdata"], strict=True)))
drawer(atlas, selection)
