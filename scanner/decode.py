"""The slow lane: hands each chosen frame to the observers who want it, and is the only place that catches their failures.

A frame that says again what the same sender said before does not come here: the fast lane only counts it, and what decoding
its first like did is done again, so many times (`again`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.evidence import Evidence, Group, Place
from scanner.observers import Observer


class Outcome(NamedTuple):
    """What decoding a frame did: which groups it was counted in, and the failures as (observer, reason)."""

    frame: int
    groups: tuple[Group, ...]
    failures: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Decoder:
    """Decodes the frames of one capture into a bag of evidence."""

    capture: str
    observers: Sequence[Observer]
    evidence: Evidence

    def feed(self, frame: Frame, mask: int) -> Outcome:
        """Decode a frame for the observers in `mask` (one bit each)."""
        groups: list[Group] = []
        failures: list[tuple[str, str]] = []
        add, sender, place = self.evidence.add, frame.sender, Place(frame.time, frame.capture, frame.number)
        while mask:
            bit = mask & -mask
            mask ^= bit
            observer = self.observers[bit.bit_length() - 1]
            try:
                for seen in observer.observe(frame):
                    groups.append(add(seen.subject or sender, seen, place))  # noqa: PERF401 - kept as far as it got
            except Malformed as fault:
                failures.append((_short_name(observer), str(fault)))
            except Exception as fault:  # noqa: BLE001 - a decoder's own mistake must not end a scan: it is counted and shown
                failures.append((_short_name(observer), f"unexpected {type(fault).__name__}"))
        outcome = Outcome(frame.number, tuple(groups), tuple(failures))
        if failures:
            self._fail(outcome, 1)
        return outcome

    def again(self, outcome: Outcome, times: int) -> None:
        """Count frames like one decoded before, that stand behind it in time and in number."""
        for group in outcome.groups:
            group.observed += times
        self._fail(outcome, times)

    def _fail(self, outcome: Outcome, times: int) -> None:
        for observer, reason in outcome.failures:
            self.evidence.trouble(self.capture, f"observer {observer}", reason, outcome.frame, times)


def _short_name(observer: Observer) -> str:
    return observer.__name__.rpartition(".")[2]
