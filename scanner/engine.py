"""The line: read a capture into evidence (map), put evidence together (merge), judge it (finish).

Every way of running is these three functions: one process or many, one file or a folder. What a run was given decides
the result; in which order, by how many workers and where does not.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from operator import lt

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Weights
from scanner import __version__
from scanner.capture.frames import Frame, FrameBatch
from scanner.capture.headers import Tally, scan
from scanner.capture.joining import WINDOW, Joiner
from scanner.capture.lane import feed, tally
from scanner.capture.links import WITHOUT_ADDRESSES, link_name
from scanner.capture.repeats import OPEN, Meaning
from scanner.capture.slices import SIZE, Slice, batches
from scanner.capture.sources import STDIN, as_capture, open_input
from scanner.capture.wants import Selector
from scanner.decode import Decoder, Outcomes
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import claims, identity, limits, strangers
from scanner.judgement.policy import Policy
from scanner.logs import reading as logs
from scanner.model import Inventory, TableVersion
from scanner.observers import Observer, modules, observers
from scanner.pieces import Input as Input  # what callers hand over
from scanner.pieces import Keeper, Piece, keep, length, missing, note_dropped, pieces

Progress = Callable[[int], None]
"""Told how many bytes of input were read since the last call."""


Crew = Callable[[Callable[[Piece], tuple[int, Evidence]], Iterable[Piece]], Iterable[tuple[int, Evidence]]]
"""Who shares the work: takes what is to be done with a piece, and the pieces; gives the outcomes, in any order."""


class Line:
    """From frame batches of one capture to its evidence: fast lane, then slow lane."""

    def __init__(self, capture: str) -> None:
        self.evidence = Evidence()
        everyone = observers()
        self._selector = _selector(everyone)
        before, outcomes = _known.pop(self._selector, (None, Outcomes()))
        self._tally = tally(capture, self._selector, before)
        self._outcomes = outcomes
        self._decoder = Decoder(capture, everyone, self.evidence, outcomes)
        self._joiner = Joiner(self._selector)

    def feed(self, batch: FrameBatch) -> None:
        """Take in the next batch."""
        ledger = self._tally.ledger
        if batch.sizes != batch.wire_sizes:
            cut = list(map(lt, batch.sizes, batch.wire_sizes))
            if True in cut:
                self.evidence.trouble(batch.capture, "cut", "", batch.first + cut.index(True), cut.count(True))
        links = set(batch.links)
        ledger.link_types |= {link_name(link) for link in links}
        for link in links & WITHOUT_ADDRESSES:
            first, count = batch.first + batch.links.index(link), batch.links.count(link)
            self.evidence.trouble(batch.capture, "addressless", f"link type {link_name(link)}", first, count)
        feed(batch, self._selector, self._tally, self._take, self._joiner.followed)
        self._joiner.expire(batch.first + len(batch))
        if (many := self._tally.many()) or self._tally.full() or self._outcomes.full():
            self._count_repeats()
            if many:
                self._tally.relieve(self.evidence)
            self.evidence.relieve()

    def _take(self, frame: Frame, mask: int) -> tuple[Meaning, int]:
        if mask:
            outcome = self._decoder.feed(frame, mask)
            self._enter(1, bool(outcome.failures))
        if frame.part:
            begun = self._joiner.begun
            # What is joined counts as no frame of its own: each frame stands in the ledger once.
            for message, wanted in self._joiner.feed(frame, mask):
                self._decoder.joined(message, wanted)
            if begun != self._joiner.begun or not mask:
                return OPEN, 0
        return outcome.ends, self._outcomes.keep(outcome)

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
                self._decoder.joined(message, wanted)
        self._joiner.expire(batch.first + len(batch))
        return self.waits

    def finish(self, *, sha256: str, size: int, form: str, problem: str) -> Evidence:
        """Close the ledger of this capture; returns the evidence."""
        self._count_repeats()
        ledger = self._tally.ledger
        ledger.sha256, ledger.bytes, ledger.format, ledger.problem = sha256, size, form, problem
        self._joiner.settle(self.evidence, self._tally.capture)
        self._tally.settle(self.evidence)
        self.evidence.ledgers[self._tally.capture].held = _held(self.evidence)
        self.evidence.settle()
        _known[self._selector] = self._tally, self._outcomes
        return self.evidence

    def _count_repeats(self) -> None:
        self._enter(*self._decoder.again(self._tally.said()))
        self._tally.told()
        if self._tally.full() or self._outcomes.full():
            self._tally.forget()
            self._outcomes.clear()

    def _enter(self, read: int, failed: int) -> None:
        self._tally.ledger.malformed += failed
        self._tally.ledger.decoded += read - failed


_known: dict[Selector, tuple[Tally, Outcomes]] = {}
"""What is known of messages, for the next capture or slice that this process reads: of a folder of captures, and of the many
slices of one, each says much that the one before has said. No result depends on it."""


@cache
def _selector(everyone: tuple[Observer, ...]) -> Selector:
    return Selector([observer.WANTS for observer in everyone])


def needed() -> tuple[str, ...]:
    """Modules a process needs for reading: it may load them before it is given anything to read."""
    return (__name__, *modules())


def _held(evidence: Evidence) -> frozenset[str]:
    """What kinds of traffic the evidence of one capture holds, of those whose absence is a blind spot."""
    channels = evidence.channels()
    heard = bare = False  # a sender that spoke to a group; one without MAC
    for sender, to_group in evidence.senders():
        heard |= to_group
        bare |= not sender.mac
        if heard and bare:
            break
    return frozenset(
        kind
        for kind, there in (
            ("dhcp", any(channel.startswith("dhcp") for channel in channels)),
            ("group", "arp.ip" in channels or heard),
            # Where frames have no addresses of their own (raw IP), each went to one host.
            ("unicast", evidence.names_cards() or bare),
        )
        if there
    )


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
