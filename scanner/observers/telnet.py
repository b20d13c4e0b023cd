"""Telnet greetings: the lines a server shows before it asks for a name (RFC 854, RFC 855).

A telnet server also echoes what is typed, and sends all a session prints. So only two kinds of segment are read, from port
23: one that ends by asking for a name, which nobody has answered yet; and of any other one the lines of a copyright
notice. A segment that speaks of a password or a failed attempt is not the first: of that only the question is kept.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.model import Channel, Observation
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("telnet.banner", "one line a telnet server shows before anybody logs in"),
    Channel("telnet.prompt", "the question with which a telnet server asks for a name"),
)
WANTS = (TcpPort(ports=(23,)),)

_LONGEST_GREETING = 2048  # bytes of a segment that are read
_MOST_LINES = 12
# Interpret as command: an escaped 255, a negotiation of one option, a subnegotiation, or another command of two bytes.
_COMMAND = re.compile(rb"\xff(?:(\xff)|[\xfb-\xfe].|\xfa[^\xff]{0,64}\xff\xf0|[\xf0-\xf9])", re.DOTALL)
_TERMINAL = re.compile(rb"\x1b\[[0-9;?]{0,16}[A-Za-z]|[\0\x07]")
_PROMPT = re.compile(rb"(?:[\w.@() -]{0,64}[ -])?(?:login|user ?name|user|account) ?:", re.IGNORECASE)
_ANSWERED = re.compile(rb"passw|incorrect|invalid|fail|denied|error|wrong|again|reject|bad |logout|exit|quit", re.IGNORECASE)
_COPYRIGHT = (b"copyright", b"(c) 19", b"(c) 20")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read what one segment from a server shows of its greeting."""
    if frame.src_port != 23:
        return
    clear = _TERMINAL.sub(b"", _COMMAND.sub(rb"\1", frame.payload[:_LONGEST_GREETING]))
    lines = [line for line in (part.strip(b" \t*#") for part in clear.replace(b"\r", b"\n").split(b"\n")) if line]
    if not lines:
        return
    if len(frame.payload) <= _LONGEST_GREETING and _PROMPT.fullmatch(lines[-1]):
        prompt = lines.pop()
        shown = [] if any(map(_ANSWERED.search, lines)) else lines[:_MOST_LINES]
        yield Observation("telnet.prompt", text(prompt), raw=prompt)
    else:
        shown = [line for line in lines[:_MOST_LINES] if any(mark in line.lower() for mark in _COPYRIGHT)]
    for line in shown:
        yield Observation("telnet.banner", text(line), raw=line[:LONGEST])
