"""IGMP: which IPv4 groups a host listens to (RFC 1112, RFC 2236 section 2, RFC 3376 section 4.2).

Listening to a group is no sign of being what others announce there. A host speaks for itself only: routers do not forward
these messages.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Protocol
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.addresses import ip_text

CHANNELS = (Channel("igmp.group", "IPv4 group the sender listens to"),)
WANTS = (Protocol(numbers=(2,)),)

_REPORT1, _REPORT2, _REPORT3 = 0x12, 0x16, 0x22
_EXCLUDE = (2, 4)  # record types "all but these sources"
_SOME = (1, 3, 5)  # "only these sources", or more of them
_MOST = 128


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the records of a report do not fit it."""
    payload = frame.payload
    if len(payload) < 8:
        return
    if payload[0] in (_REPORT1, _REPORT2):
        yield from _group(payload[4:8])
    elif payload[0] == _REPORT3:
        at = 8
        for _ in range(min(int.from_bytes(payload[6:8], "big"), _MOST)):
            if at + 8 > len(payload):
                if frame.cut:
                    return
                raise Malformed("IGMP report ends inside a record")
            sources = int.from_bytes(payload[at + 2 : at + 4], "big")
            if payload[at] in _EXCLUDE or (payload[at] in _SOME and sources):
                yield from _group(payload[at + 4 : at + 8])
            at += 8 + 4 * (sources + payload[at + 1])


def _group(raw: bytes) -> Iterator[Observation]:
    if raw[0] >> 4 == 14:
        yield Observation("igmp.group", ip_text(raw), raw=raw)
