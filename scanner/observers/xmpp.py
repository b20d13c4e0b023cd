"""XMPP: the domain a client wants to talk to, in the head of its stream (RFC 6120, section 4.7.2).

TCP ports 5222 and 5223, in clear until encryption is agreed on. Robot cleaners of Ecovacs did all their talk this way (sucks
0.9.6, protocol.md). Who the client is (`from`) is a person's address and not read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (Channel("xmpp.server", "domain an XMPP client wants to talk to, in lower case"),)
_PORTS = (5222, 5223)
WANTS = (TcpPort(ports=_PORTS),)

_STREAM = re.compile(rb"(?:<\?xml [^>]{0,64}\?>)?\s{0,8}<stream:stream\s([^>]{1,512})>")
_TO = re.compile(rb"""(?:^|\s)to=(?:'([^']{1,255})'|"([^"]{1,255})")""")
_DOMAIN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9-]*\.[A-Za-z0-9.-]+")
_CLIENT = b"jabber:client"


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of a client's stream, if a segment begins with it."""
    if frame.dst_port not in _PORTS or not (head := _STREAM.match(frame.payload)) or _CLIENT not in head[1]:
        return
    if target := _TO.search(head[1]):
        name = target[1] or target[2]
        if _DOMAIN.fullmatch(name):
            yield Observation("xmpp.server", text(name.lower()).rstrip("."), Role.ASKED, name)
