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
from scanner.capture.repeats import Repeats, Said, Take
from scanner.capture.wants import Selector
from scanner.evidence import Evidence
from scanner.model import Subject
from scanner.wire.addresses import ip_text, mac_text

if TYPE_CHECKING:
    from scanner.capture.core import Lane

_PIECE = 4096  # rows taken from the core's tables at a time


@dataclass(slots=True, kw_only=True)
class CoreTally(Tally):
    """A tally the compiled core fills, too."""

    core: "Lane"

    def settle(self, evidence: Evidence) -> None:
        """Write everything counted into the bag."""
        ledger, start = self.ledger, 0
        while rows := self.core.senders(start, _PIECE):
            for sender, counts in rows:
                self._sent(evidence, sender, counts)
                ledger.span(counts[2], counts[4])
            start += len(rows)
            evidence.relieve()
        start = 0
        while targets := self.core.targets(start, _PIECE):
            for target, received in targets:
                self._received(evidence, target, received)
            start += len(targets)
            evidence.relieve()
        Tally.settle(self, evidence)

    def full(self) -> bool:
        """True if no more chosen frames can be remembered."""
        return self.core.full() or Tally.full(self)

    def said(self) -> Iterator[Said]:
        """What was said again."""
        start, senders = 0, dict[int, Subject]()
        while rows := self.core.said(start, _PIECE):
            for place, message, time, number, times in rows:
                sender = senders.get(place)
                if sender is None:
                    segment, mac, ip = self.core.sender(place)
                    sender = senders[place] = Subject(segment, mac_text(mac), ip_text(ip))
                yield Said(sender, message, time, number, times)
            start += len(rows)
        yield from Tally.said(self)

    def forget(self) -> None:
        """Forget which chosen frames there were: what was said again begins anew."""
        self.core.forget()
        Tally.forget(self)


def tally(capture: str, selector: Selector, *, remember: bool = True) -> Tally:
    """An empty tally for a capture whose frames `selector` chooses. remember: frames said again are counted, not chosen."""
    repeats = Repeats() if remember else None
    if not compiled.used():
        return Tally(capture, repeats)
    from scanner.capture.core import Lane  # here, because it may not be there

    # The secret makes the core's hashes unpredictable to whoever sends frames; no result depends on it.
    core = Lane(
        Frame, Part, _segment, selector.tables(), tunnels.TYPES, tunnels.PORTS, tunnels.PROTOCOLS, os.urandom(16), remember
    )
    return CoreTally(capture, repeats, core=core)


def feed(batch: FrameBatch, selector: Selector, tally: Tally, take: Take, followed: Collection[Flow] = frozenset()) -> None:
    """As `headers.scan`, but the chosen frames are given to `take`, which says what came of each: of what it says holds for
    everyone, it is not given the same again from anybody."""
    if not isinstance(tally, CoreTally):
        for frame, mask in headers.scan(batch, selector, tally, followed):
            take(frame, mask)
        return
    tally.ledger.frames += len(batch)
    columns = batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links
    row = 0
    while row < len(batch):
        odd, row = tally.core.walk(batch.capture, batch.first, batch.buffer, *columns, row, followed, take)
        for frame, mask in headers.walk(batch, range(odd, row), selector, tally, followed):  # rows the core does not read
            take(frame, mask)


@lru_cache(maxsize=4096)
def _segment(tags: int) -> str:
    """Name of the segment that the core calls by its VLAN ids, 12 bits each, the innermost lowest."""
    found = []
    while tags:
        found.append(tags & 0xFFF)
        tags >>= 12
    return vlan(tuple(reversed(found)))
