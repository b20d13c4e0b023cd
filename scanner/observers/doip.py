"""DoIP: a vehicle announces itself, or answers who looks for vehicles (ISO 13400-2, sections 7.4 and 9.2).

UDP port 13400, protocol version and its complement, payload type, length. The vehicle identification number names a car
and with it a person: only its first three characters, the maker's (ISO 3780), leave this function. The same goes for the
entity id.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("doip.wmi", "first three characters of the vehicle identification number: the maker"),
    Channel("doip.address", "DoIP logical address of the vehicle's gateway"),
    Channel("doip.query", "a search for vehicles"),
)
WANTS = (Udp(ports=(13400,)),)

_SEARCHES = {1: 0, 2: 6, 3: 17}  # payload type and its length: everybody, by entity id, by identification number
_ANNOUNCEMENT, _LENGTHS = 4, (32, 33)
_VIN = re.compile(rb"[A-HJ-NPR-Z0-9]{17}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram."""
    payload = frame.payload
    if len(payload) < 8 or payload[0] ^ payload[1] != 0xFF:
        return
    kind, size = int.from_bytes(payload[2:4], "big"), int.from_bytes(payload[4:8], "big")
    if size != len(payload) - 8:
        return
    if _SEARCHES.get(kind) == size:
        yield Observation("doip.query", "vehicles", Role.ASKED, payload[2:4])
    elif kind == _ANNOUNCEMENT and size in _LENGTHS and _VIN.match(payload, 8):
        yield Observation("doip.wmi", payload[8:11].decode(), raw=payload[8:11])
        yield Observation("doip.address", f"0x{payload[25:27].hex()}", raw=payload[25:27])
