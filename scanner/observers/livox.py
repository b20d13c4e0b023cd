"""Livox lidars: the broadcast of the first generation (UDP port 55000) and the search of the second (port 56000).

First: aa, 01, length (2), kind (2 = message), sequence (2), CRC-16, command set and id (0, 0), broadcast code (16), device
type, reserved (2), CRC-32 of all before it. Second: aa, 00, length (2), sequence (4), command (2, 0 = search), kind (1 =
answer), sender (1 = lidar), reserved (6), CRC-16 of these 18 bytes, CRC-32 of the body, body: result, device type, serial
number (16), IPv4 address, port (2). All little-endian; the first CRC-32 starts from 564f580a.
Sources: Livox-SDK/Livox-SDK2 sdk_core/comm (sdk_protocol.cpp, define.h), livox_lidar_def.h; public code for the first
generation (several files agree on the frame and its constants); Livox SDK communication protocol.
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator
from zlib import crc32

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text

CHANNELS = (
    Channel("livox.model", "model of a Livox lidar, from its device type"),
    Channel("livox.serial", "serial number of a Livox lidar; as broadcast code with a digit for its place on a hub"),
    Channel("livox.ip", "the IPv4 address a Livox lidar says it has"),
    Channel("livox.query", "a search for Livox lidars"),
)
_FIRST, _SECOND = 55000, 56000
WANTS = (Udp(ports=(_FIRST, _SECOND)),)

_TYPES = {
    0: "Hub", 1: "Mid-40", 2: "Tele-15", 3: "Horizon", 6: "Mid-70", 7: "Avia", 9: "Mid-360", 10: "HAP (industrial)",
    15: "HAP", 16: "PA", 35: "Mid-360s",
}  # fmt: skip
_HEADER = 24
_CODE = re.compile(rb"([0-9A-Z]{10,16})\0*")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if a checksum of a Livox message is wrong."""
    payload = frame.payload
    if frame.cut or len(payload) < _HEADER or len(payload) != int.from_bytes(payload[2:4], "little"):
        return
    if payload[:2] == b"\xaa\x01" and frame.dst_port == _FIRST:
        if payload[4] == 2 and payload[9:11] == b"\0\0" and len(payload) == 34:
            if crc32(payload[:-4], 0x564F580A) != int.from_bytes(payload[-4:], "little"):
                raise Malformed("Livox checksum is wrong")
            yield from _device(payload[27], payload[11:27], b"")
    elif payload[:2] == b"\xaa\0" and payload[8:10] == b"\0\0":
        body = payload[_HEADER:]
        if crc_hqx(payload[:18], 0xFFFF) != int.from_bytes(payload[18:20], "little"):
            raise Malformed("Livox checksum is wrong")
        if payload[10:12] == b"\0\0" and frame.dst_port == _SECOND:
            yield Observation("livox.query", "search", Role.ASKED, payload[:12])
        elif payload[10:12] == b"\1\1" and frame.src_port == _SECOND and len(body) == 24 and not body[0]:
            if crc32(body) != int.from_bytes(payload[20:24], "little"):
                raise Malformed("Livox checksum is wrong")
            yield from _device(body[1], body[2:18], body[18:22])


def _device(kind: int, code: bytes, address: bytes) -> Iterator[Observation]:
    match = _CODE.fullmatch(code)
    if not match:
        return
    yield Observation("livox.serial", match[1].decode("ascii"), raw=match[1])
    if kind in _TYPES:
        yield Observation("livox.model", _TYPES[kind], raw=bytes((kind,)))
    if shown := host_ip(ip_text(address)):
        yield Observation("livox.ip", shown, raw=address)
