"""Where the probability of a control begins, worked on the control required most, and how well the method does."""

from __future__ import annotations

import math

import numpy as np

from analysis import counting
from analysis.counting import total
from analysis.mapping_evaluation import FOLDS, LEAST, METHODS, average_precision, calibration_error, held_out
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from atlas_data import Atlas

_SOON = 300  # workflows of which a reader of the page need not wait for the evaluation


@method(
    "mapping",
    "Mapping a workflow",
    formula=r"\ln\frac{P(t \mid q)}{1 - P(t \mid q)} = \beta_0 + \sum_s \beta_s\, x_s(t, q), \qquad x_{start} = \ln\frac{p}{1 - p}, \; "
    r"p = \frac{n_t + 0.5}{n + 1}",
    meaning="How probable a control, category, reviewer or other term t is for a described workflow q. Five signals add up: the term's "
    "share in the atlas (start, worked here), the words of the description (ridge regression on TF-IDF), the 20 nearest entries, the "
    "requirements listed under a control, and the terms picked. What each word, workflow and pick adds is shown on the page.",
    source="TF-IDF: Salton and Buckley (1988), Information Processing and Management 24. Ridge: Hoerl and Kennard (1970), Technometrics "
    "12. Stacking: Wolpert (1992), Neural Networks 5.",
    assumptions="Slopes are fitted with each workflow left out of its own signals. Descriptions are taken to be like the entries' titles "
    "and summaries; other people's words will do somewhat worse. Always fitted on the whole atlas, whatever the filter.",
    where="analysis.mapping.map_workflow",
    needs=("control",),
)
def start(atlas: Atlas, selection: Selection | None) -> Example | None:
    counts, n = counting.per_term(atlas, "control"), total(atlas)
    if not n or not len(counts):
        return None
    most = int(counts.argmax())
    share = (int(counts[most]) + 0.5) / (n + 1)
    value = math.log(share / (1 - share))
    words = f"The start of {atlas.facet('control').terms[most]}: {int(counts[most])} of all {n} workflows require it.{_measured(atlas)}"
    part = rf"\frac{{{int(counts[most])} + 0.5}}{{{n} + 1}}"
    return Example(words, rf"\ln\left(\frac{{{part}}}{{1 - {part}}}\right) = {number(value)}", value)


def _measured(atlas: Atlas) -> str:
    """How the mapping and its baselines do on workflows never seen; nothing of an atlas too small, or too large to wait for it here."""
    if not LEAST <= len(atlas) <= _SOON or not {"control", "category"} <= set(atlas.facets):
        return ""
    seen, said = held_out(atlas), []
    control, category = seen.truth["control"], seen.truth["category"].argmax(axis=1)
    for name in ("mapping", "plain", "popularity"):
        p = seen.predicted["control"][name]
        precision, error = np.nanmean(average_precision(control, p)), 100 * calibration_error(control, p)[0]
        right = (seen.predicted["category"][name].argmax(axis=1) == category).mean()
        said.append(f"{METHODS[name]}: {precision:.2f}, {error:.1f} points, {right:.0%}.")
    return (
        f" {FOLDS}-fold cross-validation on titles and summaries (mean average precision of controls, their calibration error, right "
        f"category). {' '.join(said)}"
    )
