"""Growatt's data loggers reporting to their cloud on TCP port 5279.

A message is sequence (2), protocol (2), length (2), unit, function, body, and for protocols 5 and 6 a CRC-16 of all before
it. The length counts from the unit to the end of the body. Bodies of protocols 5 and 6 are masked with the word "Growatt"
over and over. A body begins with the serial number of the logger, in records followed by that of the inverter: 10 bytes
each, 30 in protocol 6. Only what goes to the port is read: the cloud sends the same numbers back.
Sources: johanmeijer/grott grottdata.py, grottserver.py; a public Wireshark dissector for protocol 6 (two files agree).
"""

import re
from collections.abc import Iterator
from itertools import cycle

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire import crc

CHANNELS = (
    Channel("growatt.logger", "serial number of a Growatt data logger"),
    Channel("growatt.inverter", "serial number of the inverter a Growatt data logger reports for"),
)
_PORT = 5279
WANTS = (TcpPort(ports=(_PORT,)),)

_HEADER, _LONGEST = 8, 4096  # of what is summed up byte by byte; records have some hundred
_WIDTH = {2: 10, 5: 10, 6: 30}  # of a serial number, by protocol
_RECORDS = (0x03, 0x04, 0x50)  # announcement, measurements, measurements kept from earlier
_FUNCTIONS = (*_RECORDS, 0x16, 0x18, 0x19)
_SERIAL = re.compile(rb"([0-9A-Z]{10})\0*")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the message a segment begins with. Raises Malformed if its CRC is wrong.

    A message that goes on in the next segment is left alone: what is here could be any data.
    """
    payload = frame.payload
    if frame.dst_port != _PORT or len(payload) < _HEADER or payload[2] or payload[7] not in _FUNCTIONS:
        return
    protocol = payload[3]
    width, end = _WIDTH.get(protocol), 6 + int.from_bytes(payload[4:6], "big")
    if not width or end > _LONGEST or len(payload) < end + (2 if protocol > 2 else 0):
        return
    head = payload[_HEADER : min(end, _HEADER + 2 * width)]
    if protocol > 2:
        if crc.reflected(payload[:end], crc.MODBUS) != int.from_bytes(payload[end : end + 2], "big"):
            raise Malformed("Growatt CRC is wrong")
        head = bytes(byte ^ mask for byte, mask in zip(head, cycle(b"Growatt")))
    channels = ("growatt.logger", "growatt.inverter") if payload[7] in _RECORDS else ("growatt.logger",)
    for at, channel in enumerate(channels):
        match = _SERIAL.fullmatch(head[at * width : (at + 1) * width])
        if not match:
            return
        yield Observation(channel, match[1].decode("ascii"), raw=payload[_HEADER + at * width : _HEADER + (at + 1) * width])
