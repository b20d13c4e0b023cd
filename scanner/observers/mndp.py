"""MNDP: MikroTik's neighbour discovery, broadcast on UDP port 5678.

Header (2), sequence (2), then fields: type (2), length (2), value. A search is nothing but zero bytes. Other makers' devices
speak it too, so the platform field says whose device it is. The licence number (field 11) is left alone.
Sources: Wireshark packet-mndp.c; kevinschweikert/mndp README.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("mndp.mac", "the MAC address a device says it has over MNDP"),
    Channel("mndp.ip", "the IPv4 address a device says it has over MNDP"),
    Channel("mndp.identity", "name of a device over MNDP"),
    Channel("mndp.version", "software version over MNDP"),
    Channel("mndp.platform", "platform (the maker) over MNDP"),
    Channel("mndp.board", "board (the model) over MNDP"),
    Channel("mndp.query", "a search for MNDP neighbours"),
)
_PORT = 5678
WANTS = (Udp(ports=(_PORT,)),)

_MAC, _ADDRESS = 1, 17
_TEXTS = {5: "mndp.identity", 7: "mndp.version", 8: "mndp.platform", 12: "mndp.board"}
_KINDS = frozenset((*_TEXTS, _MAC, _ADDRESS, 10, 11, 14, 15, 16))
_MOST_FIELDS = 32


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if a field runs past the end."""
    payload = frame.payload
    if frame.dst_port != _PORT or frame.cut or len(payload) < 4:
        return
    if len(payload) <= 9 and not any(payload):
        yield Observation("mndp.query", "search", Role.ASKED, payload)
        return
    if payload[4:8] != b"\0\x01\0\x06" or not is_host_mac(mac := mac_text(payload[8:14])):
        return  # the first field is the sender's MAC
    yield Observation("mndp.mac", mac, raw=payload[8:14])
    at = 14
    for _ in range(_MOST_FIELDS):
        if at == len(payload):
            return
        kind, end = int.from_bytes(payload[at : at + 2], "big"), at + 4 + int.from_bytes(payload[at + 2 : at + 4], "big")
        if end > len(payload) or kind not in _KINDS:
            raise Malformed("MNDP field is none, or runs past the end")
        value, at = payload[at + 4 : end], end
        if kind in _TEXTS and (shown := value[:LONGEST].strip(b"\0 ")):
            yield Observation(_TEXTS[kind], text(shown), raw=shown)
        elif kind == _ADDRESS and len(value) == 4 and (address := host_ip(ip_text(value))):
            yield Observation("mndp.ip", address, raw=value)
