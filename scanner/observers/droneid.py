"""DroneID: what DJI's Wi-Fi drones broadcast of themselves in beacons.

A vendor specific element of organisation 26:37:12 (a locally administered number, in no registry): three bytes, a
subcommand, then a record. 0x10 is telemetry: version, sequence, state, 16 bytes of serial number, positions; 0x11 is what
the pilot entered: serial number, id, purpose. Only the serial number is kept: positions and texts tell of the pilot.
Source: kismetwireless/kismet dot11_parsers/dot11_ie_221_dji_droneid.h and .cc.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import WIFI, Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.elements import BEACON, vendor_elements
from scanner.wire.text import text

CHANNELS = (
    Channel("droneid.message", "kind of DJI DroneID message"),
    Channel("droneid.serial", "DJI DroneID serial number"),
)
WANTS = (EtherType(WIFI | BEACON),)

_ORGANISATION = bytes.fromhex("263712")
_SUBCOMMAND = 3
_MESSAGES = {0x10: ("telemetry", 9, 58), 0x11: ("flight purpose", 4, 32)}
"""By subcommand: name, where the serial number lies, the least length up to the last field of fixed size."""
_SERIAL = re.compile(rb"[0-9A-Za-z]{8,16}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one beacon. Raises Malformed if a message is shorter than its fields."""
    for record in vendor_elements(BEACON, frame.payload, _ORGANISATION, cut=frame.cut):
        message = _MESSAGES.get(record[_SUBCOMMAND]) if len(record) > _SUBCOMMAND else None
        if message is None:
            continue
        name, at, least = message
        if len(record) < least:
            raise Malformed("DroneID message is too short")
        yield Observation("droneid.message", name, raw=_ORGANISATION + record[: _SUBCOMMAND + 1])
        serial = record[at : at + 16].rstrip(b"\0")
        if _SERIAL.fullmatch(serial):  # empty where the owner has switched it off
            yield Observation("droneid.serial", text(serial), raw=serial)
