"""RTSP 1.0 heads: what a camera's stream server calls itself, and which software a viewer is (RFC 2326, sections 4 to 7).

Only Server, User-Agent and the realm of WWW-Authenticate are ever read: never credentials, session numbers or the URL
(it may hold a password). A message with a Via field comes from a relay, so it says nothing about the sender.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation
from scanner.wire import heads
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("rtsp.server", "RTSP Server of an answer"),
    Channel("rtsp.realm", "RTSP authentication realm of an answer"),
    Channel("rtsp.user_agent", "RTSP User-Agent of a request: the viewer's software"),
)
_METHODS = (
    "OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "RECORD",
)  # fmt: skip
WANTS = (Tcp(prefixes=(b"RTSP/1.0 ", *(method.encode() + b" " for method in _METHODS)), size=heads.size),)

_REQUEST = re.compile(rb"[A-Z_]+ \S+ RTSP/1\.0")
_STATUS = re.compile(rb"RTSP/1\.0 [1-5][0-9][0-9](?: |$)")
_REALM = re.compile(rb'realm *= *"([^"\\]{1,255})"', re.IGNORECASE)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of one message as far as it is here. Raises Malformed on a NUL in the head."""
    if b"RTSP/1.0" not in frame.payload[: heads.LONGEST_HEAD]:
        return  # the same methods open messages of HTTP and SIP
    head = heads.read(frame.payload, whole=False)
    if head.value(b"via"):
        return
    if _STATUS.match(head.start):
        if server := head.value(b"server"):
            yield Observation("rtsp.server", text(server), raw=server[:LONGEST])
        for name, value in head.fields:
            if name == b"www-authenticate" and (match := _REALM.search(value)):
                yield Observation("rtsp.realm", text(match[1]), raw=match[1])
    elif _REQUEST.fullmatch(head.start) and (agent := head.value(b"user-agent")):
        yield Observation("rtsp.user_agent", text(agent), raw=agent[:LONGEST])
