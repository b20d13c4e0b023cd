"""The line on many machines: Dask distributed shares the work (`--cluster`, extra `fieldmark[cluster]`).

The one exception to "the program opens no network connection", and only where it is asked for: to the scheduler it is told,
and to the storage the captures lie on. The same functions as everywhere: a worker cuts a large capture, workers read pieces,
workers merge, and the client merges what they merged. Nothing is lost with a worker: the scheduler has its pieces read again,
which gives the same evidence, and a piece is merged once however often it was read.

Client, scheduler and workers exchange Python objects and trust one another. Whoever can reach the scheduler's port can run
programs on the workers: keep it to a network of your own, or use TLS (docs/cluster.md).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from io import BufferedIOBase, BufferedReader
from itertools import islice
from typing import Any, TypeVar

import fsspec
from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, wait

from scanner import kept
from scanner.capture.sources import STDIN
from scanner.engine import Progress, read, read_piece
from scanner.errors import ClusterFault, Unreadable, WorkerLost
from scanner.evidence import Evidence, merge
from scanner.pieces import Input, Keeper, Piece, missing, pieces

T = TypeVar("T")

SIZE = 256 << 20
"""Bytes of a slice, about. A capture of twice that is cut, which reads it once more; smaller ones are shared out whole."""

GROUP = 64
"""Pieces whose evidence is merged on the cluster before it comes here: what a scheduler must remember stays bounded."""

_FAN = 8
"""Bags of evidence merged at a time: few enough that one worker holds them all."""

_PATIENCE = 30
"""Seconds to wait for a scheduler and its first worker."""

Outcome = tuple[int, Evidence]
Plan = tuple[list[Piece], Evidence, int]


def read_all(
    sources: Iterable[Input],
    address: str,
    workers: int = 1,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
    size: int = SIZE,
    group: int = GROUP,
) -> Evidence:
    """`scanner.engine.read_all` on the cluster at `address` ("local": one of `workers` processes of this machine).

    Paths and the keeper's folder must mean the same on all its machines. Raises `ClusterFault` if there is no such cluster or
    it runs another program, `WorkerLost` if the same piece ended several workers.
    """
    whole = Evidence()
    sources = list(sources)
    files = [
        replace(source, opener=open_address) if "://" in source.path else source for source in sources if source.path != STDIN
    ]
    with ExitStack() as held:
        client = _client(address, workers, held)
        threads = sum(client.nthreads().values())
        program = kept.program()

        def plan(source: Input) -> Future:
            return client.submit(_plan, source, keeper, size, program, pure=False, priority=1)

        def waiting() -> Iterator[Piece]:
            for left, known, found in _flow(plan, files, 2 * threads):
                whole.absorb(known)
                if keeper:
                    keeper.found += found
                yield from left

        try:
            tree = partial(_tree, client, keeper, program)
            for done, evidence in _flow(tree, _groups(waiting(), group), 2 + 2 * threads // group):
                whole.absorb(evidence)
                if progress:
                    progress(done)
        except KilledWorker as fault:
            raise WorkerLost from fault
        except CancelledError as fault:
            raise ClusterFault(f"the scheduler at {address} went away") from fault
    for source in sources:
        if source.path == STDIN:  # no other process can read it
            whole.absorb(read(source, progress))
    whole.settle()
    return whole


def expanded(paths: Iterable[str]) -> list[str]:
    """Paths with the patterns among addresses ("s3://bucket/*.pcap") replaced by what they match; a pattern that matches
    nothing, or of an address that is none, comes back as it is: opening it tells why."""
    return [each for path in paths for each in (_meant(path) or [path])]


def _meant(path: str) -> list[str]:
    if "://" not in path or "*" not in path:
        return []
    try:
        system, pattern = fsspec.core.url_to_fs(path)
        return [system.unstrip_protocol(match) for match in sorted(system.glob(pattern))]
    except (ImportError, ValueError, OSError):
        return []


def open_address(path: str) -> BufferedIOBase:
    """What is at an address fsspec understands; raises OSError, and `Unreadable` for an address it does not."""
    try:
        return BufferedReader(fsspec.open(path, "rb").open(), 1 << 20)
    except (ImportError, ValueError) as fault:
        raise Unreadable(path, "no such kind of address, or what fsspec needs for it is not installed") from fault


def _client(address: str, workers: int, held: ExitStack) -> Client:
    try:
        if address == "local":
            local = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            return held.enter_context(Client(held.enter_context(local)))
        client = held.enter_context(Client(address, timeout=_PATIENCE))
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, ValueError) as fault:  # TimeoutError is an OSError
        raise ClusterFault(f"{address}: no scheduler with a worker answers there") from fault
    return client


def _groups(given: Iterator[T], size: int) -> Iterator[list[T]]:
    while group := list(islice(given, size)):
        yield group


def _flow(submit: Callable[[T], Future], items: Iterable[T], ahead: int) -> Iterator[Any]:
    """Hand out items, never more than `ahead` at a time; gives what becomes of each, in no particular order."""
    running: set[Future] = set()
    for item in items:
        running.add(submit(item))
        while len(running) >= ahead:
            done, running = wait(running, return_when="FIRST_COMPLETED")
            yield from (each.result() for each in done)
    while running:
        done, running = wait(running, return_when="FIRST_COMPLETED")
        yield from (each.result() for each in done)


def _tree(client: Client, keeper: Keeper | None, program: str, group: list[Piece]) -> Future:
    """Read some pieces, and merge until one bag is left."""
    bags = [client.submit(_read, piece, keeper, program, pure=False) for piece in group]
    while len(bags) > 1:
        bags = [client.submit(_merge, bags[at : at + _FAN], pure=False) for at in range(0, len(bags), _FAN)]
    return bags[0]


# On the workers:


def _plan(source: Input, keeper: Keeper | None, size: int, program: str) -> Plan:
    """The pieces of a capture that are to be read, the evidence of the others, and how many those are."""
    _same(program)
    known = Evidence()
    every = list(pieces([source], known, size))
    left = list(missing(every, keeper, known)) if keeper else every
    return left, known, len(every) - len(left)


def _read(piece: Piece, keeper: Keeper | None, program: str) -> Outcome:
    _same(program)
    return read_piece(piece, keeper)


def _merge(outcomes: Sequence[Outcome]) -> Outcome:
    return sum(size for size, _ in outcomes), merge(evidence for _, evidence in outcomes)


def _same(program: str) -> None:
    if _program() != program:
        raise ClusterFault("a worker runs another version of Fieldmark: install the same one everywhere")


_program = cache(kept.program)
