"""Tunnels: where inside a packet another network begins.

A tunnel is recognised by its protocol number or its port *and* the fields of its own header. What is inside is read as any
other frame: with the link-layer reader named here, or as an IP packet. The segment of what is inside carries the tunnel's
name and number, so that equal addresses inside and outside stay two.
"""

from typing import NamedTuple

ETHERNET, WIFI_DATA, IP, WIFI_CAPWAP = 1, 105, 101, 1 << 16 | 105
"""How the inside begins: LINKTYPE_ numbers, IP standing for LINKTYPE_RAW; the last, which no file can have, is ours."""

_IPIP, _IPV6, _GRE = 4, 41, 47
_VXLAN, _VXLAN_GPE, _VXLAN_OLD, _GENEVE, _GTP, _TEREDO, _CAPWAP, _MPLS_UDP = 4789, 4790, 8472, 6081, 2152, 3544, 5247, 6635
_MPLS, _MPLS_UPSTREAM, _PPPOE, _MACSEC, _VNTAG = 0x8847, 0x8848, 0x8864, 0x88E5, 0x8926
_MOST_LABELS = 16

PROTOCOLS = frozenset({_IPIP, _IPV6, _GRE})
PORTS = frozenset({_VXLAN, _VXLAN_GPE, _VXLAN_OLD, _GENEVE, _GTP, _TEREDO, _CAPWAP, _MPLS_UDP})
TYPES = frozenset({_MPLS, _MPLS_UPSTREAM, _PPPOE, _MACSEC, _VNTAG})


class Inside(NamedTuple):
    """What a tunnel carries: how it begins (see above; negative: see `typed`), where, its name ("": a mere tag)."""

    link: int
    start: int
    name: str


def typed(kind: int, start: int, name: str) -> Inside | None:
    """An inside that begins with the content of an Ethernet type; 0 is none (a keepalive of GRE)."""
    return Inside(-kind, start, name) if kind else None


def by_protocol(buffer: bytes, protocol: int, at: int, end: int) -> Inside | None:
    """The inside of an IP packet of a tunnelling protocol (RFC 2003, RFC 4213, RFC 2784, RFC 2890)."""
    if protocol == _IPIP:
        return Inside(IP, at, "ipip")
    if protocol == _IPV6:
        return Inside(IP, at, "6in4")
    return _gre(buffer, at, end)


def by_port(buffer: bytes, port: int, at: int, end: int) -> Inside | None:
    """The inside of a UDP datagram to a tunnel's port."""
    if port in (_VXLAN, _VXLAN_GPE, _VXLAN_OLD):
        return _vxlan(buffer, at, end)
    if port == _GENEVE:
        return _geneve(buffer, at, end)
    if port == _GTP:
        return _gtp(buffer, at, end)
    if port == _TEREDO:
        return _teredo(buffer, at, end)
    if port == _CAPWAP:
        return _capwap(buffer, at, end)
    inside = _mpls(buffer, at, end)
    return inside and inside._replace(name="mpls")  # never a mere tag: the packet around it has a sender of its own


def by_type(buffer: bytes, kind: int, at: int, end: int) -> Inside | None:
    """The inside of a frame whose Ethernet type is a tunnel or a tag of its own."""
    if kind == _PPPOE:
        return _pppoe(buffer, at, end)
    if kind == _MACSEC:
        return _macsec(buffer, at, end)
    if kind == _VNTAG:
        return typed(_word(buffer, at + 4), at + 6, "") if at + 6 <= end else None
    return _mpls(buffer, at, end)


def _word(buffer: bytes, at: int) -> int:
    return buffer[at] << 8 | buffer[at + 1]


def _vxlan(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 7348: flags with the I bit, 24-bit network identifier; the P bit of draft-ietf-nvo3-vxlan-gpe says what follows."""
    if at + 8 > end or not buffer[at] & 8:
        return None
    packet = buffer[at] & 4 and buffer[at + 3] in (1, 2)
    return Inside(IP if packet else ETHERNET, at + 8, f"vxlan {int.from_bytes(buffer[at + 4 : at + 7], 'big')}")


def _geneve(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 8926: version 0, options in words of four bytes, an Ethernet type, 24-bit network identifier."""
    if at + 8 > end or buffer[at] >> 6:
        return None
    start = at + 8 + (buffer[at] & 0x3F) * 4
    name = f"geneve {int.from_bytes(buffer[at + 4 : at + 7], 'big')}"
    return _carried(_word(buffer, at + 2), start, name) if start <= end else None


def _carried(kind: int, start: int, name: str) -> Inside | None:
    """0x6558 is a whole Ethernet frame (RFC 1701), any other Ethernet type the content of one."""
    return Inside(ETHERNET, start, name) if kind == 0x6558 else typed(kind, start, name)


def _gre(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 2784 with key and sequence of RFC 2890, PPTP's version 1 (RFC 2637), ERSPAN I to III (draft-foschiano-erspan)."""
    if at + 4 > end:
        return None
    flags, kind = _word(buffer, at), _word(buffer, at + 2)
    start = at + 4
    if flags & 0xC000:  # checksum and, in old headers, routing offset
        start += 4
    key = 0
    if flags & 0x2000:
        key = int.from_bytes(buffer[start : start + 4], "big")
        start += 4
    if flags & 0x1000:
        start += 4
    if flags & 7 == 1 and flags & 0x0080:  # PPTP acknowledgement
        start += 4
    if start > end:
        return None
    if kind == 0x88BE:  # type I has no header of its own, type II comes with GRE's sequence number
        return _erspan(buffer, start, end, 8) if flags & 0x1000 else Inside(ETHERNET, start, "erspan")
    if kind == 0x22EB:
        more = 8 if start + 12 <= end and buffer[start + 11] & 1 else 0
        return _erspan(buffer, start, end, 12 + more)
    if kind == 0x880B:
        return _ppp(buffer, start, end, "gre")
    if kind >> 8 == 0x82:  # Aruba: 802.11 frames between access point and controller
        return Inside(WIFI_DATA, start, "gre")
    return _carried(kind, start, f"gre {key}" if key else "gre")


def _erspan(buffer: bytes, at: int, end: int, size: int) -> Inside | None:
    if at + size > end:
        return None
    return Inside(ETHERNET, at + size, f"erspan {_word(buffer, at + 2) & 0x3FF}")


def _gtp(buffer: bytes, at: int, end: int) -> Inside | None:
    """GTP-U version 1 (3GPP TS 29.281): message type 255 carries an IP packet; extension headers are walked."""
    if at + 8 > end or buffer[at] >> 4 != 3 or buffer[at + 1] != 255:
        return None
    start = at + 8
    if buffer[at] & 7:
        start += 4
        following = buffer[start - 1] if start <= end else 0
        while following and start < end:
            size = buffer[start] * 4
            if not size or start + size > end:
                return None
            following = buffer[start + size - 1] if buffer[at] & 4 else 0
            start += size
    return Inside(IP, start, "gtp") if start < end and buffer[start] >> 4 in (4, 6) else None


def _teredo(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 4380: IPv6 in UDP, behind an optional authentication (type 1) and origin (type 0) indication."""
    if at + 4 <= end and buffer[at] == 0 and buffer[at + 1] == 1:
        at += 13 + buffer[at + 2] + buffer[at + 3]
    if at + 2 <= end and buffer[at] == 0 and buffer[at + 1] == 0:
        at += 8
    return Inside(IP, at, "teredo") if at + 40 <= end and buffer[at] >> 4 == 6 else None


def _capwap(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 5415: preamble 0 (not encrypted), header length in words; T tells 802.11 from 802.3; only whole packets."""
    if at + 8 > end or buffer[at]:
        return None
    start = at + (buffer[at + 1] >> 3) * 4
    wireless, fragment = buffer[at + 2] & 1, buffer[at + 3] & 0x80
    if start > end or fragment:
        return None
    return Inside(WIFI_CAPWAP if wireless else ETHERNET, start, "capwap")


def _mpls(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 3032: labels up to the bottom of the stack. What follows says by its first half byte what it is (RFC 4928):
    IP, or the zero control word of an Ethernet pseudowire (RFC 4385)."""
    for _ in range(_MOST_LABELS):
        if at + 4 > end:
            return None
        bottom = buffer[at + 2] & 1
        at += 4
        if bottom:
            break
    else:
        return None
    if at >= end:
        return None
    first = buffer[at] >> 4
    if first in (4, 6):
        return Inside(IP, at, "")
    return Inside(ETHERNET, at + 4, "mpls") if first == 0 and at + 18 <= end else Inside(ETHERNET, at, "mpls")


def _pppoe(buffer: bytes, at: int, end: int) -> Inside | None:
    """RFC 2516, session stage: version and type 1, code 0, session, length, then a PPP frame."""
    return _ppp(buffer, at + 6, end, "") if at + 8 <= end and buffer[at] == 0x11 and not buffer[at + 1] else None


def _ppp(buffer: bytes, at: int, end: int, name: str) -> Inside | None:
    """RFC 1661: an optional address and control field, a protocol of one byte or two."""
    if at + 4 <= end and buffer[at] == 0xFF and buffer[at + 1] == 3:
        at += 2
    if at + 2 > end:
        return None
    protocol, size = (buffer[at], 1) if buffer[at] & 1 else (_word(buffer, at), 2)
    return Inside(IP, at + size, name) if protocol in (0x21, 0x57) else None


def _macsec(buffer: bytes, at: int, end: int) -> Inside | None:
    """IEEE 802.1AE: the tag is read past only where neither the E nor the C bit says that the content is changed."""
    if at + 6 > end or buffer[at] & 0x0C:
        return None
    start = at + (14 if buffer[at] & 0x20 else 6)
    return typed(_word(buffer, start), start + 2, "") if start + 2 <= end else None
