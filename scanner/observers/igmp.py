"""IGMP: which IPv4 groups a host listens to (RFC 1112, RFC 2236 section 2, RFC 3376 section 4.2).

Listening to a group is no sign of being what others announce there. A host speaks for itself only: routers do not forward
these messages.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Protocol
from scanner.model import Channel, Observation
from scanner.wire import groups
from scanner.wire.addresses import ip_text

CHANNELS = (Channel("igmp.group", "IPv4 group the sender listens to"),)
WANTS = (Protocol(numbers=(2,)),)

_REPORT1, _REPORT2, _REPORT3 = 0x12, 0x16, 0x22


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the records of a report do not fit it."""
    payload = frame.payload
    if len(payload) < 8:
        return
    if payload[0] in (_REPORT1, _REPORT2):
        yield from _group(payload[4:8])
    elif payload[0] == _REPORT3:
        for group in groups.joined(payload, 4, "IGMP", cut=frame.cut):
            yield from _group(group)


def _group(raw: bytes) -> Iterator[Observation]:
    if raw[0] >> 4 == 14:
        yield Observation("igmp.group", ip_text(raw), raw=raw)
