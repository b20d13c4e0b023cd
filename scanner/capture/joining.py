"""Messages that run over several frames put together: TCP messages of which the first segment is not enough, IP fragments.

What is joined depends on the frame that begins a message and on the `WINDOW` frames after it, on nothing before: so a
capture read in slices gives the same messages as one read at once, if each slice is read on past its end until what began
in it is complete. Everything is bounded: bytes and frames of one message, and through the window the messages waiting.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.capture.frames import Frame, Part
from scanner.capture.headers import Flow
from scanner.capture.wants import TCP, Selector, Size
from scanner.evidence import Evidence

WINDOW = 4096
"""Frames of the capture after its first within which a message must be complete."""
MOST_PARTS = 64
"""Frames of its own flow within which it must be: it bounds how many messages of one flow can wait at a time."""
LONGEST = 1 << 14
"""Bytes of a joined message. Of a longer TCP message so much is handed on: names stand in front."""
_TURN = 1 << 32  # sequence numbers begin again at 0 (RFC 9293, section 3.4)


@dataclass(slots=True, eq=False)
class _Whole:
    """A message that goes on: its first frame, who wants it, how its length is told (None: by its last fragment)."""

    frame: Frame
    mask: int
    size: Size | None
    start: int
    held: bytearray
    total: int = 0
    left: int = MOST_PARTS
    later: dict[int, bytes] = field(default_factory=dict)
    open: bool = True

    def add(self, frame: Frame) -> bool:
        """Take in a later frame of the flow; True if the message is complete with it."""
        part = frame.part
        self.left -= 1
        if part is None or (frame.cut and (self.size or part.last)):
            return False  # less than was sent: of a fragment that is not the last, the gap tells
        at = (part.offset - self.start) % _TURN
        if at >= LONGEST:
            return False  # a copy of what came before the message, or too far on
        if part.last:
            self.total = at + len(frame.payload)
        # Of two that begin alike, the one that tells more; the frame's own bytes, no copy: many messages may wait for them.
        if len(frame.payload) > len(self.later.get(at, b"")):
            self.later[at] = frame.payload
        for where in sorted(self.later):
            if where > len(self.held):
                break
            # What is here already is kept: a copy sent again must not change it.
            self.held += self.later.pop(where)[len(self.held) - where : LONGEST - where]
        if self.size is None:
            return 0 < self.total <= len(self.held)
        return len(self.held) >= LONGEST or self.size(bytes(self.held)) <= len(self.held)

    def joined(self, last: Frame) -> Frame:
        """The message as one frame: sent as its first frame says, seen when and where its last part was."""
        one, payload = self.frame, bytes(self.held[: self.total or LONGEST])
        return Frame(
            one.capture, last.number, last.time, one.segment, one.src_mac, one.dst_mac, one.ethertype, one.src_ip, one.dst_ip,
            one.protocol, one.src_port, one.dst_port, payload, cut=False,
        )  # fmt: skip


class Joiner:
    """Follows what chosen frames begin. followed: the flows of which `scan` must hand on every frame; begun: how many messages
    were found that go on in later frames."""

    def __init__(self, selector: Selector) -> None:
        self.followed: dict[Flow, list[_Whole]] = {}
        self.begun = 0
        bits: dict[Size, int] = {}  # who tells the length alike waits for one message
        for bit, size in selector.sizes.items():
            bits[size] = bits.get(size, 0) | bit
        self._sizes = tuple(bits.items())
        self._waiting: deque[tuple[Flow, _Whole]] = deque()
        self._unfinished: list[int] = []  # how many, and the first frame
        self._rejoined: list[int] = []

    def feed(self, frame: Frame, mask: int) -> Iterator[tuple[Frame, int]]:
        """The messages that are complete with this frame, and who wants them. mask: who wants the frame itself.

        A frame without `part` has nothing to do with any.
        """
        self.expire(frame.number)
        if frame.part is None:
            return
        flow = frame.segment, frame.src_ip, frame.dst_ip, frame.part.flow
        for whole in [*self.followed.get(flow, ())]:
            if whole.add(frame):
                if whole.size is None:
                    _note(self._rejoined, MOST_PARTS - whole.left, frame.number)
                yield whole.joined(frame), whole.mask
                self._drop(flow, whole)
            elif not whole.left:
                self._give_up(flow, whole)
        if mask:
            self._begin(flow, frame, frame.part, mask)

    def expire(self, number: int | None) -> None:
        """Give up what began more than `WINDOW` frames before this one (None: everything)."""
        while self._waiting and (number is None or self._waiting[0][1].frame.number + WINDOW < number):
            flow, whole = self._waiting.popleft()
            if whole.open:
                self._give_up(flow, whole)

    def settle(self, evidence: Evidence, capture: str) -> None:
        """Nothing more comes: write into the bag what was not complete, and how many later fragments were joined."""
        self.expire(None)
        if self._unfinished:
            evidence.trouble(capture, "unfinished", "", self._unfinished[1], self._unfinished[0])
        if self._rejoined:
            evidence.trouble(capture, "rejoined", "", self._rejoined[1], self._rejoined[0])

    def _begin(self, flow: Flow, frame: Frame, part: Part, mask: int) -> None:
        start, payload = part.offset, frame.payload
        if frame.protocol != TCP:
            if not part.last:
                self._follow(flow, _Whole(frame, mask, None, start, bytearray(payload)))
            return
        if frame.cut:
            return  # the capture has cut the segments: what is missing comes in none of them
        if len(payload) >= LONGEST:
            return  # a segment put together by the card: more than is kept of a message is here already
        for size, together in self._sizes:
            alike = mask & together
            if alike and size(payload) > len(payload):
                self._follow(flow, _Whole(frame, alike, size, start, bytearray(payload)))

    def _follow(self, flow: Flow, whole: _Whole) -> None:
        self.begun += 1
        self.followed.setdefault(flow, []).append(whole)
        self._waiting.append((flow, whole))

    def _drop(self, flow: Flow, whole: _Whole) -> None:
        whole.open = False
        whole.held, whole.later = bytearray(), {}  # it may stand in the queue for a while
        waiting = self.followed[flow]
        waiting.remove(whole)
        if not waiting:
            del self.followed[flow]

    def _give_up(self, flow: Flow, whole: _Whole) -> None:
        self._drop(flow, whole)
        _note(self._unfinished, 1, whole.frame.number)


def _note(noted: list[int], count: int, number: int) -> None:
    """Add to a count that keeps the first frame it is about."""
    noted[:] = (noted[0] + count, min(noted[1], number)) if noted else (count, number)
