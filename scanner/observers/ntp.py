"""NTP: servers that have a clock of their own, and what an NTP program says it runs on (RFC 5905, RFC 9327).

An answer of a server whose stratum is 1 names its source of time in four letters: GPS, GNSS, DCF, PPS. From stratum 2 on the
same field is somebody else's address. A control message (mode 6) that reads the variables of the system is answered with
program, processor and operating system. What clients ask says how old their program is, nothing of whose they are.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("ntp.clock", "source of time of an NTP server that has a clock of its own"),
    Channel("ntp.version", "program and version of an NTP server"),
    Channel("ntp.system", "operating system of an NTP server"),
    Channel("ntp.processor", "processor of an NTP server"),
    Channel("ntp.query", "somebody asks for the time, by NTP version, or for a server's variables"),
)
_PORT = 123
WANTS = (Udp(ports=(_PORT,)),)

_LEAST = 48
_CLIENT, _SERVER, _BROADCAST, _CONTROL = 3, 4, 5, 6
_CLOCK = re.compile(rb"[A-Za-z][A-Za-z0-9.]{0,3}\0{0,3}")
_HEAD = 12  # of a control message
_ANSWER, _ERROR, _READ_VARIABLES = 0x80, 0x40, 2
_VARIABLE = re.compile(rb'(?:^|[\s,])(version|system|processor)="([^"]{1,255})"')


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram."""
    payload = frame.payload
    if len(payload) < _HEAD:
        return
    mode = payload[0] & 7
    if mode == _CONTROL:
        yield from _control(frame)
    elif len(payload) < _LEAST:
        return
    elif mode == _CLIENT and frame.dst_port == _PORT:
        yield Observation("ntp.query", f"time, version {payload[0] >> 3 & 7}", Role.ASKED, payload[:1])
    elif mode in (_SERVER, _BROADCAST) and frame.src_port == _PORT and payload[1] == 1 and _CLOCK.fullmatch(payload[12:16]):
        yield Observation("ntp.clock", text(payload[12:16].rstrip(b"\0")), raw=payload[12:16])


def _control(frame: Frame) -> Iterator[Observation]:
    """Head: version and mode, operation, sequence, status, association, offset, count. Association 0 is the system."""
    payload = frame.payload
    if payload[1] & 0x1F != _READ_VARIABLES or payload[6:8] != b"\0\0":
        return
    if not payload[1] & _ANSWER:
        if frame.dst_port == _PORT:
            yield Observation("ntp.query", "variables", Role.ASKED, payload[:2])
    elif not payload[1] & _ERROR and frame.src_port == _PORT:
        end = _HEAD + int.from_bytes(payload[10:12], "big")
        for name, value in dict(_VARIABLE.findall(payload[_HEAD:end])).items():
            yield Observation(f"ntp.{name.decode('ascii')}", text(value), raw=value)
