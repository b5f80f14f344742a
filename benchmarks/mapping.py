"""How well descriptions are mapped to controls: the method in use against baselines and the candidates it was chosen from.

    python -m benchmarks.mapping [--folds 10] [--seeds 20 21 22]

Each workflow is described by its title and summary and mapped by a model fitted to the other folds, which read the whole of their
entries except the names of controls, category, stage and companies. Shown: mean average precision of the 21 controls, Brier score, expected
calibration error and category accuracy, means over the seeds; then the differences in average precision and in category accuracy that
the method in use has over each, with 95% bootstrap intervals over workflows.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from analysis.corpus import description, said
from analysis.mapping_evaluation import METHODS, average_precision, calibration_error, held_out
from atlas_data import Atlas, load_atlas

_WORDS = {"stop_words": "english", "sublinear_tf": True}
_CHARACTERS = {"analyzer": "char_wb", "ngram_range": (3, 5), "sublinear_tf": True, "min_df": 2}
Predict = Callable[[list[str], np.ndarray, list[str]], np.ndarray]


def vectors(texts: list[str], asked: list[str], characters: bool = False, topics: int = 0):
    """TF-IDF of words, of character n-grams too, or their leading singular directions (LSA), for the texts learned from and asked about."""
    kinds = [TfidfVectorizer(**_WORDS), *([TfidfVectorizer(**_CHARACTERS)] if characters else [])]
    pairs = [(kind.fit_transform(texts), kind.transform(asked)) for kind in kinds]
    x, q = (sparse.hstack(side).tocsr() for side in zip(*pairs, strict=True))
    if topics:
        reduced = TruncatedSVD(topics, random_state=0).fit(x)
        return normalize(reduced.transform(x)), normalize(reduced.transform(q))
    return normalize(x), normalize(q)


def neighbours(k: int, **form) -> Predict:
    """Share of the k nearest by cosine that have a term, weighted by similarity."""

    def predict(texts: list[str], y: np.ndarray, asked: list[str]) -> np.ndarray:
        x, q = vectors(texts, asked, **form)
        similar = q @ x.T
        similar = similar.toarray() if sparse.issparse(similar) else similar
        places = np.argsort(-similar, axis=1, kind="stable")[:, :k]
        weight = np.maximum(np.take_along_axis(similar, places, axis=1), 1e-9)
        return np.einsum("ik,ikt->it", weight / weight.sum(axis=1, keepdims=True), y[places])

    return predict


def logistic(**form) -> Predict:
    """Logistic regression for each term on its own, C chosen inside by cross-validation."""

    def predict(texts: list[str], y: np.ndarray, asked: list[str]) -> np.ndarray:
        x, q = vectors(texts, asked, **form)
        said = np.empty((len(asked), y.shape[1]))
        for term in range(y.shape[1]):
            grid = LogisticRegressionCV(
                Cs=[1, 10, 100], cv=3, l1_ratios=(0,), scoring="neg_log_loss", max_iter=300, use_legacy_attributes=False
            )
            said[:, term] = grid.fit(x, y[:, term]).predict_proba(q)[:, 1]
        return said

    return predict


CANDIDATES: dict[str, Predict] = {
    "sublinear TF-IDF, 10 nearest by similarity": neighbours(10),
    "sublinear TF-IDF, 20 nearest by similarity": neighbours(20),
    "with character n-grams, 20 nearest": neighbours(20, characters=True),
    "LSA of 60 topics, 20 nearest": neighbours(20, topics=60),
    "logistic regression, words": logistic(),
    "logistic regression, LSA of 60": logistic(topics=60),
}


def predictions(atlas: Atlas, folds: int, seed: int) -> dict[str, dict[str, np.ndarray]]:
    """Held-out probabilities by method: of controls, of categories."""
    seen = held_out(atlas, folds, seed)
    found = {name: {facet: seen.predicted[facet][method] for facet in ("control", "category")} for method, name in METHODS.items()}
    entries = [atlas.entry(workflow) for workflow in atlas.workflows.index]
    whole, short = [said(entry) for entry in entries], [description(entry) for entry in entries]
    shuffled = np.random.default_rng(seed).permutation(len(atlas))
    for name, predict in CANDIDATES.items():
        started = time.perf_counter()
        found[name] = {facet: np.zeros_like(seen.truth[facet]) for facet in ("control", "category")}
        for test in np.array_split(shuffled, folds):
            rows = np.setdiff1d(shuffled, test)
            for facet, p in found[name].items():
                p[test] = predict([whole[i] for i in rows], seen.truth[facet][rows], [short[i] for i in test])
        print(f"  {name}: {time.perf_counter() - started:.0f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[20])
    options = parser.parse_args()
    atlas = load_atlas()
    truth = held_out(atlas).truth
    with threadpool_limits(1, "blas"):
        runs = [predictions(atlas, options.folds, seed) for seed in options.seeds]
    y, category = truth["control"], truth["category"].argmax(axis=1)
    precision = {name: np.mean([average_precision(y, run[name]["control"]) for run in runs], axis=0) for name in runs[0]}
    right = {name: np.mean([run[name]["category"].argmax(axis=1) == category for run in runs], axis=0) for name in runs[0]}
    often = np.random.default_rng(20).multinomial(len(atlas), np.full(len(atlas), 1 / len(atlas)), 4_000) / len(atlas)
    print(f"\n{len(atlas)} workflows\n\n| method | precision | in use ahead by | category | in use ahead by | Brier | calibration error |")
    print("|---|---|---|---|---|---|---|")
    for name in runs[0]:
        brier = np.mean([((run[name]["control"] - y) ** 2).mean() for run in runs])
        error = np.mean([calibration_error(y, run[name]["control"])[0] for run in runs])
        cells = [f"{mine[name].mean():.3f} | {_ahead(mine, name, often)}" for mine in (precision, right)]
        print("|", " | ".join([name, *cells, f"{brier:.3f}", f"{error:.3f}"]), "|")


def _ahead(measured: dict[str, np.ndarray], name: str, often: np.ndarray) -> str:
    """How far the method in use is ahead of another, per workflow, with its interval."""
    ahead = measured[METHODS["mapping"]] - measured[name]
    low, high = np.quantile(often @ ahead, [0.025, 0.975])
    return f"{ahead.mean():+.3f} ({low:+.3f} to {high:+.3f})" if ahead.any() else ""


if __name__ == "__main__":
    main()
