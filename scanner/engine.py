"""The line: read a capture into evidence (map), put evidence together (merge), judge it (finish).

Every way of running is these three functions: one process or many, one file or a folder. What a run was given decides
the result; in which order, by how many workers and where does not.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from fingerprints.catalogue import Catalogue
from scanner import __version__
from scanner.capture.frames import FrameBatch
from scanner.capture.headers import Tally
from scanner.capture.joining import Joiner
from scanner.capture.lane import scan, tally
from scanner.capture.links import link_name
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.decode import Decoder, Outcome
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import claims, identity, limits, strangers
from scanner.judgement.policy import Policy
from scanner.model import Inventory, TableVersion
from scanner.observers import observers

Progress = Callable[[int], None]
"""Told how many bytes of input were read since the last call."""


@dataclass(frozen=True, slots=True)
class Input:
    """A capture to read: its path ("-" standard input) and the name it goes by in the results."""

    path: str
    capture: str


class Line:
    """From frame batches of one capture to its evidence: fast lane, then slow lane."""

    def __init__(self, capture: str) -> None:
        self.evidence = Evidence()
        everyone = observers()
        self._selector = Selector([observer.WANTS for observer in everyone])
        self._tally = tally(capture, self._selector)
        self._decoder = Decoder(capture, everyone, self.evidence)
        self._outcomes: dict[int, Outcome] = {}  # by frame number, until the tally forgets which frames it knows
        self._joiner = Joiner(self._selector)

    def feed(self, batch: FrameBatch) -> None:
        """Take in the next batch."""
        ledger = self._tally.ledger
        ledger.link_types |= {link_name(link) for link in set(batch.links)}
        for frame, mask in scan(batch, self._selector, self._tally, self._joiner.followed):
            if mask:
                outcome = self._outcomes[frame.number] = self._decoder.feed(frame, mask)
                self._enter(outcome, 1)
            # What is joined counts as no frame of its own: each frame stands in the ledger once.
            for message, wanted in self._joiner.feed(frame, mask):
                self._decoder.feed(message, wanted)
        if self._tally.full():
            self._count_repeats()
            self.evidence.relieve()
        self._tally.relieve(self.evidence)

    @property
    def waits(self) -> bool:
        """True while a message has begun of which more may come."""
        return bool(self._joiner.followed)

    def read_on(self, batch: FrameBatch) -> bool:
        """Look in frames after the last of this slice for the rest of messages begun in it; False once none is awaited.

        Nothing here is counted: these frames belong to the slice after it.
        """
        for frame, _ in scan(batch, self._selector, Tally(batch.capture), self._joiner.followed):
            for message, wanted in self._joiner.feed(frame, 0):
                self._decoder.feed(message, wanted)
        return self.waits

    def finish(self, *, sha256: str, size: int, form: str, problem: str) -> Evidence:
        """Close the ledger of this capture; returns the evidence."""
        self._count_repeats()
        ledger = self._tally.ledger
        ledger.sha256, ledger.bytes, ledger.format, ledger.problem = sha256, size, form, problem
        self._joiner.settle(self.evidence, self._tally.capture)
        self._tally.settle(self.evidence)
        self.evidence.settle()
        return self.evidence

    def _count_repeats(self) -> None:
        for number, times in self._tally.take():
            outcome = self._outcomes[number]
            self._decoder.again(outcome, times)
            self._enter(outcome, times)
        self._outcomes.clear()

    def _enter(self, outcome: Outcome, times: int) -> None:
        ledger = self._tally.ledger
        if outcome.failures:
            ledger.malformed += times
        else:
            ledger.decoded += times


def read(source: Input, progress: Progress | None = None) -> Evidence:
    """Map: all evidence of one capture. What cannot be read is in its ledger as a problem, never raised."""
    try:
        opened = open_source(source.path, source.capture)
    except Unreadable as fault:
        return Evidence(ledgers={source.capture: Ledger(problem=fault.reason)})
    line = Line(source.capture)
    problem = ""
    with opened:
        try:
            for batch in opened.batches():
                line.feed(batch)
                if progress:
                    progress(len(batch.buffer))
        except Damaged as fault:
            problem = str(fault)
        return line.finish(sha256=opened.sha256, size=opened.bytes, form=opened.format, problem=problem)


def read_all(sources: Sequence[Input], workers: int = 1, progress: Progress | None = None) -> Evidence:
    """Map and merge: all evidence of all captures, by up to `workers` processes."""
    if workers <= 1 or len(sources) < 2:
        return merge(read(source, progress) for source in sources)
    # Spawned, not forked: a fork copies whatever threads and locks the caller holds, and differs between systems.
    with ProcessPoolExecutor(min(workers, len(sources)), mp_context=get_context("spawn")) as pool:
        return merge(pool.map(read, sources))


def finish(evidence: Evidence, catalogue: Catalogue, policy: Policy, as_of: str = "") -> Inventory:
    """Judge a bag of evidence by the tables as they stand at `as_of` (ISO date; default: the date of the tables)."""
    date = as_of or catalogue.date
    evidence = strangers.choose(evidence)
    things = identity.resolve(evidence)
    return Inventory(
        devices=claims.assess(things, evidence, catalogue, policy, date),
        captures=limits.records(evidence),
        limits=limits.find(evidence, things),
        tables=tuple(TableVersion(t.name, t.version, t.date, t.rows, t.source) for t in catalogue.tables),
        as_of=date,
        tool=f"fieldmark {__version__}",
        notes=() if catalogue.weights.fitted else ("weights are set by hand, not yet fitted on labelled captures",),
    )


def inputs(pairs: Iterable[tuple[str, str]]) -> list[Input]:
    """Inputs from (path, capture name) pairs."""
    return [Input(path, capture) for path, capture in pairs]
