"""SSH in clear: the identification line of either side and the algorithms it offers (RFC 4253, sections 4.2, 6 and 7.1).

The line names software, on network gear often the maker's. `ssh.kex` is our own hash of the offered algorithm names in
their order: it tells implementations apart and says nothing of an origin.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.text import text

CHANNELS = (
    Channel("ssh.ident", "SSH identification line: protocol version, software, comments"),
    Channel("ssh.kex", "hash of the algorithm names an SSH side offers, in their order"),
)
_LONGEST_OFFER = 16  # in units of 256 bytes: what a key exchange message may measure at most
# A key exchange message begins with its length, four bytes.
_LONGEST_LINE = 255  # bytes, line end included (section 4.2)
_KEXINIT = 20
_PREFIXES = (b"SSH-2.0-", b"SSH-1.", *(bytes((0, 0, high)) for high in range(1, _LONGEST_OFFER)))


def _size(payload: bytes) -> int:
    """An identification line, and the key exchange message behind it or by itself."""
    at = 0
    if payload.startswith(b"SSH-"):
        at = payload.find(b"\n", 0, _LONGEST_LINE) + 1
        if not at:
            return len(payload) + 1 if len(payload) < _LONGEST_LINE else 0
    size = int.from_bytes(payload[at : at + 4], "big")
    return at + 4 + size if payload[at + 5 : at + 6] == bytes((_KEXINIT,)) and size < _LONGEST_OFFER << 8 else 0


WANTS = (Tcp(prefixes=_PREFIXES, size=_size),)

_IDENT = re.compile(rb"SSH-(?:2\.0|1\.[0-9]{1,2})-[^\r\n]{1,240}")
_HEAD = 4 + 1 + 1 + 16  # packet length, padding length, message number, cookie
_LISTS = 8  # key exchange, host key, then encryption, MAC and compression for either direction
_NAMES = re.compile(rb"[!-~]*")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read an identification line, an offer, or both. Raises Malformed if the line is too long or holds a NUL."""
    payload = frame.payload
    at = 0
    if payload.startswith(b"SSH-"):
        line, end, _ = payload[:_LONGEST_LINE].partition(b"\n")
        if not end:
            if len(payload) >= _LONGEST_LINE:
                raise Malformed("SSH identification line is too long")
            return  # it goes on in the next segment
        if b"\0" in line:
            raise Malformed("NUL in the SSH identification line")
        at = len(line) + 1
        line = line.removesuffix(b"\r")
        if not _IDENT.fullmatch(line):
            return
        yield Observation("ssh.ident", text(line), raw=line)
    offer = _offer(payload[at:])
    if offer:
        yield Observation("ssh.kex", sha256(offer).hexdigest()[:32], raw=offer[:64])


def _offer(packet: bytes) -> bytes:
    """The algorithm lists of a key exchange message with their lengths, b"" if this is none that is complete here."""
    if len(packet) < _HEAD or packet[5] != _KEXINIT:
        return b""
    size, padding = int.from_bytes(packet[:4], "big"), packet[4]
    end = 4 + size - padding
    if size >= _LONGEST_OFFER << 8 or (4 + size) % 8 or padding < 4 or end <= _HEAD or 4 + size > len(packet):
        return b""
    at = _HEAD
    for _ in range(_LISTS):
        start = at + 4
        at = start + int.from_bytes(packet[at:start], "big")
        if at > end or not _NAMES.fullmatch(packet, start, at):
            return b""
    return packet[_HEAD:at]
