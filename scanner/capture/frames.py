"""The two shapes in which captured traffic travels: a batch as read, and one decoded frame."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import lt
from typing import Literal, NamedTuple, Protocol, Self

from scanner.capture import compiled
from scanner.model import Subject
from scanner.wire.addresses import ip_text, mac_text


class Mark(Protocol):
    """Where in its file a batch lies, and what its reader knew there: enough to read on from there without what comes before.

    begin, end: bytes from the start of the (decompressed) stream. A value that another process understands, once `fixed`.
    """

    @property
    def begin(self) -> int:
        """Where the first record of the batch begins."""
        ...

    @property
    def end(self) -> int:
        """Where its last record ends."""
        ...

    def fixed(self) -> Self:
        """The same mark, sharing nothing with the reader that made it and goes on."""
        ...

    def batches(self, capture: str, read: Callable[[int], bytes], chunk: int) -> Iterator["FrameBatch"]:
        """The frames from here on; `read` gives the bytes from `begin` on. Raises `Damaged`."""
        ...


@dataclass(slots=True)
class FrameBatch:
    """Consecutive frames of one capture: one buffer, and where each frame lies in it.

    offsets, sizes: bytes in `buffer` (sizes as captured); wire_sizes: bytes as sent; times: ns since 1970 UTC;
    links: link-layer type of each frame (LINKTYPE_ numbers, https://www.tcpdump.org/linktypes.html);
    first: number of the first frame, counted from 1 as Wireshark does; mark: None where one cannot read on from the middle;
    dropped: frames that whoever captured says were lost.
    """

    capture: str
    first: int
    buffer: bytes
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("L"))
    wire_sizes: "array[int]" = field(default_factory=lambda: array("L"))
    times: "array[int]" = field(default_factory=lambda: array("q"))
    links: "array[int]" = field(default_factory=lambda: array("L"))
    mark: Mark | None = None
    dropped: int = 0

    def __len__(self) -> int:
        return len(self.offsets)

    def cut(self) -> tuple[int, int]:
        """How many frames are not here whole, and the number of the first of them."""
        if self.sizes == self.wire_sizes:
            return 0, self.first
        if compiled.used():
            from scanner.capture import core  # here, because it may not be there

            count, place = core.smaller(self.sizes, self.wire_sizes)
        else:
            shorter = list(map(lt, self.sizes, self.wire_sizes))
            count, place = shorter.count(True), shorter.index(True) if True in shorter else 0
        return count, self.first + place

    def add(self, offset: int, size: int, wire_size: int, time: int, link: int) -> None:
        """Append one frame."""
        self.offsets.append(offset)
        self.sizes.append(size)
        self.wire_sizes.append(wire_size)
        self.times.append(time)
        self.links.append(link)


class Part(NamedTuple):
    """Where a payload stands in what runs over several frames: a TCP stream, or a fragmented IP packet.

    flow: with the frame's segment and addresses, which stream (ports) or packet (protocol, identification) it is; offset: of
    the payload's first byte, counted as the protocol does (a sequence number, or bytes of the transport payload); last:
    nothing comes after it.
    """

    flow: tuple[int, ...]
    offset: int
    last: bool


Ends = Literal[0, 1, 2]
"""Of a frame's two ends: none (`ALIKE`), its ports (`PORTS`), these and its addresses (`OWN`)."""

ALIKE: Literal[0] = 0
PORTS: Literal[1] = 1
OWN: Literal[2] = 2


@dataclass(slots=True)
class Frame:
    """One chosen frame, decoded from the link layer to the transport header.

    Addresses are bytes as captured, b"" where the layer is absent. ethertype: the Ethernet type; for 802.2 SNAP with a
    foreign organisation `organisation << 16 | protocol`; for other 802.2 frames `LLC | dsap << 8 | ssap`; for 802.11
    management frames `WIFI | subtype`; for Bluetooth LE advertisements `BLE | PDU type`.
    protocol: IP protocol number, 0 if not IP. payload: what follows the transport header (UDP, TCP), the ICMP message
    (1, 58), or what follows the Ethernet type. cut: less of the payload is here than was sent, because the capture or a
    fragment ends. part: where the payload stands in a longer one, None if it is whole or nobody asks; for joining only: no
    observer may read it. ends_read: which ends anybody has asked for so far: ALIKE none, PORTS a port, OWN an address (or the
    sender). What is concluded without them holds whoever sent the rest.
    """

    capture: str
    number: int
    time: int
    segment: str
    src_mac: bytes
    dst_mac: bytes
    ethertype: int
    src_ip: bytes
    dst_ip: bytes
    protocol: int
    src_port: int
    dst_port: int
    payload: bytes
    cut: bool
    part: Part | None = None
    ends_read: Ends = field(default=ALIKE, compare=False, repr=False)

    @property
    def sender(self) -> Subject:
        """Who sent the frame, as far as its headers say."""
        return Subject(self.segment, mac_text(self.src_mac), ip_text(self.src_ip))


def _watched(name: str, ends: Ends) -> property:
    """The same field, but the frame notes that it was read."""
    slot = vars(Frame)[name]

    def read(frame: Frame) -> object:
        if frame.ends_read < ends:
            frame.ends_read = ends
        return slot.__get__(frame)

    return property(read, slot.__set__)


# What each observer reads could be promised, and the promise broken; this is so because nobody gets at an end in another way.
for _names, _ends in ((("src_mac", "dst_mac", "src_ip", "dst_ip"), OWN), (("src_port", "dst_port"), PORTS)):
    for _name in _names:
        setattr(Frame, _name, _watched(_name, _ends))

LLC = 1 << 40
"""Marks an 802.2 header without SNAP in `Frame.ethertype`, above every organisation and protocol number."""

WIFI = 1 << 41
"""Marks an 802.11 management frame: payload is what follows its 24-byte header (fixed fields, then information elements)."""

BLE = 1 << 42
"""Marks a Bluetooth LE advertisement: src_mac is the advertiser's address, payload its advertising data."""
