"""IP packets: from the IP header to the transport header. A packet that lies about its own lengths is named, not guessed at.

References: RFC 791 (IPv4), RFC 8200 and 7045 (IPv6 extension headers), RFC 768 (UDP), RFC 9293 (TCP).
"""

from typing import NamedTuple

from scanner.capture.wants import TCP, UDP

_ANY4, _ANY6 = bytes(4), bytes(16)
_HOP, _ROUTING, _FRAGMENT, _AUTH, _DESTINATION, _MOBILITY, _HIP, _SHIM6 = 0, 43, 44, 51, 60, 135, 139, 140
_EXTENSIONS = frozenset({_HOP, _ROUTING, _FRAGMENT, _AUTH, _DESTINATION, _MOBILITY, _HIP, _SHIM6})
_MOST_EXTENSIONS = 16
NOTHING = -1  # protocol of a packet whose transport header is not here (a later fragment, or cut away)


class Fragment(NamedTuple):
    """A piece of an IP packet: protocol and identification of the whole, where its bytes stand there, whether more follow."""

    protocol: int
    identification: int
    offset: int
    more: bool


class Packet(NamedTuple):
    """One IP packet: addresses, protocol (or NOTHING), ports, where its payload lies, and the hops it has left.

    end may pass what was captured; ttl: IPv4 time to live or IPv6 hop limit; header: where the transport header begins;
    fragment: None if the packet is whole.
    """

    src_ip: bytes
    dst_ip: bytes
    protocol: int
    src_port: int
    dst_port: int
    start: int
    end: int
    ttl: int
    header: int = 0
    fragment: Fragment | None = None


def ipv4(buffer: bytes, at: int, end: int) -> Packet | str:
    """The IPv4 packet at `at`, or what is wrong with it."""
    if at + 20 > end:
        return "IPv4 header cut short"
    head = (buffer[at] & 15) * 4
    if buffer[at] >> 4 != 4 or head < 20:
        return "IPv4 version or header length wrong"
    total = buffer[at + 2] << 8 | buffer[at + 3]
    # Segmentation offload leaves 0 in the field: the packet then runs to the end of the frame.
    stop = at + total if total else end
    if stop < at + head:
        return "IPv4 total length shorter than its header"
    src, dst = buffer[at + 12 : at + 16], buffer[at + 16 : at + 20]
    protocol = buffer[at + 9]
    fragment = None
    if flags := (buffer[at + 6] & 0x3F) << 8 | buffer[at + 7]:  # "more follow" and the offset, in units of eight bytes
        fragment = Fragment(protocol, buffer[at + 4] << 8 | buffer[at + 5], (flags & 0x1FFF) * 8, flags > 0x1FFF)
    if (fragment and fragment.offset) or at + head > end:
        protocol = NOTHING
    return _transport(buffer, b"" if src == _ANY4 else src, dst, protocol, at + head, stop, end, buffer[at + 8], fragment)


def ipv6(buffer: bytes, at: int, end: int) -> Packet | str:
    """The IPv6 packet at `at`, its extension headers walked, or what is wrong with it."""
    if at + 40 > end:
        return "IPv6 header cut short"
    if buffer[at] >> 4 != 6:
        return "IPv6 version wrong"
    size = buffer[at + 4] << 8 | buffer[at + 5]
    stop = at + 40 + size if size else end  # 0: jumbogram (RFC 2675) or offload
    src, dst = buffer[at + 8 : at + 24], buffer[at + 24 : at + 40]
    protocol, ttl, at = buffer[at + 6], buffer[at + 7], at + 40
    fragment = None
    for _ in range(_MOST_EXTENSIONS):
        if protocol not in _EXTENSIONS:
            break
        if at + 8 > end:
            protocol = NOTHING
            break
        kind, protocol = protocol, buffer[at]
        if kind == _FRAGMENT:
            where = buffer[at + 2] << 8 | buffer[at + 3]
            if where & 0xFFF9:  # neither: an atomic fragment (RFC 6946), which is whole
                fragment = Fragment(protocol, int.from_bytes(buffer[at + 4 : at + 8], "big"), where & 0xFFF8, bool(where & 1))
            at += 8
            if where >> 3:
                protocol = NOTHING
                break
        else:
            fragment = None  # what the fragments carry begins with this header: none of them is followed
            at += (buffer[at + 1] + 2) * 4 if kind == _AUTH else (buffer[at + 1] + 1) * 8
    else:
        return "too many IPv6 extension headers"
    if at > stop:
        return "IPv6 extension header longer than the packet"
    return _transport(buffer, b"" if src == _ANY6 else src, dst, protocol, at, stop, end, ttl, fragment)


def _transport(
    buffer: bytes, src: bytes, dst: bytes, protocol: int, at: int, stop: int, end: int, ttl: int, fragment: Fragment | None
) -> Packet | str:
    have, head = min(stop, end), at
    if protocol == UDP:
        if at + 8 > have:
            return Packet(src, dst, NOTHING, 0, 0, at, stop, ttl, at, fragment) if stop > end else "UDP header cut short"
        size = buffer[at + 4] << 8 | buffer[at + 5]
        if size and size < 8:
            return "UDP length shorter than its header"
        stop = min(stop, at + size) if size else stop
        at += 8
    elif protocol == TCP:
        if at + 20 > have:
            return Packet(src, dst, NOTHING, 0, 0, at, stop, ttl, at, fragment) if stop > end else "TCP header cut short"
        size = (buffer[at + 12] >> 4) * 4
        if size < 20 or at + size > stop:
            return "TCP header length wrong"
        at += size
    else:
        # 0 means "not IP" in a Frame; hop-by-hop as a transport can only be a lie, and nobody wants it.
        return Packet(src, dst, protocol or NOTHING, 0, 0, at, stop, ttl, at, fragment)
    ports = buffer[head] << 8 | buffer[head + 1], buffer[head + 2] << 8 | buffer[head + 3]
    return Packet(src, dst, protocol, *ports, at, stop, ttl, head, fragment)
