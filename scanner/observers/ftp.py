"""FTP greetings: what a server says of itself before anybody logs in (RFC 959, sections 4.2 and 5.4).

Only replies with code 220 from port 21 are read, and never a command: that is where names and passwords travel.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.model import Channel, Observation
from scanner.wire.text import LONGEST, text

CHANNELS = (Channel("ftp.banner", "the first line of an FTP greeting that says something, without its code"),)
WANTS = (TcpPort(ports=(21,)),)

_MOST_LINES = 20
_CODE = re.compile(rb"220[ -]|[ \t]")  # a line of a longer reply may stand without the code
_TELLING = re.compile(rb"[A-Za-z]{2}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read a greeting; a line that goes on in the next segment is left alone."""
    payload = frame.payload
    if frame.src_port != 21 or not payload.startswith((b"220 ", b"220-")):
        return
    for line in payload.split(b"\n", _MOST_LINES)[:-1]:
        said = (line[4:] if line.startswith(b"220") else line).strip()
        if not _CODE.match(line):
            return  # the reply is over
        if _TELLING.search(said):
            yield Observation("ftp.banner", text(said), raw=said[:LONGEST])
            return
