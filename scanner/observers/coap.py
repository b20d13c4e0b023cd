"""CoAP over UDP: what a host looks for, and the types of resources a device lists (RFC 7252, RFC 6690).

Of a question only the beginning of the path and the host asked for are read: the rest may hold identifiers or tokens. A
device that registers with an LwM2M server names itself in `ep` (OMA LwM2M 1.1, core, section 6.3; transport binding, section
6.4.1). Behind a cellular module that is mostly the IMEI, some platforms add the subscriber's numbers: of such a name only the
type allocation code is kept.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire import coap, imei
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("coap.query", "the beginning of the path a CoAP client asks for"),
    Channel("coap.host", "CoAP Uri-Host of a question"),
    Channel("coap.endpoint", "name under which an LwM2M client registers"),
    Channel("coap.tac", "type allocation code (of the IMEI) of a cellular device that registers as LwM2M client"),
    Channel("coap.resource", "a resource type a CoAP server lists in link format"),
)
WANTS = (Udp(ports=(5683,)),)

_LINK_FORMAT = b"\x28"
_MOST_TYPES = 16
_DISCOVERY = (b".well-known", b"oic")  # paths of which the second part tells what is looked for
_TYPES = re.compile(rb';rt="([^"]{1,255})"')
_PERSONAL = re.compile(r"\d{15}|msisdn|imsi", re.IGNORECASE)  # numbers of a subscriber, or of one device


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if its options run past the end."""
    data = frame.payload
    code = -1 if frame.cut else coap.code(data)
    if frame.dst_port == 5683 and code in (coap.GET, coap.POST):
        yield from _request(coap.read(data))
    elif frame.src_port == 5683 and code == coap.CONTENT:
        message = coap.read(data)
        if message.all(coap.CONTENT_FORMAT) == [_LINK_FORMAT]:
            kinds = [kind for types in _TYPES.findall(message.content) for kind in types.split()]
            for kind in list(dict.fromkeys(kinds))[:_MOST_TYPES]:
                yield Observation("coap.resource", text(kind), raw=kind)


def _request(message: coap.Message) -> Iterator[Observation]:
    path = message.all(coap.URI_PATH)
    if path:
        shown = b"/" + b"/".join(path[: 1 + (path[0] in _DISCOVERY)])
        yield Observation("coap.query", text(shown), Role.ASKED, path[0][:LONGEST])
    for host in message.all(coap.URI_HOST)[:1]:
        if name := text(host.lower()).rstrip("."):
            yield Observation("coap.host", name, Role.ASKED, host[:LONGEST])
    if message.code == coap.POST and path == [b"rd"]:
        for query in message.all(coap.URI_QUERY):
            if query.startswith(b"ep=") and len(query) > 3:
                yield from _endpoint(query)


def _endpoint(query: bytes) -> Iterator[Observation]:
    name = text(query[3:])
    if not _PERSONAL.search(name):
        yield Observation("coap.endpoint", name, raw=query[:LONGEST])
    elif code := imei.split(name)[0]:
        yield Observation("coap.tac", code, raw=code.encode("ascii"))
