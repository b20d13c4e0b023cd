"""The fast lane as the rest of the house uses it: the compiled core where it is, else its Python twin (`headers`).

The core reads what is common and hands every other row to the twin, so both fill one `Tally`: the core its own tables,
the twin the dicts. They are put together when the tally settles.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scanner.capture import compiled, headers, tunnels
from scanner.capture.ethernet import vlan
from scanner.capture.frames import Frame, FrameBatch, Part
from scanner.capture.headers import Flow, Tally
from scanner.capture.repeats import Meaning, Repeats, Said, Take
from scanner.capture.wants import Selector
from scanner.evidence import MANY, Evidence
from scanner.model import Subject
from scanner.wire.addresses import ip_text, mac_text

if TYPE_CHECKING:
    from scanner.capture.core import Lane

_PIECE = 4096  # rows taken from the core's tables at a time


@dataclass(slots=True, kw_only=True)
class CoreTally(Tally):
    """A tally the compiled core fills, too."""

    core: "Lane"

    def relieve(self, evidence: Evidence) -> None:
        """Write the counts of senders into the bag, after what they said again."""
        start = 0
        while rows := self.core.senders(start, _PIECE):
            for sender, counts in rows:
                self._sent(evidence, sender, counts)
                self.ledger.span(counts[2], counts[4])
            start += len(rows)
            evidence.relieve()
        start = 0
        while targets := self.core.targets(start, _PIECE):
            for target, received in targets:
                self._received(evidence, target, received)
            start += len(targets)
            evidence.relieve()
        self.core.told(True)  # noqa: FBT003 - its only argument
        Tally.relieve(self, evidence)

    def many(self) -> bool:
        """True if so many senders are counted that the bag keeps them in fewer bytes."""
        return self.core.counted() >= MANY or Tally.many(self)

    def full(self) -> bool:
        """True if no more chosen frames can be remembered."""
        return self.core.full() or Tally.full(self)

    def said(self) -> Iterator[Said]:
        """What was said again."""
        start, senders = 0, _Senders(self.core)
        while rows := self.core.said(start, _PIECE):
            for place, *what in rows:
                yield Said(senders[place], *what)
            start += len(rows)
        yield from Tally.said(self)

    def told(self) -> None:
        """What was said again is entered, and begins anew."""
        self.core.told(False)  # noqa: FBT003 - its only argument
        Tally.told(self)

    def forget(self) -> None:
        """Forget what is known of messages."""
        self.core.forget()
        Tally.forget(self)


class _Senders(dict[int, Subject]):
    """The senders of a core by their place in its table; most have said more than one thing."""

    def __init__(self, core: "Lane") -> None:
        self._core = core

    def __missing__(self, place: int) -> Subject:
        segment, mac, ip = self._core.sender(place)
        sender = self[place] = Subject(segment, mac_text(mac), ip_text(ip))
        return sender


def tally(capture: str, selector: Selector, before: Tally | None = None, *, remember: bool = True) -> Tally:
    """An empty tally for a capture whose frames `selector` chooses. remember: frames said again are counted, not chosen.

    before: a tally with the same selector that has settled. What it knows of messages serves for this one: the numbers that
    were given to it must still be good.
    """
    repeats = Repeats() if remember else None
    if not compiled.used():
        return Tally(capture, repeats)
    if isinstance(before, CoreTally):
        return CoreTally(capture, repeats, core=before.core)
    from scanner.capture.core import Lane  # here, because it may not be there

    # The secret makes the core's hashes unpredictable to whoever sends frames; no result depends on it.
    core = Lane(
        Frame, Part, _segment, selector.tables(), tunnels.TYPES, tunnels.PORTS, tunnels.PROTOCOLS, os.urandom(16), remember
    )
    return CoreTally(capture, repeats, core=core)


def feed(batch: FrameBatch, selector: Selector, tally: Tally, take: Take, followed: Collection[Flow] = frozenset()) -> None:
    """As `headers.scan`, but the chosen frames are given to `take`. It is not given again what, by its answer, it knows: that
    is only counted (`Tally.said`)."""
    if not isinstance(tally, CoreTally):
        for frame, mask in headers.scan(batch, selector, tally, followed):
            _keep(tally, frame, take(frame, mask))
        return
    tally.ledger.frames += len(batch)
    columns = batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links
    row = 0
    while row < len(batch):
        odd, row = tally.core.walk(batch.capture, batch.first, batch.buffer, *columns, row, followed, take)
        for frame, mask in headers.walk(batch, range(odd, row), selector, tally, followed):  # rows the core does not read
            _keep(tally, frame, take(frame, mask))


def _keep(tally: Tally, frame: Frame, answer: tuple[Meaning, int]) -> None:
    if tally.repeats and not frame.part:  # of those no repeats are known
        tally.repeats.keep(answer[1])


@lru_cache(maxsize=4096)
def _segment(tags: int) -> str:
    """Name of the segment that the core calls by its VLAN ids, 12 bits each, the innermost lowest."""
    found = []
    while tags:
        found.append(tags & 0xFFF)
        tags >>= 12
    return vlan(tuple(reversed(found)))
