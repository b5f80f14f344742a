"""Who builds and runs AI in the workflows, as far as pages show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.keeping import LARGE, kept
from analysis.selection import Selection, bits_of, mask_of
from atlas_data import Atlas
from atlas_data.schema import Company

NO_BUILDER = "no known builder with evidence"
ORDERS = {"workflows": "Most workflows first", "categories": "Most categories first"}
_LINE = ["company", "role", "product", "workflow", "title", "category", "stage", "evidence", "host", "own_site", "evidence_url"]


def evidence(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """One row a line of evidence: a company in a selected workflow, and the page that shows it.

    Columns: ``company`` (a term of the facet company), ``role`` ("vendor" builds it, "adopter" runs it), ``product``
    (empty where none is named), ``workflow`` id, ``title``, ``category``, ``stage``, ``evidence`` (what the page says),
    its ``host``, ``own_site`` (whether the host is the company's own website; else somebody else names the company, or it
    rents the host) and ``evidence_url``. In the order of the atlas.

    >>> from atlas_data import load_atlas
    >>> evidence(load_atlas(), Selection(text="dental claims"))["company"].tolist()
    ['Overjet', 'Pearl']
    """
    return _told(atlas, np.flatnonzero(_chosen(atlas, selection)))


def evidence_of(atlas: Atlas, company: str, selection: Selection | None = None, most: int | None = None) -> pd.DataFrame:
    """The lines of :func:`evidence` on one company, the first ``most``."""
    lines = _lines(atlas)
    term = atlas.facet("company").terms.get_indexer([company])[0]
    at = np.flatnonzero((lines["company"].to_numpy() == term) & _chosen(atlas, selection))
    return _told(atlas, at[:most])


def _told(atlas: Atlas, at: np.ndarray) -> pd.DataFrame:
    """Lines of evidence in words; of a large atlas only those that are asked for are put in words."""
    return _in_words(atlas, at) if len(atlas) > LARGE else _all_told(atlas).iloc[at].reset_index(drop=True)


@kept(1)
def _all_told(atlas: Atlas) -> pd.DataFrame:
    return _in_words(atlas, np.arange(len(_lines(atlas))))


def _in_words(atlas: Atlas, at: np.ndarray) -> pd.DataFrame:
    lines = _lines(atlas).iloc[at]
    workflows = atlas.workflows.iloc[lines["place"].to_numpy()]
    told = {"company": atlas.facet("company").terms.to_numpy()[lines["company"]], "workflow": workflows.index}
    told |= {name: workflows[name].astype(str).to_numpy() for name in ("title", "category", "stage")}
    told |= {name: lines[name].astype(object).to_numpy() for name in ("role", "evidence", "host", "evidence_url")}
    told["product"] = lines["product"].astype(object).where(lines["product"].notna(), "").to_numpy()
    table = pd.DataFrame(told | {"own_site": lines["own_site"].to_numpy(dtype=bool)})[_LINE]
    return table.astype({name: "str" for name in _LINE if name != "own_site"}) if len(table) else table


def _chosen(atlas: Atlas, selection: Selection | None) -> np.ndarray:
    """Which lines are of selected workflows."""
    return bits_of(atlas, selection)[_lines(atlas)["place"].to_numpy()]


@kept(1)
def _lines(atlas: Atlas) -> pd.DataFrame:
    """A line of evidence for each term that a company means: ``place`` of the workflow, place of the ``company`` among the terms;
    ``host`` and ``own_site`` of its page."""
    read, facet = atlas.companies, atlas.taxonomy.facets["company"]
    spelt, code = _distinct(read["name"])
    terms = atlas.facet("company").terms
    meant = [terms.get_indexer(facet.terms_of([name])) for name in spelt]
    times = np.array([len(found) for found in meant], dtype=int)[code]
    at = np.repeat(np.arange(len(read)), times)
    lines = read.iloc[at].reset_index(drop=True)
    within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    depth = max(map(len, meant), default=0)
    small = np.min_scalar_type(-max(len(terms), 1))
    table = np.array([[*found, *[-1] * (depth - len(found))] for found in meant], dtype=small).reshape(-1, depth)
    lines["company"] = table[code[at], within] if len(at) else np.zeros(0, dtype=small)
    pages, page = _distinct(lines["evidence_url"])
    sites, site = _distinct(lines["website"])
    hosts = np.array([Company.model_construct(evidence_url=url).host if url else "" for url in pages])
    pair, named = pd.factorize(page * len(sites) + site)
    own = [Company.model_construct(evidence_url=pages[i // len(sites)], website=sites[i % len(sites)]).on_own_site for i in named]
    names, host = np.unique(hosts, return_inverse=True)
    lines["host"] = pd.Categorical.from_codes(host[page], names)
    lines["own_site"] = np.array(own, dtype=bool)[pair] if len(pair) else np.zeros(0, dtype=bool)
    return lines.drop(columns=["name", "website"])


@kept(1)
def _kinds(atlas: Atlas) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What the lines of evidence say of a ``company``, as far as it is counted, each once: ``adopter``, ``own_site``, the code of the
    ``host``, and ``first``, whether no line before says the same role of the company in the workflow. And the place among these of
    each line: they are few, however many the workflows."""
    lines = _lines(atlas)
    said = lines[["company", "own_site"]].assign(adopter=lines["role"] == "adopter", host=lines["host"].cat.codes)
    said["first"] = ~said[["company", "adopter"]].assign(place=lines["place"]).duplicated()
    kinds = said.drop_duplicates()
    which = said.groupby(list(said), sort=False).ngroup().to_numpy()  # in the order in which they come first, as the kinds
    return {name: kinds[name].to_numpy() for name in kinds}, which.astype(np.min_scalar_type(len(kinds)))


@kept(8)
def _of_each_kind(atlas: Atlas, selection: Selection | None) -> np.ndarray:
    """How many lines of selected workflows are of each kind: int64 of shape (kinds,)."""
    kinds, which = _kinds(atlas)
    return np.bincount(which[np.flatnonzero(_chosen(atlas, selection))], minlength=len(kinds["company"]))


def _distinct(column: pd.Series) -> tuple[list, np.ndarray]:
    """The distinct values of a column, and the place of each row's among them."""
    coded = column.array if isinstance(column.dtype, pd.CategoricalDtype) else pd.Categorical(column)
    return [*coded.categories, None], np.where(coded.codes >= 0, coded.codes, len(coded.categories)).astype(np.int64)


def companies(atlas: Atlas, selection: Selection | None = None, order: str = "workflows") -> pd.DataFrame:
    """One row a company with evidence in the selected workflows, index ``company``.

    ``workflows`` and ``categories`` it is in; workflows ``as_vendor`` and ``as_adopter`` (it may be both); ``own_site``:
    lines of evidence on its own website, of ``lines``; ``hosts``: distinct hosts of its evidence; then one column a
    category with the number of its workflows there. ``order``: "workflows" or "categories" first, then the other, then
    the name. ``ValueError`` for another order.

    >>> from atlas_data import load_atlas
    >>> table = companies(load_atlas())
    >>> bool((table["workflows"] >= table["categories"]).all())
    True
    """
    if order not in ORDERS:
        raise ValueError(f"order is {order!r}; it must be one of {', '.join(ORDERS)}")
    terms = atlas.facet("company").terms
    categories = atlas.facet("category").terms if "category" in atlas.facets else pd.Index([])
    counts = counting.per_pair(atlas, "company", "category", selection) if len(categories) else np.zeros((len(terms), 0), dtype=np.int64)
    kinds, n = _kinds(atlas)[0], _of_each_kind(atlas, selection)

    def counted(which: np.ndarray | slice) -> np.ndarray:
        return np.bincount(kinds["company"][which], n[which], minlength=len(terms)).astype(np.int64)

    said = {"workflows": counting.per_term(atlas, "company", selection), "categories": (counts > 0).sum(axis=1)}
    said |= {"as_vendor": counted(kinds["first"] & ~kinds["adopter"]), "as_adopter": counted(kinds["first"] & kinds["adopter"])}
    said |= {"own_site": counted(kinds["own_site"]), "lines": counted(slice(None))}
    hosts = kinds["host"].max(initial=0) + 1
    shown = np.unique((kinds["company"].astype(np.int64) * hosts + kinds["host"])[n > 0])
    said["hosts"] = np.bincount(shown // hosts, minlength=len(terms))
    at = _by_name(atlas)[said["workflows"][_by_name(atlas)] > 0]
    second = next(name for name in ORDERS if name != order)
    at = at[np.lexsort((-said[second][at], -said[order][at]))]
    return pd.DataFrame(np.column_stack([*said.values(), counts])[at], index=terms[at], columns=[*said, *categories])


@kept(1)
def _by_name(atlas: Atlas) -> np.ndarray:
    """The places of the companies among the terms, by name."""
    return atlas.facet("company").terms.str.casefold().argsort(kind="stable")


def totals(atlas: Atlas, selection: Selection | None = None) -> dict[str, int]:
    """How many ``lines`` of evidence, how many of them on the company's own site (``own``), and distinct ``hosts``."""
    kinds, n = _kinds(atlas)[0], _of_each_kind(atlas, selection)
    return {"lines": int(n.sum()), "own": int(n[kinds["own_site"]].sum()), "hosts": len(np.unique(kinds["host"][n > 0]))}


def known(atlas: Atlas, selection: Selection | None = None) -> np.ndarray:
    """How many companies are known in each selected workflow."""
    return _held(atlas)[bits_of(atlas, selection)]


@kept(1)
def _held(atlas: Atlas) -> np.ndarray:
    return counting.held(atlas, "company")


def builders(atlas: Atlas, selection: Selection | None = None, few: int | None = None, most: int | None = None) -> pd.DataFrame:
    """One row a selected workflow with the companies known in it, index workflow id, in the order of the atlas. With ``few``
    those with at most so many, fewest first; the first ``most``.

    ``title``, ``category``, ``stage``; ``known``: distinct companies; ``own_site``: those of them shown on their own
    website at least once; ``names``: the companies, in the order of the facet.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> bool((builders(atlas)["known"] == atlas.workflows["companies"]).all())
    True
    """
    at, number = np.flatnonzero(bits_of(atlas, selection)), known(atlas, selection)
    if few is not None:
        at, number = at[number <= few], number[number <= few]
        at = at[np.argsort(number, kind="stable")]
    at = at[:most]
    has, terms = counting.terms_at(atlas, "company", at), atlas.facet("company").terms.to_numpy()
    lines = _lines(atlas)
    lines = lines[lines["own_site"].to_numpy() & np.isin(lines["place"], at)]
    shown = lines.groupby("place")["company"].nunique().reindex(at, fill_value=0).to_numpy()
    return atlas.workflows.iloc[at][["title", "category", "stage"]].assign(
        known=has.sum(axis=1), own_site=shown, names=[tuple(terms[row]) for row in has]
    )


def by_number(atlas: Atlas, selection: Selection | None = None, most: int = 10) -> pd.DataFrame:
    """How many selected workflows have 0, 1, 2, ... known companies: frame number (``known``) x category.

    Rows run from 0 to the largest number found; ``most`` stands for itself and more.

    >>> from atlas_data import load_atlas
    >>> int(by_number(load_atlas()).to_numpy().sum()) == len(load_atlas())
    True
    """
    held = _held(atlas).clip(max=most)
    words, mask = kernel.facet_words(atlas.facet("category")), mask_of(atlas, selection)
    largest = int(held[bits_of(atlas, mask)].max(initial=0))
    counts = [np.bincount(held[bits_of(atlas, row & mask)], minlength=largest + 1) for row in words]
    counts = np.array(counts, dtype=np.int64).reshape(-1, largest + 1).T
    return pd.DataFrame(counts, index=pd.RangeIndex(len(counts), name="known"), columns=atlas.facet("category").terms)
