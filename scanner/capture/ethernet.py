"""Ethernet and what is shaped like it: VLAN tags, 802.2 headers, Linux "cooked" frames.

Here too is what every reader of a link layer gives: (source MAC, destination MAC, segment, Ethernet type, where the next
layer starts, where it ends). An address the frame does not have is b""; a type of 0 means there is nothing to read further.
A frame that cannot be read gives None where too little of it is there or its lengths lie, else the text under which it is
counted.
Sources: IEEE 802.3, 802.1Q, 802.1ad, 802.2; RFC 1042; https://www.tcpdump.org/linktypes.html.
"""

from functools import lru_cache

from scanner.capture.frames import LLC

Link = tuple[bytes, bytes, str, int, int, int]

BAD_FCS = "bad frame check sequence"
"""What is given for a frame that was received with bits turned over, by its own checksum or by its receiver's word."""

IPV4, IPV6 = 0x0800, 0x86DD
BROADCAST = b"\xff" * 6
_TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_MOST_TAGS = 8
_LEAST_TYPE = 1536  # below, the field is an 802.3 length


def ethernet(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_ETHERNET, with any VLAN tags."""
    at = start + 14
    if at > end:
        return None
    kind = buffer[at - 2] << 8 | buffer[at - 1]
    source, target = buffer[start + 6 : start + 12], buffer[start : start + 6]
    if kind >= _LEAST_TYPE and kind not in _TAGS:
        return source, target, "", kind, at, end
    return tagged(buffer, source, target, kind, at, end)


def tagged(buffer: bytes, source: bytes, target: bytes, kind: int, at: int, end: int, outer: int = 0) -> Link | None:
    """What follows an Ethernet type that may be a VLAN tag or an 802.3 length; outer: a VLAN id known from elsewhere."""
    tags = [outer]
    while kind in _TAGS and len(tags) <= _MOST_TAGS:
        if at + 4 > end:
            return None
        tags.append((buffer[at] << 8 | buffer[at + 1]) & 0x0FFF)
        kind = buffer[at + 2] << 8 | buffer[at + 3]
        at += 4
    segment = vlan(tuple(tags))
    if kind < _LEAST_TYPE:
        end = min(end, at + kind)
        kind, at = logical(buffer, at, end)
    return source, target, segment, kind, at, end


def logical(buffer: bytes, at: int, end: int) -> tuple[int, int]:
    """An 802.2 header: (Ethernet type or its extended form, see `Frame.ethertype`; where its content starts)."""
    if at + 3 > end:
        return LLC, at
    if buffer[at] == 0xAA == buffer[at + 1] and buffer[at + 2] == 3 and at + 8 <= end:
        organisation = int.from_bytes(buffer[at + 3 : at + 6], "big")
        kind = buffer[at + 6] << 8 | buffer[at + 7]
        # Organisation 0 (RFC 1042) and 00-00-F8 (802.1H bridge tunnel) carry a plain Ethernet type.
        return (kind if organisation in (0, 0xF8) else organisation << 16 | kind), at + 8
    return LLC | buffer[at] << 8 | buffer[at + 1], at + 3


@lru_cache(maxsize=4096)
def vlan(tags: tuple[int, ...]) -> str:
    """Name of a segment by its VLAN ids, outermost first; tag 0 carries a priority only (802.1Q) and names nothing."""
    named = [str(tag) for tag in tags if tag]
    return f"vlan {'.'.join(named)}" if named else ""


def cooked(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_LINUX_SLL: captured on Linux's "any" interface; has the sender's address but not the receiver's."""
    at = start + 16
    if at > end:
        return None
    kind = buffer[at - 2] << 8 | buffer[at - 1]
    return _cooked(buffer, buffer[start + 1], buffer[start + 4 : start + 6], start + 6, kind, at, end)


def cooked2(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_LINUX_SLL2."""
    at = start + 20
    if at > end:
        return None
    size = b"\0" + buffer[start + 11 : start + 12]
    return _cooked(buffer, buffer[start + 10], size, start + 12, buffer[start] << 8 | buffer[start + 1], at, end)


def _cooked(buffer: bytes, packet: int, size: bytes, address: int, kind: int, at: int, end: int) -> Link | None:
    source = buffer[address : address + 6] if size == b"\0\x06" else b""
    target = BROADCAST if packet == 1 else b""
    if kind in _TAGS:
        return tagged(buffer, source, target, kind, at, end)
    if kind == 4:  # LINUX_SLL_P_802_2
        kind, at = logical(buffer, at, end)
    return source, target, "", kind, at, end
