"""Xiaomi's push service: how a phone registers, in clear, over TCP port 5222 (ntop/nDPI src/lib/protocols/xiaomi.c).

c2 fe 00 05, length of what follows but for four bytes, 00 02 00 16, four bytes, then fields in the manner of Protocol Buffers:
12 model, 1a build of the system, 3a server; 08 and 28 are numbers. The service is part of the system of Xiaomi's phones, and
stands in apps of others as well: that somebody uses it says little, the model says more. Account and network are not read.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("mipush.model", "model of the phone that registers with Xiaomi's push service"),
    Channel("mipush.build", "build of the system of a phone that registers with Xiaomi's push service"),
    Channel("mipush.server", "host of Xiaomi's push service a phone registers with, in lower case"),
)
_MAGIC, _REGISTERS = b"\xc2\xfe\0\5", b"\0\2\0\x16"
WANTS = (Tcp(prefixes=(_MAGIC,)),)

_PORT = 5222
_AROUND, _FIELDS, _MOST = 12, 16, 64
_NUMBERS = (0x08, 0x28)
_MODEL, _BUILD, _SERVER = 0x12, 0x1A, 0x3A


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment, up to the first field that does not fit it."""
    payload = frame.payload
    if frame.dst_port != _PORT or not payload.startswith(_MAGIC) or payload[8:12] != _REGISTERS:
        return
    if int.from_bytes(payload[4:8], "big") != len(payload) - _AROUND:
        return
    at = _FIELDS
    for _ in range(_MOST):
        if at + 1 >= len(payload):
            return
        kind, start = payload[at], at + 2
        at = start if kind in _NUMBERS else start + payload[at + 1]
        value = payload[start:at].strip()
        if at > len(payload):
            return
        if value and kind == _MODEL:
            yield Observation("mipush.model", text(value), raw=value)
        elif value and kind == _BUILD:
            yield Observation("mipush.build", text(value), raw=value)
        elif kind == _SERVER and (host := value.partition(b":")[0].lower().strip(b".")):
            yield Observation("mipush.server", text(host), Role.ASKED, value)
