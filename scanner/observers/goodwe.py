"""GoodWe inverters on UDP port 8899: their own protocol (aa55), and Modbus RTU answered behind the same two bytes.

Own protocol: aa 55, receiver and sender (c0 7f a request, 7f c0 an answer), type (2), length of the body, body, 16-bit
sum. Modbus: aa 55, unit, 03, length, body, CRC-16. Only the answers that describe the inverter are read: the layout of
others follows from the question, which another datagram carries. Source: goodwe 0.4.10 (protocol.py, modbus.py, es.py,
et.py, dt.py).
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("goodwe.model", "model of a GoodWe inverter"),
    Channel("goodwe.serial", "serial number of a GoodWe inverter"),
    Channel("goodwe.firmware", "firmware of a GoodWe inverter"),
    Channel("goodwe.query", "a request to a GoodWe inverter"),
)
_PORT = 8899
WANTS = (Udp(ports=(_PORT,)),)

_REQUEST, _ANSWER = b"\xc0\x7f", b"\x7f\xc0"
_DESCRIPTION = b"\x01\x82"
_MODBUS = (b"\xf7\x03\x42", b"\x7f\x03\x50")  # unit, function and length of the two descriptions
_SERIAL = re.compile(rb"[0-9A-Z]{16}")
_TEXT = re.compile(rb"[ -~]+")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if the checksum or length of a GoodWe message is wrong."""
    payload = frame.payload
    if frame.cut or payload[:2] != b"\xaa\x55":
        return
    if payload[2:4] == _REQUEST and frame.dst_port == _PORT:
        _own(payload)
        yield Observation("goodwe.query", payload[4:6].hex(), Role.ASKED, payload[:6])
    elif payload[2:4] == _ANSWER and frame.src_port == _PORT:
        body = _own(payload)
        if payload[4:6] == _DESCRIPTION:
            yield from _described(body[31:47], body[5:15], body[:5])
    elif payload[2:5] in _MODBUS and frame.src_port == _PORT:
        if len(payload) != 7 + payload[4] or _crc(payload[2:-2]) != int.from_bytes(payload[-2:], "little"):
            raise Malformed("GoodWe length or checksum is wrong")
        yield from _described(payload[11:27], payload[27:37], b"")


def _own(payload: bytes) -> bytes:
    """The body of a message of GoodWe's own protocol."""
    if len(payload) < 9 or len(payload) != 9 + payload[6] or sum(payload[:-2]) != int.from_bytes(payload[-2:], "big"):
        raise Malformed("GoodWe length or checksum is wrong")
    return payload[7:-2]


def _described(serial: bytes, model: bytes, firmware: bytes) -> Iterator[Observation]:
    """What an inverter says of itself; nothing without the form of a serial number, as lengths alone may be any answer's."""
    if not _SERIAL.fullmatch(serial):
        return
    yield Observation("goodwe.serial", serial.decode("ascii"), raw=serial)
    for channel, raw in (("goodwe.model", model), ("goodwe.firmware", firmware)):
        if (value := raw.strip(b" \0")) and _TEXT.fullmatch(value):
            yield Observation(channel, text(value), raw=value)


def _crc(data: bytes) -> int:
    """CRC-16 of Modbus over serial line 1.02, appendix B."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc
