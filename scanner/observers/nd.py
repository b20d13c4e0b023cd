"""IPv6 neighbour discovery: which link-layer address has which IPv6 address, and who routes (RFC 4861, RFC 4862).

A solicitation from the unspecified address is duplicate address detection: its sender has no address yet, so it says nothing.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Icmp6
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Subject
from scanner.wire.addresses import ip_text, is_host_ip, is_host_mac, mac_text

_ROUTER_SOLICITATION, _ROUTER_ADVERTISEMENT, _NEIGHBOUR_SOLICITATION, _NEIGHBOUR_ADVERTISEMENT = 133, 134, 135, 136

CHANNELS = (
    Channel("nd.ip", "neighbour discovery: the IPv6 address of a link-layer address"),
    Channel("nd.router", "router advertisement sent"),
)
WANTS = (Icmp6((_ROUTER_SOLICITATION, _ROUTER_ADVERTISEMENT, _NEIGHBOUR_SOLICITATION, _NEIGHBOUR_ADVERTISEMENT)),)

_HEADER_BYTES = {
    _ROUTER_SOLICITATION: 8,
    _ROUTER_ADVERTISEMENT: 16,
    _NEIGHBOUR_SOLICITATION: 24,
    _NEIGHBOUR_ADVERTISEMENT: 24,
}
_TARGET = slice(8, 24)
_SOURCE_ADDRESS, _TARGET_ADDRESS = 1, 2  # options that hold a link-layer address (RFC 4861 section 4.6.1)
_ETHERNET_OPTION_BYTES = 8


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed for what RFC 4861 sections 6.1 and 7.1 say to discard: short, or broken options."""
    message = frame.payload
    kind = message[0] if message else 0
    header = _HEADER_BYTES.get(kind)
    if header is None:
        return
    if len(message) < header:
        if frame.cut:
            return
        raise Malformed("neighbour discovery message shorter than its header")
    if message[1]:  # no code but 0 is defined
        return
    if kind == _NEIGHBOUR_ADVERTISEMENT:
        address = message[_TARGET]
        # Without the option the frame's own source serves: these messages cross no router.
        link = _link_address(message[header:], _TARGET_ADDRESS, cut=frame.cut) or frame.src_mac
    else:
        address = frame.src_ip
        link = _link_address(message[header:], _SOURCE_ADDRESS, cut=frame.cut)
    ip, mac = ip_text(address), mac_text(link)
    if ip and is_host_ip(ip) and is_host_mac(mac):
        yield Observation("nd.ip", ip, raw=ip.encode(), subject=Subject(frame.segment, mac, ""))
    if kind == _ROUTER_ADVERTISEMENT:
        yield Observation("nd.router", "router", raw=message[:header])


def _link_address(options: bytes, wanted: int, *, cut: bool) -> bytes:
    """The Ethernet address in an option of the wanted type, b"" without one; all options are checked first."""
    found = b""
    start = 0
    while start + 2 <= len(options):
        kind, size = options[start], 8 * options[start + 1]  # lengths are told in units of 8 bytes, head included
        if not size:
            raise Malformed("neighbour discovery option of no length")
        end = start + size
        if end > len(options):
            if cut:
                break
            raise Malformed("neighbour discovery option longer than its message")
        if kind == wanted and size == _ETHERNET_OPTION_BYTES:
            found = found or options[start + 2 : end]
        start = end
    return found
