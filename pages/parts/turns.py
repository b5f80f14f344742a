"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so one runs and the others wait in line. Two at a time do a sixth fewer runs a
second: they and the thread that sends to the browsers take the interpreter from each other.
"""

from __future__ import annotations

import sys
from threading import BoundedSemaphore

# A thread that wants the interpreter waits this long before it takes it from a run, in seconds; else every message of a run would hand
# it to the thread that sends and back. So a browser gets most of a page at once, and draws it once.
sys.setswitchinterval(0.05)

turn = BoundedSemaphore(1)
