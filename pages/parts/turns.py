"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so one runs and the others wait in line. Two at a time do a sixth fewer runs a
second: they and the thread that sends to the browsers take the interpreter from each other.
"""

from __future__ import annotations

from threading import BoundedSemaphore

turn = BoundedSemaphore(1)
