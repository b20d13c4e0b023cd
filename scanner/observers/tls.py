"""TLS over TCP: what a client says in its first message (RFC 8446, section 4.1.2); the message itself is `wire.hello`'s.

The name is what it asks for; protocols and fingerprint tell its software, never an origin.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation, Role
from scanner.wire import hello, records
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("tls.sni", "TLS server name a client asks for"),
    Channel("tls.alpn", "TLS application protocols a client offers, in its order"),
    Channel("tls.ja3", "JA3 fingerprint of the TLS client"),
    Channel("tls.ja4", "JA4 fingerprint of the TLS client"),
    Channel("tls.ech", "a TLS client hello with an encrypted hello inside it (ECH), or with GREASE that looks so"),
)
WANTS = (Tcp(prefixes=(b"\x16\x03",), size=records.size),)

_RECORD, _MESSAGE = 5, 4  # bytes of the headers of a record and of a handshake message


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one client hello, or as much of it as is here. Raises Malformed if it is broken, after yielding what stood before."""
    payload = frame.payload
    if len(payload) < _RECORD + _MESSAGE + 2 or payload[_RECORD] != hello.CLIENT_HELLO or payload[2] > 4 or payload[9] != 3:
        return  # another handshake message, or an encrypted one
    size = int.from_bytes(payload[6:9], "big")
    body = records.handshake(payload)[_MESSAGE : _MESSAGE + size]
    whole = len(body) == size
    if not (parts := hello.parts(body, whole=whole)):
        return  # it goes on in a later segment, and is given here again as a whole
    said, name = parts
    if hello.ECH in said.extensions:
        yield Observation("tls.ech", "outer hello", raw=hello.ECH)
    if shown := text(name.lower()).rstrip("."):
        yield Observation("tls.sni", shown, Role.ASKED, name[:LONGEST])
    if protocols := hello.protocols(said.extensions.get(hello.ALPN, b"")):
        yield Observation("tls.alpn", text(b",".join(protocols)), raw=said.extensions[hello.ALPN][:LONGEST])
    if whole:
        yield Observation("tls.ja3", hello.ja3(said), raw=said.ciphers[:LONGEST])
        yield Observation("tls.ja4", hello.ja4(said, "t"), raw=said.ciphers[:LONGEST])
