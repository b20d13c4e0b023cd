"""Foundry Discovery Protocol: how switches of Foundry, later Brocade and Ruckus, announce themselves.

SNAP organisation 00-E0-52, protocol 0x2000. Version, hold time, checksum, then elements of type, length (with these four
bytes) and value, as in CDP. Layout: Wireshark packet-fdp.c.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Snap
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("fdp.device_id", "FDP device id: the switch's name"),
    Channel("fdp.version", "FDP software version"),
    Channel("fdp.platform", "FDP platform: the model"),
)
WANTS = (Snap(0x00E052, 0x2000),)

_HEADER = 4
_TEXTS = {1: "fdp.device_id", 5: "fdp.version", 6: "fdp.platform"}
_MOST = 64


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one announcement. Raises Malformed if an element does not fit."""
    payload = frame.payload
    if payload[:1] != b"\1" or len(payload) < _HEADER + 4:
        return
    at = _HEADER
    for _ in range(_MOST):
        if at + 4 > len(payload):
            return
        size = int.from_bytes(payload[at + 2 : at + 4], "big")
        if size < 4 or (at + size > len(payload) and not frame.cut):
            raise Malformed("FDP element does not fit")
        channel = _TEXTS.get(int.from_bytes(payload[at : at + 2], "big"), "")
        value = payload[at + 4 : at + size].strip(b" \0\r\n")
        if channel and value and at + size <= len(payload):
            yield Observation(channel, text(value), raw=value[:LONGEST])
        at += size
