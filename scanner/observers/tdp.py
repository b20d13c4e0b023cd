"""TDP: how newer Tapo, Kasa and Deco devices of TP-Link are found, on UDP 20002 and 20004.

Sixteen bytes (version, type, operation, size, flags, padding, serial number, CRC-32), then JSON. A device answers from that
port with a `result`; an app asks with the head alone or with a public key in `params`. The CRC is not tested: what
devices put there is not described. Type 0 only: others (mesh units among themselves) are encrypted.
Source: python-kasa 0.12.0 (discover.py), which points to WithSecure's advisory on the TP-Link AC1750 of 2019.
"""

import struct
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects

CHANNELS = (
    Channel("tdp.model", "TP-Link device model"),
    Channel("tdp.type", "TP-Link device type, as in SMART.TAPOPLUG"),
    Channel("tdp.mac", "the MAC address a TP-Link device says it has"),
    Channel("tdp.ip", "the address a TP-Link device says it has"),
    Channel("tdp.device_id", "TP-Link device ID"),
    Channel("tdp.query", "a search for TP-Link devices"),
)
_PORTS = (20002, 20004)
WANTS = (Udp(ports=_PORTS),)

_HEAD = struct.Struct("!BBHHBBII")
_PROBE = (2, 0, 1)  # version, type, operation


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if the size in the head or the JSON behind it is wrong."""
    payload = frame.payload
    if frame.cut or len(payload) < _HEAD.size:
        return
    *kind, size, _flags, padding, _serial, _crc = _HEAD.unpack_from(payload)
    if tuple(kind) != _PROBE or padding or payload[_HEAD.size : _HEAD.size + 1] not in (b"", b"{"):
        return
    if size != len(payload) - _HEAD.size:
        raise Malformed("TDP size does not match the datagram")
    raw = payload[: _HEAD.size]
    message = objects.read(payload[_HEAD.size :]) if size else {}
    if frame.dst_port in _PORTS and "result" not in message:
        yield Observation("tdp.query", "probe", Role.ASKED, raw)
        return
    result = objects.inner(message, "result")
    model, mac = objects.text(result, "device_model"), objects.mac(result, "mac")
    if frame.src_port not in _PORTS or not model or not mac:
        return
    for channel, value in (
        ("tdp.model", model),
        ("tdp.type", objects.text(result, "device_type")),
        ("tdp.mac", mac),
        ("tdp.ip", objects.ip(result, "ip")),
        ("tdp.device_id", objects.text(result, "device_id")),
    ):
        if value:
            yield Observation(channel, value, raw=raw)
