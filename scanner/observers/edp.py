"""Extreme Discovery Protocol: how Extreme's switches announce themselves. Layout: Wireshark packet-edp.c.

SNAP organisation 00-E0-2B, protocol 0x00BB: a header with the switch's address, then elements that begin with 0x99.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Snap
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.addresses import is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("edp.name", "EDP display name of the switch"),
    Channel("edp.version", "EDP software version of the switch"),
    Channel("edp.mac", "EDP address of the switch"),
)
WANTS = (Snap(0x00E02B, 0x00BB),)

_HEADER = 16  # version 1, reserved 1, length 2, checksum 2, sequence 2, kind of address 2, address 6
_MARK = 0x99
_END, _DISPLAY, _INFO = 0, 1, 2
_VERSION = 16  # where in an info element: head 4, slot 2, port 2, chassis 2, reserved 6
_MOST = 64


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one announcement. Raises Malformed if its elements do not fit."""
    payload = frame.payload
    end = int.from_bytes(payload[2:4], "big")
    if payload[:1] != b"\1" or payload[8:10] != b"\0\0" or end < _HEADER + 4 or payload[_HEADER : _HEADER + 1] != b"\x99":
        return
    if end > len(payload) and not frame.cut:
        raise Malformed("EDP longer than its frame")
    raw = payload[10:_HEADER]
    if is_host_mac(mac := mac_text(raw)):
        yield Observation("edp.mac", mac, raw=raw)
    at = _HEADER
    for _ in range(_MOST):
        if at + 4 > min(end, len(payload)) or payload[at + 1] == _END:
            return
        size = int.from_bytes(payload[at + 2 : at + 4], "big")
        element = payload[at : at + size]
        if payload[at] != _MARK or size < 4 or (at + size > end):
            raise Malformed("EDP element does not fit")
        if len(element) < size:
            return
        yield from _fact(element)
        at += size


def _fact(element: bytes) -> Iterator[Observation]:
    if element[1] == _DISPLAY and (name := element[4:].partition(b"\0")[0].strip()):
        yield Observation("edp.name", text(name), raw=name[:LONGEST])
    elif element[1] == _INFO and len(element) >= _VERSION + 4:
        version = element[_VERSION : _VERSION + 4]
        yield Observation("edp.version", ".".join(map(str, version)), raw=version)
