"""What was said before is counted, not decoded a second time.

That is sound because an observer sees nothing of a frame but the fields in `_same`: equal fields, equal observations. Not
even clocks or counters inside the payload are left out of the comparison, so a repeat is a repeat to the byte.

The compiled core goes further, by a keyed hash of those fields (native/messages.c): what an observer made of a frame without
reading its addresses (`Frame.ends_read`) holds for everyone who says the same, so it is decoded once for all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from scanner.capture.frames import Frame
from scanner.model import Subject

Meaning = Literal[0, 1, 2, 3]
"""For whom what came of decoding a frame holds: for all who say the same between such ends as it depends on (`Ends`), or for
nobody, because more may follow in other frames and each must be looked at (`OPEN`)."""

OPEN: Literal[3] = 3

Take = Callable[[Frame, int], tuple[Meaning, int]]
"""Is given each chosen frame with the mask of who wants it, and decodes it. Answers for whom that holds, and under which
number what came of it is kept."""

_REMEMBERED = 16384
"""Frames remembered; when full, no more are until all is forgotten: the result stays the same, only slower."""

_LONGEST_REMEMBERED = 2048
"""Bytes of payload of a frame that is remembered: it bounds the memory to some tens of MiB."""

Same = tuple[object, ...]


class Said(NamedTuple):
    """Frames of one sender that were not decoded, because what would come of each is known: outcome. time and number: of the
    earliest of them; lowest: the lowest number; times: how many they are."""

    sender: Subject
    outcome: int
    time: int
    number: int
    lowest: int
    times: int


@dataclass(slots=True)
class _Known:
    frame: Frame
    outcome: int = -1  # not decoded yet
    time: int = 0
    number: int = 0
    lowest: int = 0
    times: int = 0


@dataclass(slots=True)
class Repeats:
    """Memory of the chosen frames of one capture, and of how often each was said again."""

    _known: dict[Same, _Known] = field(default_factory=dict)
    _last: _Known | None = None

    def first(self, frame: Frame, mask: int) -> bool:
        """True if the frame must be decoded; whoever does says what came of it (`keep`)."""
        same = _same(frame, mask)
        self._last = known = self._known.get(same)
        if known is None or known.outcome < 0:
            if len(self._known) < _REMEMBERED and len(frame.payload) <= _LONGEST_REMEMBERED:
                self._last = self._known[same] = _Known(frame)
            return True
        place = frame.time, frame.number
        if not known.times or place < (known.time, known.number):
            known.time, known.number = place
        known.lowest = min(frame.number, known.lowest) if known.times else frame.number
        known.times += 1
        return False

    def keep(self, outcome: int) -> None:
        """What came of the frame that was asked about last is kept under this number."""
        if self._last:
            self._last.outcome = outcome

    def full(self) -> bool:
        """True if nothing more can be remembered."""
        return len(self._known) >= _REMEMBERED

    def said(self) -> Iterator[Said]:
        """All that was said again."""
        for known in self._known.values():
            if known.times:
                yield Said(known.frame.sender, known.outcome, known.time, known.number, known.lowest, known.times)

    def forget(self) -> None:
        """Begin anew."""
        self._known.clear()
        self._last = None


def _same(frame: Frame, mask: int) -> Same:
    return (
        mask, frame.capture, frame.segment, frame.src_mac, frame.dst_mac, frame.src_ip, frame.dst_ip, frame.ethertype,
        frame.protocol, frame.src_port, frame.dst_port, frame.cut, frame.payload,
    )  # fmt: skip
