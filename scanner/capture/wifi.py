"""802.11: the headers capture tools put in front, then the MAC header, to 802.2 or to the body of a management frame.

The source is who first sent a frame (SA), not the access point that passed it on; the destination is whom it is for (DA).
An encrypted frame has addresses and no more. Of an A-MSDU the first subframe is read; later fragments, mesh headers and
wrapped control frames are counted only. A frame is not read if its checksum, where that was captured, is wrong, or if the
header in front says so. The checksum is the last thing of a frame: where the capture cut the frame short (`whole` is false)
there is none, whatever the header says.
Sources: IEEE 802.11-2020 section 9 (9.2.4 frame control, 9.3.2.1 addresses, 9.3.2.2 A-MSDU); https://www.radiotap.org;
linktypes PPI (CACE PPI packet header 1.0.10), IEEE802_11_PRISM, IEEE802_11_AVS in https://www.tcpdump.org/linktypes.html.
"""

from struct import unpack_from
from zlib import crc32

from scanner.capture.ethernet import BAD_FCS, Link, logical
from scanner.capture.frames import WIFI

_MANAGEMENT, _CONTROL, _DATA, _EXTENSION = 0, 1, 2, 3
_TO_AND_FROM, _PROTECTED, _ORDER = 3, 0x40, 0x80
_NO_DATA, _QOS = 4, 8  # bits in the subtype of a data frame
_AMSDU = 0x80  # bit in the QoS control field
_WITH_SENDER = frozenset({2, 4, 5, 8, 9, 10, 11, 14, 15})  # control: trigger, reports, block acks, PS-Poll, RTS, CF-End
_FCS = 4
_IEEE802_11 = 105
_AVS_MAGIC = 0x80211  # the version's upper 20 bits


def plain(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
    """LINKTYPE_IEEE802_11: nothing in front, and nothing says whether the checksum is at the end."""
    return _perhaps_checked(buffer, start, end, whole=whole)


def perhaps_turned(buffer: bytes, start: int, end: int) -> Link | None:
    """A frame in CAPWAP. Cisco's access points turn the two bytes of the frame control (Wireshark, packet-capwap.c).

    The version, which is always 0 in the first, tells: what would be of another version if read as it stands was turned.
    Some turn the sequence control, too: it is read so if it would be that of a later fragment as it stands.
    """
    if start + 2 > end or not buffer[start] & 3 or buffer[start + 1] & 3:
        return _perhaps_checked(buffer, start, end, whole=True)
    turned = buffer[start + 1 : start + 2] + buffer[start : start + 1] + buffer[start + 2 : end]
    if len(turned) >= 24 and turned[22] & 15:
        turned = turned[:22] + turned[23:21:-1] + turned[24:]
    found = _frame(turned, 0, len(turned))
    return found and (*found[:4], start + found[4], start + found[5])


def radiotap(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
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
        return _perhaps_checked(buffer, at, end, whole=whole)
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
    if flags & 0x40:  # the receiver found the checksum wrong
        return BAD_FCS
    padded = bool(flags & 0x20)
    return _checked(buffer, at, end, padded=padded) if flags & 0x10 and whole else _frame(buffer, at, end, padded=padded)


def ppi(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
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
            if flags & 4:
                return BAD_FCS
            if flags & 8:  # an error of the radio
                return None
            return _checked(buffer, at, end) if flags & 1 and whole else _frame(buffer, at, end)
        field += 4 + size + (-size % 4 if align & 1 else 0)
    return _perhaps_checked(buffer, at, end, whole=whole)


def prism(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
    """LINKTYPE_IEEE802_11_PRISM: message code and length in the byte order of the capturing host; AVS files use it too."""
    if start + 8 > end:
        return None
    if int.from_bytes(buffer[start : start + 4], "big") >> 12 == _AVS_MAGIC:
        return avs(buffer, start, end, whole=whole)
    size = buffer[start + 4 : start + 8]
    return _behind(buffer, start, min(int.from_bytes(size, "little"), int.from_bytes(size, "big")), end, whole=whole)


def avs(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
    """LINKTYPE_IEEE802_11_AVS: version and length, both big-endian."""
    if start + 8 > end:
        return None
    version, length = unpack_from(">II", buffer, start)
    return _behind(buffer, start, length, end, whole=whole) if version >> 12 == _AVS_MAGIC else None


def _behind(buffer: bytes, start: int, length: int, end: int, *, whole: bool) -> Link | None:
    """The frame behind a header that does not tell about the checksum."""
    at = start + length
    if length < 8 or at > end:
        return None
    return _perhaps_checked(buffer, at, end, whole=whole)


def _perhaps_checked(buffer: bytes, at: int, end: int, *, whole: bool) -> Link | None:
    """A frame of which nothing says if its checksum was captured: four bytes that are its CRC-32 are it."""
    stop = end - _FCS
    if whole and stop > at and _crc(buffer, stop) == crc32(memoryview(buffer)[at:stop]):
        return _frame(buffer, at, stop)
    return _frame(buffer, at, end)


def _checked(buffer: bytes, at: int, end: int, *, padded: bool = False) -> Link | str | None:
    """A frame with its checksum, which is over what was on the air: not over the driver's padding."""
    stop = end - _FCS
    if stop < at + 10:  # the shortest frame is an acknowledgement
        return None
    frame = memoryview(buffer)[at:stop]
    pad = _padding(buffer, at) if padded else 0
    head = _data_header(buffer, at) if pad else len(frame)
    if crc32(frame[head + pad :], crc32(frame[:head])) != _crc(buffer, stop):
        return BAD_FCS
    return _frame(buffer, at, stop, padded=padded)


def _crc(buffer: bytes, at: int) -> int:
    return int.from_bytes(buffer[at : at + _FCS], "little")


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


def _data_header(buffer: bytes, at: int) -> int:
    """Length of the MAC header of the data frame at `at` (9.3.2.1): with a fourth address, QoS, HT control, or without."""
    qos = buffer[at] >> 4 & _QOS
    flags = buffer[at + 1]
    return 24 + (6 if flags & _TO_AND_FROM == _TO_AND_FROM else 0) + (2 if qos else 0) + (4 if qos and flags & _ORDER else 0)


def _padding(buffer: bytes, at: int) -> int:
    """Bytes with which the driver filled the header up to four; only those of data frames have a length that needs it."""
    return -_data_header(buffer, at) % 4 if buffer[at] >> 2 & 3 == _DATA else 0


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
    body = at + _data_header(buffer, at) + (_padding(buffer, at) if padded else 0)
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
