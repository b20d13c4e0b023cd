"""HTTP/1 heads: whom a client asks and with which software, and what a server calls itself (RFC 9110, RFC 9112).

Only Host, User-Agent, Server, the realm of WWW-Authenticate and the title of a page are ever read: never credentials,
cookies or the request target. A message with a Via field comes from a relay: what it says of its software is not about the
sender.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation, Role
from scanner.wire import heads
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("http.host", "HTTP Host of a request, without its port"),
    Channel("http.user_agent", "HTTP User-Agent of a request"),
    Channel("http.server", "HTTP Server of an answer"),
    Channel("http.realm", "HTTP authentication realm of an answer"),
    Channel("http.title", "title of an HTML page, in its first 16 KiB"),
)
_METHODS = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "CONNECT", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY")


def _size(payload: bytes) -> int:
    """A head, and the beginning of an HTML page until its title is there."""
    return heads.size(payload, b"html", (b"</title", b"</TITLE", b"<body"))


WANTS = (Tcp(prefixes=(b"HTTP/1.", *(method.encode() + b" " for method in _METHODS)), size=_size),)

_REQUEST = re.compile(rb"[A-Z]+ \S+ HTTP/1\.[01]")
_STATUS = re.compile(rb"HTTP/1\.[01] [1-5][0-9][0-9](?: |$)")
_TITLE = re.compile(rb"<title[^>]{0,100}>([^<]{1,300})</title", re.IGNORECASE)
_PAGE = 1 << 14  # bytes of an answer in which a title is looked for
_REALM = re.compile(rb'realm *= *(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))', re.IGNORECASE)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of one message as far as it is here. Raises Malformed on a NUL in the head."""
    head = heads.read(frame.payload, whole=False)
    if _STATUS.match(head.start):
        yield from _answer(head)
        title = _TITLE.search(frame.payload.partition(b"\r\n\r\n")[2][:_PAGE])
        if title and title[1].split() and not head.value(b"via"):
            yield Observation("http.title", text(b" ".join(title[1].split())), raw=title[1][:LONGEST])
    elif _REQUEST.fullmatch(head.start):
        yield from _request(head)


def _request(head: heads.Head) -> Iterator[Observation]:
    relayed = bool(head.value(b"via"))
    for name, value in head.fields:
        if name == b"host" and (shown := text((host := heads.host(value)).lower()).rstrip(".")):
            yield Observation("http.host", shown, Role.ASKED, host[:LONGEST])
        elif name == b"user-agent" and value and not relayed:
            yield Observation("http.user_agent", text(value), raw=value[:LONGEST])


def _answer(head: heads.Head) -> Iterator[Observation]:
    if head.value(b"via"):
        return
    for name, value in head.fields:
        if name == b"server" and value:
            yield Observation("http.server", text(value), raw=value[:LONGEST])
        elif name == b"www-authenticate" and (match := _REALM.search(value)):
            realm = match[1] or match[2] or b""
            if realm:
                yield Observation("http.realm", text(re.sub(rb"\\(.)", rb"\1", realm)), raw=realm[:LONGEST])
