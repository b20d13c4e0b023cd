"""snoop files: what Solaris writes. A header of 16 bytes, then records, all big-endian.

Format: RFC 1761. Data links Sun has given out since: Wireshark, wiretap/snoop.c.
"""

from collections.abc import Iterator
from functools import partial
from struct import Struct

from scanner.capture.frames import FrameBatch
from scanner.capture.records import CHUNK, NANOSECONDS, Read, Record, again, walk
from scanner.errors import Malformed, Unreadable

NAME = "snoop"

_MAGIC = b"snoop\0\0\0"
_HEADER = 16
_VERSIONS = Struct(">8xII")
_RECORD = Struct(">IIIIII")
_LINKS = {0: 1, 2: 6, 4: 1, 8: 10, 18: 242, 26: 226}
"""Data link (RFC 1761 section 3) to LINKTYPE_: 802.3, token ring, Ethernet, FDDI; IP over InfiniBand, ipnet."""


def detect(head: bytes) -> bool:
    """True if a file that begins like this is a snoop file, or was one before it was cut."""
    return head[:8] == _MAGIC


def open_stream(path: str, capture: str, head: bytes, read: Read, chunk: int = CHUNK) -> tuple[str, Iterator[FrameBatch]]:
    """As every format's (`sources.Format`). Raises `Unreadable` if the header is cut, of another version or data link."""
    if len(head) < _HEADER:
        raise Unreadable(path, f"cut inside the file header ({len(head)} of {_HEADER} bytes)")
    version, data_link = _VERSIONS.unpack_from(head)
    if version != 2:
        raise Unreadable(path, f"snoop version {version}: only 2 is known")
    link = _LINKS.get(data_link)
    if link is None:
        raise Unreadable(path, f"snoop capture of data link {data_link}: only those of local networks are read")
    return NAME, walk(capture, again(head[_HEADER:], read), _RECORD.size, partial(_record, link=link), _HEADER, chunk)


def _record(buffer: bytes, at: int, *, link: int) -> Record:
    """Length as sent, length captured, length of the record, frames dropped so far, seconds, microseconds."""
    wire_size, size, length, _, seconds, fraction = _RECORD.unpack_from(buffer, at)
    if length < _RECORD.size:
        raise Malformed(f"record of {length} bytes")
    return Record(_RECORD.size, size, wire_size, length, seconds * NANOSECONDS + fraction * 1000, link)
