"""PPPoE discovery: access concentrators name themselves and their services (RFC 2516, section 5 and appendix A).

Ethernet type 0x8863. An offer or confirmation (PADO, PADS) is the concentrator's; a PADI or PADR asks. Cookies, relay and
host tags are never read.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("pppoe.ac_name", "PPPoE name of the access concentrator"),
    Channel("pppoe.service", "PPPoE service an access concentrator offers"),
    Channel("pppoe.vendor", "IANA enterprise number in a PPPoE vendor-specific tag, decimal"),
    Channel("pppoe.query", 'the PPPoE service a client wants, "any" where it names none'),
)
WANTS = (EtherType(0x8863),)

_HEADER = 6
_PADI, _PADO, _PADR, _PADS = 0x09, 0x07, 0x19, 0x65
_END, _SERVICE, _NAME, _VENDOR = 0x0000, 0x0101, 0x0102, 0x0105
_MOST = 64


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if a tag does not fit."""
    payload = frame.payload
    if len(payload) < _HEADER or payload[0] != 0x11 or payload[1] not in (_PADI, _PADO, _PADR, _PADS):
        return
    end = _HEADER + int.from_bytes(payload[4:6], "big")
    if end > len(payload) and not frame.cut:
        raise Malformed("PPPoE longer than its frame")
    offers = payload[1] in (_PADO, _PADS)
    at = _HEADER
    for _ in range(_MOST):
        if at + 4 > min(end, len(payload)):
            return
        kind, size = int.from_bytes(payload[at : at + 2], "big"), int.from_bytes(payload[at + 2 : at + 4], "big")
        at += 4 + size
        if at > end:
            raise Malformed("PPPoE tag longer than its message")
        if kind == _END or at > len(payload):
            return
        yield from _fact(kind, payload[at - size : at], offers=offers)


def _fact(kind: int, value: bytes, *, offers: bool) -> Iterator[Observation]:
    shown = value.strip(b" \0")
    if kind == _VENDOR and len(value) >= 4 and not value[0]:
        yield Observation("pppoe.vendor", str(int.from_bytes(value[:4], "big")), raw=value[:4])
    elif kind == _SERVICE and not offers:
        yield Observation("pppoe.query", text(shown) or "any", Role.ASKED, shown[:LONGEST])
    elif kind in (_SERVICE, _NAME) and offers and shown:
        channel = "pppoe.service" if kind == _SERVICE else "pppoe.ac_name"
        yield Observation(channel, text(shown), raw=shown[:LONGEST])
