"""MQTT in clear: how a client introduces itself to its broker (MQTT 3.1.1 and 5.0, section 3.1; 3.1 by its older name).

Only the protocol level, the client identifier and the topic of the will are ever read. User name, password and the will's
message are measured, to be sure that this is such a message, and never looked at. Of an IMEI in the identifier, by which
cellular modules often go, only the type allocation code is kept.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire import imei
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("mqtt.client_id", "MQTT client identifier, without clock"),
    Channel("mqtt.tac", "type allocation code (of the IMEI) in the identifier of an MQTT client"),
    Channel("mqtt.will_topic", "MQTT topic under which a client's farewell is to be published"),
    Channel("mqtt.version", "MQTT protocol level of a client"),
)
WANTS = (TcpPort(ports=(1883,)),)

_CONNECT = 0x10
_LEVELS = {b"\0\6MQIsdp\3": "3.1", b"\0\4MQTT\4": "3.1.1", b"\0\4MQTT\5": "5.0"}
_WILL, _PASSWORD, _USER = 0x04, 0x40, 0x80
_LONGEST_NUMBER = 4  # bytes of a length (section 2.2.3)
_CLOCK = re.compile(r"(?<=timestamp=)\d+|(?<=_0_[01]_)\d{10}$")  # in identifiers of two PRC clouds


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one CONNECT message. Raises Malformed if one that is here whole does not add up."""
    payload = frame.payload
    if frame.dst_port != 1883 or payload[:1] != bytes((_CONNECT,)):
        return
    size, at = _number(payload, 1)
    level = next((head for head in _LEVELS if payload.startswith(head, at)), b"")
    if not level or at + size > len(payload):
        return  # something else, or it goes on in the next segment
    message = payload[at : at + size]
    at = len(level)
    if at + 3 > size:
        raise Malformed("MQTT message breaks off")
    flags = message[at]
    at += 3  # flags, keep alive
    five = level.endswith(b"\5")
    at = _after_properties(message, at) if five else at
    client, at = _field(message, at)
    topic = b""
    if flags & _WILL:
        topic, at = _field(message, _after_properties(message, at) if five else at)
        _, at = _field(message, at)
    for flag in (_USER, _PASSWORD):
        if flags & flag:
            _, at = _field(message, at)
    if at != size or flags & 1:
        raise Malformed("MQTT message does not add up")
    yield Observation("mqtt.version", _LEVELS[level], raw=level)
    code, shown = imei.split(text(client))
    if shown := _CLOCK.sub("", shown):
        yield Observation("mqtt.client_id", shown, raw=level if code else client[:LONGEST])
    if code:
        yield Observation("mqtt.tac", code, raw=code.encode("ascii"))
    if topic:
        code, shown = imei.split(text(topic))
        yield Observation("mqtt.will_topic", shown, raw=level if code else topic[:LONGEST])


def _field(message: bytes, at: int) -> tuple[bytes, int]:
    start = at + 2
    end = start + int.from_bytes(message[at:start], "big")
    if end > len(message):
        raise Malformed("MQTT field runs past the end")
    return message[start:end], end


def _after_properties(message: bytes, at: int) -> int:
    size, at = _number(message, at)
    if at + size > len(message):
        raise Malformed("MQTT properties run past the end")
    return at + size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A length of one to four bytes, seven bits each, the lowest first; and where it ends."""
    value = 0
    for place in range(_LONGEST_NUMBER):
        if at + place >= len(data):
            break
        value |= (data[at + place] & 0x7F) << 7 * place
        if not data[at + place] & 0x80:
            return value, at + place + 1
    raise Malformed("MQTT length does not end")
