"""The slow lane: hands each chosen frame to the observers who want it, and is the only place that catches their failures.

A frame that says again what was said before does not come here: the fast lane only counts it, and what came of decoding its
first like is entered again, for whoever said it (`again`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.capture.frames import ALIKE, OWN, Ends, Frame
from scanner.capture.repeats import Said
from scanner.errors import Malformed
from scanner.evidence import Evidence, Place
from scanner.model import Observation
from scanner.observers import Observer


class Outcome(NamedTuple):
    """What came of decoding a frame: what observers saw, and their failures as (observer, reason).

    ends: those of the frame that it came of: the same between others may mean something else.
    """

    seen: tuple[Observation, ...]
    failures: tuple[tuple[str, str], ...]
    ends: Ends


_NOTHING = Outcome((), (), ALIKE)

MOST_HELD = 1 << 17
"""Outcomes of decoding that are held at a time, and observations in them: some hundred bytes each."""

_MOST_JOINED = 1024
"""Messages put together of several frames that are remembered at a time: 16 KiB each at the most (`joining.LONGEST`)."""


@dataclass(slots=True)
class Outcomes:
    """What came of decoding: of messages the fast lane knows, by number; of joined messages, which it does not, by content.

    Nothing in it says who spoke, when, or in which capture: it serves for the next one, too.
    """

    kept: list[Outcome] = field(default_factory=lambda: [_NOTHING])
    joined: dict[tuple[object, ...], Outcome] = field(default_factory=dict)
    held: int = 0

    def keep(self, outcome: Outcome) -> int:
        """Take in an outcome; returns its number, 0 if nothing came of it."""
        if not outcome.seen and not outcome.failures:
            return 0  # the lane need not know who says it (core.h, NOTHING)
        self.kept.append(outcome)
        self.held += 1 + len(outcome.seen)
        return len(self.kept) - 1

    def full(self) -> bool:
        """True if there is no more room: whoever gives out the numbers must forget them first."""
        return self.held >= MOST_HELD

    def clear(self) -> None:
        """Begin anew."""
        del self.kept[1:]
        self.held = 0


@dataclass(slots=True)
class Decoder:
    """Decodes the frames of one capture into a bag of evidence."""

    capture: str
    observers: Sequence[Observer]
    evidence: Evidence
    outcomes: Outcomes = field(default_factory=Outcomes)

    def feed(self, frame: Frame, mask: int) -> Outcome:
        """Decode a frame for the observers in `mask` (one bit each)."""
        found: list[Observation] = []
        failures: list[tuple[str, str]] = []
        frame.ends_read = ALIKE
        while mask:
            bit = mask & -mask
            mask ^= bit
            observer = self.observers[bit.bit_length() - 1]
            try:
                for seen in observer.observe(frame):
                    found.append(seen)  # noqa: PERF402 - kept as far as it got
            except Malformed as fault:
                failures.append((_short_name(observer), str(fault)))
            except Exception as fault:  # noqa: BLE001 - a decoder's own mistake must not end a scan: it is counted and shown
                failures.append((_short_name(observer), f"unexpected {type(fault).__name__}"))
        outcome = Outcome(tuple(found), tuple(failures), frame.ends_read)
        self._enter(outcome, frame)
        return outcome

    def joined(self, message: Frame, mask: int) -> Outcome:
        """Decode a message put together of several frames, or the frame with which one begins. The same one, as of a server's
        certificates, is decoded once: the fast lane, which must look at each of its parts, cannot see to that."""
        joined = self.outcomes.joined
        content = mask, message.segment, message.ethertype, message.protocol, message.cut, message.payload
        between = *content, message.src_port, message.dst_port
        known = joined.get(content) or joined.get(between)
        if known:
            self._enter(known, message)
            return known
        outcome = self.feed(message, mask)
        if outcome.ends == OWN:
            return outcome
        if len(joined) >= _MOST_JOINED:
            del joined[next(iter(joined))]  # the oldest
        joined[content if outcome.ends == ALIKE else between] = outcome
        return outcome

    def again(self, rows: Iterable[Said]) -> tuple[int, int]:
        """Enter what says again what was decoded before. How many frames were read, and how many of them failed."""
        kept, add, capture = self.outcomes.kept, self.evidence.add, self.capture
        read = failed = 0
        for sender, number, time, frame, lowest, times in rows:
            outcome = kept[number]
            read += times
            if outcome.seen:
                place = Place(time, capture, frame)
                for seen in outcome.seen:
                    add(seen.subject or sender, seen, place, times)
            if outcome.failures:
                failed += times
                self._fail(outcome, lowest, times)
        return read, failed

    def _enter(self, outcome: Outcome, frame: Frame) -> None:
        add, sender, place = self.evidence.add, frame.sender, Place(frame.time, frame.capture, frame.number)
        for seen in outcome.seen:
            add(seen.subject or sender, seen, place)
        if outcome.failures:
            self._fail(outcome, frame.number, 1)

    def _fail(self, outcome: Outcome, first: int, times: int) -> None:
        for observer, reason in outcome.failures:
            self.evidence.trouble(self.capture, f"observer {observer}", reason, first, times)


def _short_name(observer: Observer) -> str:
    return observer.__name__.rpartition(".")[2]
