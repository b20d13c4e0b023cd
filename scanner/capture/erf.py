"""ERF files: what Endace's capture cards write. No file header, only records.

Format: Endace, Extensible Record Format types reference (EDM11-01); Wireshark, wiretap/erf_record.h. As the format has no
magic number, a file is taken for one only if its first record makes sense in every field.
"""

from collections.abc import Iterator
from struct import Struct

from scanner.capture.frames import FrameBatch
from scanner.capture.records import CHUNK, NANOSECONDS, Read, Record, again, walk
from scanner.errors import Malformed

NAME = "erf"

_HEAD = Struct("<IIBB")  # fraction and seconds of time, type, flags
_SIZES = Struct(">HHH")  # length of the record, loss counter or colour, length as sent
_RECORD = 16
_EXTENSION = 8
_MOST_EXTENSIONS = 16
_MORE = 0x80  # in a type: an extension header follows
_RESERVED = 0xC0  # flags without meaning so far
_METADATA, _PAD, _OTHER = 27, 48, 197  # the last: LINKTYPE_ERF, for frames of a kind we do not read

_FRAMES = {
    1: (50, 0), 10: (50, 0), 15: (50, 0), 19: (50, 0),  # HDLC: PPP or Cisco's
    2: (1, 2), 11: (1, 2), 16: (1, 2), 20: (1, 2),  # Ethernet, behind an offset and a byte of padding
    4: (100, 4),  # ATM adaptation layer 5, behind a cell's header
    5: (50, 4), 17: (50, 4),  # HDLC of one of several channels, behind its number
    22: (228, 0), 23: (229, 0),
}  # fmt: skip
"""Record type: LINKTYPE_ of what it holds, and the bytes in front of that."""

_NO_FRAMES = frozenset({13, 14, _METADATA, _PAD})  # counters, facts about the capture, filling
_KNOWN = frozenset(range(1, 26)) | {_METADATA, 28, 29, _PAD}
_EARLIEST, _LATEST = 820_454_400, 3_155_760_000  # 1996, when the cards were new, to 2070


def detect(head: bytes) -> bool:
    """True if a file that begins like this has a record at its start."""
    if len(head) < _RECORD:
        return False
    _, seconds, kind, flags = _HEAD.unpack_from(head)
    length, _, wire_size = _SIZES.unpack_from(head, 10)
    number = kind & ~_MORE
    if number not in _KNOWN or flags & _RESERVED or not _EARLIEST <= seconds <= _LATEST:
        return False
    if number in _NO_FRAMES:
        return bool(length >= _RECORD and not length % 8)
    return bool(wire_size and _RECORD + _FRAMES.get(number, (0, 0))[1] < length <= _RECORD + wire_size + 256)


def open_stream(_path: str, capture: str, head: bytes, read: Read, chunk: int = CHUNK) -> tuple[str, Iterator[FrameBatch]]:
    """As every format's (`sources.Format`)."""
    return NAME, walk(capture, again(head, read), _RECORD, _record, 0, chunk)


def _record(buffer: bytes, at: int) -> Record:
    fraction, seconds, kind, _ = _HEAD.unpack_from(buffer, at)
    length, _, wire_size = _SIZES.unpack_from(buffer, at + 10)
    number = kind & ~_MORE
    if number not in _KNOWN or length < _RECORD:
        raise Malformed(f"record of type {number} and {length} bytes")
    time = seconds * NANOSECONDS + (fraction * NANOSECONDS >> 32)
    if number in _NO_FRAMES:
        return Record(_RECORD, 0, 0, length, time, -1)
    link, lead = _FRAMES.get(number, (_OTHER, 0))
    lead += _RECORD
    extension = at + _RECORD
    while kind & _MORE and extension < min(len(buffer), at + _RECORD + _MOST_EXTENSIONS * _EXTENSION):
        kind = buffer[extension]
        extension += _EXTENSION
        lead += _EXTENSION
    if lead > length:
        raise Malformed(f"record of {length} bytes, {lead} of them headers")
    return Record(lead, min(length - lead, wire_size), wire_size, length, time, link)
