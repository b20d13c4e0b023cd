"""Link layers that are seldom captured, each a few bytes in front of IP.

Layouts, where a function names no other source: https://www.tcpdump.org/linktypes.html.
"""

from typing import Literal

from scanner.capture.ethernet import BAD_FCS, IPV4, IPV6, Link, ethernet, logical, tagged

_FAMILIES = {2: IPV4, 10: IPV6, 24: IPV6, 26: IPV6, 28: IPV6, 30: IPV6}
"""Address families: IPv6 has another number on Linux, on NetBSD and OpenBSD, on Solaris, on FreeBSD, on macOS."""
_PPP_PROTOCOLS = {0x0021: IPV4, 0x0057: IPV6}  # RFC 1332, RFC 5072


def raw_ip(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_RAW, _IPV4, _IPV6: the frame begins with the IP header."""
    if start >= end:
        return None
    version = buffer[start] >> 4
    return b"", b"", "", IPV4 if version == 4 else IPV6 if version == 6 else 0, start, end


def loopback(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_NULL and _LOOP: address family in four bytes, in the capturing host's order and in network order.

    What has bits at both ends is no family: some systems write PPP or Cisco HDLC under this number (Wireshark, packet-null.c).
    """
    at = start + 4
    if at > end:
        return None
    family = min(int.from_bytes(buffer[start:at], "little"), int.from_bytes(buffer[start:at], "big"))
    if family >> 16:
        return ppp(buffer, start, end)
    return b"", b"", "", _FAMILIES.get(family, 0), at, end


def ppp(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PPP, _PPP_HDLC: protocol (RFC 1661 section 2), or address and control before it (RFC 1662, section 3.1).

    Cisco's HDLC under the second number shows by its first byte.
    """
    if start < end and buffer[start] in (0x0F, 0x8F):
        return cisco_hdlc(buffer, start, end)
    return _ppp(buffer, start + 2 if buffer[start : min(end, start + 2)] == b"\xff\x03" else start, end)


def ppp_ether(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PPP_ETHER: a PPPoE session header (RFC 2516 section 4), then PPP."""
    return _ppp(buffer, start + 6, end)


def ppp_directed(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PPP_PPPD: who sent it and the control field, then PPP."""
    return _ppp(buffer, start + 2, end)


def ppp_with_direction(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PPP_WITH_DIR: a byte that says who sent it, then PPP."""
    return ppp(buffer, start + 1, end)


def cisco_hdlc_with_direction(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_C_HDLC_WITH_DIR."""
    return cisco_hdlc(buffer, start + 1, end)


def _ppp(buffer: bytes, at: int, end: int) -> Link | None:
    if at + 2 > end:
        return None
    if buffer[at] & 1:  # a protocol compressed to one byte (RFC 1661 section 6.5)
        return b"", b"", "", _PPP_PROTOCOLS.get(buffer[at], 0), at + 1, end
    return b"", b"", "", _PPP_PROTOCOLS.get(buffer[at] << 8 | buffer[at + 1], 0), at + 2, end


def cisco_hdlc(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_C_HDLC: address, control, Ethernet type (RFC 1547 section 4.3.1)."""
    at = start + 4
    return (b"", b"", "", buffer[at - 2] << 8 | buffer[at - 1], at, end) if at <= end else None


def fddi(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_FDDI: frame control, addresses, 802.2 (RFC 1390).

    Bytes of FDDI and token ring addresses have their bits in one order or the other, depending on the capturing system
    (tcpdump has a switch for it). A turned address names a stranger, so none is taken.
    """
    return _ring(buffer, start + 13, end, data=start < end and buffer[start] & 0x70 == 0x50)


def token_ring(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IEEE802_5: access and frame control, addresses, route where the source says so (IEEE 802.5, RFC 1042)."""
    at = start + 14
    if at >= end:
        return None
    if buffer[start + 8] & 0x80:
        at += buffer[at] & 0x1F
    return _ring(buffer, at, end, data=buffer[start + 1] >> 6 == 1)


def _ring(buffer: bytes, at: int, end: int, *, data: bool) -> Link | None:
    if at > end:
        return None
    kind, at = logical(buffer, at, end) if data else (0, end)
    return b"", b"", "", kind, at, end


def nflog(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_NFLOG: family, version 0, group, then attributes (length, type, value; in the capturing host's byte order).

    The payload (9) is an IP packet; the hardware address (8) is its sender's where Linux knows one.
    """
    if start + 4 > end or buffer[start + 1]:
        return None
    kind, source, at = _FAMILIES.get(buffer[start], 0), b"", start + 4
    while at + 4 <= end:
        order: Literal["little", "big"] = "little" if buffer[at + 3] == 0 else "big"  # types are below 256
        size = int.from_bytes(buffer[at : at + 2], order)
        if size < 4:
            return None
        match int.from_bytes(buffer[at + 2 : at + 4], order) & 0x7FFF:
            case 8 if buffer[at + 4 : at + 6] == b"\0\x06" and size >= 14 and at + 14 <= end:
                source = buffer[at + 8 : at + 14]
            case 9:
                # What was cut away shows in the IP header's own length.
                return source, b"", "", kind, at + 4, min(end, at + size)
        at += size + -size % 4
    return source, b"", "", 0, end, end


def ipoib(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IPOIB: 40 bytes of InfiniBand addresses, then Ethernet type and two bytes reserved (RFC 4391 section 6)."""
    at = start + 44
    return (b"", b"", "", buffer[start + 40] << 8 | buffer[start + 41], at, end) if at <= end else None


def ip_over_fibre_channel(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IP_OVER_FC: two port names of eight bytes, then 802.2. A name of type 1 holds a MAC (RFC 4338 section 4)."""
    at = start + 16
    if at + 3 > end:
        return None
    target, source = (
        buffer[name + 2 : name + 8] if buffer[name : name + 2] == b"\x10\0" else b"" for name in (start, start + 8)
    )
    kind, at = logical(buffer, at, end)
    return source, target, "", kind, at, end


def ip_over_firewire(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_APPLE_IP_OVER_IEEE1394: two EUI-64, which are no MAC, then Ethernet type."""
    at = start + 18
    return (b"", b"", "", buffer[at - 2] << 8 | buffer[at - 1], at, end) if at <= end else None


def ipnet(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_IPNET (Solaris): version, address family, 22 bytes of interfaces and zones."""
    at = start + 24
    return (b"", b"", "", _FAMILIES.get(buffer[start + 1], 0), at, end) if at <= end else None


def pflog(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PFLOG: what OpenBSD's packet filter logs: header length (without padding to four bytes), address family …

    pflog(4); lengths of at least 45: libpcap, pflog.h.
    """
    if start + 2 > end or buffer[start] < 45:
        return None
    at = start + (buffer[start] + 3 & ~3)
    return (b"", b"", "", _FAMILIES.get(buffer[start + 1], 0), at, end) if at <= end else None


def encapsulated(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_ENC: IPsec's packets in clear on OpenBSD: address family in the host's order, SPI, flags (enc(4))."""
    found = loopback(buffer, start, end)
    return (*found[:4], start + 12, end) if found and start + 12 <= end else None


def analyser(buffer: bytes, start: int, end: int) -> Link | str | None:
    """LINKTYPE_NETANALYZER: four bytes with flags (4: wrong checksum; 256: no frame but a signal), then Ethernet."""
    if start + 4 > end:
        return None
    if buffer[start + 1] & 1:
        return b"", b"", "", 0, end, end
    return BAD_FCS if buffer[start] & 4 else ethernet(buffer, start + 4, end)


_ARCNET_TYPES = {0xD4: IPV4, 0xC4: IPV6}  # RFC 1201, RFC 2497: four bytes of header
_ARCNET_OLD = {0xF0: IPV4, 0xF1: 0}  # RFC 1051: only the type


def arcnet(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_ARCNET_BSD: source, destination (one byte each, so no MAC), then what RFC 1201 puts before a packet."""
    return _arcnet(buffer, start + 2, end)


def arcnet_linux(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_ARCNET_LINUX: the same with two bytes without meaning behind the addresses."""
    return _arcnet(buffer, start + 4, end)


def _arcnet(buffer: bytes, at: int, end: int) -> Link | None:
    """Type, split flag, sequence number; a split flag of 255 says that these four come again (RFC 1201 section 2.1)."""
    if at >= end:
        return None
    if buffer[at] in _ARCNET_OLD:
        return b"", b"", "", _ARCNET_OLD[buffer[at]], at + 1, end
    if at + 4 <= end and buffer[at + 1] == 0xFF:
        at += 4
    if at + 4 > end:
        return None
    later = buffer[at + 1] and not buffer[at + 1] & 1  # even: a fragment behind the first
    return b"", b"", "", 0 if later else _ARCNET_TYPES.get(buffer[at], 0), at + 4, end


def pktap(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_PKTAP: header length, record type, link type of what follows (macOS; all little-endian)."""
    if start + 12 > end:
        return None
    length, record, link = (int.from_bytes(buffer[start + n : start + n + 4], "little") for n in (0, 4, 8))
    reader = _INSIDE.get(link)
    if record != 1 or reader is None:  # 1: a packet
        return b"", b"", "", 0, end, end
    return reader(buffer, start + length, end) if length >= 12 and start + length <= end else None


_INSIDE = {0: loopback, 1: ethernet, 12: raw_ip, 14: raw_ip, 101: raw_ip, 108: loopback}


def broadcom_tag(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_DSA_TAG_BRCM: Ethernet with a four-byte switch tag behind the addresses."""
    return _switched(buffer, start, start + 16, end)


def broadcom_tag_before(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_DSA_TAG_BRCM_PREPEND: the same tag in front of Ethernet."""
    return ethernet(buffer, start + 4, end)


def marvell_tag(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_DSA_TAG_DSA: Ethernet with a four-byte switch tag behind the addresses, which has taken in the VLAN tag."""
    return _switched(buffer, start, start + 16, end, tag=start + 12)


def marvell_ether_tag(buffer: bytes, start: int, end: int) -> Link | None:
    """LINKTYPE_DSA_TAG_EDSA: the same, behind a type of its own and two bytes reserved."""
    return _switched(buffer, start, start + 20, end, tag=start + 16)


def _switched(buffer: bytes, start: int, at: int, end: int, *, tag: int = 0) -> Link | None:
    """Ethernet whose type stands at `at`, behind a switch's tag. tag: where Marvell's tag is, which holds a VLAN id."""
    if at + 2 > end:
        return None
    # Bit 5 of the first byte: the frame had an 802.1Q tag outside the switch, else the id is the port's own.
    outer = (buffer[tag + 2] << 8 | buffer[tag + 3]) & 0x0FFF if tag and buffer[tag] & 0x20 else 0
    source, target = buffer[start + 6 : start + 12], buffer[start : start + 6]
    return tagged(buffer, source, target, buffer[at] << 8 | buffer[at + 1], at + 2, end, outer)
