"""A mapped description as views, and how well descriptions are mapped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.convergence import layers
from analysis.corpus import corpus
from analysis.counting import total
from analysis.figures.mapping import method_dots, probability_bars, reliability
from analysis.figures.style import hue
from analysis.inference import wilson
from analysis.mapping import Placed
from analysis.mapping_evaluation import BINS, FOLDS, LEAST, METHODS, average_precision, calibration, calibration_error, held_out
from analysis.mapping_model import NEIGHBOURS
from analysis.selection import Selection, bits_of
from analysis.views.view import Choice, Column, View, unanswered, view
from analysis.words import FEW, inside, listed, of, plural, probability
from atlas_data import Atlas

_RESAMPLES, _SEED = 2_000, 20
_MEASURES = {
    "precision": "Average precision of controls",
    "brier": "Brier score of controls",
    "calibration": "Calibration error of controls",
    "category": "Category accuracy",
    "category_brier": "Brier score of categories",
    "stage": "Stage accuracy",
    "reviewers": "Average precision of reviewers",
}
_FACET = {"category": "category", "category_brier": "category", "stage": "stage", "reviewers": "reviewer_role"}
_SMALLER = ("brier", "calibration", "category_brier")
_MEANING = {
    "precision": "1 means that a workflow's own controls all come first in the ranking",
    "brier": "mean squared distance between probability and truth; smaller is better",
    "calibration": "mean distance between what is said and what comes true; smaller is better",
    "category": "share of workflows whose likeliest category is their own",
    "category_brier": "mean squared distance between probability and truth; smaller is better",
    "stage": "share of workflows whose likeliest stage is their own",
    "reviewers": "1 means that a workflow's own reviewers all come first in the ranking",
}


def mapped(atlas: Atlas, placed: Placed, facet: str, most: int | None = None) -> View:
    """The probability of each term of a facet for a description, beside its share in the atlas."""
    if facet not in placed.chances:
        return unanswered(placed.limits[0] if placed.limits else "The description says too little", placed.n)
    table, title = placed.chances[facet].head(most), atlas.facet(facet).title
    exclusive = abs(table["share"].sum() - 1) < 1e-9 and not atlas.facet(facet).multiple
    first = [f"{term} ({probability(chance)})" for term, chance in table["probability"].head(1 if exclusive else 3).items()]
    colours, legend = _colours(atlas, facet, table.index)
    return View(
        title=f"Most likely: {listed(first)}",
        subtitle=f"{title}: probability for this description; the mark is the share in the atlas",
        n=len(atlas),
        figure=probability_bars(table, colours, legend),
        numbers=table,
        opens=(facet,),
        note="Fitted to all workflows of the atlas in use, whatever the filter." + (" Colour is the control layer." if legend else ""),
        alt=f"Bar chart: probability of each {title.lower()} for the description, with the share in the atlas.",
        method="mapping",
        columns={"probability": Column("Probability", "percent"), "share": Column("Share in the atlas", "percent")},
        code=f"from analysis import map_workflow\n\nplaced = map_workflow(atlas, {placed.text!r}, {list(placed.picks)!r})\n"
        f"table = placed.chances[{facet!r}]" + (f".head({most})" if most else ""),
    )


def _colours(atlas: Atlas, facet: str, terms: pd.Index) -> tuple[list[str], Mapping[str, str] | None]:
    if facet == "control" and "layer" in atlas.taxonomy.facets:
        names, of_layer = list(atlas.facet("layer").terms), layers(atlas)
        return [hue("layer", names.index(of_layer[term])) for term in terms], {name: hue("layer", i) for i, name in enumerate(names)}
    return [hue(facet, i) if facet == "category" else "@accent" for i in atlas.facet(facet).terms.get_indexer(terms)], None


def evaluation(atlas: Atlas, selection: Selection | None = None, measure: str = "precision") -> pd.DataFrame:
    """How well each method maps the selected workflows when none of them was learned from.

    One row a method, the one in use first: ``value`` of the measure with a 95% percentile bootstrap interval over workflows
    (``low``, ``high``), ``chosen`` where it is the method in use, and the difference of the method in use from it (``ahead``, positive
    where the method in use is better) with a paired bootstrap interval (``ahead_low``, ``ahead_high``).

    >>> from atlas_data import load_atlas
    >>> table = evaluation(load_atlas())
    >>> bool((table["ahead_low"].iloc[3:] > 0).all())
    True
    """
    seen = held_out(atlas)
    facet = _FACET.get(measure, "control")
    rows = _rows(atlas, selection)
    truth, said = seen.truth[facet][rows], {method: p[rows] for method, p in seen.predicted[facet].items()}
    often = np.ones((1 + _RESAMPLES, len(rows)))  # first the workflows as they are
    often[1:] = np.random.default_rng(_SEED).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), _RESAMPLES)
    found = {method: _value(truth, p, measure, often) for method, p in said.items()}
    values, drawn = ({method: part[of] for method, part in found.items()} for of in (0, slice(1, None)))
    sign = -1 if measure in _SMALLER else 1
    lines = []
    for method in METHODS:
        low, high = np.nanquantile(drawn[method], [0.025, 0.975])
        apart = np.nanquantile(sign * (drawn["mapping"] - drawn[method]), [0.025, 0.975])
        lines.append((values[method], low, high, method == "mapping", sign * (values["mapping"] - values[method]), *apart))
    columns = ["value", "low", "high", "chosen", "ahead", "ahead_low", "ahead_high"]
    return pd.DataFrame(lines, columns=columns, index=pd.Index(METHODS.values(), name="method"))


def _rows(atlas: Atlas, selection: Selection | None) -> np.ndarray:
    """The selected workflows, as places among those whose words were counted."""
    return np.flatnonzero(bits_of(atlas, selection)[corpus(atlas).places])


def _value(truth: np.ndarray, p: np.ndarray, measure: str, often: np.ndarray) -> np.ndarray:
    """A measure over workflows that count ``often``: (resamples,)."""
    if measure == "calibration":
        return calibration_error(truth, p, often)
    if measure in ("brier", "category_brier"):
        each = ((p - truth) ** 2).mean(axis=1)
    elif measure in ("category", "stage"):
        each = (p.argmax(axis=1) == truth.argmax(axis=1)).astype(float)
    else:
        each = average_precision(truth, p)
    counted = np.isfinite(each)
    return (often @ np.where(counted, each, 0)) / np.maximum(often @ counted, 1)


def _unjudged(atlas: Atlas, selection: Selection, facet: str) -> View | None:
    n = total(atlas, selection)
    if facet not in atlas.facets or not len(atlas.facet(facet).terms):
        return unanswered(f"The atlas in use has no {facet.replace('_', ' ')} to predict", n)
    if len(atlas) < LEAST:
        return unanswered(f"Learning needs {LEAST} workflows; the atlas in use has {len(atlas)}", n)
    if n < FEW:
        return unanswered(f"{plural(n, 'workflow')} say too little about a method", n, f"Widen the filter to {FEW} or more.")
    return None


@view("mapping-evaluation", page="map_workflow", parameters=[Choice("mapping_measure", "Measure", _MEASURES, "precision")])
def mapping_evaluation(atlas: Atlas, selection: Selection, mapping_measure: str) -> View:
    """How well descriptions are mapped, against popularity and plain nearest neighbours; the mapping's own are in the table."""
    facet, n = _FACET.get(mapping_measure, "control"), total(atlas, selection)
    if (said := _unjudged(atlas, selection, facet)) is not None:
        return said
    table = evaluation(atlas, selection, mapping_measure)
    words, baselines = METHODS["mapping"], [METHODS["plain"], METHODS["popularity"]]
    beaten = [name for name in baselines if table.at[name, "ahead_low"] > 0]
    missed = [name for name in baselines if name not in beaten]
    verdict = f"clearly ahead of {listed([inside(name) for name in beaten])}" if beaten else ""
    verdict += " but " if beaten and missed else ""
    verdict += f"not clearly ahead of {listed([inside(name) for name in missed])}" if missed else ""
    return View(
        title=f"{_MEASURES[mapping_measure]}: {table.at[words, 'value']:.2f} from words alone, {verdict}",
        subtitle=f"{_MEASURES[mapping_measure]} with 95% bootstrap intervals; {_MEANING[mapping_measure]}",
        n=n,
        figure=method_dots(table, _MEASURES[mapping_measure]),
        numbers=table,
        note=f"{FOLDS}-fold cross-validation over the atlas. A workflow is described by title and summary alone; all else is fitted to the "
        "other folds. Clearly ahead: the 95% interval of the paired difference lies above 0. Plain: scikit-learn's TF-IDF, the "
        f"{NEIGHBOURS} nearest entries counting the same; with the mapping's word weights, and the nearer counting more, neighbours alone "
        f"reach {table.at[METHODS['neighbours'], 'value']:.2f}. Summaries are written by the atlas's editors, who know its vocabulary: "
        "expect somewhat less for other people's words.",
        alt="Dots: the measure for each method with its interval.",
        method="mapping",
        columns={
            "value": Column(_MEASURES[mapping_measure], "%.3f"),
            "low": Column("Low", "%.3f"),
            "high": Column("High", "%.3f"),
            "chosen": Column("In use"),
            "ahead": Column("Method in use is ahead by", "%.3f"),
            "ahead_low": Column("Ahead, low", "%.3f"),
            "ahead_high": Column("Ahead, high", "%.3f"),
        },
        code=f"from analysis.views.mapping import evaluation\n\ntable = evaluation(atlas, selection, {mapping_measure!r})",
    )


def reliability_table(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """Probabilities of controls against what came true, for selected workflows that were not learned from, in ten steps.

    ``said``, ``came_true`` with its Wilson interval ``low`` to ``high``, ``count`` of pairs of workflow and control.
    """
    seen, rows = held_out(atlas), _rows(atlas, selection)
    table = calibration(seen.truth["control"][rows], seen.predicted["control"]["mapping"][rows])
    low, high = wilson(np.rint(table["came_true"] * table["count"]), table["count"].to_numpy())
    return table.assign(low=low, high=high)


@view("mapping-calibration", page="map_workflow")
def mapping_calibration(atlas: Atlas, selection: Selection) -> View:
    """Whether probabilities of controls mean what they say."""
    n = total(atlas, selection)
    if (said := _unjudged(atlas, selection, "control")) is not None:
        return said
    table = reliability_table(atlas, selection)
    inside = int(((table["low"] <= table["said"]) & (table["said"] <= table["high"])).sum())
    error = evaluation(atlas, selection, "calibration").at[METHODS["mapping"], "value"]
    return View(
        title=f"Probabilities of controls are off by {100 * error:.1f} points on average; "
        f"{of(inside, len(table), 'step')} {'agrees' if inside == 1 else 'agree'} with what came true",
        subtitle="What was said for workflows never seen, against the share that came true (95% Wilson interval); size: pairs",
        n=n,
        figure=reliability(table),
        numbers=table,
        note=f"Pairs of workflow and control in up to {BINS} steps of probability. The interval treats pairs as independent, "
        "which the controls of one workflow are not quite.",
        alt="Scatter chart: stated probability of controls against the share that came true.",
        method="mapping",
        columns={
            "said": Column("Said", "percent"),
            "came_true": Column("Came true", "percent"),
            "count": Column("Pairs"),
            "low": Column("Low", "percent"),
            "high": Column("High", "percent"),
        },
        code="from analysis.views.mapping import reliability_table\n\ntable = reliability_table(atlas, selection)",
    )
