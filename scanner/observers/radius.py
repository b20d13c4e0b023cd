"""RADIUS requests: what a network access server says of itself (RFC 2865, RFC 2866, RFC 3580).

Only requests towards a server are read, and of these only the name of the access server, the radio or port that was called,
and whose own attributes it sends. Users' names, addresses and passwords are skipped by their length and never looked at.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.text import text

CHANNELS = (
    Channel("radius.nas_identifier", "name a network access server gives itself over RADIUS"),
    Channel(
        "radius.called_station", "radio or port of a network access server that was called, often its MAC and network name"
    ),
    Channel("radius.vendor", "registered enterprise number whose own attributes an access server sends"),
)
_PORTS = (1812, 1813, 1645, 1646)
WANTS = (Udp(ports=_PORTS),)

_REQUESTS = (1, 4)  # access, accounting
_HEAD = 20
_CALLED_STATION, _VENDOR, _NAS_IDENTIFIER = 30, 26, 32


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one request. Raises Malformed if its attributes do not fill its length."""
    data = frame.payload
    if frame.dst_port not in _PORTS or frame.src_port in _PORTS or frame.cut:
        return  # between two of these ports a proxy speaks for others
    size = int.from_bytes(data[2:4], "big")
    if len(data) < _HEAD or data[0] not in _REQUESTS or not _HEAD <= size <= len(data):
        return
    vendors: dict[int, bytes] = {}
    at = _HEAD
    while at < size:
        kind, end = data[at], at + data[at + 1] if at + 1 < size else 0
        if not at + 2 <= end <= size:
            raise Malformed("RADIUS attribute runs past the end")
        value = data[at + 2 : end]
        if kind == _VENDOR and len(value) > 4:
            vendors.setdefault(int.from_bytes(value[:4], "big"), value[:4])
        elif kind in (_NAS_IDENTIFIER, _CALLED_STATION) and (shown := text(value)):
            channel = "radius.nas_identifier" if kind == _NAS_IDENTIFIER else "radius.called_station"
            yield Observation(channel, shown, raw=value)
        at = end
    for number, raw in sorted(vendors.items()):
        yield Observation("radius.vendor", str(number), raw=raw)
