"""SOME/IP service discovery: which services a control unit offers or looks for (AUTOSAR FO, PRS_SOMEIPServiceDiscovery).

UDP port 30490, message id 0xFFFF8100. A service's number is the vehicle maker's own; it names no maker.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("someip.offer", "SOME/IP service offered: service, instance"),
    Channel("someip.query", "SOME/IP service looked for: service, instance"),
)
WANTS = (Udp(ports=(30490,)),)

_MESSAGE_ID = b"\xff\xff\x81\0"
_FIXED = b"\1\1\2\0"  # protocol version, interface version, notification, no error
_ENTRIES = 24  # where they start: SOME/IP 16, flags 4, their length 4
_ENTRY = 16
_FIND, _OFFER = 0, 1
_MOST = 64


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if the entries do not fit it."""
    payload = frame.payload
    if len(payload) < _ENTRIES or not payload.startswith(_MESSAGE_ID) or payload[12:16] != _FIXED:
        return
    size = int.from_bytes(payload[20:_ENTRIES], "big")
    if size % _ENTRY or (_ENTRIES + size > len(payload) and not frame.cut):
        raise Malformed("SOME/IP entries do not fit their message")
    end = min(_ENTRIES + size, len(payload), _ENTRIES + _MOST * _ENTRY)
    for at in range(_ENTRIES, end - _ENTRY + 1, _ENTRY):
        kind, lifetime = payload[at], payload[at + 9 : at + 12]
        value = f"0x{payload[at + 4 : at + 6].hex()} 0x{payload[at + 6 : at + 8].hex()}"
        if kind == _FIND:
            yield Observation("someip.query", value, Role.ASKED, payload[at + 4 : at + 8])
        elif kind == _OFFER and any(lifetime):  # none left: the offer is withdrawn
            yield Observation("someip.offer", value, raw=payload[at + 4 : at + 8])
