"""What the readers of capture files share: how much is read at a time, how long a frame may be, and the walk over records
of the formats that are seldom met. (pcap and pcapng have walks of their own, because every frame of most files passes there.)
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.capture.frames import FrameBatch
from scanner.errors import Damaged, Malformed

Read = Callable[[int], bytes]
"""Reads up to so many bytes on from where the last call ended; b"" at the end of the file, and only there."""

CHUNK = 1 << 20
"""Bytes read at a time: large enough that the work a chunk costs does not show, small enough for many at once."""

LONGEST = 262144
"""Bytes captured of one frame at most: libpcap's MAXIMUM_SNAPLEN (pcap-int.h), Wireshark's limit too (wiretap/wtap.h)."""

NANOSECONDS = 1_000_000_000
"""In a second."""

_MOST_AROUND = 4096
"""Bytes of a record besides its frame, at most."""


class Record(NamedTuple):
    """One record: bytes before its frame, of the frame (captured, sent), and of the whole record; time in ns; LINKTYPE_.

    A link of -1: no frame, but Wireshark gives it a number all the same.
    """

    lead: int
    size: int
    wire_size: int
    length: int
    time: int
    link: int


Parse = Callable[[bytes, int], Record]
"""Reads the record header at this place of a buffer, which holds the whole header; raises `Malformed` if it can be none."""


def again(start: bytes, read: Read) -> Read:
    """Reads what was already read once more, then goes on."""
    pieces = iter((start,) if start else ())
    return lambda size: next(pieces, b"") or read(size)


def walk(capture: str, read: Read, header: int, parse: Parse, at: int, chunk: int) -> Iterator[FrameBatch]:
    """The frames of all records, in batches of about `chunk` bytes.

    header: bytes of a record header at least; at: where in the file `read` goes on. Raises `Damaged`.
    """
    left, base, number = b"", at, 0
    while more := read(max(chunk, len(left))):
        buffer = left + more
        batch, at, problem = FrameBatch(capture, number + 1, buffer), 0, ""
        while at + header <= len(buffer):
            try:
                lead, size, wire_size, length, time, link = _fits(parse(buffer, at))
            except Malformed as fault:
                problem = str(fault)
                break
            if at + length > len(buffer):
                break
            if link >= 0:
                batch.add(at + lead, size, wire_size, time, link)
            else:
                if len(batch):
                    yield batch
                batch = FrameBatch(capture, number + 2, buffer)
            number += 1
            at += length
        if len(batch):
            yield batch
        base += at
        if problem:
            raise Damaged(base, number, problem)
        left = buffer[at:]
    if left:
        raise Damaged(base, number, f"record cut short ({len(left)} bytes of it are here)")


def _fits(record: Record) -> Record:
    if record.size > LONGEST:
        raise Malformed(f"record claims {record.size} bytes")
    if not record.lead + record.size <= record.length <= LONGEST + _MOST_AROUND:
        raise Malformed(f"record of {record.length} bytes claims {record.size}")
    return record
