"""Tuya LAN discovery: what devices with a Tuya module broadcast, and apps that look for them.

A datagram is a header, a body and a checked tail. Bodies are clear JSON, or encrypted with a key that is a published
constant, the same for every device. Sources: tinytuya 1.20.0 (core/header.py, core/message_helper.py,
core/udp_helper.py), nDPI tuya_lp.c.

The body gives the direction, not the port: a device names its gwId; an app says {"from": "app"}, mostly to port 7000,
where devices of protocol 3.5 answer as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import md5
from typing import TYPE_CHECKING
from zlib import crc32

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects
from scanner.wire.addresses import host_ip
from scanner.wire.text import safe, text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

CHANNELS = (
    Channel("tuya.gwid", "Tuya device ID (gwId); one of 20 characters ends with the MAC"),
    Channel("tuya.product_key", "Tuya product key: the product the module was configured for"),
    Channel("tuya.version", "Tuya LAN protocol version"),
    Channel("tuya.ip", "the address a Tuya device says it has"),
    Channel("tuya.session", "a Tuya device answers its app over TCP, by the head of its messages: 55aa or 6699"),
    Channel("tuya.query", "a search for Tuya devices, and by what; or an app that talks to one over TCP"),
)
_SESSION_PORT = 6668
WANTS = (Udp(ports=(6666, 6667, 7000)), TcpPort(ports=(_SESSION_PORT,)))

_PLAIN, _PLAIN_TAIL = b"\x00\x00\x55\xaa", b"\x00\x00\xaa\x55"
_SEALED, _SEALED_TAIL = b"\x00\x00\x66\x99", b"\x00\x00\x99\x66"
_LONGER_HEADER = 18
_KEY = md5(b"yGAdlopoPVldABfn", usedforsecurity=False).digest()
_SHOWN = 32  # bytes of the datagram kept as evidence: the header and enough of the body to find it again
_PAIR = re.compile(rb'"(\w+)": ?"([^"\\]*)"')


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if length, checksum, encryption or JSON of a Tuya message are broken.

    Of a datagram captured in part, the fields that are complete are read (both ciphers allow it), unchecked.
    """
    payload = frame.payload
    if frame.protocol == TCP:
        yield from _session(frame)
        return
    if frame.cut and len(payload) < _LONGER_HEADER:
        return  # not even the declared length is here
    if payload.startswith(_PLAIN):
        body = _plain(payload, cut=frame.cut)
    elif payload.startswith(_SEALED):
        body = _sealed(payload, cut=frame.cut)
    else:
        return
    if not body.startswith(b"{"):
        body = body[4:]  # devices put a return code before the JSON, apps do not
    message = _part(body) if frame.cut else _object(body.rstrip(b"\0"))  # some apps pad with NUL
    yield from _facts(message, payload[:_SHOWN], cut=frame.cut)


def _plain(datagram: bytes, *, cut: bool) -> bytes:
    """Clear body of a 55aa message: prefix, sequence, command, length, [return code], body, CRC-32, tail."""
    size = int.from_bytes(datagram[12:16], "big")
    _measure(datagram, 16 + size, least=24, cut=cut)
    if not cut and (datagram[-4:] != _PLAIN_TAIL or crc32(datagram[:-8]) != int.from_bytes(datagram[-8:-4], "big")):
        raise Malformed("Tuya checksum or tail is wrong")
    body = datagram[16 : 16 + size - 8]
    if b'{"' in (body[:2], body[4:6]) and body[4:].isascii():  # a cipher text may look like the beginning, not like all
        return body
    body = body[(size - 8) % 16 :]  # cipher blocks are 16 bytes long: what is over is the return code
    clear = _ecb().decryptor().update(body[: len(body) // 16 * 16])
    if cut:
        return clear
    padding = clear[-1:] * clear[-1] if clear else b""  # PKCS #7
    if not 1 <= len(padding) <= 16 or not clear.endswith(padding):
        raise Malformed("Tuya body does not decrypt")
    return clear[: -len(padding)]


def _sealed(datagram: bytes, *, cut: bool) -> bytes:
    """Clear body of a 6699 message: prefix, two bytes, sequence, command, length, nonce, body, 16-byte tag, tail."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import GCM

    size = int.from_bytes(datagram[14:18], "big")  # leaves out the four bytes of the tail
    _measure(datagram, 18 + size + 4, least=50, cut=cut)
    if not cut and datagram[-4:] != _SEALED_TAIL:
        raise Malformed("Tuya checksum or tail is wrong")
    nonce, end = datagram[18:30], 18 + size - 16
    if len(nonce) < 12:
        return b""
    decryptor = Cipher(AES(_KEY), GCM(nonce)).decryptor()
    decryptor.authenticate_additional_data(datagram[4:18])
    clear = decryptor.update(datagram[30:end])
    if not cut:
        try:
            decryptor.finalize_with_tag(datagram[end : end + 16])
        except InvalidTag:
            raise Malformed("Tuya body does not decrypt") from None
    return clear


def _session(frame: Frame) -> Iterator[Observation]:
    """The message a segment begins with. Its body is sealed with the device's own key; head, length and tail are not."""
    payload = frame.payload
    if payload.startswith(_PLAIN):
        head, end, tail = "55aa", 16 + int.from_bytes(payload[12:16], "big"), _PLAIN_TAIL
    elif payload.startswith(_SEALED):
        head, end, tail = "6699", 18 + int.from_bytes(payload[14:18], "big") + 4, _SEALED_TAIL
    else:
        return
    if not 24 <= end <= len(payload) or payload[end - 4 : end] != tail:
        return  # it goes on in the next segment
    if frame.src_port == _SESSION_PORT:
        yield Observation("tuya.session", head, raw=payload[:4])
    else:
        yield Observation("tuya.query", "session", Role.ASKED, payload[:4])


def _measure(datagram: bytes, total: int, *, least: int, cut: bool) -> None:
    """Test the length a header declares against what was captured."""
    if total < least or (len(datagram) > total if cut else len(datagram) != total):
        raise Malformed("Tuya length does not match the datagram")


@cache
def _ecb() -> "Cipher[ECB]":
    # Imported on first use: it costs 15 ms, and few captures hold a Tuya datagram.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return Cipher(AES(_KEY), ECB())  # noqa: S305 - the devices chose the mode, we only read


def _object(body: bytes) -> dict[str, str]:
    """The text members of a JSON object."""
    return {safe(name): safe(member) for name, member in objects.read(body).items() if isinstance(member, str)}


def _part(body: bytes) -> dict[str, str]:
    """The text members that are complete in the beginning of a JSON object."""
    return {text(name): text(member) for name, member in _PAIR.findall(body)} if body.startswith(b"{") else {}


def _facts(message: dict[str, str], raw: bytes, *, cut: bool) -> Iterator[Observation]:
    asker, device = message.get("from", ""), message.get("gwId", "")
    if asker or not device:
        if asker or not cut:
            yield Observation("tuya.query", asker or "discovery", Role.ASKED, raw)
        return
    yield Observation("tuya.gwid", device, raw=raw)
    for channel, key in (("tuya.product_key", "productKey"), ("tuya.version", "version")):
        if value := message.get(key):
            yield Observation(channel, value, raw=raw)
    if address := host_ip(message.get("ip", "")):
        yield Observation("tuya.ip", address, raw=raw)
