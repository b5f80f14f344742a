"""How well the vocabulary of an atlas works: terms that hold too little or too much, and controls known in two ways."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from atlas_data.atlas import Atlas

MOST, LEAST = 0.9, 0.01  # a term above the one or below the other share of workflows tells workflows apart hardly or not at all


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far two ways of knowing a control agree, over every pair of workflow and control.

    ``kappa``: Cohen's kappa over all ``pairs``, with the ``observed`` agreement and that ``expected`` by chance.
    ``by_control``: frame by control with ``both``, ``listed_only``, ``tagged_only``, ``neither``, ``observed``, ``expected``,
    ``kappa`` (NaN where one answer is given for every workflow in both ways). ``disagreements``: one row each with
    ``workflow``, ``control``, ``known`` ("listed only" or "tagged only").
    """

    kappa: float
    observed: float
    expected: float
    pairs: int
    by_control: pd.DataFrame = field(repr=False)
    disagreements: pd.DataFrame = field(repr=False)


def term_use(atlas: Atlas) -> pd.DataFrame:
    """Every term of every facet, indexed by ``facet`` and ``term``.

    ``labels``: how many labels the taxonomy lists for it (0: the term stands for itself); ``workflows`` and ``share``: how
    many have it; ``singleton``: one label or one workflow; ``never_discriminates``: in over 90% or under 1% of workflows.

    >>> from atlas_data import load_atlas
    >>> use = term_use(load_atlas())
    >>> int(use.loc[("category", "Regulated AI"), "workflows"]), bool(use.loc[("category", "Regulated AI"), "singleton"])
    (65, False)
    """
    rows = []
    for name, definition in atlas.taxonomy.facets.items():
        listed = {term.name: len(term.labels) for term in definition.terms}
        workflows = atlas.facet(name).table.sum()
        rows += [(name, term, listed.get(term, 0), int(count)) for term, count in workflows.items()]
    use = pd.DataFrame(rows, columns=["facet", "term", "labels", "workflows"]).set_index(["facet", "term"])
    use["share"] = use["workflows"] / max(len(atlas), 1)
    use["singleton"] = (use["labels"] == 1) | (use["workflows"] == 1)
    use["never_discriminates"] = (use["share"] > MOST) | (use["share"] < LEAST)
    return use


def shared_labels(atlas: Atlas) -> pd.DataFrame:
    """Labels that mean several terms of one facet: ``facet``, ``label``, ``terms`` (joined with semicolons).

    >>> from atlas_data import load_atlas
    >>> found = shared_labels(load_atlas())
    >>> found[(found["facet"] == "system_family") & (found["label"] == "ERP and CRM")]["terms"].item()
    'CRM and sales systems; ERP and finance systems'
    """
    rows = []
    for name, definition in atlas.taxonomy.facets.items():
        spelling = {label.casefold(): label for term in definition.terms for label in term.labels}
        rows += [(name, spelling[key], "; ".join(terms)) for key, terms in definition.by_label.items() if len(terms) > 1]
    return pd.DataFrame(rows, columns=["facet", "label", "terms"])


def control_agreement(atlas: Atlas) -> Agreement:
    """Agreement between the controls an entry lists and those its infrastructure requirements are tagged with.

    Cohen, J. (1960), Educational and Psychological Measurement 20, 37-46. An entry lists about six controls and has six
    requirements of which several may be about one control, so that full agreement is not to be expected.

    >>> from atlas_data import load_atlas
    >>> found = control_agreement(load_atlas())
    >>> found.by_control.loc["Audit trail", ["both", "listed_only"]].astype(int).to_list()
    [69, 40]
    """
    listed = atlas.facet("control").table
    known = {control.casefold(): control for control in listed.columns}
    tagged = pd.DataFrame(False, index=listed.index, columns=listed.columns)
    for workflow in listed.index:
        names = {known.get(item.control.casefold()) for item in atlas.entry(workflow).infrastructure} - {None}
        tagged.loc[workflow, list(names)] = True
    a, b = listed.to_numpy(dtype=bool), tagged.to_numpy(dtype=bool)
    cells = {"both": a & b, "listed_only": a & ~b, "tagged_only": ~a & b, "neither": ~a & ~b}
    by_control = pd.DataFrame({name: cell.sum(axis=0) for name, cell in cells.items()}, index=listed.columns)
    by_control[["observed", "expected", "kappa"]] = [kappa(*row) for row in by_control.to_numpy()]
    overall = kappa(*(int(cell.sum()) for cell in cells.values()))
    rows, columns = np.nonzero(a ^ b)
    disagreements = pd.DataFrame(
        {
            "workflow": listed.index[rows],
            "control": listed.columns[columns],
            "known": np.where(a[rows, columns], "listed only", "tagged only"),
        }
    )
    return Agreement(overall[2], overall[0], overall[1], a.size, by_control, disagreements)


def kappa(both: int, first: int, second: int, neither: int) -> tuple[float, float, float]:
    """Observed agreement, agreement expected by chance, and Cohen's kappa of two yes-no answers.

    Given how often both say yes, only the first, only the second, neither. NaN where kappa is not defined.

    >>> [round(value, 3) for value in kappa(20, 5, 10, 15)]
    [0.7, 0.5, 0.4]
    """
    n = both + first + second + neither
    if n == 0:
        return (float("nan"),) * 3
    observed = (both + neither) / n
    yes_first, yes_second = (both + first) / n, (both + second) / n
    expected = yes_first * yes_second + (1 - yes_first) * (1 - yes_second)
    return observed, expected, (observed - expected) / (1 - expected) if expected < 1 else float("nan")
