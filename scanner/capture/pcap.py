"""pcap files: one header of 24 bytes, then records, each a frame with its time and two lengths.

Format: pcap-savefile(5), https://www.tcpdump.org/manpages/pcap-savefile.5.html, and draft-ietf-opsawg-pcap. What older
versions meant: the-tcpdump-group/libpcap, sf-pcap.c, `pcap_check_header` and `pcap_next_packet`.
"""

from __future__ import annotations  # `array[int]` means nothing at run time before Python 3.12

from array import array
from collections.abc import Callable, Iterator
from enum import IntEnum
from struct import Struct
from typing import NamedTuple

from scanner.capture import compiled
from scanner.capture.frames import FrameBatch
from scanner.errors import Damaged, Unreadable

Read = Callable[[int], bytes]
"""Reads up to so many bytes on from where the last call ended; b"" at the end of the file, and only there."""

NAME = "pcap"
CHUNK = 1 << 20
"""Bytes read at a time: large enough that the work a chunk costs does not show, small enough for many at once."""

LONGEST = 262144
"""Bytes captured of one frame at most: libpcap's MAXIMUM_SNAPLEN (pcap-int.h), Wireshark's limit too (wiretap/wtap.h)."""

NANOSECONDS = 1_000_000_000
"""In a second."""

_HEADER = 24
_RECORD = {order: Struct(order + "IIII") for order in "<>"}
_MAGICS = {
    bytes.fromhex("d4c3b2a1"): ("<", 1000),
    bytes.fromhex("a1b2c3d4"): (">", 1000),
    bytes.fromhex("4d3cb2a1"): ("<", 1),
    bytes.fromhex("a1b23c4d"): (">", 1),
}


class Lengths(IntEnum):
    """Which of a record's two lengths comes first. False: the captured one, as in every file written today."""

    CAPTURED_FIRST = 0
    SMALLER_IS_CAPTURED = 1
    WIRE_FIRST = 2


class Layout(NamedTuple):
    """How the records of one file are written. order: "<" or ">"; tick: nanoseconds in a unit of the fraction of a second."""

    order: str
    tick: int
    lengths: Lengths


class Records(NamedTuple):
    """Whole records found in a buffer, in the arrays of a `FrameBatch`; resume: where the first one left over begins."""

    offsets: array[int]
    sizes: array[int]
    wire_sizes: array[int]
    times: array[int]
    resume: int


def detect(head: bytes) -> bool:
    """True if a file that begins like this is a pcap file, or was one before it was cut."""
    return head[:4] in _MAGICS


def open_stream(path: str, capture: str, head: bytes, read: Read, chunk: int = CHUNK) -> tuple[str, Iterator[FrameBatch]]:
    """What the format is called, and the frames to come, as batches of about `chunk` bytes; path is for messages only.

    head: the first 24 bytes of the file, fewer only if there are no more; `read` goes on behind them. Raises `Unreadable` if
    the header is cut or of another version. The batches raise `Damaged` where a record is cut or claims too much.
    """
    if len(head) < _HEADER:
        raise Unreadable(path, f"cut inside the file header ({len(head)} of {_HEADER} bytes)")
    order, tick = _MAGICS[head[:4]]
    major, minor, link = Struct(order + "HH12xI").unpack_from(head, 4)
    if major != 2 or minor > 4:
        raise Unreadable(path, f"pcap version {major}.{minor}: only 2.0 to 2.4 are known")
    # The two lengths changed places in 2.3, but some programs wrote 2.3 and kept the old places (sf-pcap.c).
    lengths = Lengths.WIRE_FIRST if minor < 3 else Lengths.SMALLER_IS_CAPTURED if minor == 3 else Lengths.CAPTURED_FIRST
    name = f"{NAME} (nanoseconds)" if tick == 1 else NAME
    # The upper 16 bits are not link type: length of the frame check sequence and reserved (pcap-savefile).
    return name, _batches(capture, Layout(order, tick, lengths), link & 0xFFFF, read, chunk)


def _batches(capture: str, layout: Layout, link: int, read: Read, chunk: int) -> Iterator[FrameBatch]:
    left, base, frame = b"", _HEADER, 0
    while more := read(max(chunk, len(left))):
        buffer = left + more
        offsets, sizes, wire_sizes, times, resume = split(buffer, 0, layout)
        if offsets:
            links = array("L", [link]) * len(offsets)
            yield FrameBatch(capture, frame + 1, buffer, offsets, sizes, wire_sizes, times, links)
            frame += len(offsets)
        left = buffer[resume:]
        base += resume
        if (claimed := _claimed(left, layout)) > LONGEST:
            raise Damaged(base, frame, f"record claims {claimed} bytes")
    if left:
        whole = 16 + _claimed(left, layout)
        raise Damaged(base, frame, f"record cut short ({len(left)} of {whole} bytes)")


def _claimed(left: bytes, layout: Layout) -> int:
    """How many captured bytes the record at the start of `left` says it has; 0 while its header is not whole."""
    if len(left) < 16:
        return 0
    _, _, first, second = _RECORD[layout.order].unpack_from(left)
    captured = (first, min(first, second), second)[layout.lengths]
    return int(captured)


def split(buffer: bytes, start: int, layout: Layout) -> Records:
    """The whole records of `buffer` from `start` on, up to one that is not all there or claims more than LONGEST.

    The hot path of reading: every frame of every file passes here once, so all it touches is local.
    """
    if compiled.used():
        from scanner.capture import core  # here, because it may not be there

        offset, size, wire_size, time, resume = core.split_pcap(
            buffer, start, layout.order == ">", layout.tick, layout.lengths, LONGEST
        )
        return Records(array("Q", offset), array("L", size), array("L", wire_size), array("q", time), resume)
    offsets, sizes, wire_sizes, times = array("Q"), array("L"), array("L"), array("q")
    add_offset, add_size, add_wire_size, add_time = offsets.append, sizes.append, wire_sizes.append, times.append
    unpack = _RECORD[layout.order].unpack_from
    _, tick, lengths = layout
    at, end = start, len(buffer)
    last = end - 16
    while at <= last:
        seconds, fraction, size, wire_size = unpack(buffer, at)
        if lengths and (lengths == 2 or size > wire_size):
            size, wire_size = wire_size, size
        data = at + 16
        after = data + size
        if after > end or size > LONGEST:
            break
        add_offset(data)
        add_size(size)
        add_wire_size(wire_size)
        add_time(seconds * 1_000_000_000 + fraction * tick)
        at = after
    return Records(offsets, sizes, wire_sizes, times, at)
