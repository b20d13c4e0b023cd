"""MLD: which IPv6 groups a host listens to (RFC 2710 section 3, RFC 3810 section 5.2; ICMPv6 types 131 and 143).

Groups of solicited nodes (RFC 4291 section 2.7.1) are left out: every host listens to one for each of its addresses.
Listening to a group is no sign of being what others announce there.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Icmp6
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.addresses import ip_text

CHANNELS = (Channel("mld.group", "IPv6 group the sender listens to"),)
_REPORT1, _REPORT2 = 131, 143
WANTS = (Icmp6(types=(_REPORT1, _REPORT2)),)

_SOLICITED = bytes.fromhex("ff0200000000000000000001ff")
_EXCLUDE = (2, 4)  # record types "all but these sources"
_SOME = (1, 3, 5)  # "only these sources", or more of them
_MOST = 128


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the records of a report do not fit it."""
    payload = frame.payload
    if len(payload) < 8:
        return
    if payload[0] == _REPORT1 and len(payload) >= 24:
        yield from _group(payload[8:24])
    elif payload[0] == _REPORT2:
        at = 8
        for _ in range(min(int.from_bytes(payload[6:8], "big"), _MOST)):
            if at + 20 > len(payload):
                if frame.cut:
                    return
                raise Malformed("MLD report ends inside a record")
            sources = int.from_bytes(payload[at + 2 : at + 4], "big")
            if payload[at] in _EXCLUDE or (payload[at] in _SOME and sources):
                yield from _group(payload[at + 4 : at + 20])
            at += 20 + 16 * sources + 4 * payload[at + 1]


def _group(raw: bytes) -> Iterator[Observation]:
    if raw[0] == 0xFF and not raw.startswith(_SOLICITED):
        yield Observation("mld.group", ip_text(raw), raw=raw)
