"""Links that carry no MAC address: field buses, signalling, machine-local channels, and the radio of sensors.

Their frames are checked for wholeness and counted. They show no device, and the result says so: none of their addresses may
be taken for the MAC of a card.

IEEE 802.15.4 (Zigbee, Thread) knows nodes by 16 bits, or by 64 (EUI-64). The first three bytes of the second name its
registrant as those of a MAC do, but a MAC it is not: cutting it to six bytes would invent a card that may exist elsewhere.
Sources: IEEE 802.15.4-2020 sections 7.2.1 and 7.2.11; Linux include/uapi/linux/can.h and vsockmon.h; ITU-T Q.703 section 2;
RFC 3549; all in https://www.tcpdump.org/linktypes.html.
"""

from binascii import crc_hqx

from scanner.capture.ethernet import BAD_FCS, Link

_CAN_HEAD, _CAN_XL_HEAD, _NETLINK_HEAD, _VSOCK_HEAD, _MTP2_HEAD = 8, 12, 16, 32, 3
_LEAST_802_15_4 = 3  # frame control and sequence number: an acknowledgement
_TAP_FCS, _CRC16 = 0, 1
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def can(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_CAN_SOCKETCAN: identifier and flags, length of the payload, three bytes reserved, payload.

    CAN XL has bit 7 set where the length was, and the length, little-endian, two bytes on.
    """
    if start + _CAN_HEAD > end:
        return None
    long = buffer[start + 4] & 0x80
    size = _CAN_XL_HEAD + _little(buffer, start + 6) if long else _CAN_HEAD + buffer[start + 4]
    return _counted(end) if start + size <= end else None


def mtp2(_buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_MTP2: signalling system 7, two sequence numbers and a length."""
    return _counted(end) if start + _MTP2_HEAD <= end else None


def netlink(_buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_NETLINK: what Linux's kernel and programs say to each other on one machine."""
    return _counted(end) if start + _NETLINK_HEAD <= end else None


def vsock(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_VSOCK: between a host and its virtual machines, known by context numbers; a second header, length in front."""
    at = start + _VSOCK_HEAD
    return _counted(end) if at <= end and at + _little(buffer, at - 4) <= end else None


def ieee802_15_4(_buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_15_4_NOFCS."""
    return _counted(end) if start + _LEAST_802_15_4 <= end else None


def ieee802_15_4_checked(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
    """LINKTYPE_IEEE802_15_4_WITHFCS: the frame, then its CRC-16, of which there is nothing where the capture cut the frame."""
    if whole and start + _LEAST_802_15_4 + 2 <= end and _crc16(buffer[start : end - 2]) != buffer[end - 2 : end]:
        return BAD_FCS
    return ieee802_15_4(buffer, start, end - 2 if whole else end)


def ieee802_15_4_tap(buffer: bytes, start: int, end: int, *, whole: bool = True) -> Link | str | None:
    """LINKTYPE_IEEE802_15_4_TAP: version 0, length, then fields (type, length, value padded to four bytes), then the frame."""
    if start + 4 > end or buffer[start]:
        return None
    at = start + _little(buffer, start + 2)
    if at < start + 4 or at > end:
        return None
    field = start + 4
    while field + 8 <= at:
        kind, size = _little(buffer, field), _little(buffer, field + 2)
        if kind == _TAP_FCS and size == 1:
            if buffer[field + 4] == _CRC16:
                return ieee802_15_4_checked(buffer, at, end, whole=whole)
            break
        field += 4 + size + -size % 4
    return ieee802_15_4(buffer, at, end)


def _little(buffer: bytes, at: int) -> int:
    return buffer[at] | buffer[at + 1] << 8


def _counted(end: int) -> Link:
    return b"", b"", "", 0, end, end


def _crc16(frame: bytes) -> bytes:
    """The frame's check sequence as sent: ITU-T polynomial from 0, lowest bit first where `crc_hqx` has the highest."""
    turned = crc_hqx(frame.translate(_TURNED), 0)
    return bytes((_TURNED[turned >> 8], _TURNED[turned & 0xFF]))
