"""A view and its filter as the parameters of an address, and back.

Pages, addresses that return tables, embedded charts and saved views speak this one language: ``category=Regulated AI``
for a term of a facet, ``not=Control: Identity`` for one that is left out, ``q`` for words, ``match`` for whether several terms
of one facet mean any or all of them, and each parameter of the view by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from analysis.keeping import kept
from analysis.picking import picked
from analysis.picking import written as as_codes
from analysis.selection import MATCHES, Selection
from analysis.views.view import Asked, Maker, Parameter, Several, Terms, taken
from atlas_data import Atlas
from atlas_data.problems import nearest

TEXT, MATCH, ONLY, NOT = "q", "match", "only", "not"
LONGEST_TEXT, LONGEST_ONLY = 120, 20_000
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Refusal:
    """A parameter of an address that means nothing, and what would."""

    parameter: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.parameter}={self.value!r}: {self.expected}"


class QueryError(ValueError):
    """An address that cannot be followed as it is; ``refusals`` holds every reason."""

    def __init__(self, refusals: Iterable[Refusal]):
        self.refusals = tuple(refusals)
        super().__init__("\n".join(map(str, self.refusals)))


def exclusion(atlas: Atlas, facet: str, term: str) -> str:
    """How an address and the filter name a term that is left out: after its facet, as two facets may have terms of one name."""
    return f"{atlas.facet(facet).title}: {term}"


@kept(2)
def exclusions(atlas: Atlas) -> dict[str, tuple[str, str]]:
    """What can be left out: what each term is called (:func:`exclusion`), its facet and itself.

    >>> from atlas_data import load_atlas
    >>> exclusions(load_atlas())["Control: Identity"]
    ('control', 'Identity')
    """
    return {exclusion(atlas, name, term): (name, term) for name in atlas.facets for term in atlas.facet(name).names}


def chosen(
    atlas: Atlas,
    terms: Mapping[str, Iterable[str]],
    match: str = "any",
    text: str = "",
    only: Iterable[str] = (),
    without: Iterable[tuple[str, str]] = (),
) -> Selection:
    """What the filter means: "all" only says something where several terms of a facet can go together. ``without``: pairs of a
    facet and a term that is left out.

    >>> from atlas_data import load_atlas
    >>> chosen(load_atlas(), {"stage": ["Scaling", "Emerging"], "control": ["Identity", "Metering"]}, "all")
    Selection(control=['Identity', 'Metering'], stage=['Emerging', 'Scaling'], match={'control': 'all'})
    """
    listed = {name: tuple(some) for name, some in terms.items()}
    several = [name for name, some in listed.items() if len(some) > 1]
    together = {name: "all" for name in several if match == "all" and atlas.facet(name).multiple}
    match = "any" if not together else "all" if len(together) == len(several) else together
    left_out: dict[str, list[str]] = {}
    for name, term in without:
        left_out.setdefault(name, []).append(term)
    return Selection(match=match, exclude=left_out, text=text, workflow=only, **listed)


def read(
    atlas: Atlas, maker: Maker | None, pairs: Iterable[tuple[str, str]], also: Sequence[Parameter] = ()
) -> tuple[Selection, dict[str, Any]]:
    """The selection and the view's parameter values that the parameters of an address mean; :class:`QueryError` if they do not.

    ``maker``: the view asked for, ``None`` where only the filter counts. ``also``: parameters that an address may have on top.
    """
    terms: dict[str, list[str]] = {}
    single: dict[str, str] = {}
    values: dict[str, Any] = {}
    repeated: dict[str, list[str]] = {}
    only: tuple[str, ...] = ()
    without: list[tuple[str, str]] = []
    wrong: list[Refusal] = []
    known = {parameter.name: parameter for parameter in (*(maker.parameters if maker else ()), *also)}
    for name, raw in pairs:
        if name in atlas.facets:
            options = atlas.facet(name).terms
            if raw in options:
                terms.setdefault(name, []).append(raw)
            else:
                wrong.append(
                    Refusal(name, raw, f"{atlas.facet(name).title} has no such term{nearest(raw, options) or taken(options.tolist())}")
                )
        elif name == NOT:
            if raw in exclusions(atlas):
                without.append(exclusions(atlas)[raw])
            else:
                wrong.append(
                    Refusal(name, raw, f"no term is called so{nearest(raw, exclusions(atlas)) or '; written as “Control: Identity”.'}")
                )
        elif isinstance(known.get(name), Several | Terms):
            repeated.setdefault(name, []).append(raw)
        elif name in single:
            wrong.append(Refusal(name, raw, "can be given once only."))
        elif name in known:
            single[name] = raw
            values[name] = known[name].read(atlas, raw)
            if values[name] is None:
                wrong.append(Refusal(name, raw, known[name].refusal(atlas, raw)))
        elif name == TEXT:
            single[name] = raw
            if len(raw) > LONGEST_TEXT:
                wrong.append(Refusal(name, raw[:LONGEST_TEXT], f"must be at most {LONGEST_TEXT} characters long."))
        elif name == ONLY:
            single[name] = raw
            only, unknown = picked(atlas, raw[:LONGEST_ONLY])
            wrong += [
                Refusal(name, word, f"there is no such workflow{nearest(word, atlas.workflows.index) or '.'}") for word in unknown[:3]
            ]
        elif name == MATCH:
            single[name] = raw.casefold()
            if single[name] not in MATCHES:
                wrong.append(Refusal(name, raw, f"must be one of {', '.join(MATCHES)}."))
        else:
            names = (*known, TEXT, MATCH, ONLY, NOT, *atlas.facets)
            wrong.append(Refusal(name, raw, f"there is no such parameter{nearest(name, names) or '.'} Known: {', '.join(names)}."))
    for name, raw in repeated.items():
        parameter = known[name]
        if isinstance(parameter, Terms):
            of = values.get(parameter.of) or known[parameter.of].standard(atlas)
            values[name] = parameter.read(atlas, raw, of)
            wrong += [Refusal(name, one, parameter.refusal(atlas, one, of)) for one in raw if not parameter.read(atlas, [one], of)]
        else:
            found = [parameter.read(atlas, one) for one in raw]
            values[name] = tuple(dict.fromkeys(value for value in found if value is not None))
            wrong += [Refusal(name, one, parameter.refusal(atlas, one)) for one, value in zip(raw, found, strict=True) if value is None]
            if len(values[name]) > parameter.most:
                wrong.append(Refusal(name, raw[-1], f"at most {parameter.most} can be given."))
    if wrong:
        raise QueryError(wrong)
    return chosen(atlas, terms, single.get(MATCH, "any"), single.get(TEXT, ""), only, without), values


def written(atlas: Atlas, asked: Asked, maker: Maker) -> list[tuple[str, str]]:
    """The parameters of the address that asks for a view; what is as usual is left out.

    >>> from analysis.views import VIEWS
    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> lifts = VIEWS["matrix"](atlas, Selection(stage="Scaling"), measure="lift")
    >>> written(atlas, lifts.asked, VIEWS["matrix"])
    [('stage', 'Scaling'), ('measure', 'lift')]
    """
    return [*filtering(atlas, asked.selection), *of_view(atlas, asked, maker)]


def of_view(atlas: Atlas, asked: Asked, maker: Maker) -> list[tuple[str, str]]:
    """Of :func:`written` those that are the view's own, without the filter."""
    usual = {parameter.name: parameter.standard(atlas) for parameter in maker.parameters}
    changed = [(name, value) for name, value in asked.values if value is not None and value != usual[name]]
    listed = [(name, value if isinstance(value, tuple) else (value,)) for name, value in changed]
    return [(name, str(one)) for name, values in listed for one in values]


def filtering(atlas: Atlas, selection: Selection) -> list[tuple[str, str]]:
    """The parameters of an address that hold the filter."""
    pairs = [(TEXT, selection.text)] if selection.text else []
    if any(selection.match_in(name) == "all" and len(terms) > 1 for name, terms in selection.terms):
        pairs.append((MATCH, "all"))
    if selection.workflows:
        pairs.append((ONLY, as_codes(selection.workflows)))
    pairs += [(name, term) for name, terms in selection.terms for term in terms]
    return pairs + [(NOT, exclusion(atlas, *pair)) for pair in selection.left_out]


def encoded(pairs: Pairs) -> str:
    """Parameters as the part of an address after the question mark."""
    return urlencode(pairs)


def decoded(query: str) -> list[tuple[str, str]]:
    """The parameters in the part of an address after the question mark."""
    return parse_qsl(query, keep_blank_values=True, max_num_fields=500)
