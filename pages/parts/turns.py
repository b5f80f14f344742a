"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so one runs and the others wait in line. Two at a time do a sixth fewer runs a
second: they and the thread that sends to the browsers take the interpreter from each other.
"""

from __future__ import annotations

import sys
from collections import deque
from threading import Lock

# A thread that wants the interpreter waits this long before it takes it from a run, in seconds; else every message of a run would hand
# it to the thread that sends and back. So a browser gets most of a page at once, and draws it once.
sys.setswitchinterval(0.05)


class Turn:
    """One at a time, in the order they came. Python's own semaphore lets a newcomer overtake the one it has just woken, who then
    goes to the end of the line: with a hundred visitors one in twenty waited half as long again, and a tenth fewer runs were done."""

    def __init__(self) -> None:
        self._lock, self._taken = Lock(), False
        self._waiting: deque[Lock] = deque()

    @property
    def line(self) -> int:
        """How many have the turn or wait for it."""
        return self._taken + len(self._waiting)

    def acquire(self, timeout: float = -1) -> bool:
        """Wait for the turn, ``timeout`` seconds at most where given; whether it came."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            if not timeout:
                return False
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=timeout):
            return True
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        return True  # it came at the last moment

    def release(self) -> None:
        """Hand the turn to the next in line."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


turn = Turn()
