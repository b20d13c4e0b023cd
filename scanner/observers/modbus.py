"""Modbus/TCP: what a server says it is when asked (MODBUS Application Protocol V1.1b3, sections 6.13 and 6.21).

Two of the many functions identify: 43/14 Read Device Identification and 17 Report Server ID. Inverters, meters and batteries
that follow SunSpec also tell who made them in registers (SunSpec Device Information Model, common model): an answer that
begins with "SunS", model 1, 65 or 66 registers. A server answers from port 502. Unit 0, 1 or 255 is the server itself
(MODBUS Messaging on TCP/IP V1.0b, section 4.4.2.2); behind any other unit there may be a serial device for which a gateway
speaks, so that is told. Of a segment the first message is read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("modbus.vendor", "Modbus device identification: VendorName; or SunSpec manufacturer"),
    Channel("modbus.product_code", "Modbus device identification: ProductCode"),
    Channel("modbus.revision", "Modbus device identification: MajorMinorRevision; or SunSpec version"),
    Channel("modbus.vendor_url", "Modbus device identification: VendorUrl"),
    Channel("modbus.product", "Modbus device identification: ProductName"),
    Channel("modbus.model", "Modbus device identification: ModelName; or SunSpec model"),
    Channel("modbus.server_id", "the readable part of a Modbus server ID"),
    Channel("modbus.query", "somebody asks a Modbus server what it is"),
)
WANTS = (TcpPort(ports=(502,)),)

_PORT = 502
_HEADER = 7  # transaction, protocol (0), length, unit
_LONGEST = 260  # bytes of a message, header included
_IDENTIFY, _MEI, _SERVER_ID = 0x2B, 0x0E, 0x11
_READ_REGISTERS = (3, 4)  # holding, input
_SUNSPEC = (b"SunS\0\1\0\x41", b"SunS\0\1\0\x42")
_COMMON = (("modbus.vendor", 8, 32), ("modbus.model", 40, 32), ("modbus.revision", 88, 16))  # where in the registers, bytes
_ITSELF = (0, 1, 255)
_OBJECTS = {
    0: "modbus.vendor",
    1: "modbus.product_code",
    2: "modbus.revision",
    3: "modbus.vendor_url",
    4: "modbus.product",
    5: "modbus.model",
}
_READABLE = re.compile(rb"[!-~][ -~]{2,}[!-~]")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment. Raises Malformed if the objects of an identification do not fit their message."""
    payload = frame.payload
    if len(payload) < _HEADER + 1 or payload[2:4] != b"\0\0":
        return
    registers = payload[_HEADER] in _READ_REGISTERS and payload.startswith(_SUNSPEC, _HEADER + 2)
    if not registers and payload[_HEADER] not in (_IDENTIFY, _SERVER_ID):
        return
    end = 6 + int.from_bytes(payload[4:6], "big")
    if not _HEADER < end <= _LONGEST or (end > len(payload) and not frame.cut):
        return  # another protocol, or a message that goes on in the next segment
    message = payload[_HEADER:end]
    if frame.src_port != _PORT:
        if message == b"\x11" or (len(message) == 4 and message[1] == _MEI):
            asked = "server id" if message[0] == _SERVER_ID else "device identification"
            yield Observation("modbus.query", asked, Role.ASKED, message)
        return
    role = Role.SELF if payload[6] in _ITSELF else Role.TOLD
    if registers:
        yield from _common(message[2:], role)
        return
    if message[0] == _IDENTIFY:
        yield from _identification(message, role, whole=len(payload) >= end)
    elif len(message) >= 2 and (len(message) == 2 + message[1] or len(payload) < end):
        for found in _READABLE.findall(message, 2)[:1]:
            yield Observation("modbus.server_id", text(found), role, found)


def _common(registers: bytes, role: Role) -> Iterator[Observation]:
    """Texts padded with NUL; those that are whole."""
    for channel, at, width in _COMMON:
        value = registers[at : at + width]
        if len(value) == width and (shown := value.split(b"\0", 1)[0].strip()):
            yield Observation(channel, text(shown), role, shown)


def _identification(message: bytes, role: Role, *, whole: bool) -> Iterator[Observation]:
    """Function, MEI type, access code, conformity, more follows, next object, count, then objects: id, length, value."""
    if message[1:2] != b"\x0e" or len(message) < 7 or not 1 <= message[2] <= 4:
        return
    at = 7
    for _ in range(message[6]):
        start = at + 2
        end = start + message[at + 1] if start <= len(message) else start
        if end > len(message):
            if whole:
                raise Malformed("Modbus object longer than its message")
            return
        value = message[start:end].strip(b" \0")
        if (channel := _OBJECTS.get(message[at])) and value:
            yield Observation(channel, text(value), role, value)
        at = end
