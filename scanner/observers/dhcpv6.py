"""DHCP for IPv6: what a client says about itself, and which address a server gave it (RFC 8415).

A client speaks from its own link-local address, so it is the frame's sender, unless a relay wrapped its message: then
the relay's words name it.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire.addresses import ip_text, is_host_ip, is_host_mac, mac_text
from scanner.wire.dns import plain_name
from scanner.wire.text import LONGEST, raw_text, safe, text

CHANNELS = (
    Channel("dhcpv6.duid", "DHCPv6 option 1, the client's unique identifier in hexadecimal"),
    Channel("dhcpv6.duid_mac", "the Ethernet address inside a DHCPv6 unique identifier"),
    Channel("dhcpv6.vendor_class", "DHCPv6 option 16, vendor class by enterprise number"),
    Channel("dhcpv6.fqdn", "DHCPv6 option 39, the client's domain name (RFC 4704)"),
    Channel("dhcpv6.mud_url", "DHCPv6 option 112, URL of the manufacturer usage description (RFC 8520)"),
    Channel("dhcpv6.ip", "address a server assigned to a client in a reply"),
)
WANTS = (Udp((546, 547)),)

_CLIENT_PORT, _SERVER_PORT = 546, 547
_REPLY, _RELAY_FORWARD, _RELAY_REPLY = 7, 12, 13
_FROM_CLIENT = (1, 3, 4, 5, 6, 8, 9, 11)  # solicit, request, confirm, renew, rebind, release, decline, information-request
_HEADER_BYTES, _RELAY_HEADER_BYTES = 4, 34
_PEER = slice(18, 34)
_MOST_RELAYS = 8  # HOP_COUNT_LIMIT (RFC 8415 section 7.6)

_CLIENT_ID, _ASSOCIATION, _ADDRESS, _RELAYED, _VENDOR_CLASS, _FQDN, _CLIENT_LINK, _MUD_URL = 1, 3, 5, 9, 16, 39, 79, 112
_ASSOCIATION_HEADER_BYTES, _ADDRESS_BYTES = 12, 24
_DUID_BYTES = range(3, 131)  # two of type, then 1 to 128 (RFC 8415 section 11.1)
_MAC_IN_DUID = {(b"\0\x01\0\x01", 14): 8, (b"\0\x03\0\x01", 10): 4}  # types with an Ethernet address, sizes: where it begins
_ETHERNET = b"\0\x01"


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message, out of its relay envelopes if any.

    Raises Malformed if an option overruns or envelopes nest too deep, after yielding what the options before said.
    """
    message, client = _unwrap(frame)
    kind = message[0] if message else 0
    options = _options(message[_HEADER_BYTES:], cut=frame.cut)
    if kind in _FROM_CLIENT and frame.dst_port == _SERVER_PORT:
        for code, value in options:
            for channel, shown, raw in _said(code, value):
                yield Observation(channel, shown, raw=raw[:LONGEST], subject=client)
    elif kind == _REPLY and frame.dst_port == (_SERVER_PORT if client else _CLIENT_PORT) and is_host_ip(ip_text(frame.dst_ip)):
        receiver = client or Subject(frame.segment, mac_text(frame.dst_mac), ip_text(frame.dst_ip))
        for code, value in options:
            if code == _ASSOCIATION:
                yield from _assigned(value, receiver, cut=frame.cut)


def _unwrap(frame: Frame) -> tuple[bytes, Subject | None]:
    """The message inside all relay messages (RFC 8415 section 9), and the client as the relay nearest to it names it."""
    message, client = frame.payload, None
    for _ in range(_MOST_RELAYS + 1):
        if not message or message[0] not in (_RELAY_FORWARD, _RELAY_REPLY):
            return message, client
        if len(message) < _RELAY_HEADER_BYTES:
            if frame.cut:
                return b"", None
            raise Malformed("DHCPv6 relay message shorter than its header")
        options = dict(_options(message[_RELAY_HEADER_BYTES:], cut=frame.cut))
        client = _named(frame.segment, options.get(_CLIENT_LINK, b""), message[_PEER])
        message = options.get(_RELAYED, b"")
    raise Malformed("DHCPv6 relay messages nested too deep")


def _named(segment: str, link: bytes, peer: bytes) -> Subject:
    """Whom a relay heard: by the link-layer address it added (RFC 6939: hardware type, address), else by the peer address."""
    if len(link) == 8 and link[:2] == _ETHERNET and is_host_mac(mac := mac_text(link[2:])):
        return Subject(segment, mac, "")
    if is_host_ip(ip := ip_text(peer)):
        return Subject(segment, "", ip)
    raise Malformed("DHCPv6 relay message names no client")


def _options(area: bytes, *, cut: bool) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option. Raises Malformed if the last is not whole, unless the capture cut it."""
    at = 0
    while at < len(area):
        start = at + 4
        end = start + int.from_bytes(area[at + 2 : start], "big")
        if end > len(area):
            if cut:
                return
            raise Malformed("DHCPv6 option longer than its message")
        yield int.from_bytes(area[at : at + 2], "big"), area[start:end]
        at = end


def _said(code: int, value: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Channel, text and bytes of what a client says about itself in one option."""
    if code == _CLIENT_ID:
        if len(value) not in _DUID_BYTES:
            raise Malformed("DHCPv6 unique identifier of a wrong size")
        yield "dhcpv6.duid", safe(value.hex()), value
        at = _MAC_IN_DUID.get((value[:4], len(value)))
        if at and is_host_mac(mac := mac_text(value[at:])):
            yield "dhcpv6.duid_mac", mac, value[at:]
    elif code == _VENDOR_CLASS:
        yield from _vendor_classes(value)
    elif code == _FQDN and (name := plain_name(value[1:])):
        yield "dhcpv6.fqdn", name, value[1:]
    elif code == _MUD_URL and value:
        yield "dhcpv6.mud_url", text(value), value


def _vendor_classes(value: bytes) -> Iterator[tuple[str, str, bytes]]:
    """`enterprise:class` for each class, which stands after two bytes of length (RFC 8415 section 21.16)."""
    number, at = int.from_bytes(value[:4], "big"), 4
    while at < len(value):
        start = at + 2
        end = start + int.from_bytes(value[at:start], "big")
        if end > len(value):
            raise Malformed("DHCPv6 vendor class longer than its option")
        if end > start:
            yield "dhcpv6.vendor_class", safe(f"{number}:{raw_text(value[start:end])}"), value[start:end]
        at = end


def _assigned(association: bytes, client: Subject, *, cut: bool) -> Iterator[Observation]:
    """The addresses of one association that are valid for a time (RFC 8415 sections 21.4 and 21.6)."""
    for code, value in _options(association[_ASSOCIATION_HEADER_BYTES:], cut=cut):
        if code == _ADDRESS and len(value) >= _ADDRESS_BYTES and any(value[20:24]):
            ip = ip_text(value[:16])
            if is_host_ip(ip):
                yield Observation("dhcpv6.ip", ip, Role.TOLD, ip.encode(), client)
