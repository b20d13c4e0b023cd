"""The line: read a capture into evidence (map), put evidence together (merge), judge it (finish).

Every way of running is these three functions: one process or many, one file or a folder. What a run was given decides
the result; in which order, by how many workers and where does not.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Weights
from scanner import __version__
from scanner.capture.frames import FrameBatch
from scanner.capture.headers import Tally, scan
from scanner.capture.links import link_name
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.decode import Decoder
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import claims, identity, limits
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
        self._tally = Tally(capture)
        everyone = observers()
        self._selector = Selector([observer.WANTS for observer in everyone])
        self._decoder = Decoder(everyone, self.evidence)

    def feed(self, batch: FrameBatch) -> None:
        """Take in the next batch."""
        ledger = self._tally.ledger
        if batch.dropped:
            self.evidence.trouble(batch.capture, "dropped", "", 0, batch.dropped)
        if batch.sizes != batch.wire_sizes:
            sizes = enumerate(zip(batch.sizes, batch.wire_sizes, strict=True), batch.first)
            cut = [number for number, (size, sent) in sizes if size < sent]
            if cut:
                self.evidence.trouble(batch.capture, "cut", "", cut[0], len(cut))
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
        self.evidence.ledgers[self._tally.capture].held = _held(self.evidence)
        return self.evidence


def _held(evidence: Evidence) -> frozenset[str]:
    """What kinds of traffic the evidence of one capture holds, of those whose absence is a blind spot."""
    channels = {channel for _, channel in evidence.facts}
    return frozenset(
        kind
        for kind, there in (
            ("dhcp", any(channel.startswith("dhcp") for channel in channels)),
            ("group", "arp.ip" in channels or any(sent.heard for sent in evidence.traffic.values())),
            # Where frames have no addresses of their own (raw IP), each went to one host.
            ("unicast", bool(evidence.addressed) or any(not sender.mac for sender in evidence.traffic)),
        )
        if there
    )


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
    things = identity.resolve(evidence)
    devices = claims.assess(things, evidence, catalogue, policy, date)
    return Inventory(
        devices=devices,
        captures=limits.records(evidence),
        limits=limits.ordered([*limits.find(evidence, things), *policy.unused(devices)]),
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
