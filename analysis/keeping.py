"""Results kept with the atlas they were computed from."""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from atlas_data import Atlas

P = ParamSpec("P")
T = TypeVar("T")


LARGE = 20_000  # workflows from which on a result may itself be large


def _return_memory() -> None:
    """Give the system back what a computation over all workflows took and no longer needs; the C library of Linux keeps it else."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def kept(most: int, large: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the last ``most`` results of a function whose first argument is an atlas; the others must be hashable. Of an atlas of
    more than 20,000 workflows keep ``large``.

    Unlike ``functools.lru_cache``, results belong to the atlas and go when it goes: an atlas that a visitor brought
    leaves nothing behind. Two threads that ask for the same result at once may both compute it.

    >>> from atlas_data import load_atlas
    >>> calls = []
    >>> @kept(2)
    ... def length(atlas, factor):
    ...     calls.append(factor)
    ...     return factor * len(atlas.facets)
    >>> [length(load_atlas(), factor) for factor in (1, 1, 2)] == [14, 14, 28]
    True
    >>> calls
    [1, 2]
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        lock = Lock()

        @wraps(function)
        def answer(atlas: Atlas, *given: Hashable) -> T:
            results: OrderedDict = atlas.kept.setdefault(answer, OrderedDict())
            with lock:
                if given in results:
                    results.move_to_end(given)
                    return results[given]
            result = function(atlas, *given)
            if (large or not given) and len(atlas) > LARGE:
                _return_memory()
            with lock:
                results[given] = result
                while len(results) > (large if large and len(atlas) > LARGE else most):
                    results.popitem(last=False)
            return result

        return answer

    return decorate
