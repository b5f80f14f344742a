"""Results kept with the atlas they were computed from."""

from __future__ import annotations

import copyreg
import ctypes
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from io import BytesIO
from itertools import chain
from threading import Lock
from typing import NamedTuple, ParamSpec, TypeVar

import pyarrow as pa

from atlas_data import Atlas

P = ParamSpec("P")
T = TypeVar("T")


LARGE = 20_000  # workflows from which on a result may itself be large


def _return_memory() -> None:
    """Give the system back what a computation over all workflows took and no longer needs; the C library of Linux keeps it else."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


_CODEC = "zstd"
# The atlas whose results are packed or unpacked: it stands in them as itself, not as a copy.
_atlas: ContextVar[Atlas] = ContextVar("atlas")


class Packed(NamedTuple):
    """A result in an eighth of its memory, and how many bytes it has before it is unpickled."""

    content: bytes
    size: int


def _standing(one: object) -> tuple:
    """How pickle writes the atlas, or its engine."""
    for find in (_this, _engine):
        if find() is one:
            return find, ()
    raise pickle.PicklingError("another atlas")


def _this() -> Atlas:
    return _atlas.get()


def _engine() -> object:
    return _atlas.get().engine


def packed(atlas: Atlas, result: object) -> Packed | None:
    """A result of an atlas, without the atlas; ``None`` where it holds what cannot be packed, such as a closure."""
    token, file = _atlas.set(atlas), BytesIO()
    try:
        pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = {**copyreg.dispatch_table, Atlas: _standing, **({type(atlas.engine): _standing} if atlas.engine else {})}
        pickler.dump(result)
    except Exception:  # whatever a result holds may refuse; another thread may add to it meanwhile
        return None
    finally:
        _atlas.reset(token)
    return Packed(pa.compress(file.getvalue(), codec=_CODEC, asbytes=True), file.tell())


def unpacked(atlas: Atlas, result: Packed) -> object:
    token = _atlas.set(atlas)
    try:
        return pickle.loads(pa.decompress(result.content, result.size, codec=_CODEC))
    finally:
        _atlas.reset(token)


def _bytes(result: Packed) -> int:
    """About what a packed result takes with all that finds it."""
    return len(result.content) + 1000


def _held(result: object) -> tuple:
    """What a result, or each of several, holds by now: views are added to when they are shown."""
    parts = result if isinstance(result, list | tuple) else (result,)
    holders = chain.from_iterable((part, getattr(part, "__dict__", None), getattr(part, "kept", None)) for part in parts)
    return tuple(chain.from_iterable(map(id, list(holder.values())) for holder in holders if isinstance(holder, dict)))


class _Results(OrderedDict):
    """The last results of a function by what it was given; and packed, in ``size`` bytes, those before and what some of the last were
    unpacked from, with what these held then."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()
        self.packed: OrderedDict[tuple, Packed] = OrderedDict()
        self.held: dict[tuple, tuple] = {}
        self.size = 0

    def beyond(self, most: int) -> list[tuple]:
        """Take out the oldest, so that so many are left."""
        return [self.popitem(last=False) for _ in range(len(self) - most)]

    def small(self, given: tuple) -> Packed | None:
        """A packed result, if there is one."""
        if given in self.packed:
            self.packed.move_to_end(given)
            return self.packed[given]
        return None

    def pack(self, atlas: Atlas, oldest: list[tuple], most: int) -> None:
        """Keep these packed, and of those before the last, in so many bytes. What was unpacked and not added to is packed as it was."""
        with self.lock:
            before = [(self.held.pop(given, None), given in self.packed) for given, _ in oldest]
        new = [each for each, (held, there) in zip(oldest, before, strict=True) if not there or held != _held(each[1])]
        self.put({given: packed(atlas, result) for given, result in new}, most)

    def put(self, small: dict[tuple, Packed | None], most: int) -> None:
        with self.lock:
            for given, result in small.items():
                self.size -= _bytes(self.packed.pop(given)) if given in self.packed else 0
                if result is not None:
                    self.packed[given] = result
                    self.size += _bytes(result)
            while self.size > most:
                self.size -= _bytes(self.packed.popitem(last=False)[1])


def _of(atlas: Atlas, function: Callable) -> _Results:
    if function not in atlas.kept:
        atlas.kept.setdefault(function, _Results())
    return atlas.kept[function]


_HELP = "help"


def assist(atlas: Atlas, ask: Callable[[Callable, tuple], Packed | None]) -> None:
    """Have results that may be packed made elsewhere: ``ask(function, given)`` gives one, or ``None`` if it is to be made here."""
    atlas.kept[_HELP] = ask


def there(atlas: Atlas, function: Callable, given: tuple) -> bool:
    """Whether a result is kept."""
    results = _of(atlas, function)
    return given in results or given in results.packed


def add(atlas: Atlas, function: Callable, given: tuple, result: Packed) -> None:
    """Keep a result that was made elsewhere."""
    _of(atlas, function).put({given: result}, function.more)


def forget(atlas: Atlas, most: int) -> None:
    """Keep no more than so many results of each function."""
    for results in list(atlas.kept.values()):
        if isinstance(results, _Results):
            with results.lock:
                for given, _ in results.beyond(most):
                    results.held.pop(given, None)


def kept(most: int, large: int | None = None, more: int = 0) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the last ``most`` results of a function whose first argument is an atlas; the others must be hashable. Of those before keep
    ``more`` bytes, packed. Of an atlas of more than 20,000 workflows keep ``large``, and none packed.

    Unlike ``functools.lru_cache``, results belong to the atlas and go when it goes: an atlas that a visitor brought
    leaves nothing behind. Two threads that ask for the same result at once may both compute it; both get that of the first.

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
        @wraps(function)
        def answer(atlas: Atlas, *given: Hashable) -> T:
            results, many = _of(atlas, answer), len(atlas) > LARGE
            with results.lock:
                if given in results:
                    results.move_to_end(given)
                    return results[given]
                small = results.small(given)
            if small is None and more and not many and _HELP in atlas.kept:
                small = atlas.kept[_HELP](answer, given)
                if small is not None:
                    results.put({given: small}, more)
            result = function(atlas, *given) if small is None else unpacked(atlas, small)
            if (large or not given) and many:
                _return_memory()
            with results.lock:
                result = results.setdefault(given, result)
                if small is not None:
                    results.held[given] = _held(result)
                oldest = results.beyond(large if large and many else most)
            if more and not many:
                results.pack(atlas, oldest, more)
            return result

        answer.more = more
        return answer

    return decorate
