"""Work handed to processes of this machine, and what became of it: nothing here knows what the work is.

Processes, not threads: the work is Python. They are forked from a server that has loaded the program once and does nothing
else: a fork of the caller would copy whatever threads and locks it holds; spawning loads the program again in each. Measured
until two workers had loaded it, on two cores: server 0.22 s, spawn 0.40 s; four workers: 0.23 s and 0.53 s (2026-11-22).
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, connection, get_context, parent_process
from threading import Thread
from typing import TypeVar

from scanner.collector import collect_rarely
from scanner.errors import WorkerLost

T = TypeVar("T")
R = TypeVar("R")
F = TypeVar("F")

_AHEAD = 2
"""Pieces of work handed out for each process: one to do, one to have ready. More would only wait, and hold memory."""


@dataclass(frozen=True, slots=True)
class Processes:
    """So many processes. load: modules they need, imported once for all of them."""

    number: int
    load: tuple[str, ...] = ()

    def __call__(self, work: Callable[[T], R], pieces: Iterable[T]) -> Iterator[R]:
        """What `work` makes of each piece, in no particular order. `pieces` is drawn on as processes become free.

        Raises what `work` raises, and `WorkerLost` if a process ends by itself. Leaving early ends the processes.
        """
        context = get_context("forkserver")
        context.set_forkserver_preload(list(self.load))
        others = set(active_children())
        with ProcessPoolExecutor(self.number, mp_context=context, initializer=_settle) as pool:
            try:
                for done in flow(lambda piece: pool.submit(work, piece), pieces, _AHEAD * self.number, _first):
                    yield done.result()
            except BrokenProcessPool as fault:
                raise WorkerLost from fault
            except BaseException:  # Ctrl-C too: what is being worked on will not be used
                for process in set(active_children()) - others:
                    process.terminate()
                raise


def flow(
    submit: Callable[[T], F], pieces: Iterable[T], ahead: int, first: Callable[[set[F]], tuple[set[F], set[F]]]
) -> Iterator[F]:
    """Hand out pieces, never more than `ahead` at a time; gives what `submit` promised for each, once it is kept.

    first: waits until some promises are kept; returns those, and the others.
    """
    running: set[F] = set()
    for piece in pieces:
        running.add(submit(piece))
        while len(running) >= ahead:
            done, running = first(running)
            yield from done
    while running:
        done, running = first(running)
        yield from done


def _first(running: set[Future[R]]) -> tuple[set[Future[R]], set[Future[R]]]:
    return wait(running, return_when=FIRST_COMPLETED)


def _settle() -> None:
    """In a new process: leave Ctrl-C, which the terminal sends to all, to the parent; end when the parent is gone."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    # Waiting for the next piece of work would last for ever: the other processes hold the same pipe open.
    connection.wait([sentinel])
    os._exit(1)
