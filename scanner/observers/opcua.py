"""OPC UA: how a server describes itself when asked for its endpoints, and where a client wants to go.

A message of the binary protocol (OPC 10000-6, section 7.1) with a GetEndpoints response (OPC 10000-4, section 5.5.4;
encoding number 431) carries for each endpoint a description of the server. The question needs no secure channel, so the
answer is in clear. It may span segments: the first description stands at its beginning. A client's Hello names the URL
it wants. Numbers are little-endian.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import urls
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("opcua.application_uri", "OPC UA application URI: this installation"),
    Channel("opcua.product_uri", "OPC UA product URI: the maker's product"),
    Channel("opcua.application", "OPC UA application name"),
    Channel("opcua.query", "the OPC UA server a client wants to talk to"),
)
_ANSWER, _HELLO = b"MSGF", b"HELF"


def _size(payload: bytes) -> int:
    return int.from_bytes(payload[4:8], "little")


WANTS = (Tcp(prefixes=(_ANSWER, _HELLO), size=_size),)

_HEADERS = 24  # message 8, channel 4, token 4, sequence 4, request 4
_GET_ENDPOINTS_RESPONSE = b"\1\0\xaf\1"  # numeric node id 431 of namespace 0
_GOOD = b"\0\0\0\0"
_LONGEST_MESSAGE = 1 << 24
_MOST_TEXTS = 64  # of the string table that precedes the answer


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment. Raises Malformed if a length is none."""
    payload = frame.payload
    size = int.from_bytes(payload[4:8], "little")
    if payload.startswith(_HELLO):
        if len(payload) == size or frame.cut:
            yield from _hello(payload)
    elif payload.startswith(_ANSWER) and len(payload) <= size <= _LONGEST_MESSAGE:
        yield from _endpoints(payload)


def _hello(payload: bytes) -> Iterator[Observation]:
    """Five numbers, then the URL of the endpoint (section 7.1.2.3)."""
    url, _ = _string(payload, 28)
    if shown := urls.public(url):
        yield Observation("opcua.query", text(shown), Role.ASKED, urls.evidence(url)[:LONGEST])


def _endpoints(payload: bytes) -> Iterator[Observation]:
    """Response header, number of endpoints; of the first its URL, then application URI, product URI, application name."""
    body = payload[_HEADERS:]
    if not body.startswith(_GET_ENDPOINTS_RESPONSE) or body[16:20] != _GOOD or body[20:21] != b"\0":
        return
    at = 21  # type 4, time 8, handle 4, result 4, no diagnostics 1
    texts = _count(body, at)
    at += 4
    if texts > _MOST_TEXTS:
        return
    for _ in range(texts):
        _, at = _string(body, at)
    if body[at : at + 3] != b"\0\0\0" or _count(body, at + 3) < 1:  # no further header
        return
    _, at = _string(body, at + 7)
    application, at = _string(body, at)
    product, at = _string(body, at)
    parts = body[at] if at < len(body) else 0  # of a localized text: 1 its locale, 2 the text itself
    at += 1
    if parts & 1:
        _, at = _string(body, at)
    name = _string(body, at)[0] if parts & 2 else b""
    for channel, value in (
        ("opcua.application_uri", application),
        ("opcua.product_uri", product),
        ("opcua.application", name),
    ):
        if value:
            yield Observation(channel, text(value), raw=value[:LONGEST])


def _count(body: bytes, at: int) -> int:
    """A signed length, -1 (nothing) as 0; 0 as well where the captured bytes end."""
    number = int.from_bytes(body[at : at + 4], "little", signed=True) if at + 4 <= len(body) else 0
    if number < -1:
        raise Malformed("OPC UA length is negative")
    return max(number, 0)


def _string(body: bytes, at: int) -> tuple[bytes, int]:
    """The string at `at` and where the next value starts; b"" for one that goes on beyond the captured bytes."""
    size = _count(body, at)
    end = at + 4 + size
    return (body[at + 4 : end] if end <= len(body) else b""), end
