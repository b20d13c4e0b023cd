"""QUIC over UDP: the client hello inside a client's first datagram (RFC 9000, RFC 9001, RFC 9369).

The keys of Initial packets are made from the destination connection ID in the packet itself and a published salt, so
everybody on the way can read them; later packets nobody can. A hello may be cut in pieces, out of order, and go on in the
next datagram: the pieces of one datagram are put together, and of a hello that goes on the beginning is read.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from hmac import digest
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import hello
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("quic.sni", "server name a QUIC client asks for"),
    Channel("quic.alpn", "application protocols a QUIC client offers, in its order"),
    Channel("quic.ja4", "JA4 fingerprint of the QUIC client"),
    Channel("quic.ech", "a QUIC client hello with an encrypted hello inside it (ECH), or with GREASE that looks so"),
    Channel("quic.unread", "a QUIC client hello whose name stands in a later datagram, or the unknown version it is in"),
)
_PORTS = (443, 8443)


class _Version(NamedTuple):
    """initial: the packet type of Initial packets; salt, label: what their keys are made with."""

    initial: int
    salt: bytes
    label: bytes


_VERSIONS = {
    bytes.fromhex("00000001"): _Version(0, bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), b"quic "),
    bytes.fromhex("6b3343cf"): _Version(1, bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"), b"quicv2 "),
}
_LONG = tuple(bytes((0b1100_0000 | low,)) for low in range(64))  # the packets that begin a connection, in any version
WANTS = (Udp(ports=_PORTS, heads=_LONG),)  # not the data that follows: on such ports it is most of a capture

_LONGEST_ID, _TAG, _SAMPLE = 20, 16, 16
_LONGEST_HELLO = 1 << 14
_MOST_PIECES = 64
_ACK, _ACK_ECN, _CRYPTO = 2, 3, 6
_FILLING = re.compile(rb"[\0\1]*")  # padding and pings
_LONG_HEADER = 0b11  # and the fixed bit: any version's first packets (RFC 9000, section 17.2; RFC 8999)
_LEAST = 1200  # bytes of a datagram with a client's Initial packet (RFC 9000, section 14.1)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read what a client's datagram holds of its hello. Raises Malformed if a packet that decrypts is broken."""
    payload = frame.payload
    if frame.cut or frame.dst_port not in _PORTS or len(payload) < _LEAST:
        return
    version = _VERSIONS.get(payload[1:5])
    if version is None:
        if payload[0] >> 6 == _LONG_HEADER and any(payload[1:5]):
            yield Observation("quic.unread", f"version {payload[1:5].hex()}", raw=payload[1:5])
        return
    if payload[0] >> 4 != 0b1100 | version.initial:
        return
    data = _hello(_open(payload, version))
    if len(data) < 4 or data[0] != hello.CLIENT_HELLO:
        return
    size = int.from_bytes(data[1:4], "big")
    body = data[4 : 4 + size]
    whole = len(body) == size
    if not (parts := hello.parts(body, whole=whole)):
        yield Observation("quic.unread", hello.GOES_ON, raw=payload[1:5])
        return
    said, name = parts
    if not (whole or name):
        yield Observation("quic.unread", hello.GOES_ON, raw=payload[1:5])
    if hello.ECH in said.extensions:
        yield Observation("quic.ech", "outer hello", raw=payload[1:5])
    # The frame shows none of this in clear: the name itself, and what was decrypted, are the evidence.
    if shown := text(name.lower()).rstrip("."):
        yield Observation("quic.sni", shown, Role.ASKED, name[:LONGEST])
    if protocols := hello.protocols(said.extensions.get(hello.ALPN, b"")):
        yield Observation("quic.alpn", text(b",".join(protocols)), raw=said.extensions[hello.ALPN][:LONGEST])
    if whole:
        yield Observation("quic.ja4", hello.ja4(said, "q"), raw=said.ciphers[:LONGEST])


def _open(packet: bytes, version: _Version) -> bytes:
    """The frames in an Initial packet, b"" if it does not decrypt: later ones use an ID the client chose before."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    end = 6 + packet[5]
    destination = packet[6:end]
    at = end + 1 + packet[end]
    if len(destination) > _LONGEST_ID or packet[end] > _LONGEST_ID:
        raise Malformed("QUIC connection ID is too long")
    size, at = _number(packet, at)
    size, at = _number(packet, at + size)  # after the token
    end = at + size
    if size < 4 + _SAMPLE or end > len(packet):
        raise Malformed("QUIC packet runs past the datagram")
    secret = _expand(digest(version.salt, destination, "sha256"), b"client in", 32)
    key, iv, mask_key = (
        _expand(secret, version.label + what, long) for what, long in ((b"key", 16), (b"iv", 12), (b"hp", 16))
    )
    encryptor = Cipher(AES(mask_key), ECB()).encryptor()  # noqa: S305 - header protection is defined so (RFC 9001, section 5.4.3)
    mask = encryptor.update(packet[at + 4 : at + 4 + _SAMPLE])
    first = packet[0] ^ mask[0] & 0x0F
    width = 1 + (first & 3)
    number = bytes(a ^ b for a, b in zip(packet[at : at + width], mask[1:], strict=False))
    nonce = (int.from_bytes(iv, "big") ^ int.from_bytes(number, "big")).to_bytes(12, "big")
    try:
        return AESGCM(key).decrypt(nonce, packet[at + width : end], bytes((first,)) + packet[1:at] + number)
    except InvalidTag:
        return b""


def _expand(secret: bytes, label: bytes, size: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446, section 7.1), for one block of output."""
    label = b"tls13 " + label
    return digest(secret, size.to_bytes(2, "big") + bytes((len(label),)) + label + b"\0\1", sha256)[:size]


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length (RFC 9000, section 16), and where it ends."""
    width = 1 << (data[at] >> 6) if at < len(data) else 1
    if at + width > len(data):
        raise Malformed("QUIC number is cut")
    return int.from_bytes(data[at : at + width], "big") & (1 << 8 * width - 2) - 1, at + width


def _hello(frames: bytes) -> bytes:
    """The beginning of the handshake, from the pieces in a packet's frames (RFC 9000, section 19)."""
    pieces: list[tuple[int, bytes]] = []
    at = 0
    while len(pieces) < _MOST_PIECES:
        at = _FILLING.match(frames, at).end()  # type: ignore[union-attr] # the pattern matches the empty string too
        if at == len(frames):
            break
        kind = frames[at]
        at += 1
        if kind == _CRYPTO:
            offset, at = _number(frames, at)
            size, at = _number(frames, at)
            if at + size > len(frames):
                raise Malformed("QUIC frame runs past its packet")
            pieces.append((offset, frames[at : at + size]))
            at += size
        elif kind in (_ACK, _ACK_ECN):
            at = _after_ack(frames, at, kind)
        else:
            break  # a farewell; no other frame is allowed here
    data = b""
    for offset, piece in sorted(pieces):
        if offset > len(data) or len(data) > _LONGEST_HELLO:
            break
        data += piece[len(data) - offset :]
    return data


def _after_ack(frames: bytes, at: int, kind: int) -> int:
    """Where an acknowledgement ends: largest, delay, count of ranges, first range, ranges of two numbers, counts."""
    _, at = _number(frames, at)
    _, at = _number(frames, at)
    ranges, at = _number(frames, at)
    for _ in range(1 + 2 * min(ranges, len(frames)) + 3 * (kind == _ACK_ECN)):
        _, at = _number(frames, at)
    return at
