"""TFTP requests: the file a host asks a server for when it starts or is set up (RFC 1350, section 5; RFC 2347).

Phones and network devices ask for a file whose name tells the maker. What the file holds is never read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (Channel("tftp.query", "name of a file a host wants to read or write over TFTP"),)
WANTS = (Udp(ports=(69,)),)

_REQUEST = re.compile(rb"\0[\1\2]([^\0]{1,255})\0(?:netascii|octet|mail)\0", re.IGNORECASE)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one request."""
    if frame.dst_port == 69 and (match := _REQUEST.match(frame.payload)):
        yield Observation("tftp.query", text(match[1]), Role.ASKED, match[1])
