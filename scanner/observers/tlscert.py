"""Certificates shown in clear: TLS up to 1.2 (RFC 5246, sections 7.4.2 and 7.4.3), as far as they come whole.

TLS 1.3 encrypts them. The certificate speaks for whoever sends it, most often a server, in mutual authentication a client.
Its names are the holder's own words: nobody's signature is checked. Of the certificate (RFC 5280, section 4.1) the names of
subject and issuer and the alternative DNS names are read, by hand: devices' own certificates break rules on which a
validating library gives up.
"""

from collections.abc import Iterator
from hashlib import sha256

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire import ber, records
from scanner.wire.text import LONGEST, safe, text

CHANNELS = (
    Channel("tlscert.name", "common name in a certificate's subject"),
    Channel("tlscert.organization", "organisation in a certificate's subject"),
    Channel("tlscert.unit", "organisational unit in a certificate's subject"),
    Channel("tlscert.issuer_name", "common name in a certificate's issuer"),
    Channel("tlscert.issuer_organization", "organisation in a certificate's issuer"),
    Channel("tlscert.alternative", "one of the first DNS names a certificate is for"),
    Channel("tlscert.sha256", "SHA-256 of a certificate"),
    Channel("tlscert.version", "TLS version and cipher suite a server chose"),
)
WANTS = (Tcp(prefixes=tuple(b"\x16\x03" + bytes((minor,)) for minor in range(4)), size=records.size),)

_RECORD = 5  # bytes of the head of a record
_VERSIONS = b"\x00\x2b"
_VERSION_NAMES = {b"\3\0": "SSL 3.0", b"\3\1": "TLS 1.0", b"\3\2": "TLS 1.1", b"\3\3": "TLS 1.2", b"\3\4": "TLS 1.3"}
_COMMON_NAME, _ORGANIZATION, _UNIT, _ALTERNATIVES = b"\x55\x04\x03", b"\x55\x04\x0a", b"\x55\x04\x0b", b"\x55\x1d\x11"
_WIDE = 0x1E  # BMPString: two bytes a character
_VERSION_TAG, _EXTENSIONS_TAG, _DNS_NAME = 0xA0, 0xA3, 0x82
_MOST = 32  # parts of a name, and extensions, that are read
_MOST_ALTERNATIVES = 4
_SHOWN = 32  # bytes of the certificate kept as evidence of its hash


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the hello and the certificate that are here. Raises Malformed if one that is here whole is broken."""
    payload = frame.payload
    if payload[_RECORD : _RECORD + 1] not in (b"\x02", b"\x0b"):
        return  # neither server hello nor certificate
    for kind, body, whole in records.messages(records.handshake(payload)):
        if not whole or kind not in (records.SERVER_HELLO, records.CERTIFICATE):
            return
        if kind == records.SERVER_HELLO:
            yield from _hello(body)
        elif body[:3] == (len(body) - 3).to_bytes(3, "big"):
            end = 6 + int.from_bytes(body[3:6], "big")
            if end > len(body) > 3:
                raise Malformed("TLS certificate runs past its list")
            if end > 6:
                yield from _certificate(body[6:end])


def _hello(body: bytes) -> Iterator[Observation]:
    """What a server chose. An encrypted message may look like a hello by its type: only a known version counts."""
    at = 35 + body[34] if len(body) > 34 else len(body)  # after version, random and session ID
    if at + 3 > len(body) or body[:2] not in _VERSION_NAMES:
        return
    version, cipher = body[:2], body[at : at + 2]
    extensions = body[at + 5 :]
    where = 0
    while where + 4 <= len(extensions):
        end = where + 4 + int.from_bytes(extensions[where + 2 : where + 4], "big")
        if extensions[where : where + 2] == _VERSIONS:  # since 1.3 the version stands here (RFC 8446, section 4.2.1)
            version = extensions[where + 4 : end]
        where = end
    if name := _VERSION_NAMES.get(version):
        yield Observation("tlscert.version", f"{name} {cipher.hex()}", raw=cipher)


def _certificate(der: bytes) -> Iterator[Observation]:
    at, end = ber.expect(der, 0, len(der), ber.SEQUENCE)
    at, end = ber.expect(der, at, end, ber.SEQUENCE)  # the part that is signed
    fields = list(ber.values(der, at, end, 10))
    if fields and fields[0][0] == _VERSION_TAG:
        del fields[0]
    if len(fields) < 6:  # serial number, algorithm, issuer, validity, subject, key
        raise Malformed("X.509 certificate lacks a field")
    (_, *issuer), (_, *subject) = fields[2], fields[4]
    held, by = _names(der, *subject), _names(der, *issuer)
    for channel, names, kind in (
        ("tlscert.name", held, _COMMON_NAME),
        ("tlscert.organization", held, _ORGANIZATION),
        ("tlscert.unit", held, _UNIT),
        ("tlscert.issuer_name", by, _COMMON_NAME),
        ("tlscert.issuer_organization", by, _ORGANIZATION),
    ):
        value, raw = names.get(kind, ("", b""))
        if value:
            yield Observation(channel, value, raw=raw)
    for tag, start, stop in fields[6:]:
        if tag == _EXTENSIONS_TAG:
            yield from _alternatives(der, start, stop)
    yield Observation("tlscert.sha256", sha256(der).hexdigest(), raw=der[:_SHOWN])


def _names(der: bytes, at: int, end: int) -> dict[bytes, tuple[str, bytes]]:
    """The first value of each attribute of a distinguished name, and the bytes that say so."""
    found: dict[bytes, tuple[str, bytes]] = {}
    for _, start, stop in ber.values(der, at, end, _MOST):
        for _, first, last in ber.values(der, start, stop, _MOST):
            begin, middle = ber.expect(der, first, last, ber.OBJECT)
            tag, first, last = ber.read(der, middle, last)
            raw = der[first:last][:LONGEST]
            shown = safe(raw.decode("utf-16-be", "replace")) if tag == _WIDE else text(raw)
            found.setdefault(der[begin:middle], (shown.strip(), raw))
    return found


def _alternatives(der: bytes, at: int, end: int) -> Iterator[Observation]:
    at, end = ber.expect(der, at, end, ber.SEQUENCE)
    for _, start, stop in ber.values(der, at, end, _MOST):
        first, last = ber.expect(der, start, stop, ber.OBJECT)
        if der[first:last] != _ALTERNATIVES:
            continue
        *_, (_, first, last) = ber.values(der, start, stop, 3)  # a flag may stand before the value
        first, last = ber.expect(der, first, last, ber.SEQUENCE)
        names = [der[a:b] for tag, a, b in ber.values(der, first, last, _MOST) if tag == _DNS_NAME and b > a]
        for name in names[:_MOST_ALTERNATIVES]:
            yield Observation("tlscert.alternative", text(name.lower()), raw=name[:LONGEST])
