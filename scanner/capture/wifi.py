"""802.11: the headers capture tools put in front, then the MAC header, to 802.2 or to the body of a management frame.

The source is who first sent a frame (SA), not the access point that passed it on; the destination is whom it is for (DA).
An encrypted frame has addresses and no more. Of an A-MSDU the first subframe is read; later fragments, mesh headers and
wrapped control frames are counted only. What every damaged frame says of itself is believed: it is not read.
Sources: IEEE 802.11-2020 section 9 (9.2.4 frame control, 9.3.2.1 addresses, 9.3.2.2 A-MSDU); https://www.radiotap.org;
linktypes PPI (CACE PPI packet header 1.0.10), IEEE802_11_PRISM, IEEE802_11_AVS in https://www.tcpdump.org/linktypes.html.
"""

from struct import unpack_from
from zlib import crc32

from scanner.capture.ethernet import Link, logical
from scanner.capture.frames import WIFI

_MANAGEMENT, _CONTROL, _DATA, _EXTENSION = 0, 1, 2, 3
_TO_AND_FROM, _PROTECTED, _ORDER = 3, 0x40, 0x80
_NO_DATA, _QOS = 4, 8  # bits in the subtype of a data frame
_AMSDU = 0x80  # bit in the QoS control field
_WITH_SENDER = frozenset({2, 4, 5, 8, 9, 10, 11, 14, 15})  # control: trigger, reports, block acks, PS-Poll, RTS, CF-End
_FCS = 4
_IEEE802_11 = 105
_AVS_MAGIC = 0x80211  # the version's upper 20 bits


def plain(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_11: nothing in front, and nothing says whether the checksum is at the end."""
    return _frame(buffer, start, _without_checksum(buffer, start, end))


def radiotap(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_11_RADIOTAP: version, length, presence words (the last has bit 31 clear), then the fields.

    Of the fields only the flags count here; the time (8 bytes, aligned) is all that may stand before them.
    """
    if start + 8 > end:
        return None
    length, present = unpack_from("<HI", buffer, start + 2)
    at = start + length
    if length < 8 or at > end:
        return None
    if not present & 2:
        return _frame(buffer, at, _without_checksum(buffer, at, end))
    field, word = start + 8, present
    while word >> 31:
        if field + 4 > at:
            return None
        (word,) = unpack_from("<I", buffer, field)
        field += 4
    if present & 1:
        field += -(field - start) % 8 + 8
    if field >= at:
        return None
    flags = buffer[field]
    if flags & 0x40:  # received with a wrong checksum
        return None
    return _frame(buffer, at, end - _FCS if flags & 0x10 else end, padded=bool(flags & 0x20))


def ppi(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PPI around 802.11: version, flags, length, link type, then fields (type, length, value)."""
    if start + 8 > end:
        return None
    align, length, link = unpack_from("<BHI", buffer, start + 1)
    at = start + length
    if length < 8 or at > end:
        return None
    if link != _IEEE802_11:
        return b"", b"", "", 0, end, end
    field = start + 8
    while field + 4 <= at:
        kind, size = unpack_from("<HH", buffer, field)
        if kind == 2 and size >= 10 and field + 14 <= at:  # 802.11-Common: time, flags …
            (flags,) = unpack_from("<H", buffer, field + 12)
            if flags & 0x0C:  # wrong checksum, or an error of the radio
                return None
            return _frame(buffer, at, end - _FCS if flags & 1 else end)
        field += 4 + size + (-size % 4 if align & 1 else 0)
    return _frame(buffer, at, _without_checksum(buffer, at, end))


def prism(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_11_PRISM: message code and length in the byte order of the capturing host; AVS files use it too."""
    if start + 8 > end:
        return None
    if int.from_bytes(buffer[start : start + 4], "big") >> 12 == _AVS_MAGIC:
        return avs(buffer, start, end)
    size = buffer[start + 4 : start + 8]
    return _behind(buffer, start, min(int.from_bytes(size, "little"), int.from_bytes(size, "big")), end)


def avs(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_11_AVS: version and length, both big-endian."""
    if start + 8 > end:
        return None
    version, length = unpack_from(">II", buffer, start)
    return _behind(buffer, start, length, end) if version >> 12 == _AVS_MAGIC else None


def _behind(buffer: bytes, start: int, length: int, end: int) -> Link | None:
    """The frame behind a header that does not tell about the checksum."""
    at = start + length
    if length < 8 or at > end:
        return None
    return _frame(buffer, at, _without_checksum(buffer, at, end))


def _without_checksum(buffer: bytes, at: int, end: int) -> int:
    """Where the frame ends, when nothing says if its checksum was captured: four bytes that are the CRC-32 are it."""
    stop = end - _FCS
    if stop > at and crc32(memoryview(buffer)[at:stop]) == int.from_bytes(buffer[stop:end], "little"):
        return stop
    return end


def _frame(buffer: bytes, at: int, end: int, *, padded: bool = False) -> Link | None:
    """A MAC frame without checksum. padded: the driver filled the header up to four bytes."""
    if at + 10 > end or buffer[at] & 3:  # the shortest is an acknowledgement; only protocol version 0 has this layout
        return None
    kind, subtype, flags = buffer[at] >> 2 & 3, buffer[at] >> 4, buffer[at + 1]
    if kind == _CONTROL:
        return _control(buffer, at, end) if subtype in _WITH_SENDER else (b"", b"", "", 0, end, end)
    if kind == _EXTENSION:
        return b"", b"", "", 0, end, end
    if at + 24 > end:
        return None
    later = buffer[at + 22] & 15  # fragment number
    body = at + 24
    if kind == _MANAGEMENT:
        body += 4 if flags & _ORDER else 0
        if body > end:
            return None
        source, target = buffer[at + 10 : at + 16], buffer[at + 4 : at + 10]
        if later or flags & _PROTECTED:
            return source, target, "", 0, end, end
        return source, target, "", WIFI | subtype, body, end
    return _data(buffer, at, end, padded=padded, readable=not (later or flags & _PROTECTED or subtype & _NO_DATA))


def _control(buffer: bytes, at: int, end: int) -> Link | None:
    if at + 16 > end:
        return None
    # The group bit of a transmitter's address announces a bandwidth (9.3.1.2), it is no part of it.
    return bytes((buffer[at + 10] & 0xFE,)) + buffer[at + 11 : at + 16], b"", "", 0, end, end


def _data(buffer: bytes, at: int, end: int, *, padded: bool, readable: bool) -> Link | None:
    """Addresses by "to" and "from the distribution system" (table 9-30), then 802.2."""
    subtype, flags = buffer[at] >> 4, buffer[at + 1]
    direction = flags & _TO_AND_FROM
    qos = at + (30 if direction == _TO_AND_FROM else 24)
    body = qos + (2 if subtype & _QOS else 0) + (4 if subtype & _QOS and flags & _ORDER else 0)
    body += -(body - at) % 4 if padded else 0
    if body > end:
        return None
    source = at + (10, 10, 16, 24)[direction]
    target = at + (4, 16, 4, 16)[direction]
    if subtype & _QOS and buffer[qos] & _AMSDU:
        if not readable:  # the third address is the access point's, or is not, as each implementation likes (table 9-30)
            source = at + 10
        elif body + 14 > end:
            return None
        else:
            source, target = body + 6, body
            end = min(end, body + 14 + (buffer[body + 12] << 8 | buffer[body + 13]))
            body += 14
    kind, body = logical(buffer, body, end) if readable and body < end else (0, end)
    return buffer[source : source + 6], buffer[target : target + 6], "", kind, body, end
