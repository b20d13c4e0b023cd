"""Bluetooth LE advertisements: who defined the data a device broadcasts, and its name.

Company identifiers and the services of members (16-bit UUIDs from 0xfc00) are assigned by the Bluetooth SIG: they name who
defined a format, which others may use too (a beacon in Apple's format is seldom Apple's). Only public addresses get here as
senders; what a random address says belongs to no device we could name. MiBeacon, the service data of 0xfe95, carries a
product number: frame control, product, counter. Sources: Bluetooth Core Specification Supplement 11, part A;
Bluetooth SIG Assigned Numbers; MiEcosystem/mijia_ble_common mible_beacon.h.
"""

from collections.abc import Iterator

from scanner.capture.frames import BLE, Frame
from scanner.capture.wants import EtherType
from scanner.model import Channel, Observation
from scanner.wire.elements import advertising_structures
from scanner.wire.text import text

CHANNELS = (
    Channel("ble.company", "company identifier of manufacturer specific data, as the Bluetooth SIG assigns them"),
    Channel("ble.service", "16-bit service UUID that is announced or has data"),
    Channel("ble.name", "local name"),
    Channel("ble.mibeacon_product", "product number in a MiBeacon"),
)
WANTS = tuple(EtherType(BLE | kind) for kind in (0, 2, 4, 6, 7))  # the packets that carry data

_SOME_SERVICES, _ALL_SERVICES, _SHORT_NAME, _NAME, _SERVICE_DATA, _MANUFACTURER_DATA = 2, 3, 8, 9, 0x16, 0xFF
_MIBEACON = b"\x95\xfe"


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one advertisement. Raises Malformed if its structures do not fit."""
    if not frame.src_mac:
        return
    for kind, content in advertising_structures(frame.payload):
        if kind in (_SHORT_NAME, _NAME):
            if name := content.rstrip(b"\0"):
                yield Observation("ble.name", text(name), raw=name)
        elif kind in (_SOME_SERVICES, _ALL_SERVICES):
            for at in range(0, len(content) - 1, 2):
                yield _assigned("ble.service", content[at : at + 2])
        elif len(content) >= 2 and kind == _MANUFACTURER_DATA:
            yield _assigned("ble.company", content[:2])
        elif len(content) >= 2 and kind == _SERVICE_DATA:
            yield _assigned("ble.service", content[:2])
            if content.startswith(_MIBEACON) and len(content) >= 7:
                yield _assigned("ble.mibeacon_product", content[4:6])


def _assigned(channel: str, raw: bytes) -> Observation:
    """A number of two bytes, sent low byte first, as the assigned numbers print it."""
    return Observation(channel, f"0x{raw[1]:02x}{raw[0]:02x}", raw=raw)
