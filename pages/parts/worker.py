"""A process beside the server that makes views while the server runs other visitors' pages.

One interpreter uses one core, and where filters are new half of a run is making views. So a run that needs one, while others wait, lets
the next of them have its turn until the worker has made it. It comes packed, as :mod:`analysis.keeping` keeps it. Where nobody waits, or
the worker has its hands full or is no more, a run makes its views itself.
"""

from __future__ import annotations

import logging
import os
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
    """Makes what is asked of one atlas, once it :meth:`begins`. It ends when it is no longer in use, or the server is gone."""

    def __init__(self) -> None:
        ours, theirs = zip(*(socket.socketpair() for _ in range(_RUNS + 1)), strict=True)
        numbers = [end.fileno() for end in theirs]
        command = [sys.executable, "-m", __name__, *map(str, numbers)]
        # In a session of its own, since an interrupt from the keyboard is for the server, which then ends.
        self.process = subprocess.Popen(command, cwd=_ROOT, pass_fds=numbers, start_new_session=True)
        for end in theirs:
            end.close()
        self.gone = False
        *self._runs, self._idle = connections = [Connection(end.detach()) for end in ours]
        weakref.finalize(self, _end, self.process, connections)

    def begins(self, atlas: Atlas) -> bool:
        """Wait until the worker is there, and give it the atlas; whether that can be given."""
        try:
            self._idle.send(replace(atlas, kept={}))
            return self._idle.recv()
        except Exception as error:  # also pickle's, of an atlas that is read from an open file
            self._lose(error)
            return False

    def help(self, *task: Any) -> Packed | None:
        """What this thread's run needs, made while others have their turns; ``None`` where nobody waits, or the worker cannot make it."""
        if self.gone or not (turn.mine and turn.line > 1):
            return None
        try:
            connection = self._runs.pop()
        except IndexError:
            return None
        with turn.lent():
            made = self._answer(connection, task, _PATIENCE)
        if not self.gone:  # else it may still bring the answer to this
            self._runs.append(connection)
        return made

    def idly(self, task: Task) -> Packed | None:
        """What no run waits for, made when no run needs the worker."""
        return None if self.gone else self._answer(self._idle, task)

    def _answer(self, connection: Connection, task: Task, patience: float | None = None) -> Packed | None:
        try:
            connection.send(task)
            if connection.poll(patience):
                return connection.recv()
            self._lose(f"no answer in {patience} seconds")
        except _GONE as error:
            self._lose(error)
        return None

    def _lose(self, why: object) -> None:
        if not self.gone:
            _LOGGER.warning("The server makes all views itself from now on, its worker is gone: %r", why)
        self.end()

    def end(self) -> None:
        """Do without the worker from now on; a run that waits for it makes its view itself."""
        self.gone = True
        self.process.kill()
        self.process.wait()


def _end(process: subprocess.Popen, connections: list[Connection]) -> None:
    for connection in connections:
        connection.close()
    process.kill()
    process.wait()


def _work(connections: list[Connection]) -> None:
    """Make what is asked for until the server is gone, what is asked by the first of the connections first."""
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
