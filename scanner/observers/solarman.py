"""Solarman V5: solar data loggers of IGEN Tech, asked on TCP port 8899 and reporting to their cloud on port 10000.

A message is a5, length (little-endian), 10, code, sequence (2), serial number of the logger (little-endian), body, sum of
the bytes, 15. The code gives the direction: 15 answers the client's 45; 41, 42, 43, 47 and 48 a logger sends by itself,
and 11 to 18 the cloud replies. Sources: pysolarmanv5 3.0.6; 0xb1ff/solarman-dissector.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("solarman.logger", "serial number of a Solarman data logger"),
    Channel("solarman.query", "a request to a Solarman data logger"),
)
WANTS = (TcpPort(ports=(8899, 10000)),)

_AROUND = 13  # bytes of a message besides its body
_LOGGER = frozenset((0x15, 0x41, 0x42, 0x43, 0x47, 0x48))
_CLIENT = 0x45


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the message a segment begins with. Raises Malformed if its sum is wrong.

    A message that goes on in the next segment is left alone: what is here could be any data.
    """
    payload = frame.payload
    if payload[:1] != b"\xa5" or payload[3:4] != b"\x10" or len(payload) < _AROUND:
        return
    end = _AROUND + int.from_bytes(payload[1:3], "little")
    code, serial = payload[4], int.from_bytes(payload[7:11], "little")
    if (code not in _LOGGER and code != _CLIENT) or len(payload) < end or payload[end - 1] != 0x15:
        return
    if sum(payload[1 : end - 2]) & 0xFF != payload[end - 2]:
        raise Malformed("Solarman checksum is wrong")
    if code == _CLIENT:
        yield Observation("solarman.query", "request", Role.ASKED, payload[:11])
    elif serial:
        yield Observation("solarman.logger", str(serial), raw=payload[:11])
