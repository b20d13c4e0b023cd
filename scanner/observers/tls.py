"""TLS over TCP: what a client says in its first message (RFC 8446, section 4.1.2; RFC 6066, section 3; RFC 7301).

The fingerprint is JA4 for TLS clients (FoxIO, https://github.com/FoxIO-LLC/ja4, technical_details/JA4.md, BSD 3-Clause;
the other methods of that family are not free and are not used). It names software, never an origin.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("tls.sni", "TLS server name a client asks for"),
    Channel("tls.alpn", "TLS application protocols a client offers, in its order"),
    Channel("tls.ja4", "JA4 fingerprint of the TLS client"),
)
WANTS = (Tcp(prefixes=(b"\x16\x03",)),)

_RECORD, _MESSAGE = 5, 4  # bytes of the headers of a record and of a handshake message
_LONGEST_RECORD = 1 << 14  # of a record in clear (RFC 8446, section 5.1)
_CLIENT_HELLO = 1
_SNI, _SIGNATURES, _ALPN, _VERSIONS = b"\x00\x00", b"\x00\x0d", b"\x00\x10", b"\x00\x2b"
_VERSION_MARKS = {"0304": "13", "0303": "12", "0302": "11", "0301": "10", "0300": "s3", "0002": "s2"}
_NO_HASH = "0" * 12
_GREASE = frozenset(f"{digit}a{digit}a" for digit in "0123456789abcdef")  # reserved, sent at random (RFC 8701)


class _Hello(NamedTuple):
    """version: two bytes; ciphers: two bytes each; extensions: bodies by type (two bytes), in their order."""

    version: bytes
    ciphers: bytes
    extensions: dict[bytes, bytes]


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one client hello, or as much of it as this segment holds. Raises Malformed if a complete one is broken."""
    payload = frame.payload
    if len(payload) < _RECORD + _MESSAGE + 2 or payload[_RECORD] != _CLIENT_HELLO or payload[2] > 4 or payload[9] != 3:
        return  # another handshake message, or an encrypted one
    length, size = int.from_bytes(payload[3:5], "big"), int.from_bytes(payload[6:9], "big")
    if length > _LONGEST_RECORD:
        return
    body = payload[_RECORD : _RECORD + length][_MESSAGE : _MESSAGE + size]
    whole = len(body) == size
    try:
        hello = _hello(body, whole=whole)
        name = _server_name(hello.extensions.get(_SNI, b""))
        protocols = _protocols(hello.extensions.get(_ALPN, b""))
    except Malformed:
        if whole:
            raise
        return  # it goes on in the next segment, and nothing we read is in this one
    if shown := text(name.lower()).rstrip("."):
        yield Observation("tls.sni", shown, Role.ASKED, name[:LONGEST])
    if protocols:
        yield Observation("tls.alpn", text(b",".join(protocols)), raw=hello.extensions[_ALPN][:LONGEST])
    if whole:
        offers = [hello.extensions.get(kind, b"") for kind in (_VERSIONS, _SIGNATURES)]
        ja4 = _ja4(hello.version, hello.ciphers, b"".join(hello.extensions), *offers, b"".join(protocols[:1]))
        yield Observation("tls.ja4", ja4, raw=hello.ciphers[:LONGEST])


def _hello(body: bytes, *, whole: bool) -> _Hello:
    """Version, ciphers and extensions; of a hello that goes on elsewhere, the extensions that are complete here."""
    _, at = _vector(body, 34, 1)  # session ID, after version and random
    ciphers, at = _vector(body, at, 2)
    if len(ciphers) % 2:
        raise Malformed("TLS cipher suites of odd length")
    _, at = _vector(body, at, 1)  # compression methods
    if whole and at < len(body):
        block, at = _vector(body, at, 2)
        if at != len(body):
            raise Malformed("TLS hello continues after its extensions")
    else:
        block = body[at + 2 :]
    extensions: dict[bytes, bytes] = {}
    at = 0
    while at + 4 <= len(block):
        end = at + 4 + (block[at + 2] << 8 | block[at + 3])
        if end > len(block):
            break
        kind = block[at : at + 2]
        if kind in extensions:
            raise Malformed("TLS extension comes twice")  # RFC 8446, section 4.2: must not
        extensions[kind] = block[at + 4 : end]
        at = end
    if whole and at != len(block):
        raise Malformed("TLS extension runs past the end")
    return _Hello(body[:2], ciphers, extensions)


def _vector(data: bytes, at: int, width: int) -> tuple[bytes, int]:
    """The bytes counted by the `width` bytes at `at`, and where they end (RFC 8446, section 3.4)."""
    start = at + width
    end = start + int.from_bytes(data[at:start], "big")
    if end > len(data):
        raise Malformed("TLS field runs past the end")
    return data[start:end], end


def _server_name(extension: bytes) -> bytes:
    """The host name of a server_name extension: a list of (type, name), of which only host names (0) exist."""
    if not extension:
        return b""
    names, _ = _vector(extension, 0, 2)
    return _vector(names, 1, 2)[0] if names[:1] == b"\0" else b""


def _protocols(extension: bytes) -> list[bytes]:
    """The names of an application_layer_protocol_negotiation extension, without the reserved ones."""
    if not extension:
        return []
    block, _ = _vector(extension, 0, 2)
    found = []
    at = 0
    while at < len(block):
        name, at = _vector(block, at, 1)
        if name.hex() not in _GREASE:
            found.append(name)
    return found


@lru_cache(maxsize=256)  # one client says the same in each of its many connections
def _ja4(version: bytes, ciphers: bytes, kinds: bytes, versions: bytes, signatures: bytes, protocol: bytes) -> str:
    """JA4 of a hello: its version, ciphers, extension types, the bodies of two extensions, and its first protocol.

    Transport, version, name, counts and protocol stand in clear, then come two truncated hashes. GREASE never counts.
    """
    suites, extensions = _codes(ciphers), _codes(kinds)
    mark = _VERSION_MARKS.get(max(_codes(versions[1:]), default=version.hex()), "00")
    name = "d" if "0000" in extensions else "i"
    clear = f"t{mark}{name}{min(len(suites), 99):02d}{min(len(extensions), 99):02d}{_ends(protocol)}"
    listed = ",".join(sorted(code for code in extensions if code not in ("0000", "0010")))  # without SNI and ALPN
    algorithms = ",".join(_codes(signatures[2:]))
    return f"{clear}_{_hash(','.join(sorted(suites)))}_{_hash(f'{listed}_{algorithms}' if algorithms else listed)}"


def _codes(block: bytes) -> list[str]:
    """16-bit numbers in hexadecimal, without the reserved ones."""
    if len(block) < 2:
        return []
    return [code for code in block[: len(block) // 2 * 2].hex(",", 2).split(",") if code not in _GREASE]


def _hash(codes: str) -> str:
    return sha256(codes.encode()).hexdigest()[:12] if codes else _NO_HASH


def _ends(protocol: bytes) -> str:
    """First and last character of a protocol name, or of its hexadecimal form if either is no ASCII letter or digit."""
    if not protocol:
        return "00"
    ends = protocol[:1] + protocol[-1:]
    if ends.isalnum():
        return ends.decode("ascii")
    shown = protocol.hex()
    return shown[0] + shown[-1]
