"""pcapng files: sections of blocks; interfaces are described first, packets name the one they came in by.

Format: draft-ietf-opsawg-pcapng, https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html.
Where files stray from it, and which blocks are numbered as frames, this reader does as Wireshark does (wiretap/pcapng.c),
because a frame number of ours must lead to the same frame there.
"""

from __future__ import annotations  # `array[int]` means nothing at run time before Python 3.12

from array import array
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from scanner.capture.frames import FrameBatch
from scanner.capture.pcapng_options import Interface, interface, lost
from scanner.capture.records import CHUNK, LONGEST, Read
from scanner.errors import Damaged, Malformed, Unreadable

NAME = "pcapng"
LARGEST = 1 << 24
"""Bytes of one block at most: where libpcap's limit begins (sf-pcapng.c, INITIAL_MAX_BLOCKSIZE)."""

MOST_INTERFACES = 1 << 16
"""Interfaces in one section at most, as the old packet block counts them; a file of nothing else must not fill the memory."""

MOST_LOST = 1 << 40
"""Lost frames a file is believed: more is a forgery, and sums of many files must fit 64 bits."""

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _STATISTICS, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 5, 6
_NUMBERED = frozenset({9, 0x204, 0x216, 0x221, 0xBAD, 0x40000BAD})
"""Blocks that carry no packet and still take a number in Wireshark's count: journal entries, sysdig events, custom blocks."""

_STOPS = frozenset({_SECTION, _INTERFACE, _STATISTICS}) | _NUMBERED
_ORDERS = {bytes.fromhex("4d3c2b1a"): "<", bytes.fromhex("1a2b3c4d"): ">"}
_SMALLEST = {_SECTION: 28, _INTERFACE: 20, _OLD_PACKET: 32, _SIMPLE_PACKET: 16, _ENHANCED_PACKET: 32}
_WORD = {order: Struct(order + "I") for order in "<>"}
_BLOCK = {order: Struct(order + "II") for order in "<>"}
_PACKETS = {
    order: {_ENHANCED_PACKET: Struct(order + "IIIII").unpack_from, _OLD_PACKET: Struct(order + "H2xIIII").unpack_from}
    for order in "<>"
}
_EARLIEST, _LATEST = -(1 << 63), (1 << 63) - 1


class Section(NamedTuple):
    """What blocks mean until the next section header. order: "<" or ">"."""

    order: str
    interfaces: list[Interface]


class Mark(NamedTuple):
    """Where a batch lies in its file (`scanner.capture.frames.Mark`), the number of its first frame, what blocks mean there.

    time: of the packet before it in its section. described: how many interfaces were described by then; the list itself is
    the reader's and may have grown since, because copying it for each batch would take quadratic time.
    """

    begin: int
    end: int
    first: int
    section: Section
    described: int
    time: int

    def fixed(self) -> Mark:
        order, interfaces = self.section
        return self._replace(section=Section(order, interfaces[: self.described]))

    def batches(self, capture: str, read: Read, chunk: int) -> Iterator[FrameBatch]:
        reader = _Reader(capture, self.fixed().section, self.begin, read, chunk)
        reader.time, reader.number = self.time, self.first - 1
        return reader.batches()


class Packets(NamedTuple):
    """Packets found in a buffer, in the arrays of a `FrameBatch`; resume: where `split` stopped; time: of the last packet."""

    offsets: array[int]
    sizes: array[int]
    wire_sizes: array[int]
    times: array[int]
    links: array[int]
    resume: int
    time: int


def detect(head: bytes) -> bool:
    """True if a file that begins like this is a pcapng file, or was one before it was cut."""
    return head[:4] == b"\n\r\r\n"


def open_stream(path: str, capture: str, head: bytes, read: Read, chunk: int = CHUNK) -> tuple[str, Iterator[FrameBatch]]:
    """What the format is called, and the frames to come, as batches of at most about `chunk` bytes; path is for messages only.

    head: the first 24 bytes of the file, fewer only if there are no more; `read` goes on behind them. Raises `Unreadable` if
    the first section header is cut or makes no sense. The batches raise `Damaged` where a later block is cut or makes none.
    """
    try:
        while (block := _block(head, 0, "<")) is None:
            wanted = max(_wanted(head, 0, "<"), _SMALLEST[_SECTION])
            more = read(wanted - len(head))
            if not more:
                raise Unreadable(path, f"cut inside the file header ({len(head)} of {wanted} bytes)")
            head += more
    except Malformed as fault:
        raise Unreadable(path, f"pcapng: {fault}") from None
    return NAME, _Reader(capture, Section(block.order, []), block.length, read, chunk).batches()


class _Block(NamedTuple):
    """A whole block: its type, byte order, and length with the padding some writers leave out of it."""

    kind: int
    order: str
    length: int


def _wanted(buffer: bytes, at: int, order: str) -> int:
    """Bytes the block at `at` takes up, as far as those already here tell; raises `Malformed` if no block can."""
    here = len(buffer) - at
    if here < 8:
        return 8
    kind, length = _BLOCK[order].unpack_from(buffer, at)
    if kind == _SECTION:
        if here < 12:
            return 12
        (length,) = _WORD[_order(buffer, at)].unpack_from(buffer, at + 4)
    length += -length & 3
    if not 12 <= length <= LARGEST:
        raise Malformed(f"block claims {length} bytes")
    return int(length)


def _order(buffer: bytes, at: int) -> str:
    """Byte order of the section whose header is at `at`."""
    order = _ORDERS.get(buffer[at + 8 : at + 12])
    if order is None:
        raise Malformed("section header with unknown byte order")
    return order


def _block(buffer: bytes, at: int, order: str) -> _Block | None:
    """The block at `at`, None if it is not all there; raises `Malformed` if it cannot be one."""
    length = _wanted(buffer, at, order)
    if len(buffer) - at < max(length, 12):
        return None
    (kind,) = _WORD[order].unpack_from(buffer, at)
    if kind == _SECTION:
        order = _order(buffer, at)
    (repeated,) = _WORD[order].unpack_from(buffer, at + length - 4)
    if repeated + (-repeated & 3) != length:
        raise Malformed(f"block of {length} bytes says {repeated} at its end")
    if length < _SMALLEST.get(kind, 12):
        raise Malformed(f"block of type {kind} has only {length} bytes")
    if kind == _SECTION:
        major, minor = Struct(order + "HH").unpack_from(buffer, at + 12)
        if (major, minor) not in {(1, 0), (1, 2)}:
            raise Malformed(f"version {major}.{minor}: only 1.0 and 1.2 are known")
    return _Block(kind, order, length)


class _Reader:
    """Goes through the blocks of one file and keeps what each means to those after it.

    number: the last one given, as Wireshark counts; frame: the last one given to a packet; lost: frames lost in
    earlier sections; drops: by interface of this one.
    """

    def __init__(self, capture: str, section: Section, base: int, read: Read, chunk: int) -> None:
        self.capture = capture
        self.section = section
        self.base = base
        self.read = read
        self.chunk = chunk
        self.time = 0
        self.number = 0
        self.frame = 0
        self.lost = 0
        self.drops: dict[int, int] = {}

    def batches(self) -> Iterator[FrameBatch]:
        """The packets, in batches whose numbers follow one another; raises `Damaged`."""
        left = b""
        while more := self.read(max(self.chunk, len(left))):
            buffer = left + more
            at, after = -1, 0
            while at != after:
                begin, section, before = self.base + after, self.section, self.time
                offsets, sizes, wire_sizes, times, links, at, self.time = split(buffer, after, section, before)
                if offsets:
                    first, described = self.number + 1, len(section.interfaces)
                    mark = Mark(begin, self.base + at, first, section, described, before)
                    yield FrameBatch(self.capture, first, buffer, offsets, sizes, wire_sizes, times, links, mark)
                    self.number += len(offsets)
                    self.frame = self.number
                try:
                    after = self._enter(buffer, at)
                except Malformed as fault:
                    raise Damaged(self.base + at, self.frame, str(fault)) from None
            left = buffer[at:]
            self.base += at
        if lost := self.lost + sum(self.drops.values()):
            yield FrameBatch(self.capture, self.number + 1, b"", dropped=min(lost, MOST_LOST))
        if left:
            whole = _wanted(left, 0, self.section.order)
            raise Damaged(self.base, self.frame, f"block cut short ({len(left)} of {whole} bytes)")

    def _enter(self, buffer: bytes, at: int) -> int:
        """Take in the block `split` stopped at; returns where it ends, or `at` if it is not all there yet."""
        block = _block(buffer, at, self.section.order)
        if block is None:
            return at
        if block.kind == _SECTION:
            self.section = Section(block.order, [])
            self.lost += sum(self.drops.values())
            self.drops = {}
            self.time = 0
        elif block.kind == _INTERFACE:
            if len(self.section.interfaces) >= MOST_INTERFACES:
                raise Malformed(f"more than {MOST_INTERFACES} interfaces in a section")
            self.section.interfaces.append(interface(buffer, at + 8, at + block.length - 4, block.order))
        elif block.kind == _STATISTICS:
            drops = lost(buffer, at + 8, at + block.length - 4, block.order)
            if drops and drops[0] < len(self.section.interfaces):
                self.drops[drops[0]] = drops[1]
        elif block.kind in _NUMBERED:
            self.number += 1
        else:
            raise Malformed(_packet_fault(buffer, at, block, self.section))
        return at + block.length


def _packet_fault(buffer: bytes, at: int, block: _Block, section: Section) -> str:
    """Why `split` would not take this whole block for a packet."""
    if block.kind == _SIMPLE_PACKET:
        interface, size = 0, _WORD[block.order].unpack_from(buffer, at + 8)[0]
    else:
        interface, _, _, size, _ = _PACKETS[block.order][block.kind](buffer, at + 8)
    if interface >= len(section.interfaces):
        return f"packet of interface {interface}, which is not described"
    return f"packet claims {size} bytes in a block of {block.length}"


def split(buffer: bytes, start: int, section: Section, time: int) -> Packets:
    """The packets of `buffer` from `start` on, up to a block that is none, is not all there, or makes no sense.

    Blocks that mean nothing here are passed over. A simple packet block has no timestamp: it is given that of the packet
    before it in its section (`time`), 0 if there is none. A time that 64 bits of nanoseconds cannot hold (before 1677, after
    2262) becomes the nearest they can. The hot path of reading: all it touches is local.
    """
    offsets, sizes, wire_sizes, times, links = array("Q"), array("L"), array("L"), array("q"), array("L")
    add_offset, add_size, add_wire_size = offsets.append, sizes.append, wire_sizes.append
    add_time, add_link = times.append, links.append
    order, interfaces = section
    header, word, packet = _BLOCK[order].unpack_from, _WORD[order].unpack_from, _PACKETS[order].get
    described, smallest = len(interfaces), _SMALLEST.get
    at, end = start, len(buffer)
    while end - at >= 12:
        kind, length = header(buffer, at)
        length += -length & 3
        tail = at + length - 4
        if kind in _STOPS or tail + 4 > end or not smallest(kind, 12) <= length <= LARGEST:
            break
        if (word(buffer, tail)[0] + 3) & ~3 != length:
            break
        if unpack := packet(kind):
            interface, high, low, size, wire_size = unpack(buffer, at + 8)
            data = at + 28
            if interface >= described or size > tail - data or size > LONGEST:
                break
            link, up, down, offset, _ = interfaces[interface]
            time = (high << 32 | low) * up // down + offset
            if not _EARLIEST <= time <= _LATEST:
                time = _LATEST if time > 0 else _EARLIEST
        elif kind == _SIMPLE_PACKET and described:
            (wire_size,) = word(buffer, at + 8)
            data = at + 12
            link, snaplen = interfaces[0].link, interfaces[0].snaplen
            size = min(wire_size, snaplen or wire_size)
            if size > tail - data or size > LONGEST:
                break
        elif kind == _SIMPLE_PACKET:
            break
        else:
            at = tail + 4
            continue
        add_offset(data)
        add_size(size)
        add_wire_size(wire_size)
        add_time(time)
        add_link(link)
        at = tail + 4
    return Packets(offsets, sizes, wire_sizes, times, links, at, time)
