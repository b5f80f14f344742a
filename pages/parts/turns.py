"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so one runs and the others wait in line. Two at a time do a sixth fewer runs a
second: they and the thread that sends to the browsers take the interpreter from each other.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

# A thread that wants the interpreter waits this long before it takes it from a run, in seconds; else every message of a run would hand
# it to the thread that sends and back. So a browser gets most of a page at once, and draws it once.
_SWITCH = 0.05
_SWITCH_ASIDE = 0.001  # while something long is done aside: the runs of others would wait for it again and again
sys.setswitchinterval(_SWITCH)


class Turn:
    """One at a time, in the order they came. Python's own semaphore lets a newcomer overtake the one it has just woken, who then
    goes to the end of the line: with a hundred visitors one in twenty waited half as long again, and a tenth fewer runs were done."""

    def __init__(self) -> None:
        self._lock, self._taken = Lock(), False
        self._waiting: deque[Lock] = deque()
        self._back: deque[Lock] = deque()  # those whose turn was lent: they are before the others
        self._run = 0  # the thread whose run has the turn
        self._aside = 0  # runs that do something long

    @property
    def line(self) -> int:
        """How many have the turn or wait for it."""
        return self._taken + len(self._back) + len(self._waiting)

    @property
    def mine(self) -> bool:
        """Whether the run of this thread has the turn."""
        return self._run == get_ident()

    def acquire(self, timeout: float = -1, back: bool = False) -> bool:
        """Wait for the turn, ``timeout`` seconds at most where given; whether it came. ``back``: of those whose turn was lent."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            if not timeout:
                return False
            called = Lock()
            called.acquire()
            line = self._back if back else self._waiting
            line.append(called)
        if called.acquire(timeout=timeout):
            return True
        with self._lock:
            if called in line:
                line.remove(called)
                return False
        return True  # it came at the last moment

    def release(self) -> None:
        """Hand the turn to the next in line."""
        with self._lock:
            if line := self._back or self._waiting:
                line.popleft().release()
            else:
                self._taken = False

    def __enter__(self) -> None:
        self.acquire()
        self._run = get_ident()

    def __exit__(self, *error: object) -> None:
        self._run = 0
        self.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have their turns during what takes seconds in a run, such as reading a file. Elsewhere there is no turn to give."""
        if not self.mine:
            yield
            return
        self._step(1)
        self.__exit__()
        try:
            yield
        finally:
            self._step(-1)
            self.__enter__()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let others have their turns while this run waits for another process; then it is before those who wait for theirs."""
        self.__exit__()
        try:
            yield
        finally:
            self.acquire(back=True)
            self._run = get_ident()

    def _step(self, by: int) -> None:
        with self._lock:
            self._aside += by
            sys.setswitchinterval(_SWITCH_ASIDE if self._aside else _SWITCH)


turn = Turn()
