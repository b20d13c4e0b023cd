"""DJI's link between a drone or camera and its app over Wi-Fi, UDP ports 9003 (aircraft) and 9004 (Pocket).

Eight bytes of head, little-endian: length of the datagram with its highest bit set, session, sequence, kind, exclusive or of
the seven bytes before. Kinds 1 to 3 (telemetry, video) only the drone sends, 4 to 6 (acknowledgement, command) only the app;
both begin with 0. What they carry is not read: telemetry holds positions.
Sources: samuelsadok/dji_protocol udp_protocol.md; a second public program for port 9004 that agrees.
"""

from collections.abc import Iterator
from functools import reduce
from operator import xor

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("dji.link", "what a DJI drone or camera sends its app: a greeting, telemetry, video"),
    Channel("dji.query", "an app greets or steers a DJI drone or camera"),
)
_PORTS = (9003, 9004)
WANTS = (Udp(ports=_PORTS),)

_HEAD = 8
_GREETINGS = (8, 9, 48)  # bytes: two forms of the answer, the app's
_LEAST = 20  # bytes of what carries anything
_DRONE = {1: "telemetry", 2: "video", 3: "telemetry"}
_APP = {4: "acknowledgement", 5: "command", 6: "acknowledgement"}


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of one datagram."""
    size, head = len(frame.payload), frame.payload[:_HEAD]
    if size < _HEAD or frame.cut or int.from_bytes(head[:2], "little") != size | 0x8000 or reduce(xor, head):
        return
    answers = frame.src_port in _PORTS
    if answers == (frame.dst_port in _PORTS):
        return  # nobody can tell who is who
    kinds = _DRONE if answers else _APP
    said = kinds.get(head[6], "") if size > _LEAST else ""
    if not any(head[4:7]) and size in _GREETINGS and answers == (size < _LEAST):
        said = "greeting"
    if said:
        channel, role = ("dji.link", Role.SELF) if answers else ("dji.query", Role.ASKED)
        yield Observation(channel, said, role, head)
