"""A process beside the server that makes views while the server runs other visitors' pages.

One interpreter uses one core, and where filters are new half of a run is making views. So a run that needs one, while others wait, lets
the next of them have its turn until the worker has made it. It comes packed, as :mod:`analysis.keeping` keeps it. Where nobody waits, or
the worker has its hands full or is no more, a run makes its views itself.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from joblib import cpu_count

from analysis import keeping
from analysis.keeping import Packed
from analysis.views.view import View
from atlas_data import Atlas
from pages.parts import state
from pages.parts.drawn import asked_for
from pages.parts.turns import turn

_ROOT = Path(__file__).parents[2]
_RUNS = 4  # runs that may wait for the worker; the next makes its view itself
_PATIENCE = 10  # seconds after which such a run makes its view itself, and what it asked by is given up
_FEW = 64  # results of each function that the worker keeps, for what it makes next
_GONE = OSError, EOFError
_LOGGER = logging.getLogger(__name__)

Task = tuple[Callable[..., Any], tuple]  # a function whose results are kept with the atlas, and what it is given beside the atlas


def make(atlas: Atlas, task: Task) -> object:
    """What is asked for, and of a view what the browser draws of it."""
    function, given = task
    result = function(atlas, *given)
    if isinstance(result, View) and result.figure is not None:
        asked_for(atlas, result.asked.selection, result, result.asked.name)
    return result


def hired() -> Worker | None:
    """A worker, where there is a second core for it."""
    if cpu_count() < 2 or os.name != "posix":
        return None
    try:
        return Worker()
    except OSError as error:
        _LOGGER.warning("No worker (%s); the server makes all views itself.", error)
        return None


class Worker:
    """Makes what is asked of one atlas, from :meth:`begin` on. It ends when the atlas is no longer in use, or the server is gone."""

    def __init__(self) -> None:
        ours, theirs = zip(*(socket.socketpair() for _ in range(_RUNS + 1)), strict=True)
        numbers = [end.fileno() for end in theirs]
        self.process = subprocess.Popen([sys.executable, "-m", __name__, *map(str, numbers)], cwd=_ROOT, pass_fds=numbers)
        for end in theirs:
            end.close()
        *self._runs, self._idle = connections = [Connection(end.detach()) for end in ours]
        self.ended = weakref.finalize(self, _end, self.process, connections)

    def begin(self, atlas: Atlas) -> None:
        """Wait until the worker is there, and give it the atlas."""
        if self._answer(self._idle, replace(atlas, kept={})):
            keeping.assist(atlas, self.help)
        else:
            _LOGGER.warning("The worker did not start; the server makes all views itself.")

    def help(self, *task: Any) -> Packed | None:
        """What this thread's run needs, made while those who wait have their turns; ``None`` where nobody waits, or nobody can make it."""
        if not (turn.mine and turn.line > 1):
            return None
        try:
            connection = self._runs.pop()
        except IndexError:
            return None
        with turn.lent():
            return self._answer(connection, task, _PATIENCE)

    def idly(self, task: Task) -> Packed | None:
        """What no run waits for, made when no run needs the worker."""
        return self._answer(self._idle, task)

    def _answer(self, connection: Connection, said: object, patience: float | None = None) -> Any:
        """What the worker says to something, ``None`` where it says nothing; then that connection is not used again."""
        with suppress(*_GONE):
            connection.send(said)
            if connection.poll(patience):
                answer = connection.recv()
                if connection is not self._idle:
                    self._runs.append(connection)
                return answer
        return None


def _end(process: subprocess.Popen, connections: list[Connection]) -> None:
    for connection in connections:
        connection.close()
    process.terminate()
    process.wait()


def _work(connections: list[Connection]) -> None:
    """Make what is asked for until the server is gone, what is asked by the first of the connections first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that of a keyboard is for the server, which then ends
    *_, idle = connections
    atlas = idle.recv()
    state.settle(atlas)
    idle.send(True)
    while True:
        ready = wait(connections)
        asking = next(connection for connection in connections if connection in ready)
        asking.send(_packed(atlas, asking.recv()))
        keeping.forget(atlas, _FEW)


def _packed(atlas: Atlas, task: Task) -> Packed | None:
    try:
        return keeping.packed(atlas, make(atlas, task))
    except Exception:  # the run that asked meets it too, and says so
        return None


if __name__ == "__main__":
    with suppress(*_GONE):
        _work([Connection(int(number)) for number in sys.argv[1:]])
