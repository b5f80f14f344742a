"""What ``benchmarks.interaction`` compares with: the figure of one view under a filter of categories, in an app that has nothing else.

python -m benchmarks.bare PAGE WIDTH PORT           # Dash
streamlit run benchmarks/bare.py -- PAGE WIDTH      # Streamlit
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # streamlit run puts only this folder there

from analysis import Selection
from analysis.figures.style import painted
from analysis.views import VIEWS
from atlas_data import load_atlas

# Page: the name of its first chart, which the apps show. Pages that are not about the filter, or show no chart until asked or under some
# filters, are left out.
PAGES = {
    "": "layers",
    "category_map": "category-map",
    "companies": "companies",
    "control_frequency": "control-frequency",
    "matrices": "matrix",
    "intersections": "intersections",
    "network": "network",
    "convergence": "convergence-map",
    "complexity": "complexity-spread",
    "review_map": "review-roles",
    "space": "workflow-space",
    "build_order": "build-order",
    "shortlist": "investor-map",
    "white_space": "white-space",
}


def chart_of(page: str) -> str:
    """Where the dashboard draws that chart."""
    return f".atlas-chart[data-chart={PAGES[page]}] .plot"


def figure(page: str, categories: list[str]) -> dict:
    """The figure of a page's first chart; the atlas keeps it, as it does for the dashboard."""
    drawn = VIEWS[PAGES[page]](load_atlas(), Selection(category=categories)).figure
    return painted({part: drawn[part] for part in ("data", "layout")})


def dash_app(page: str, width: int, port: int) -> None:
    from dash import Dash, Input, Output, dcc, html

    categories = list(load_atlas().facet("category").terms)
    app = Dash(__name__, serve_locally=True)
    app.layout = html.Div(
        [
            dcc.Checklist(categories, [], id="category"),
            dcc.Graph(id="graph", config={"displayModeBar": False, "doubleClick": "reset"}, style={"width": f"{width}px"}),
        ]
    )
    app.callback(Output("graph", "figure"), Input("category", "value"))(lambda chosen: figure(page, chosen))
    app.run(host="127.0.0.1", port=port, debug=False)


def streamlit_app(page: str, width: int) -> None:
    import streamlit as st

    st.set_page_config(layout="wide")
    chosen = st.pills("Category", list(load_atlas().facet("category").terms), selection_mode="multi", key="category")
    st.plotly_chart(figure(page, chosen), width=width, config={"displayModeBar": False}, key="graph")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        dash_app(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        streamlit_app(sys.argv[1], int(sys.argv[2]))
