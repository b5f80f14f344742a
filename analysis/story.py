"""The story of a selection: one question after another, each answered by a live view with a computed finding.

From categories through demand and complexity to the shared production layer, what to build first, and the white space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.categories import sizes
from analysis.convergence import shared_layer
from analysis.counting import per_term, present, total
from analysis.headlines import category_headline
from analysis.selection import Selection, lacking
from analysis.views import VIEWS
from analysis.views.view import View
from analysis.words import FEW, leading, listed, of, plural
from atlas_data import Atlas
from atlas_data.unstated import stated

LEAST = FEW  # workflows a story needs: below this, shares are not said, and there is nothing to compare


@dataclass(frozen=True)
class Step:
    """One step: a question, the view that answers it with its parameters, and a sentence computed from that view.

    ``parameters``: of the view, or a function of the atlas and the selection that gives them. ``told``: what the finding leaves
    out, from the atlas, the selection and the view.
    """

    view: str
    question: str
    parameters: Mapping[str, Any] | Callable[[Atlas, Selection], Mapping[str, Any]] = field(default_factory=dict)
    told: Callable[[Atlas, Selection, View], str] = lambda atlas, selection, view: ""

    def values(self, atlas: Atlas, selection: Selection) -> Mapping[str, Any]:
        """The parameters of the view for this selection."""
        return self.parameters(atlas, selection) if callable(self.parameters) else self.parameters

    def answer(self, atlas: Atlas, selection: Selection) -> View:
        """The view that answers the question for this selection."""
        return VIEWS[self.view](atlas, selection, **self.values(atlas, selection))

    def sentence(self, atlas: Atlas, selection: Selection) -> str:
        """What is to be said beside the finding; empty when there is nothing."""
        view = self.answer(atlas, selection)
        return self.told(atlas, selection, view) if view.answered else ""


def _categories(atlas: Atlas, selection: Selection, view: View) -> str:
    """Which category is the largest."""
    return f"{category_headline(sizes(atlas, selection))}."


def _buyers(atlas: Atlas, selection: Selection, view: View) -> str:
    """Who asks most."""
    functions = atlas.facet("buyer_function").terms
    asked = pd.Series(per_term(atlas, "buyer_function", selection), functions)[stated(functions)]
    if not asked.any():
        return ""
    count, wanted = int((asked > 0).sum()), selection.facets.get("buyer_function", ())
    asks, others = f"{plural(count, 'buyer function')} {'asks' if count == 1 else 'ask'}", asked.drop([*wanted], errors="ignore")
    if not others.any():
        return f"{asks}."
    besides = f"besides {listed(list(wanted))} " if wanted else ""  # which the filter asks for, so that all name it
    return f"{asks}; {besides}{_most(others, 'named', view.n)}."


def _most(counts: pd.Series, verb: str, n: int) -> str:
    """Which terms have the largest count."""
    first = leading(counts)
    are, by = ("is", "by") if len(first) == 1 else ("are", "each by")
    return f"{listed(first, most=4)} {are} {verb} most, {by} {of(int(counts.max()), n)}"


def _compared(atlas: Atlas, selection: Selection) -> Mapping[str, str]:
    """By category where two of them have the 5 workflows that the test needs, else by stage."""
    comparable = (per_term(atlas, "category", selection) >= 5).sum() >= 2
    return {"part": "information", "spread_by": "category" if comparable else "stage"}


def _core(atlas: Atlas, selection: Selection, view: View) -> str:
    """How many controls are shared, out of those required at all."""
    categories = present(atlas, "category", selection)
    asked = view.table[view.table["count"] > 0]
    if categories < 2:
        return f"{_most(asked['count'], 'required', view.n)}."
    core = shared_layer(view.table, categories)
    if core.empty:
        return ""
    least = list(core.index[core["count"] == core["count"].min()])
    often = f"required by {of(int(core['count'].min()), view.n)}"
    shared = f"{len(core)} of {plural(len(asked), 'control')} {'is' if len(core) == 1 else 'are'} shared across categories"
    if len(core) == 1:
        return f"{shared}: {least[0]}, {often}."
    return f"{shared}; the rarest of them, {listed(least)}, {'is' if len(least) == 1 else 'are each'} {often}."


STEPS = (
    Step("stage-mix", "What is being built, and how far along is it?", told=_categories),
    Step("overlap", "Who asks for what?", told=_buyers),
    Step("complexity-spread", "Where is it demanding?", _compared),
    Step("layers-by-category", "Does every category need the same layers?"),
    Step("convergence-map", "Where does it converge?", told=_core),
    Step("build-order", "What to build first?"),
    Step("white-space", "What is missing?", {"space_rows": "buyer_function", "space_columns": "capability_family"}),
)


def long_enough(atlas: Atlas, selection: Selection) -> bool:
    """Whether a selection leaves enough workflows for a story."""
    return total(atlas, selection) >= LEAST


def about(selection: Selection) -> str:
    """Whom or what the story is for, in words; empty when it is about everything.

    >>> about(Selection(buyer_industry="Insurance")), about(Selection(stage=["Scaling", "Emerging"], text="claims"))
    ('Insurance', 'Emerging or Scaling, “claims”')
    >>> about(Selection()), about(Selection(exclude={"control": "Metering"}))
    ('', 'workflows without Metering')
    """
    joined = {"any": " or ", "all": " and "}
    parts = [
        joined[selection.match_in(name)].join(terms if len(terms) < 4 else (*terms[:3], f"{len(terms) - 3} more"))
        for name, terms in selection.terms
    ]
    parts += [f"“{selection.text}”"] if selection.text else []
    parts += [f"{plural(len(selection.workflows), 'workflow')} picked"] if selection.workflows else []
    if left_out := lacking(selection):
        parts.append(left_out if parts else f"workflows {left_out}")
    return ", ".join(parts)


def headline(selection: Selection) -> str:
    """The title of the story.

    >>> headline(Selection(category="Regulated AI")), headline(Selection())
    ('The story for Regulated AI', 'The story of AI in production')
    """
    named = about(selection)
    return f"The story for {named}" if named else "The story of AI in production"
