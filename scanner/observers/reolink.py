"""Reolink (Baichuan): how its app finds cameras over UDP 2015 and 2018, and the first words of a session on TCP 9000.

UDP: magic 3acf872a, size, 1, a transmission number, a checksum, then XML hidden with a published table and that number. The
names in it give the direction: D2C_… is from the device to the client, C2D_… from the client. TCP: magic f0debc0a, message
number, size, channel …, class; a camera answers the login with XML hidden in the same manner, which offers an encryption.
Passwords, nonces and what is behind them are never read.
Sources: reolink-aio 0.22.0 baichuan/util.py, udp_protocol.py; neolink dissector notes (bcudp); the tables are published there.
"""

import re
from collections.abc import Iterator
from itertools import cycle
from zlib import crc32

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("reolink.message", "what a camera answers to the Reolink app's search"),
    Channel("reolink.session", "a camera's answer to a Reolink login: the first element of its XML"),
    Channel("reolink.query", "a search of the Reolink app, for the camera with that UID if it names one, or a login"),
)
WANTS = (Udp(ports=(2015, 2018)), Tcp(prefixes=(b"\xf0\xde\xbc\x0a\x01\0\0\0",)))

_SEARCH, _SEARCH_HEAD = b"\x3a\xcf\x87\x2a", 20
_UDP_TABLE = (0x1F2D3C4B, 0x5A6C7F8D, 0x38172E4B, 0x8271635A, 0x863F1A2B, 0xA5C6F7D8, 0x8371E1B4, 0x17F2D3A5)
_TCP_TABLE = bytes.fromhex("1f2d3c4b5a6978ff")
_TCP_PORT, _TCP_HEAD = 9000, 20
_LONGEST = 2048  # bytes of hidden XML that are read; a datagram of the protocol has at most 1350
_NAMED = re.compile(rb"<P2P>\s*<((?:D2C|C2D)_[A-Z_]{1,16})>")
_UID = re.compile(rb"<uid>([0-9A-Z]{8,32})</uid>")
_OFFER = re.compile(rb'\s*<\?xml version="1\.0"[^>]{0,64}\?>\s*<body>\s*<(Encryption)\b')


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if size or checksum of a search message are wrong."""
    if frame.protocol == 17:
        yield from _search(frame)
    else:
        yield from _session(frame)


def _search(frame: Frame) -> Iterator[Observation]:
    payload = frame.payload
    if not payload.startswith(_SEARCH) or payload[8:12] != b"\1\0\0\0" or frame.cut:
        return
    hidden = payload[_SEARCH_HEAD:]
    if len(payload) < _SEARCH_HEAD or int.from_bytes(payload[4:8], "little") != len(hidden):
        raise Malformed("Reolink size does not match the datagram")
    if _checksum(hidden) != int.from_bytes(payload[16:20], "little"):
        raise Malformed("Reolink checksum is wrong")
    shown = _uncovered(hidden[:_LONGEST], int.from_bytes(payload[12:16], "little"))
    named = _NAMED.search(shown)
    if not named:
        return
    if named[1].startswith(b"D2C"):
        yield Observation("reolink.message", text(named[1]), raw=payload[:4])
    else:
        uid = _UID.search(shown)
        yield Observation("reolink.query", text(uid[1]) if uid else "search", Role.ASKED, payload[:4])


def _session(frame: Frame) -> Iterator[Observation]:
    payload = frame.payload
    raw = payload[:8]
    if len(payload) < _TCP_HEAD or payload[18:20] not in (b"\x14\x65", b"\x14\x66", b"\x14\x64"):
        return
    if frame.dst_port == _TCP_PORT:
        yield Observation("reolink.query", "login", Role.ASKED, raw)
    elif frame.src_port == _TCP_PORT and payload[18:20] == b"\x14\x66":
        size = int.from_bytes(payload[8:12], "little")
        offset = payload[12]
        hidden = payload[_TCP_HEAD : _TCP_HEAD + min(size, 128)]
        keys = cycle(_TCP_TABLE[offset % 8 :] + _TCP_TABLE[: offset % 8])
        offer = _OFFER.match(bytes(byte ^ key ^ offset for byte, key in zip(hidden, keys, strict=False)))
        if offer:
            yield Observation("reolink.session", text(offer[1]), raw=raw)


def _checksum(data: bytes) -> int:
    """CRC-32 that begins with 0 and ends without inversion; zlib inverts before and after."""
    return crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def _uncovered(hidden: bytes, number: int) -> bytes:
    return bytes(byte ^ key for byte, key in zip(hidden, cycle(_keys(number)), strict=False))


def _keys(number: int) -> bytes:
    return b"".join(((word + number) & 0xFFFFFFFF).to_bytes(4, "little") for word in _UDP_TABLE)
