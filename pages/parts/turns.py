"""Script runs take turns.

Every visitor's run has a thread of its own, and only one thread at a time can hold the interpreter. A hundred that ask for it
at once spend more time passing it on than working, so few run and the others wait in line.
"""

from __future__ import annotations

from threading import BoundedSemaphore

turn = BoundedSemaphore(2)  # two, so that one may wait for a file or an array while another runs
