"""Figures as data: what they hold, what a click on them gives, and whether their colours can be told apart."""

import json
import re
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from analysis import Selection, convergence, frequency
from analysis.categories import comparison, paths, placement
from analysis.figures.bars import frequency_bars, stacked_shares
from analysis.figures.convergence import category_placement, convergence_map, maturity_lines, similarity_heatmap
from analysis.figures.heatmap import matrix_heatmap
from analysis.figures.page import chart_page
from analysis.figures.style import THEMES, hue, on, painted, text, wrapped
from analysis.figures.tree import category_tree
from analysis.matrix import MEASURES, cross
from analysis.ordering import present_in_order
from analysis.profiles import MaturityTest, maturity_test, profile_similarity

MARKUP = "<b>x</b>"
SHOWN = "&lt;b&gt;x&lt;/b&gt;"
SELECTIONS = {
    "the whole atlas": Selection(),
    "a category": Selection(category="Regulated AI"),
    "few": Selection(stage="Frontier"),
    "uneven categories": Selection(buyer_function="Security"),
    "one workflow": Selection(text="phishing report triage"),
    "nobody": Selection(text="zzz-not-there"),
}
modes = pytest.mark.parametrize("mode", THEMES)


def draw(atlas, selection: Selection) -> dict[str, dict]:
    """Every figure of the dashboard for a selection, called as the pages call them."""
    layers, categories, stages = (list(atlas.facet(name).terms) for name in ("layer", "category", "stage"))
    shared, table = convergence(atlas, "control", selection), frequency(atlas, "control", selection)
    present = int((frequency(atlas, "category", selection)["count"] > 0).sum())
    pairs = profile_similarity(atlas, selection=selection, resamples=10)
    counts = comparison(atlas, selection).query("workflows > 0")[stages]
    colours = [hue("layer", layers.index(layer)) for layer in shared["layer"]]
    cells = cross(atlas, "buyer_function", "control", selection)
    rows, columns = present_in_order(cells, "similarity")
    wide = cross(atlas, "control", "layer", selection)
    figures = {
        "bars": frequency_bars(table, colours),
        "bars against a baseline": frequency_bars(table, colours, "the whole atlas", {layers[0]: "@layer0"}),
        "stages": stacked_shares(counts.div(counts.sum(axis=1), axis=0), counts, [hue("stage", i) for i in range(len(stages))]),
        "convergence": convergence_map(shared, layers, present),
        "placement": category_placement(placement(atlas, selection)),
        "similarity": similarity_heatmap(pairs, [c for c in categories if any(c in pair for pair in pairs.index)]),
        "maturity": maturity_lines(maturity_test(atlas, selection=selection, permutations=19, resamples=5)),
    }
    for shape in ("treemap", "sunburst"):
        for by in ("stage", "buyer_function"):
            figures[f"{shape} by {by}"] = category_tree(paths(atlas, by, selection), categories, atlas.workflows["title"], shape)
    for measure in MEASURES:
        figures[f"matrix of {measure}"] = matrix_heatmap(cells, measure, rows, columns)
        figures[f"upright matrix of {measure}"] = matrix_heatmap(wide, measure, wide.row_terms, wide.column_terms)
    return figures


@pytest.fixture(scope="module", params=SELECTIONS)
def figures(request, atlas):
    return draw(atlas, SELECTIONS[request.param])


def strings(value, key="") -> list[str]:
    """Every string of a figure that a reader may see: not what a click gives, nor the ids of tiles."""
    if key in ("customdata", "ids", "parents", "level"):
        return []
    if isinstance(value, dict):
        return [found for inner, item in value.items() for found in strings(item, inner)]
    if isinstance(value, list | tuple):
        return [found for item in value for found in strings(item)]
    return [value] if isinstance(value, str) else []


def clicks(figure: dict) -> list:
    return [given for trace in figure["data"] for given in trace.get("customdata", ())]


def test_a_figure_is_plain_json_without_nan(figures):
    for name, figure in figures.items():
        assert json.loads(json.dumps(figure, allow_nan=False))["layout"]["height"] > 0, name


def test_every_colour_name_means_a_colour_in_both_themes(figures):
    for name, figure in figures.items():
        used = {found for found in strings(figure) if found.startswith("@")}
        assert used, name
        for mode, colours in THEMES.items():
            assert {token[1:] for token in used} <= set(colours), f"{name}, {mode}"


@modes
def test_a_painted_figure_is_one_that_plotly_accepts(figures, mode):
    for name, figure in figures.items():
        drawn = painted(figure, mode)
        assert not [found for found in strings(drawn) if found.startswith("@")], name
        go.Figure(drawn)
        go.Layout(painted({"data": [], "layout": figure.get("narrow", {})}, mode)["layout"])


def test_tiles_add_up_and_each_has_its_parent(figures):
    for name, figure in figures.items():
        if " by " in name:
            (trace,) = figure["data"]
            assert len(set(trace["ids"])) == len(trace["ids"])
            inside = dict.fromkeys(trace["ids"], 0)
            for parent, value in zip(trace["parents"], trace["values"], strict=True):
                if parent:
                    inside[parent] += value
            whole = dict(zip(trace["ids"], trace["values"], strict=True))
            assert all(total == whole[tile] for tile, total in inside.items() if total), name


def test_bars_show_the_shares_and_counts_of_the_table(atlas):
    table = frequency(atlas, "control", Selection(category="Regulated AI"))
    bars, counts, baseline = frequency_bars(table, ["@layer0"] * len(table), "the whole atlas")["data"]
    assert bars["x"] == table["share"].round(6).tolist()
    assert [int(label.rstrip("•")) for label in counts["text"]] == table["count"].tolist()
    marked = [label.endswith("•") for label in counts["text"]]
    assert marked == (table["q"] < 0.05).tolist() and 0 < sum(marked) < len(marked)
    assert baseline["x"] == table["baseline"].round(6).tolist()
    reach = np.array([bars["x"], bars["error_x"]["array"], bars["error_x"]["arrayminus"]])
    assert reach[0] + reach[1] == pytest.approx(table["high"].to_numpy(), abs=1e-5)
    assert reach[0] - reach[2] == pytest.approx(table["low"].to_numpy(), abs=1e-5)
    assert bars["customdata"] == list(table.index)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_matrix_shows_its_measure_in_the_order_asked_for(atlas, measure):
    table = cross(atlas, "buyer_function", "control", Selection(stage="Established"))
    rows, columns = table.row_terms[[5, 0, 12]], table.column_terms[::-1]
    figure = matrix_heatmap(table, measure, rows, columns)
    (trace,) = figure["data"]
    expected = table.measure(measure).loc[rows, columns].to_numpy(float)
    if measure == "lift":  # its colour follows the logarithm
        assert [float(number.strip("<i>/•")) for line in trace["text"] for number in line if number] == expected.round(1).ravel().tolist()
    else:
        assert np.array(trace["z"], dtype=float) == pytest.approx(expected, abs=1e-6, nan_ok=True)
    assert trace["customdata"] == [[[row, column] for column in columns] for row in rows]
    cells = table.cells().loc[pd.MultiIndex.from_product([rows, columns])]
    assert (figure["few"], figure["marked"]) == (cells["few"].sum(), (cells["q"] < 0.05).sum())
    dots = ["•" in label for line in trace["text"] for label in line]
    assert dots == (cells["q"] < 0.05).tolist()


def test_a_click_on_a_tile_gives_the_path_to_it(atlas, tags):
    figure = category_tree(paths(atlas, "stage"), list(atlas.facet("category").terms), atlas.workflows["title"])
    leaves = [path for path in clicks(figure) if path and path[-1][0] == "workflow"]
    assert {path[-1][1] for path in leaves} == set(tags["stage"])
    assert all({path[0][1]} == tags["category"][path[-1][1]] and {path[1][1]} == tags["stage"][path[-1][1]] for path in leaves)


def test_a_click_on_a_bubble_or_a_point_gives_its_term(atlas):
    drawn = draw(atlas, Selection())
    assert set(clicks(drawn["convergence"])) == set(atlas.facet("control").terms)
    assert clicks(drawn["placement"]) == list(atlas.facet("category").terms)
    assert clicks(drawn["maturity"]) == ["Emerging", "Scaling", "Established"]
    assert clicks(drawn["stages"])[0] == ["Physical World AI", "Frontier"]


def test_the_stages_of_the_thesis_say_whole_numbers_of_workflows(atlas, tags):
    stages = ["Emerging", "Scaling", "Established"]
    shown = maturity_lines(maturity_test(atlas, selection=Selection(stage=stages), permutations=19, resamples=5))["data"][-1]["x"]
    sizes = {stage: sum(stage in tags["stage"][workflow] for workflow in tags["stage"]) for stage in stages}
    assert [label.split("<br>")[:2] for label in shown] == [[stage, f"n = {size}"] for stage, size in sizes.items()]
    assert [label.rsplit("<br>")[-1] for label in shown] == ["5 categories", "5 categories", "4 categories"]


def test_controls_without_workflows_have_no_bubble(atlas):
    table = convergence(atlas, "control", Selection(text="phishing report triage"))
    figure = convergence_map(table, list(atlas.facet("layer").terms), 1)
    assert set(clicks(figure)) == set(table.index[table["count"] > 0])


def test_in_one_category_the_convergence_map_shows_the_breadth_over_buyer_functions(atlas):
    selection = Selection(category="Regulated AI")
    table = convergence(atlas, "control", selection)
    figure = convergence_map(table, list(atlas.facet("layer").terms), 1)
    drawn = {term: (y, size) for t in figure["data"] for term, y, size in zip(t["customdata"], t["y"], t["marker"]["size"], strict=True)}
    for term, (y, size) in drawn.items():
        assert y == pytest.approx(np.nan_to_num(table.at[term, "breadth_function"]), abs=1e-6) and size > 0
    assert len({y for y, _ in drawn.values()}) > 10 and (table["breadth"].dropna() == 1).all()


def test_a_category_too_small_to_be_placed_has_no_mark(atlas):
    placed = placement(atlas, SELECTIONS["uneven categories"])
    assert placed["overlap"].notna().any() and (placed.loc[placed["overlap"].isna(), "n"] > 0).any()
    assert clicks(category_placement(placed)) == list(placed.index[placed["overlap"].notna()])


def test_names_of_placed_categories_stand_beside_their_intervals_where_there_is_room(atlas):
    for selection in (None, Selection(stage="Emerging"), Selection(text="review")):
        placed = placement(atlas, selection).dropna(subset=["overlap"])
        figure = category_placement(placed)
        least, most = figure["layout"]["yaxis"]["range"]
        assert least < placed["information_low"].min() and placed["information_high"].max() < most
        assert not {"top center", "bottom center"} & set(figure["data"][0]["textposition"])


def with_markup() -> dict[str, tuple[dict, object]]:
    """Figures in which a term is markup, each with what a click on that term must give."""
    terms, stages = pd.Index([MARKUP, "plain"]), pd.Index(["early", MARKUP])
    shares = pd.DataFrame({"share": 0.5, "low": 0.2, "high": 0.8, "baseline": 0.4, "lift": 1.2, "q": 0.5, "count": 3}, index=terms)
    shares.attrs["n"] = 6
    spread = shares.assign(breadth=1.5, demand=2, layer=MARKUP)
    spread.attrs["n"] = 6
    counts = pd.DataFrame(2, index=terms, columns=terms)
    placed = pd.DataFrame(
        {"n": 4, "overlap": 0.5, "information": 9.0, "information_low": 8.0, "information_high": 10.0, "demand": 3}, index=terms
    )
    index = pd.MultiIndex.from_tuples([(MARKUP, "plain")])
    pairs = pd.DataFrame({"similarity": 0.7, "low": 0.6, "high": 0.8}, index=index)
    lines = pd.DataFrame({"n": 9, "groups": 2, "divergence": 0.2, "expected": 0.2, "low": 0.1, "high": 0.3}, index=stages)
    test = MaturityTest(lines, "early", MARKUP, -0.1, -0.2, 0.1, 0.3, 99)
    titles = pd.Series({"w": MARKUP})
    leaves = pd.DataFrame({"category": [MARKUP], "stage": ["early"], "workflow": ["w"]})
    return {
        "bars": (frequency_bars(shares, ["@plain"] * 2, MARKUP, {MARKUP: "@plain"}), MARKUP),
        "stages": (stacked_shares(counts / 4, counts, ["@plain"] * 2), [MARKUP, MARKUP]),
        "convergence": (convergence_map(spread, [MARKUP], 2), MARKUP),
        "placement": (category_placement(placed), MARKUP),
        "similarity": (similarity_heatmap(pairs, list(terms)), [[MARKUP, MARKUP], [MARKUP, "plain"]]),
        "maturity": (maturity_lines(test), MARKUP),
        "treemap": (category_tree(leaves, [MARKUP], titles), [["category", MARKUP]]),
        "sunburst": (category_tree(leaves, [MARKUP], titles, "sunburst"), [["category", MARKUP]]),
    }


@pytest.mark.parametrize("name", with_markup())
def test_markup_in_a_term_is_shown_never_obeyed_and_a_click_gives_the_term_itself(name):
    figure, click = with_markup()[name]
    seen = strings(figure)
    assert any(SHOWN in found for found in seen)
    assert not [found for found in seen if MARKUP in found]
    assert click in clicks(figure)


def test_markup_in_titles_and_companies_of_an_atlas_is_shown_never_obeyed(small_atlas):
    table = cross(small_atlas, "company", "control")
    matrix = matrix_heatmap(table, "count", table.row_terms, table.column_terms)
    tree = category_tree(paths(small_atlas, "stage"), list(small_atlas.facet("category").terms), small_atlas.workflows["title"])
    bars = frequency_bars(frequency(small_atlas, "company"), ["@plain"] * 3)
    for figure in (matrix, tree, bars):
        assert not [found for found in strings(figure) if re.search("<b>x|<script|<b>Bold", found)]
    assert any("&lt;script&gt;" in found for found in strings(tree))
    assert any(SHOWN in found for found in strings(matrix)) and any(SHOWN in found for found in strings(bars))
    assert [MARKUP, "Identity"] in [cell for line in matrix["data"][0]["customdata"] for cell in line]
    assert "Acme & Sons" in clicks(bars) and "Acme &amp; Sons" in bars["data"][0]["y"]


def test_a_chart_page_opens_without_network_and_runs_nothing_from_the_data(small_atlas):
    table = frequency(small_atlas, "company").rename(index={MARKUP: "</script><script>alert(1)</script>"})
    figure = frequency_bars(table, ["@plain"] * 3)
    page = chart_page(figure, table, "<script>alert(2)</script>", "<i>n</i> = 6")
    assert "alert(1)</script>" not in page and "<script>alert(2)" not in page
    assert "<title>&lt;script&gt;alert(2)&lt;/script&gt;</title>" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)


def test_text_escapes_what_a_page_would_obey_and_nothing_else():
    assert text("R&D <b>'now'</b>") == "R&amp;D &lt;b&gt;'now'&lt;/b&gt;"
    assert text("café") == "café"


def test_a_wrapped_label_keeps_every_word_and_breaks_before_the_width():
    label = "Usage, billing and operational telemetry <of> everything"
    lines = wrapped(label, 16).split("<br>")
    assert " ".join(lines) == text(label)
    assert all(len(line.replace("&lt;", "<").replace("&gt;", ">")) <= 16 for line in lines)
    assert wrapped("Incomprehensibilities", 5) == "Incomprehensibilities"


def test_terms_beyond_the_palette_and_other_facets_still_have_a_colour():
    assert hue("category", 5) == "@category0" and hue("buyer_function", 3) == "@plain"
    for mode in THEMES.values():
        assert all(hue(facet, i)[1:] in mode for facet in ("category", "layer", "stage", "control") for i in range(9))


# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15, 1291-1298: complete dichromacy (severity 1.0), applied to linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
APART = 12  # CIE 1976 colour difference; about 2.3 is the least that can be seen side by side, marks here stand apart


def linear(colour: str) -> np.ndarray:
    """Linear sRGB of a hex colour."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab (D65) of linear sRGB."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    ratio = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(a: str, b: str) -> float:
    """Contrast ratio of the Web Content Accessibility Guidelines."""
    low, high = sorted(float(np.dot([0.2126, 0.7152, 0.0722], linear(colour))) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


def palette(mode: str, facet: str) -> list[str]:
    names = sorted(name for name in THEMES[mode] if re.fullmatch(rf"{facet}\d", name))
    return [THEMES[mode][name] for name in names]


def test_the_colour_arithmetic_gives_published_values():
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert lab(linear("#0000ff")) == pytest.approx([32.30, 79.19, -107.86], abs=0.05)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@modes
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(("facet", "size"), [("category", 5), ("layer", 6)])
def test_any_two_hues_stay_apart_for_every_eye(mode, vision, facet, size):
    colours = palette(mode, facet)
    assert len(colours) == size
    seen = {colour: lab(np.array(VISION[vision]) @ linear(colour)) for colour in colours}
    close = {(a, b): round(float(np.linalg.norm(seen[a] - seen[b])), 1) for a, b in combinations(colours, 2)}
    assert min(close.values()) >= APART, sorted(close.items(), key=lambda item: item[1])[:3]


@modes
@pytest.mark.parametrize("facet", ["category", "layer"])
def test_every_hue_stands_out_from_the_page(mode, facet):
    assert all(contrast(colour, THEMES[mode]["surface"]) >= 3 for colour in palette(mode, facet))


@modes
def test_text_is_readable_on_the_page(mode):
    colours = THEMES[mode]
    assert contrast(colours["ink"], colours["surface"]) >= 7
    assert contrast(colours["muted"], colours["surface"]) >= 4.5


def test_half_and_twice_as_many_as_expected_stand_equally_far_from_it_and_rare_terms_stay_pale(atlas):
    table = cross(atlas, "buyer_function", "control")
    drawn = matrix_heatmap(table, "lift", table.row_terms, table.column_terms)["data"][0]
    z = np.array(drawn["z"], dtype=float)
    assert drawn["zmid"] == 0 and drawn["zmin"] == -drawn["zmax"]
    assert (np.sign(z.round(6)) == np.sign((table.both - table.expected).round(6))).all()
    assert 2**z * (table.expected + 0.5) == pytest.approx(table.both + 0.5, abs=1e-3)
    never = table.both == 0
    assert z[never & table.few].mean() > 2 * z[never & ~table.few].mean()


@modes
def test_what_is_written_on_a_colour_can_be_read(mode):
    colours = THEMES[mode]
    for scale in ("scale", "diverging"):
        stops = [np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for _, colour in colours[scale]]
        between = [np.rint(a + (b - a) * part).astype(int) for a, b in pairwise(stops) for part in np.linspace(0, 1, 12)]
        assert min(contrast("#{:02x}{:02x}{:02x}".format(*colour), colours["cell"]) for colour in between) >= 4.5, scale
    named = {name for name in colours if f"on_{name}" in colours}
    assert {"category0", "layer5", "stage3", "accent", "plain", "faint"} <= named
    assert all(contrast(colours[name], colours[f"on_{name}"]) >= 4.5 for name in named)


def test_figures_write_on_cells_bars_and_tiles_in_colours_that_can_be_read(figures):
    for name, figure in figures.items():
        for trace in figure["data"]:
            if trace["type"] == "heatmap":
                assert trace["textfont"]["color"] == "@cell", name
            elif trace.get("textposition") == "inside":
                assert trace["insidetextfont"]["color"] == on(trace["marker"]["color"]), name
            elif trace["type"] in ("treemap", "sunburst"):
                written = zip(trace["textfont"]["color"][1:], trace["marker"]["colors"][1:], strict=True)
                assert all(colour == on(tile) for colour, tile in written), name


@modes
def test_scales_run_from_faint_to_strong_without_turning_back(mode):
    surface = THEMES[mode]["surface"]
    for colours in ([colour for _, colour in THEMES[mode]["scale"]], palette(mode, "stage")):
        assert all(contrast(a, surface) < contrast(b, surface) for a, b in pairwise(colours))
    diverging = [contrast(colour, surface) for _, colour in THEMES[mode]["diverging"]]
    assert diverging[:4] == sorted(diverging[:4], reverse=True) and diverging[3:] == sorted(diverging[3:])
