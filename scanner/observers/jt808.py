"""JT/T 808: how vehicle terminals report to a platform under the standard of China's ministry of transport, over TCP.

A message stands between two bytes 7e, inside with 7e written 7d 02 and 7d written 7d 01: id (2), properties (2: ten bits
length of the body, three of encryption, bit 13 parts, bit 14 the edition of 2019), [edition], telephone number of the
terminal (BCD, 6 bytes, 10 from 2019 on), sequence (2), [parts (4)], body, exclusive or of all bytes. Ids below 8000 come
from the terminal. Any port is usual, so the whole structure must fit: 7e also frames HDLC, and with it electricity meters.
Sources: emqx/emqx apps/emqx_gateway_jt808; gaochundong/gbprotocol jt808/README.md.

Telephone number, number plate and authentication code stay here: they are about people, or secret.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.text import text

CHANNELS = (
    Channel("jt808.message", "a JT/T 808 message a vehicle terminal sent, and its edition of the standard"),
    Channel("jt808.maker_id", "maker of a vehicle terminal, as the standard numbers makers"),
    Channel("jt808.model", "model of a vehicle terminal"),
)
_MESSAGES = {
    0x0001: "general answer",
    0x0002: "heartbeat",
    0x0100: "registration",
    0x0102: "authentication",
    0x0200: "position",
    0x0704: "positions",
}
WANTS = (Tcp(prefixes=tuple(b"\x7e" + number.to_bytes(2, "big") for number in _MESSAGES)),)

_FLAG, _LONGEST = b"\x7e", 2200  # a body of 1023 bytes, every one of them escaped, and the rest
_REGISTRATION = 0x0100
_SIZES = {False: (5, 20, 37), True: (11, 30, 76)}  # of maker, model, and of a registration without plate; True: of 2019


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the message a segment begins with. Raises Malformed if one that is framed right does not add up.

    A message that goes on in the next segment is left alone: what is here could be any data.
    """
    payload = frame.payload
    end = payload.find(_FLAG, 1, _LONGEST)
    number = int.from_bytes(payload[1:3], "big")
    if payload[:1] != _FLAG or end < 0 or number not in _MESSAGES:
        return
    message = payload[1:end].replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
    if len(message) < 13:
        return
    properties = int.from_bytes(message[2:4], "big")
    late = bool(properties & 0x4000)
    phone = message[5:15] if late else message[4:10]
    head = 4 + late + len(phone) + 2 + (4 if properties & 0x2000 else 0)
    if len(message) != head + (properties & 0x3FF) + 1 or not phone.hex().isdecimal():
        return
    if _folded(message):
        raise Malformed("JT/T 808 checksum is wrong")
    yield Observation("jt808.message", f"{_MESSAGES[number]}, {'2019' if late else '2013'}", raw=payload[:3])
    if number == _REGISTRATION and not properties & 0x3C00:
        yield from _registered(message[head:-1], late=late)


def _registered(body: bytes, *, late: bool) -> Iterator[Observation]:
    """Maker and model in a registration: province (2), city (2), maker, model, id of the terminal, plate."""
    maker, model, least = _SIZES[late]
    if len(body) < least:
        return  # the edition of 2011, or none of them
    for channel, raw in (("jt808.maker_id", body[4 : 4 + maker]), ("jt808.model", body[4 + maker : 4 + maker + model])):
        if (value := raw.strip(b"\0 ")) and value.isascii():
            yield Observation(channel, text(value), raw=_escaped(value))  # as it stands in the frame


def _escaped(raw: bytes) -> bytes:
    return raw.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def _folded(message: bytes) -> int:
    """Exclusive or of all bytes: nothing is left of a whole message."""
    left = 0
    for byte in message:
        left ^= byte
    return left
