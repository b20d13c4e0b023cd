"""Tello drones (Ryze, with DJI's flight control): state texts from UDP port 8889 to port 8890, commands to port 8889.

A state is "name:number;" over and over. Of the commands only "command" is read, which opens the conversation: others carry
Wi-Fi passwords. Source: djitellopy 2.5.0 tello.py; Tello SDK 2.0 User Guide, "Tello state".
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("tello.state", "a Tello drone reports its state, and by which edition of its protocol"),
    Channel("tello.query", "an app that wants to steer a Tello drone"),
)
_COMMANDS, _STATES = 8889, 8890
WANTS = (Udp(ports=(_COMMANDS, _STATES)),)

_NUMBER = rb"-?[0-9]{1,6}(?:\.[0-9]{1,3})?"
_FIELDS = (
    b"pitch", b"roll", b"yaw", b"vgx", b"vgy", b"vgz", b"templ", b"temph", b"tof", b"h", b"bat", b"baro", b"time",
    b"agx", b"agy", b"agz",
)  # fmt: skip
_STATE = re.compile(
    rb"(mid:"
    + _NUMBER
    + rb";[a-z0-9:;,.-]{0,80}?)?"
    + b"".join(name + b":" + _NUMBER + b";" for name in _FIELDS)
    + rb"\s{0,4}"
)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram."""
    payload = frame.payload
    if frame.dst_port == _COMMANDS and payload == b"command":
        yield Observation("tello.query", "command", Role.ASKED, payload)
    elif frame.dst_port == _STATES and not frame.cut and len(payload) < 512 and (match := _STATE.fullmatch(payload)):
        yield Observation("tello.state", "SDK 2" if match[1] else "SDK 1", raw=payload[:24])
