"""Bluetooth LE: packets on the advertising channels, to the advertising data. Other packets are counted only.

A public device address is an address of the IEEE registry. A random one is not, whatever its bits look like (the bit that
says "locally administered" elsewhere means nothing in it), most change every few minutes, and none may ever be looked up:
a frame from a random address therefore has no source here. It is counted, and is no device.
Sources: Bluetooth Core Specification 5.4, volume 6, part B, sections 1.3 (addresses), 2.1 and 2.2 (packets), 2.3 (PDUs);
linktypes BLUETOOTH_LE_LL, BLUETOOTH_LE_LL_WITH_PHDR and NORDIC_BLE in https://www.tcpdump.org/linktypes.html.
"""

from scanner.capture.ethernet import BAD_FCS, Link
from scanner.capture.frames import BLE

ADV_IND, ADV_DIRECT_IND, ADV_NONCONN_IND, SCAN_REQ, SCAN_RSP, CONNECT_IND, ADV_SCAN_IND, ADV_EXT_IND = range(8)

_ADVERTISING = 0x8E89BED6.to_bytes(4, "little")
_TX_RANDOM, _RX_RANDOM = 0x40, 0x80
_TO_ONE = frozenset({ADV_DIRECT_IND, SCAN_REQ, CONNECT_IND})  # two addresses: sender, then receiver
_CODED = 2  # the long-range radio mode, which puts a coding indicator behind the access address


def plain(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_BLUETOOTH_LE_LL: access address, PDU, CRC."""
    return _packet(buffer, start, end)


def with_header(buffer: bytes, start: int, end: int) -> Link | str | None:
    """LINKTYPE_BLUETOOTH_LE_LL_WITH_PHDR: ten bytes of radio facts, the last two of them flags."""
    at = start + 10
    if at > end:
        return None
    flags = int.from_bytes(buffer[start + 8 : at], "little")
    if flags & 0x0C00 == 0x0400:  # checksum tested, and wrong
        return BAD_FCS
    if not flags & 1:  # still whitened: noise to us
        return b"", b"", "", 0, end, end
    return _packet(buffer, at, end, coded=flags >> 14 == _CODED)


def nordic(buffer: bytes, start: int, end: int) -> Link | str | None:
    """LINKTYPE_NORDIC_BLE: board, six bytes of serial protocol, then for received packets ten bytes of radio facts."""
    if start + 7 > end:
        return None
    if buffer[start + 6] not in (2, 6):  # packet id: an advertising or a data packet was received
        return b"", b"", "", 0, end, end
    at = start + 17
    if at > end:
        return None
    flags = buffer[start + 8]
    if not flags & 1:  # checksum wrong
        return BAD_FCS
    return _packet(buffer, at, end, coded=flags >> 4 & 7 == _CODED)


def _packet(buffer: bytes, at: int, end: int, *, coded: bool = False) -> Link | None:
    if at + 6 > end:
        return None
    if buffer[at : at + 4] != _ADVERTISING:
        return b"", b"", "", 0, end, end
    at += 5 if coded else 4
    body = at + 2
    stop = body + buffer[at + 1] if body <= end else end + 1
    if stop > end:
        return None
    head = buffer[at]
    kind = head & 15
    if kind >= ADV_EXT_IND:
        return _extended(buffer, head, body, stop)
    if body + 6 > stop:
        return None
    source, target, data = _address(buffer, body, random=bool(head & _TX_RANDOM)), b"", body + 6
    if kind in _TO_ONE:
        if body + 12 > stop:
            return None
        target, data = _address(buffer, body + 6, random=bool(head & _RX_RANDOM)), stop
    return source, target, "", BLE | kind, data, stop


def _extended(buffer: bytes, head: int, body: int, stop: int) -> Link | None:
    """The common extended payload (2.3.4): length of a header, its flags, an address if flag 0 is set, then data."""
    if body >= stop:
        return None
    length = buffer[body] & 0x3F
    data = body + 1 + length
    if data > stop:
        return None
    source = b""
    if length >= 7 and buffer[body + 1] & 1:
        source = _address(buffer, body + 2, random=bool(head & _TX_RANDOM))
    return source, b"", "", BLE | head & 15, data, stop


def _address(buffer: bytes, at: int, *, random: bool) -> bytes:
    return b"" if random else buffer[at : at + 6][::-1]
