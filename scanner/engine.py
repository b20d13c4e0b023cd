"""The line: read a capture into evidence (map), put evidence together (merge), judge it (finish).

Every way of running is these three functions: one process or many, one file or a folder. What a run was given decides
the result; in which order, by how many workers and where does not.
"""

from collections.abc import Callable, Iterable
from functools import partial

from fingerprints.catalogue import Catalogue
from scanner import __version__
from scanner.capture.frames import FrameBatch
from scanner.capture.headers import Tally, scan
from scanner.capture.links import link_name
from scanner.capture.slices import SIZE, Slice, batches
from scanner.capture.sources import STDIN, open_source
from scanner.capture.wants import Selector
from scanner.decode import Decoder
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import claims, identity, limits
from scanner.judgement.policy import Policy
from scanner.model import Inventory, TableVersion
from scanner.observers import modules, observers
from scanner.pieces import Input as Input  # what callers hand over
from scanner.pieces import Keeper, Piece, keep, length, missing, pieces

Progress = Callable[[int], None]
"""Told how many bytes of input were read since the last call."""

Crew = Callable[[Callable[[Piece], tuple[int, Evidence]], Iterable[Piece]], Iterable[tuple[int, Evidence]]]
"""Who shares the work: takes what is to be done with a piece, and the pieces; gives the outcomes, in any order."""


class Line:
    """From frame batches of one capture to its evidence: fast lane, then slow lane."""

    def __init__(self, capture: str) -> None:
        self.evidence = Evidence()
        self._tally = Tally(capture)
        everyone = observers()
        self._selector = Selector([observer.WANTS for observer in everyone])
        self._decoder = Decoder(everyone, self.evidence)

    def feed(self, batch: FrameBatch) -> None:
        """Take in the next batch."""
        ledger = self._tally.ledger
        ledger.link_types |= {link_name(link) for link in set(batch.links)}
        for frame, mask in scan(batch, self._selector, self._tally):
            if self._decoder.feed(frame, mask):
                ledger.decoded += 1
            else:
                ledger.malformed += 1

    def finish(self, *, sha256: str, size: int, form: str, problem: str) -> Evidence:
        """Close the ledger of this capture; returns the evidence."""
        ledger = self._tally.ledger
        ledger.sha256, ledger.bytes, ledger.format, ledger.problem = sha256, size, form, problem
        self._tally.settle(self.evidence)
        return self.evidence


def needed() -> tuple[str, ...]:
    """Modules a process needs for reading: it may load them before it is given anything to read."""
    return (__name__, *modules())


def read(source: Input, progress: Progress | None = None) -> Evidence:
    """Map: all evidence of one capture. What cannot be read is in its ledger as a problem, never raised."""
    try:
        opened = open_source(source.path, source.capture, opener=source.opener)
    except Unreadable as fault:
        return _unread(source, fault)
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


def read_slice(part: Slice) -> Evidence:
    """Map: all evidence of one slice of a capture. What the capture is, is left for whoever cut it to say."""
    line = Line(part.capture)
    problem = ""
    try:
        for batch in batches(part):
            line.feed(batch)
    except Unreadable as fault:
        problem = fault.reason
    return line.finish(sha256="", size=0, form="", problem=problem)


def read_piece(piece: Piece, keeper: Keeper | None = None) -> tuple[int, Evidence]:
    """Map: bytes of input read, and all evidence in them, which is given to `keeper`. Raises `StorageFault` if that cannot."""
    evidence = read_slice(piece) if isinstance(piece, Slice) else read(piece)
    if keeper:
        keep(keeper, piece, evidence)
    return length(piece), evidence


def read_all(
    sources: Iterable[Input],
    crew: Crew | None = None,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
    size: int = SIZE,
) -> Evidence:
    """Map and merge: all evidence of all captures. crew: who shares the work; none: it is done here, file by file.

    keeper: pieces it has are not read again, those that are finished are given to it. size: bytes of a slice, about. The
    evidence is the same for every crew, keeper and size.
    """
    if crew is None and keeper is None:
        return merge(read(source, progress) for source in sources)
    whole = Evidence()
    sources = list(sources)
    waiting = pieces((source for source in sources if source.path != STDIN), whole, size)
    if keeper:
        waiting = missing(waiting, keeper, whole)
    for done, evidence in (crew or map)(partial(read_piece, keeper=keeper), waiting):
        whole.absorb(evidence)
        if progress:
            progress(done)
    for source in sources:
        if source.path == STDIN:  # no other process can read it
            whole.absorb(read(source, progress))
    return whole


def _unread(source: Input, fault: Unreadable) -> Evidence:
    return Evidence(ledgers={source.capture: Ledger(problem=fault.reason)})


def finish(evidence: Evidence, catalogue: Catalogue, policy: Policy, as_of: str = "") -> Inventory:
    """Judge a bag of evidence by the tables as they stand at `as_of` (ISO date; default: the date of the tables)."""
    date = as_of or catalogue.date
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
