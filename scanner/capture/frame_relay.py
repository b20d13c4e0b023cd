"""Many protocols over one circuit: frame relay (RFC 2427) and ATM adaptation layer 5 (RFC 2684).

A circuit has a number, which means something between two switches only: no address is taken from it.
"""

from scanner.capture.ethernet import IPV4, IPV6, Link, ethernet, logical

_UNNUMBERED = 0x03  # Q.922 control field: unnumbered information
_SNAP = 0x80
_NLPIDS = {0xCC: IPV4, 0x8E: IPV6}  # ISO/IEC TR 9577
_LONGEST_ADDRESS = 4
_BRIDGED = 0x0080C2  # organisation of IEEE 802.1
_ETHERNET_INSIDE = frozenset({1, 7})  # protocols of that organisation: an Ethernet frame with its checksum, without


def frame_relay(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_FRELAY: Q.922 address of two to four bytes (its last has bit 0 set), then what the frame carries.

    RFC 2427 section 3 puts a control field and an ISO network layer identifier there; Cisco's own form an Ethernet type.
    """
    at = start
    while at < end and not buffer[at] & 1:
        at += 1
    at += 1
    if not 2 <= at - start <= _LONGEST_ADDRESS or at + 2 > end:
        return None
    if buffer[at] != _UNNUMBERED:
        return b"", b"", "", buffer[at] << 8 | buffer[at + 1], at + 2, end
    at += 2 if buffer[at + 1] == 0 else 1  # a byte of padding lets what follows begin at an even place
    if at >= end:
        return None
    if buffer[at] == _SNAP:
        return _carried(buffer, at + 1, end)
    return b"", b"", "", _NLPIDS.get(buffer[at], 0), at + 1, end


def with_direction(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_FRELAY_WITH_DIR: a byte that says who sent it, then frame relay."""
    return frame_relay(buffer, start + 1, end)


def atm(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_ATM_RFC1483: an 802.2 header; before a bridged frame two bytes of padding (RFC 2684 section 5.2)."""
    if buffer[start : min(end, start + 3)] == b"\xaa\xaa\x03":
        return _carried(buffer, start + 3, end, padding=2)
    if start + 3 > end:
        return None
    kind, at = logical(buffer, start, end)
    return b"", b"", "", kind, at, end


def _carried(buffer: bytes, at: int, end: int, *, padding: int = 0) -> Link | None:
    """What follows an organisation and its protocol number."""
    if at + 5 > end:
        return None
    organisation, kind = int.from_bytes(buffer[at : at + 3], "big"), buffer[at + 3] << 8 | buffer[at + 4]
    if organisation == _BRIDGED and kind in _ETHERNET_INSIDE:
        return ethernet(buffer, at + 5 + padding, end)
    return b"", b"", "", organisation << 16 | kind, at + 5, end
