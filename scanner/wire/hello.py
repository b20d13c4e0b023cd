"""The client hello of TLS, as it stands in TLS records and in QUIC's CRYPTO frames, and its fingerprint.

Layout: RFC 8446, sections 3.4 and 4.1.2; RFC 6066, section 3; RFC 7301. Fingerprints: JA3, and JA4 for TLS clients
(FoxIO, https://github.com/FoxIO-LLC/ja4, technical_details/JA4.md, BSD 3-Clause; the other methods of that family are not
free and are not used). They name software, never an origin.
"""

from functools import lru_cache
from hashlib import md5, sha256
from typing import NamedTuple

from scanner.errors import Malformed

CLIENT_HELLO = 1
SNI, ALPN = b"\x00\x00", b"\x00\x10"
ECH = b"\xfe\x0d"
"""Encrypted ClientHello (RFC 9849): the name outside is then only that of the front; browsers also send it as GREASE."""

GOES_ON = "the name is not in the first part"
"""Said of a hello that goes on elsewhere, where what is here does not hold the name it asks for."""

_GROUPS, _FORMATS, _SIGNATURES, _VERSIONS = b"\x00\x0a", b"\x00\x0b", b"\x00\x0d", b"\x00\x2b"
_VERSION_MARKS = {"0304": "13", "0303": "12", "0302": "11", "0301": "10", "0300": "s3", "0002": "s2"}
_NO_HASH = "0" * 12
_GREASE = frozenset(f"{digit}a{digit}a" for digit in "0123456789abcdef")  # reserved, sent at random (RFC 8701)


class Hello(NamedTuple):
    """version: two bytes; ciphers: two bytes each; extensions: bodies by type (two bytes), in their order."""

    version: bytes
    ciphers: bytes
    extensions: dict[bytes, bytes]


def read(body: bytes, *, whole: bool) -> Hello:
    """Version, ciphers and extensions; of a hello that goes on elsewhere, the extensions that are complete here.

    body: what follows the four-byte head of the handshake message. Raises Malformed if a field runs past the end.
    """
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
    return Hello(body[:2], ciphers, extensions)


def _vector(data: bytes, at: int, width: int) -> tuple[bytes, int]:
    """The bytes counted by the `width` bytes at `at`, and where they end (RFC 8446, section 3.4)."""
    start = at + width
    end = start + int.from_bytes(data[at:start], "big")
    if end > len(data):
        raise Malformed("TLS field runs past the end")
    return data[start:end], end


def parts(body: bytes, *, whole: bool) -> tuple[Hello, bytes] | None:
    """A hello with the name it asks for; None if it goes on elsewhere and nothing is here yet.

    Raises Malformed if a whole one is broken. What is in its other extensions is not looked at: a mistake there leaves
    the name as it is.
    """
    try:
        said = read(body, whole=whole)
        return said, server_name(said.extensions.get(SNI, b""))
    except Malformed:
        if whole:
            raise
        return None


def server_name(extension: bytes) -> bytes:
    """The host name of a server_name extension: a list of (type, name), of which only host names (0) exist."""
    if not extension:
        return b""
    names, _ = _vector(extension, 0, 2)
    return _vector(names, 1, 2)[0] if names[:1] == b"\0" else b""


def protocols(extension: bytes) -> list[bytes]:
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


def ja3(hello: Hello) -> str:
    """JA3 of a whole hello (https://github.com/salesforce/ja3, BSD 3-Clause): MD5 of its numbers in their order."""
    groups, formats = hello.extensions.get(_GROUPS, b""), hello.extensions.get(_FORMATS, b"")
    return _ja3(hello.version, hello.ciphers, b"".join(hello.extensions), groups, formats)


@lru_cache(maxsize=256)
def _ja3(version: bytes, ciphers: bytes, kinds: bytes, groups: bytes, formats: bytes) -> str:
    lists = ("-".join(str(int(code, 16)) for code in _codes(block)) for block in (ciphers, kinds, groups[2:]))
    said = ",".join((str(int.from_bytes(version, "big")), *lists, "-".join(map(str, formats[1:]))))
    return md5(said.encode(), usedforsecurity=False).hexdigest()


def ja4(hello: Hello, transport: str) -> str:
    """JA4 of a whole hello; transport: "t" for TCP, "q" for QUIC."""
    versions, signatures = (hello.extensions.get(kind, b"") for kind in (_VERSIONS, _SIGNATURES))
    first = b"".join(protocols(hello.extensions.get(ALPN, b""))[:1])
    return _ja4(transport, hello.version, hello.ciphers, b"".join(hello.extensions), versions, signatures, first)


@lru_cache(maxsize=256)  # one client says the same in each of its many connections
def _ja4(
    transport: str, version: bytes, ciphers: bytes, kinds: bytes, versions: bytes, signatures: bytes, protocol: bytes
) -> str:
    """JA4 of a hello: its version, ciphers, extension types, the bodies of two extensions, and its first protocol.

    Transport, version, name, counts and protocol stand in clear, then come two truncated hashes. GREASE never counts.
    """
    suites, extensions = _codes(ciphers), _codes(kinds)
    mark = _VERSION_MARKS.get(max(_codes(versions[1:]), default=version.hex()), "00")
    name = "d" if "0000" in extensions else "i"
    clear = f"{transport}{mark}{name}{min(len(suites), 99):02d}{min(len(extensions), 99):02d}{_ends(protocol)}"
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
