"""CoAP over UDP: what a host looks for, and the types of resources a device lists (RFC 7252, RFC 6690).

Of a question only the beginning of the path and the host asked for are read: the rest may hold identifiers or tokens. A
device that registers with an LwM2M server names itself in `ep` (OMA LwM2M, transport binding, section 6.4.1).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("coap.query", "the beginning of the path a CoAP client asks for"),
    Channel("coap.host", "CoAP Uri-Host of a question"),
    Channel("coap.endpoint", "name under which an LwM2M client registers"),
    Channel("coap.resource", "a resource type a CoAP server lists in link format"),
)
WANTS = (Udp(ports=(5683,)),)

_HEAD, _END = 4, 0xFF
_GET, _POST, _CONTENT = 0x01, 0x02, 0x45
_URI_HOST, _URI_PATH, _CONTENT_FORMAT, _URI_QUERY = 3, 11, 12, 15
_LINK_FORMAT = b"\x28"
_MOST_OPTIONS, _MOST_TYPES = 32, 16
_DISCOVERY = (b".well-known", b"oic")  # paths of which the second part tells what is looked for
_TYPES = re.compile(rb';rt="([^"]{1,255})"')


class _Message(NamedTuple):
    """options: (number, value) in their order; content: what follows them."""

    code: int
    options: list[tuple[int, bytes]]
    content: bytes

    def all(self, number: int) -> list[bytes]:
        return [value for known, value in self.options if known == number]


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if its options run past the end."""
    data = frame.payload
    if len(data) < _HEAD or data[0] >> 6 != 1 or data[0] & 0x0F > 8 or frame.cut:
        return
    if frame.dst_port == 5683 and data[1] in (_GET, _POST):
        yield from _request(_read(data))
    elif frame.src_port == 5683 and data[1] == _CONTENT:
        message = _read(data)
        if message.all(_CONTENT_FORMAT) == [_LINK_FORMAT]:
            kinds = [kind for types in _TYPES.findall(message.content) for kind in types.split()]
            for kind in list(dict.fromkeys(kinds))[:_MOST_TYPES]:
                yield Observation("coap.resource", text(kind), raw=kind)


def _request(message: _Message) -> Iterator[Observation]:
    path = message.all(_URI_PATH)
    if path:
        shown = b"/" + b"/".join(path[: 1 + (path[0] in _DISCOVERY)])
        yield Observation("coap.query", text(shown), Role.ASKED, path[0][:LONGEST])
    for host in message.all(_URI_HOST)[:1]:
        if name := text(host.lower()).rstrip("."):
            yield Observation("coap.host", name, Role.ASKED, host[:LONGEST])
    if message.code == _POST and path == [b"rd"]:
        for query in message.all(_URI_QUERY):
            if query.startswith(b"ep=") and len(query) > 3:
                yield Observation("coap.endpoint", text(query[3:]), raw=query[:LONGEST])


def _read(data: bytes) -> _Message:
    """Options and content (RFC 7252, section 3). The number of an option is told as the distance from the one before."""
    at = _HEAD + (data[0] & 0x0F)
    if at > len(data):
        raise Malformed("CoAP token runs past the end")
    options: list[tuple[int, bytes]] = []
    number = 0
    while at < len(data) and data[at] != _END:
        if len(options) == _MOST_OPTIONS:
            raise Malformed("CoAP message with too many options")
        delta, size = data[at] >> 4, data[at] & 0x0F
        delta, at = _extended(data, at + 1, delta)
        size, at = _extended(data, at, size)
        if at + size > len(data):
            raise Malformed("CoAP option runs past the end")
        number += delta
        options.append((number, data[at : at + size]))
        at += size
    return _Message(data[1], options, data[at + 1 :])


def _extended(data: bytes, at: int, value: int) -> tuple[int, int]:
    """A distance or length that may go on in one or two more bytes (section 3.1), and where it ends."""
    if value < 13:
        return value, at
    width = value - 12
    if width > 2 or at + width > len(data):
        raise Malformed("CoAP option head is broken")
    return int.from_bytes(data[at : at + width], "big") + (13 if width == 1 else 269), at + width
