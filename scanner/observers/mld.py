"""MLD: which IPv6 groups a host listens to (RFC 2710 section 3, RFC 3810 section 5.2; ICMPv6 types 131 and 143).

Groups of solicited nodes (RFC 4291 section 2.7.1) are left out: every host listens to one for each of its addresses.
Listening to a group is no sign of being what others announce there.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Icmp6
from scanner.model import Channel, Observation
from scanner.wire import groups
from scanner.wire.addresses import ip_text

CHANNELS = (Channel("mld.group", "IPv6 group the sender listens to"),)
_REPORT1, _REPORT2 = 131, 143
WANTS = (Icmp6(types=(_REPORT1, _REPORT2)),)

_SOLICITED = bytes.fromhex("ff0200000000000000000001ff")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the records of a report do not fit it."""
    payload = frame.payload
    if len(payload) < 8:
        return
    if payload[0] == _REPORT1 and len(payload) >= 24:
        yield from _group(payload[8:24])
    elif payload[0] == _REPORT2:
        for group in groups.joined(payload, 16, "MLD", cut=frame.cut):
            yield from _group(group)


def _group(raw: bytes) -> Iterator[Observation]:
    if raw[0] == 0xFF and not raw.startswith(_SOLICITED):
        yield Observation("mld.group", ip_text(raw), raw=raw)
