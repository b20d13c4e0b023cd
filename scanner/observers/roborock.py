"""Roborock: what its vacuum cleaners broadcast to UDP 58866, so that the app finds them, and how they talk to it on TCP 58867.

A datagram is a version ("1.0" or "L01"), six bytes, the length of its body, the body, a CRC-32 over all before. The body is
JSON with device ID and address under AES with a published key: ECB in version 1.0; GCM in L01, whose nonce is made from the
first nine bytes. Nobody asks on this port: whoever sends such a datagram is a device.
Over TCP a body is sealed with the device's own key: only the version is read.
Source: python-roborock 7.13.0 (broadcast_protocol.py, protocol.py, devices/transport/local_channel.py).
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

CHANNELS = (
    Channel("roborock.duid", "Roborock device ID"),
    Channel("roborock.ip", "the address a Roborock device says it has"),
    Channel("roborock.session", "a Roborock device answers its app over TCP, by version of the protocol"),
    Channel("roborock.query", "an app talks to a Roborock device over TCP, by version of the protocol"),
)
_PORT, _SESSION_PORT = 58866, 58867
WANTS = (Udp(ports=(_PORT,)), TcpPort(ports=(_SESSION_PORT,)))

_OLD, _NEW = b"1.0", b"L01"
_HEAD, _CRC, _TAG = 11, 4, 16
_VERSIONS = (_OLD, _NEW, b"A01", b"B01")
_LENGTH, _LEAST_SESSION, _LONGEST_SESSION = 4, 25, 65535
_TOKEN = b"qWKYcdQWrbm9hPqe"


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if length, CRC, encryption or JSON of a Roborock message are wrong."""
    payload = frame.payload
    if frame.protocol == TCP:
        yield from _session(frame)
        return
    if frame.cut or frame.dst_port != _PORT or not payload.startswith((_OLD, _NEW)) or len(payload) < _HEAD + _CRC:
        return
    body = payload[_HEAD:-_CRC]
    if int.from_bytes(payload[9:_HEAD], "big") != len(body):
        raise Malformed("Roborock length does not match the datagram")
    if crc32(payload[:-_CRC]) != int.from_bytes(payload[-_CRC:], "big"):
        raise Malformed("Roborock checksum is wrong")
    message = objects.read(_gcm(payload[:9], body) if payload.startswith(_NEW) else _ecb_clear(body))
    if duid := objects.text(message, "duid"):
        raw = payload[:_HEAD]
        yield Observation("roborock.duid", duid, raw=raw)
        if address := objects.ip(message, "ip"):
            yield Observation("roborock.ip", address, raw=raw)


def _session(frame: Frame) -> Iterator[Observation]:
    """The message a segment begins with: length (4), version (3), sequence, random, time (4 each), protocol, body, CRC-32."""
    payload = frame.payload
    end = _LENGTH + int.from_bytes(payload[:_LENGTH], "big")
    version = payload[_LENGTH : _LENGTH + 3]
    if version not in _VERSIONS or not _LEAST_SESSION <= end <= min(len(payload), _LONGEST_SESSION):
        return  # something else, or a message that goes on in the next segment
    if crc32(payload[_LENGTH : end - _CRC]) != int.from_bytes(payload[end - _CRC : end], "big"):
        raise Malformed("Roborock checksum is wrong")
    channel, role = ("roborock.session", Role.SELF) if frame.src_port == _SESSION_PORT else ("roborock.query", Role.ASKED)
    yield Observation(channel, version.decode("ascii"), role, version)


def _ecb_clear(body: bytes) -> bytes:
    clear = _ecb().decryptor().update(body[: len(body) // 16 * 16])
    return clear[: len(clear) - clear[-1]] if clear else b""  # PKCS #7


@cache
def _ecb() -> "Cipher[ECB]":
    # Imported on first use: it costs 15 ms, and few captures hold a broadcast.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return Cipher(AES(_TOKEN), ECB())  # noqa: S305 - the devices chose the mode, we only read


def _gcm(head: bytes, body: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(body) < _TAG:
        raise Malformed("Roborock body does not decrypt")
    try:
        return AESGCM(sha256(_TOKEN).digest()).decrypt(sha256(head).digest()[:12], body, None)
    except InvalidTag:
        raise Malformed("Roborock body does not decrypt") from None
