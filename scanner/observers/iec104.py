"""IEC 60870-5-104: stations of power grids and plants that report to a control centre (Wireshark packet-iec104.c).

TCP port 2404 is the controlled station's. A unit is 68, length, four bytes of control and, in numbered ones, the data: type,
number of objects, cause (2), address of the station (2), objects. Many units may stand in one segment. The protocol names no
maker; that a host is such a station, and under which address, says what it is.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("iec104.station", "address of a controlled station of IEC 60870-5-104"),
    Channel("iec104.query", "a control centre starts the transfer of data, or gives a command"),
)
_PORT = 2404
WANTS = (TcpPort(ports=(_PORT,)),)

_START = b"\x68"
_CONTROL, _LEAST_DATA, _LONGEST = 4, 10, 253  # bytes: control fields; data before its objects, with them; a unit
_MOST = 64  # units of a segment that are looked at
_START_TRANSFER = b"\x07\0\0\0"
_REPORTS = frozenset((*range(1, 22), *range(30, 41), 70))  # types of data a controlled station sends (IEC 60870-5-101, 7.2.1)
_COMMANDS = frozenset((*range(45, 52), *range(58, 65), *range(100, 108)))
_CAUSES = frozenset((*range(1, 14), *range(20, 42), *range(44, 48)))
_NOBODY, _EVERYBODY = 0, 0xFFFF


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the units a segment begins with. Raises Malformed if a unit has a length none can have."""
    payload = frame.payload
    at, stations = 0, set()
    for _ in range(_MOST):
        if payload[at : at + 1] != _START or at + 2 + _CONTROL > len(payload):
            return
        size = payload[at + 1]
        if not _CONTROL <= size <= _LONGEST:
            raise Malformed("IEC 104 unit with an impossible length")
        unit = payload[at + 2 : at + 2 + size]
        if len(unit) < size:
            return  # it goes on in the next segment
        if frame.src_port == _PORT:
            station = _station(unit)
            if station and station not in stations:
                stations.add(station)
                yield Observation("iec104.station", str(station), raw=unit[_CONTROL : _CONTROL + 6])
        elif asked := _asked(unit):
            yield Observation("iec104.query", asked, Role.ASKED, unit[: _CONTROL + 1])
            return
        at += 2 + size


def _station(unit: bytes) -> int:
    """The address in a report of a controlled station, 0 if this is none."""
    if not _numbered(unit, _REPORTS):
        return _NOBODY
    address = int.from_bytes(unit[_CONTROL + 4 : _CONTROL + 6], "little")
    return address if address != _EVERYBODY else _NOBODY


def _asked(unit: bytes) -> str:
    if unit == _START_TRANSFER:
        return "start of data transfer"
    return f"command of type {unit[_CONTROL]}" if _numbered(unit, _COMMANDS) else ""


def _numbered(unit: bytes, types: frozenset[int]) -> bool:
    """Whether this is data of one of the types: a numbered unit, with objects, and a cause there is."""
    return (
        len(unit) > _LEAST_DATA
        and not unit[0] & 1
        and not unit[2] & 1
        and unit[_CONTROL] in types
        and bool(unit[_CONTROL + 1] & 0x7F)
        and unit[_CONTROL + 2] & 0x3F in _CAUSES
    )
