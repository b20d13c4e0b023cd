"""pcap files: one header of 24 bytes, then records, each a frame with its time and two lengths.

Format: pcap-savefile(5), https://www.tcpdump.org/manpages/pcap-savefile.5.html, and draft-ietf-opsawg-pcap. What older
versions meant: the-tcpdump-group/libpcap, sf-pcap.c, `pcap_check_header` and `pcap_next_packet`. Who else wrote files that
only look like pcap, and how: Wireshark, wiretap/libpcap.c.
"""

from __future__ import annotations  # `array[int]` means nothing at run time before Python 3.12

from array import array
from collections.abc import Iterator
from enum import IntEnum
from functools import partial
from struct import Struct
from typing import NamedTuple

from scanner.capture import compiled
from scanner.capture.frames import FrameBatch
from scanner.capture.records import CHUNK as CHUNK
from scanner.capture.records import LONGEST, NANOSECONDS, Record, again, walk
from scanner.capture.records import Read as Read
from scanner.errors import Damaged, Unreadable

NAME = "pcap"

_HEADER = 24
_RECORD = {order: Struct(order + "IIII") for order in "<>"}
_MAGICS = {
    bytes.fromhex("d4c3b2a1"): ("<", 1000),
    bytes.fromhex("a1b2c3d4"): (">", 1000),
    bytes.fromhex("4d3cb2a1"): ("<", 1),
    bytes.fromhex("a1b23c4d"): (">", 1),
}
_MODIFIED = {bytes.fromhex("34cdb2a1"): "<", bytes.fromhex("a1b2cd34"): ">"}
_WIDER = {0: "", 4: "Nokia", 8: "modified", 12: "modified, SuSE 6.3"}
"""Bytes that some writers have put behind the record header of 16: who they are. Red Hat 6.1 did it under the common magic."""

_TRIED = 3  # records by which a writer is told, as Wireshark does
_MOST_SENT = 1 << 27  # bytes of a frame as sent, above which a header makes no sense
_YEAR = 31_536_000
_AIX_LINKS = {6: 1, 9: 6, 15: 10, 24: 0}
"""AIX has the interface types of RFC 1573 where others have LINKTYPE_, and nanoseconds."""


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


class Mark(NamedTuple):
    """Where a batch lies in its file (`scanner.capture.frames.Mark`), the number of its first frame, and how to read it."""

    begin: int
    end: int
    first: int
    layout: Layout
    link: int

    def fixed(self) -> Mark:
        return self

    def batches(self, capture: str, read: Read, chunk: int) -> Iterator[FrameBatch]:
        return _batches(capture, self, read, chunk)


class Records(NamedTuple):
    """Whole records found in a buffer, in the arrays of a `FrameBatch`; resume: where the first one left over begins."""

    offsets: array[int]
    sizes: array[int]
    wire_sizes: array[int]
    times: array[int]
    resume: int


def detect(head: bytes) -> bool:
    """True if a file that begins like this is a pcap file, or was one before it was cut."""
    return head[:4] in _MAGICS or head[:4] in _MODIFIED


def open_stream(path: str, capture: str, head: bytes, read: Read, chunk: int = CHUNK) -> tuple[str, Iterator[FrameBatch]]:
    """What the format is called, and the frames to come, as batches of about `chunk` bytes; path is for messages only.

    head: the first 24 bytes of the file, fewer only if there are no more; `read` goes on behind them. Raises `Unreadable` if
    the header is cut or of another version. The batches raise `Damaged` where a record is cut or claims too much.
    """
    if len(head) < _HEADER:
        raise Unreadable(path, f"cut inside the file header ({len(head)} of {_HEADER} bytes)")
    modified = head[:4] in _MODIFIED
    order, tick = (_MODIFIED[head[:4]], 1000) if modified else _MAGICS[head[:4]]
    major, minor, network = Struct(order + "HH12xI").unpack_from(head, 4)
    if major != 2 or minor > 4:
        raise Unreadable(path, f"pcap version {major}.{minor}: only 2.0 to 2.4 are known")
    # The two lengths changed places in 2.3, but some programs wrote 2.3 and kept the old places (sf-pcap.c).
    lengths = Lengths.WIRE_FIRST if minor < 3 else Lengths.SMALLER_IS_CAPTURED if minor == 3 else Lengths.CAPTURED_FIRST
    # The upper 16 bits are not link type: length of the frame check sequence and reserved (pcap-savefile).
    link = network & 0xFFFF
    if tick == 1000 and minor == 2 and network in _AIX_LINKS:
        start = Mark(_HEADER, _HEADER, 1, Layout(order, 1, lengths), _AIX_LINKS[network])
        return f"{NAME} (AIX)", _batches(capture, start, read, chunk)
    if tick == 1000 and minor == 4:
        begun = read(chunk)
        read = again(begun, read)
        more = _wider(begun, order, (8, 12) if modified else (0, 8, 4))
        if more:
            parse = partial(_wider_record, order=order, more=more, link=link)
            return f"{NAME} ({_WIDER[more]})", walk(capture, read, 16 + more, parse, _HEADER, chunk)
    name = f"{NAME} (nanoseconds)" if tick == 1 else NAME
    return name, _batches(capture, Mark(_HEADER, _HEADER, 1, Layout(order, tick, lengths), link), read, chunk)


def _wider(start: bytes, order: str, choices: tuple[int, ...]) -> int:
    """By how many bytes record headers are longer than 16: the first choice by which the first records make sense."""
    return next((more for more in choices if _sound(start, order, more)), choices[0])


def _sound(start: bytes, order: str, more: int) -> bool:
    """True if the first records make sense by their sizes; those of a rare writer must hold frames, and times that fit."""
    at, first = 0, 0
    for number in range(_TRIED):
        if at + 16 > len(start):
            break
        seconds, fraction, size, wire_size = _RECORD[order].unpack_from(start, at)
        first = first if number else seconds
        if size > LONGEST:
            return False
        if not more and fraction > _YEAR and abs(fraction - first) <= _YEAR:  # the next record's seconds, read too early
            return False
        if more and (fraction >= 1_000_000 or not 0 < size <= wire_size <= _MOST_SENT or abs(seconds - first) > _YEAR):
            return False
        at += 16 + more + size
    return True


def _wider_record(buffer: bytes, at: int, *, order: str, more: int, link: int) -> Record:
    seconds, fraction, size, wire_size = _RECORD[order].unpack_from(buffer, at)
    return Record(16 + more, size, wire_size, 16 + more + size, seconds * NANOSECONDS + fraction * 1000, link)


def _batches(capture: str, start: Mark, read: Read, chunk: int) -> Iterator[FrameBatch]:
    base, _, first, layout, link = start
    left, frame = b"", first - 1
    while more := read(max(chunk, len(left))):
        buffer = left + more
        offsets, sizes, wire_sizes, times, resume = split(buffer, 0, layout)
        if offsets:
            links = array("L", [link]) * len(offsets)
            mark = Mark(base, base + resume, frame + 1, layout, link)
            yield FrameBatch(capture, frame + 1, buffer, offsets, sizes, wire_sizes, times, links, mark)
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
