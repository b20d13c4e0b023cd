"""Midea: how its appliances, under whatever brand, answer a search on UDP 6445 and 20086.

A message is 5a5a, two bytes, its length (little-endian), its kind (0092 asks, 807a answers), device ID at byte 20, and from
byte 40 a body under AES with a published key; the MD5 of all that and the key's text ends it. Units of protocol 3 send
it inside another message, 8370. The body holds serial number and the name of the unit's own setup network,
`net_<type>_<part of the MAC>`. Units of protocol 1 answer in clear XML.
Sources: midea-local 6.6.1 (discover.py, security.py); msmart-ng (test_discover.py), whose sample answers of both
protocols showed kind, lengths and MD5, computed again. For 8370 over TCP port 6444 four public programs agree.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import md5
from typing import TYPE_CHECKING

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

CHANNELS = (
    Channel("midea.serial", "serial number of a Midea appliance"),
    Channel("midea.type", "Midea appliance type, hexadecimal: ac is an air conditioner"),
    Channel("midea.device_id", "Midea device ID, decimal"),
    Channel("midea.session", "a Midea appliance of protocol 3 answers its app over TCP"),
    Channel("midea.query", "a search for Midea appliances, or an app that talks to one over TCP"),
)
_PORTS, _SESSION_PORT = (6445, 20086), 6444
WANTS = (Udp(ports=_PORTS), TcpPort(ports=(_SESSION_PORT,)))

_MAGIC, _OUTER_MAGIC, _XML = b"\x5a\x5a", b"\x83\x70", b"<?xml "
_OUTER_HEAD, _HEAD, _TAIL = 8, 40, 16
_ASKS, _ANSWERS = b"\x92\0", b"\x7a\x80"
_SESSION_ASKS, _SESSION_ANSWERS = (0, 6), (1, 3)  # handshake, then encrypted
_SIGNED_WITH = b"xhdiwjnchekd4d512chdjx5d8e4c394D2D7S"
_SERIAL = re.compile(rb"[0-9A-Za-z]{22}|[0-9A-Za-z]{32}")
_NETWORK = re.compile(rb"net_([0-9A-Za-z]{2})_")
_DEVICE = re.compile(rb"<device ([^<>]{1,1024})>")
_IN_XML = re.compile(rb'\b(apc_sn|apc_type) ?= ?"([0-9A-Za-z]{1,32})"')


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if lengths, MD5 or body of a Midea message are wrong."""
    payload = frame.payload
    if frame.cut:
        return
    if frame.protocol == TCP:
        yield from _session(frame)
        return
    if frame.src_port in _PORTS and payload.startswith(_XML):
        yield from _clear(payload)
        return
    if payload.startswith(_OUTER_MAGIC) and payload[_OUTER_HEAD:].startswith(_MAGIC):
        if int.from_bytes(payload[2:4], "big") != len(payload) - _OUTER_HEAD:
            raise Malformed("Midea length does not match the datagram")
        payload = payload[_OUTER_HEAD:-_TAIL]
    kind = payload[6:8]
    if not payload.startswith(_MAGIC) or kind not in (_ASKS, _ANSWERS):
        return
    if int.from_bytes(payload[4:6], "little") != len(payload) or len(payload) < _HEAD + _TAIL:
        raise Malformed("Midea length does not match the datagram")
    if md5(payload[:-_TAIL] + _SIGNED_WITH, usedforsecurity=False).digest() != payload[-_TAIL:]:
        raise Malformed("Midea message is not signed")
    if kind == _ASKS and frame.dst_port in _PORTS:
        yield Observation("midea.query", "discovery", Role.ASKED, payload[:8])
    elif kind == _ANSWERS and frame.src_port in _PORTS:
        yield from _answer(payload)


def _session(frame: Frame) -> Iterator[Observation]:
    """The 8370 message a segment begins with: its length but for eight bytes, 20, padding and kind in half a byte each."""
    payload = frame.payload
    if payload[:2] != _OUTER_MAGIC or payload[4:5] != b"\x20" or len(payload) < _OUTER_HEAD:
        return
    end, kind = _OUTER_HEAD + int.from_bytes(payload[2:4], "big"), payload[5] & 0x0F
    if len(payload) < end or payload[end : end + 2] not in (b"", _OUTER_MAGIC):
        return  # it goes on in the next segment, or what follows is no such message
    if frame.src_port == _SESSION_PORT and kind in _SESSION_ANSWERS:
        yield Observation("midea.session", "protocol 3", raw=payload[:6])
    elif frame.dst_port == _SESSION_PORT and kind in _SESSION_ASKS:
        yield Observation("midea.query", "session", Role.ASKED, payload[:6])


def _answer(message: bytes) -> Iterator[Observation]:
    """Body: address, port, serial number (32 bytes from 8), then length and name of the setup network."""
    body = message[_HEAD:-_TAIL]
    clear = _ecb().decryptor().update(body[: len(body) // 16 * 16])
    serial, network = clear[8:40].rstrip(b"\0 "), _NETWORK.match(clear[41:])
    if not _SERIAL.fullmatch(serial) or not network:
        raise Malformed("Midea body does not decrypt")
    raw = message[:26]  # up to and with the device ID
    yield Observation("midea.serial", text(serial), raw=raw)
    yield Observation("midea.type", text(network[1]).lower(), raw=raw)
    yield Observation("midea.device_id", str(int.from_bytes(message[20:26], "little")), raw=raw)


def _clear(payload: bytes) -> Iterator[Observation]:
    """Attributes of the `device` element; the type is decimal here."""
    device = _DEVICE.search(payload)
    found = dict(_IN_XML.findall(device[1])) if device else {}
    serial, kind = found.get(b"apc_sn", b""), found.get(b"apc_type", b"")
    if _SERIAL.fullmatch(serial) and kind.isdigit() and int(kind) < 256:
        yield Observation("midea.serial", text(serial), raw=serial)
        yield Observation("midea.type", f"{int(kind):02x}", raw=kind)


@cache
def _ecb() -> "Cipher[ECB]":
    # Imported on first use: it costs 15 ms, and few captures hold an answer.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    key = md5(_SIGNED_WITH, usedforsecurity=False).digest()
    return Cipher(AES(key), ECB())  # noqa: S305 - the devices chose the mode, we only read
