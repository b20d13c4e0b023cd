"""SMTP greetings: what a mail server says of itself when a client connects (RFC 5321, section 4.2).

Only replies with code 220 from ports 25 and 587 are read: never a command, a name or an address. The date that some
servers put at the end is cut off, or the same server would say something new every second.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.model import Channel, Observation
from scanner.wire.text import LONGEST, text

CHANNELS = (Channel("smtp.banner", "SMTP greeting without its code and date: host name and software"),)
_PORTS = (25, 587)
WANTS = (TcpPort(ports=_PORTS),)

_GREETING = re.compile(rb"220[ -]([^\r\n]{1,508})\r?\n")
_DATE = re.compile(rb"[;,]? *(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:\d|[A-Z][a-z][a-z] )|\d{4}-\d\d-\d\d[ T]\d).*")
_TELLING = re.compile(rb"[A-Za-z]{2}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the first line of a greeting, if this segment holds it whole."""
    match = _GREETING.match(frame.payload) if frame.src_port in _PORTS else None
    said = _DATE.sub(b"", match[1]).strip() if match else b""
    if _TELLING.search(said):
        yield Observation("smtp.banner", text(said), raw=said[:LONGEST])
