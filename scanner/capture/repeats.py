"""Frames that say again what the same sender said before: counted, not decoded a second time.

That is sound because an observer sees nothing but the fields in `_same`: equal fields, equal observations. Not even clocks
or counters inside the payload are left out of the comparison, so a repeat is a repeat to the byte. The compiled core keeps
the same memory by a keyed hash of those fields (native/core.c).
"""

from dataclasses import dataclass, field

from scanner.capture.frames import Frame

_REMEMBERED = 16384
"""Frames remembered; when full, no more are until all is forgotten: the result stays the same, only slower."""

_LONGEST_REMEMBERED = 2048
"""Bytes of payload of a frame that is remembered: it bounds the memory to some tens of MiB."""

Same = tuple[object, ...]


@dataclass(slots=True)
class Repeats:
    """Memory of the chosen frames of one capture: when each was seen first, and how often again."""

    _known: dict[Same, list[int]] = field(default_factory=dict)

    def first(self, frame: Frame, mask: int) -> bool:
        """True if the frame must be decoded. One that stands before its like in time or in number must be: it may be
        the place that counts."""
        same = _same(frame, mask)
        known = self._known.get(same)
        if known is None:
            if len(self._known) < _REMEMBERED and len(frame.payload) <= _LONGEST_REMEMBERED:
                self._known[same] = [frame.time, frame.number, 0]
            return True
        if frame.time < known[0] or frame.number < known[1]:
            known[:2] = frame.time, frame.number
            return True
        known[2] += 1
        return False

    def full(self) -> bool:
        """True if nothing more can be remembered."""
        return len(self._known) >= _REMEMBERED

    def take(self) -> list[tuple[int, int]]:
        """(number of a decoded frame, how often it was said again), and all is forgotten."""
        taken = [(number, times) for _, number, times in self._known.values() if times]
        self._known.clear()
        return taken


def _same(frame: Frame, mask: int) -> Same:
    return (
        mask, frame.capture, frame.segment, frame.src_mac, frame.dst_mac, frame.src_ip, frame.dst_ip, frame.ethertype,
        frame.protocol, frame.src_port, frame.dst_port, frame.cut, frame.payload,
    )  # fmt: skip
