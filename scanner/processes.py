"""Work handed to processes of this machine, and what became of it: nothing here knows what the work is.

Processes, not threads: the work is Python. They are forked from a server that has loaded the program once and does nothing
else: a fork of the caller would copy whatever threads and locks it holds; spawning loads the program again in each. Measured
until two workers had loaded it, on two cores: server 0.22 s, spawn 0.40 s; four workers: 0.23 s and 0.53 s (2026-11-22).

Each process has a pipe of its own. Through one pipe for all, as the standard library's pool has it, a process that is
killed while it sends leaves the lock taken and half a message: the others, and who waits for them, then wait for ever.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from scanner.collector import collect_rarely
from scanner.errors import WorkerLost

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 2
"""Pieces of work handed out for each process: one to do, one to have ready. More would only wait, and hold memory."""


@dataclass(slots=True)
class _Worker:
    """One process, our end of its pipe, and how many pieces it has."""

    process: BaseProcess
    pipe: "Connection[Any, Any]"
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Processes:
    """So many processes. load: modules they need, imported once for all of them."""

    number: int
    load: tuple[str, ...] = ()
    _workers: list[_Worker] = field(default_factory=list)

    def __call__(self, work: Callable[[T], R], pieces: Iterable[T]) -> Iterator[R]:
        """What `work` makes of each piece, in no particular order. `pieces` is drawn on as processes become free.

        Raises what `work` raises, and `WorkerLost` if a process ends by itself. Leaving early ends the processes.
        """
        try:
            for piece in pieces:
                worker = self._free()
                with suppress(OSError):  # it has ended: waiting for its answer tells
                    worker.pipe.send((work, piece))
                worker.pieces += 1
                while all(each.pieces >= _AHEAD for each in self._workers) and len(self._workers) == self.number:
                    yield from self._done()
            while any(each.pieces for each in self._workers):
                yield from self._done()
        except BaseException:  # Ctrl-C too: what is being worked on will not be used
            for worker in self._workers:
                worker.process.terminate()
            raise
        finally:
            for worker in self._workers:
                worker.pipe.close()  # nothing more comes: it ends
                worker.process.join()
            self._workers.clear()

    def _free(self) -> _Worker:
        """A process with nothing to do, else a new one, else that with the least."""
        least = min(self._workers, key=lambda each: each.pieces, default=None)
        if least and (not least.pieces or len(self._workers) == self.number):
            return least
        context = get_context("forkserver")
        context.set_forkserver_preload(list(self.load))
        ours, its = context.Pipe()
        process = context.Process(target=_work, args=(its,), daemon=True)
        process.start()
        its.close()  # so that the pipe ends with the process
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    def _done(self) -> Iterator[Any]:
        """Wait for outcomes and give them."""
        by_pipe = {worker.pipe: worker for worker in self._workers if worker.pieces}
        for pipe in connection.wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index] # only pipes were waited for
            try:
                good, outcome = worker.pipe.recv()
            except (EOFError, OSError) as fault:
                raise WorkerLost from fault
            worker.pieces -= 1
            if not good:
                raise outcome
            yield outcome


def _work(pipe: "Connection[Any, Any]") -> None:
    """In a process: do what comes until nothing more does. Ctrl-C, which the terminal sends to all, is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    waiting: SimpleQueue[tuple[Callable[[Any], Any], Any]] = SimpleQueue()
    Thread(target=_receive, args=(pipe, waiting), daemon=True).start()
    while True:
        work, piece = waiting.get()
        try:
            outcome = True, work(piece)
        except Exception as fault:  # noqa: BLE001 - it is raised where the work was given
            outcome = False, fault
        with suppress(OSError):  # nobody waits for it any more
            pipe.send(outcome)


def _receive(pipe: "Connection[Any, Any]", waiting: "SimpleQueue[Any]") -> None:
    """Take in what comes while this process works or sends; end it when the parent is done, or gone.

    Were a piece left in the pipe until its turn, a large one (a mark with many interfaces) and a large outcome would wait for
    each other: the parent to send before it receives, this process to receive after it has sent.
    """
    try:
        while True:
            waiting.put(pipe.recv())
    finally:
        os._exit(0)
