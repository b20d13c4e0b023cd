"""The slow lane: hands each chosen frame to the observers who want it, and is the only place that catches their failures.

A frame that says again what the same sender said before is not decoded a second time, it only raises the count. That is
sound because an observer sees nothing but the fields in `_same`: equal fields, equal observations. Not even clocks or
counters inside the payload are left out of the comparison, so a repeat is a repeat to the byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.evidence import Evidence, Group, Place
from scanner.observers import Observer

_LONGEST_REMEMBERED = 2048
"""Bytes of payload of a frame that is remembered: it bounds the memory to some tens of MiB."""
_REMEMBERED = 16384
"""Frames remembered for recognising repeats; when full the memory is emptied: the result stays the same, only slower."""

Same = tuple[object, ...]


class _Outcome(NamedTuple):
    """What decoding a frame did: when the frame was, which groups it was counted in, and the failures."""

    place: Place
    groups: tuple[Group, ...]
    failures: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Decoder:
    """Decodes into one bag of evidence. `remember` off decodes every frame in full: the plain way tests compare with."""

    observers: Sequence[Observer]
    evidence: Evidence
    remember: bool = True
    _known: dict[Same, _Outcome] = field(default_factory=dict)

    def feed(self, frame: Frame, mask: int) -> bool:
        """Decode a frame for the observers in `mask` (one bit each); False if one of them failed."""
        place = Place(frame.time, frame.capture, frame.number)
        same = _same(frame, mask)
        known = self._known.get(same)
        if known is None or place < known.place:
            outcome = self._decode(frame, mask, place)
            if self.remember and len(frame.payload) <= _LONGEST_REMEMBERED:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[same] = outcome
        else:
            outcome = known
            for group in outcome.groups:
                group.observed += 1
        for observer, reason in outcome.failures:
            self.evidence.trouble(frame.capture, f"observer {observer}", reason, frame.number)
        return not outcome.failures

    def _decode(self, frame: Frame, mask: int, place: Place) -> _Outcome:
        groups: list[Group] = []
        failures: list[tuple[str, str]] = []
        sender = frame.sender
        while mask:
            bit = mask & -mask
            mask ^= bit
            observer = self.observers[bit.bit_length() - 1]
            try:
                for seen in observer.observe(frame):
                    groups.append(self.evidence.add(seen.subject or sender, seen, place))  # noqa: PERF401 - kept as far as it got
            except Malformed as fault:
                failures.append((_short_name(observer), str(fault)))
            except Exception as fault:  # noqa: BLE001 - a decoder's own mistake must not end a scan: it is counted and shown
                failures.append((_short_name(observer), f"unexpected {type(fault).__name__}"))
        return _Outcome(place, tuple(groups), tuple(failures))


def _same(frame: Frame, mask: int) -> Same:
    return (
        mask, frame.capture, frame.segment, frame.src_mac, frame.dst_mac, frame.src_ip, frame.dst_ip, frame.ethertype,
        frame.protocol, frame.src_port, frame.dst_port, frame.cut, frame.payload,
    )  # fmt: skip


def _short_name(observer: Observer) -> str:
    return observer.__name__.rpartition(".")[2]
