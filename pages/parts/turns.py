"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so one runs and the others wait in line. Two at a time do a sixth fewer runs a
second: they and the thread that sends to the browsers take the interpreter from each other.
"""

from __future__ import annotations

import sys
from threading import BoundedSemaphore, Lock

# A thread that wants the interpreter waits this long before it takes it from a run, in seconds; else every message of a run would hand
# it to the thread that sends and back. So a browser gets most of a page at once, and draws it once.
sys.setswitchinterval(0.05)


class Turn:
    """One at a time; ``line``: how many have the turn or wait for it."""

    def __init__(self) -> None:
        self._free, self._lock, self.line = BoundedSemaphore(1), Lock(), 0

    def acquire(self, timeout: float | None = None) -> bool:
        """Wait for the turn, ``timeout`` seconds at most; whether it came."""
        self._count(1)
        taken = self._free.acquire(timeout=timeout)
        if not taken:
            self._count(-1)
        return taken

    def release(self) -> None:
        self._free.release()
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self.line += more

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


turn = Turn()
