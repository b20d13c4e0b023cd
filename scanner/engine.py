"""The line: read a capture into evidence (map), put evidence together (merge), judge it (finish).

Every way of running is these three functions: one process or many, one file or a folder. What a run was given decides
the result; in which order, by how many workers and where does not.
"""

from collections.abc import Callable, Iterable
from functools import partial

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Weights
from scanner import __version__
from scanner.capture.frames import ALIKE, Frame
from scanner.capture.joining import WINDOW
from scanner.capture.lane import feed, tally
from scanner.capture.repeats import Meaning
from scanner.capture.slices import SIZE, Slice, batches
from scanner.capture.sources import STDIN, as_capture, open_input
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import claims, identity, limits, strangers
from scanner.judgement.policy import Policy
from scanner.line import Line, selector
from scanner.logs import reading as logs
from scanner.model import Inventory, TableVersion
from scanner.observers import modules, observers
from scanner.pieces import Input as Input  # what callers hand over
from scanner.pieces import Keeper, Piece, keep, length, missing, note_dropped, pieces

Progress = Callable[[int], None]
"""Told how many bytes of input were read since the last call."""


_TRIED = 8 << 20
_DENSE = 200
"""How many bytes of a capture are tried, and how many different messages a MiB of it holds for which other processes are
worth their while. Finding and counting frames takes 1.2 ms a MiB, decoding one message 0.025 ms; two processes that share
500 MB take as long as one at 370 messages a MiB, twice as long at 60 (two cores, 2026-11-22)."""

Crew = Callable[[Callable[[Piece], tuple[int, Evidence]], Iterable[Piece]], Iterable[tuple[int, Evidence]]]
"""Who shares the work: takes what is to be done with a piece, and the pieces; gives the outcomes, in any order."""


def needed() -> tuple[str, ...]:
    """Modules a process needs for reading: it may load them before it is given anything to read."""
    return (__name__, *modules())


def read(source: Input, progress: Progress | None = None) -> Evidence:
    """Map: all evidence of one capture or log. What cannot be read is in its ledger as a problem, never raised."""
    try:
        found = open_input(source.path, source.opener)
        if log := logs.recognised(found):
            return logs.read(found, source.capture, *log, progress)
        opened = as_capture(found, source.capture)
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
        note_dropped(opened, line.evidence)
        return line.finish(sha256=opened.sha256, size=opened.bytes, form=opened.format, problem=problem)


def read_slice(part: Slice) -> Evidence:
    """Map: all evidence of one slice of a capture. What the capture is, is left for whoever cut it to say."""
    line = Line(part.capture)
    problem, own = "", part.frames
    try:
        for batch in batches(part, WINDOW):
            if own:
                line.feed(batch)
                own -= len(batch)
                if not own and not line.waits:
                    break
            elif not line.read_on(batch):
                break
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
    whole.settle()
    return whole


def _unread(source: Input, fault: Unreadable) -> Evidence:
    return Evidence(ledgers={source.capture: Ledger(problem=fault.reason)})


def worth_sharing(source: Input) -> bool:
    """True if several processes read a large capture sooner than one: it can be cut, and says so much that is new that
    decoding it takes longer than to find its records, which only one can do. Tried on its beginning. Never raises."""
    wanted = selector(observers())
    counts, said, seen = tally(source.capture, wanted), 0, 0

    def take(_frame: Frame, _mask: int) -> tuple[Meaning, int]:
        nonlocal said
        said += 1
        return ALIKE, 0  # the same is taken once, whoever says it

    try:
        with as_capture(open_input(source.path, source.opener), source.capture) as opened:
            for batch in opened.batches():
                if not opened.plain or batch.mark is None:
                    return False
                feed(batch, wanted, counts, take)
                seen += len(batch.buffer)
                if seen >= _TRIED:
                    break
    except (Unreadable, Damaged):
        return False
    return said >= _DENSE * (seen >> 20)


def finish(evidence: Evidence, catalogue: Catalogue, policy: Policy, as_of: str = "") -> Inventory:
    """Judge a bag of evidence by the tables as they stand at `as_of` (ISO date; default: the date of the tables)."""
    date = as_of or catalogue.date
    catalogue = catalogue.at(date)
    evidence = strangers.choose(evidence)
    things = identity.resolve(evidence)
    devices = claims.assess(things, evidence, catalogue, policy, date)
    return Inventory(
        devices=devices,
        captures=limits.records(evidence),
        limits=limits.ordered([*limits.find(evidence, things, catalogue.tables), *policy.unused(devices)]),
        tables=tuple(TableVersion(t.name, t.version, t.date, t.rows, t.source) for t in catalogue.tables),
        as_of=date,
        tool=f"fieldmark {__version__}",
        notes=(_weights_note(catalogue.weights), *policy.notes()),
    )


def _weights_note(weights: Weights) -> str:
    """Where the weights come from, with the figure that says how far to trust a probability."""
    if not weights.fitted:
        return "weights are set by hand, not yet fitted on labelled captures"
    return f"weights of {weights.fitted}, prior {weights.prior}: {weights.source}"


def inputs(pairs: Iterable[tuple[str, str]]) -> list[Input]:
    """Inputs from (path, capture name) pairs."""
    return [Input(path, capture) for path, capture in pairs]
