"""V380 (Macro-video): the search of its cameras' app, text between carets.

`NVDEVSEARCH^100` is broadcast to UDP 10008; a camera answers `NVDEVRESULT^…` to port 10009: 13 fields or more, of which the
third is its MAC address, the fourth its IPv4 address and the thirteenth its device number.
Sources: public code, ids 6867601749, 70431273502, 57906999356, 7030909010 (they agree).
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac
from scanner.wire.text import text

CHANNELS = (
    Channel("v380.device_id", "V380 device number"),
    Channel("v380.mac", "the MAC address a camera says it has in a V380 answer"),
    Channel("v380.ip", "the IPv4 address a camera says it has in a V380 answer"),
    Channel("v380.query", "a V380 search"),
)
WANTS = (Udp(ports=(10008, 10009)),)

_QUESTION, _ANSWER = b"NVDEVSEARCH^", b"NVDEVRESULT^"
_FIELDS = 13
_NUMBER = re.compile(rb"[1-9][0-9]{3,11}")
_MAC = re.compile(rb"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an answer names no device."""
    payload = frame.payload
    if payload.startswith(_QUESTION):
        yield Observation("v380.query", "search", Role.ASKED, payload[: len(_QUESTION) - 1])
        return
    if not payload.startswith(_ANSWER) or frame.cut:
        return
    fields = [field.strip(b"\0\r\n ") for field in payload.split(b"^", _FIELDS)]
    if len(fields) < _FIELDS or not _NUMBER.fullmatch(fields[12]):
        raise Malformed("V380 answer without a device number")
    yield Observation("v380.device_id", text(fields[12]), raw=fields[12])
    if _MAC.fullmatch(fields[2]):
        mac = text(fields[2]).lower().replace("-", ":")
        if is_host_mac(mac):
            yield Observation("v380.mac", mac, raw=fields[2])
    if ip := host_ip(text(fields[3])):
        yield Observation("v380.ip", ip, raw=fields[3])
