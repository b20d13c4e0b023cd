"""GT06: the login of GPS trackers after Concox's protocol, which many makers of trackers use, over TCP on any port.

78 78, length, 01, IMEI (BCD, 8 bytes), [type (2), time zone (2)], sequence (2), CRC, 0d 0a. The CRC (X.25) runs from the
length to the sequence. Of an IMEI only the type allocation code is kept: the whole number is one person's tracker.
Sources: scapy 2.8.0 contrib/concox.py; traccar/traccar Gt06ProtocolDecoder.java.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire import crc, imei

CHANNELS = (Channel("gt06.tac", "type allocation code (of the IMEI) of a GPS tracker that logs in"),)
_SIZES = {0x0D: 18, 0x11: 22}  # of the whole message, by its length field
WANTS = (Tcp(prefixes=tuple(b"\x78\x78" + bytes((size, 1)) for size in _SIZES)),)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read a login. Raises Malformed if its CRC or the check digit of the IMEI is wrong."""
    payload = frame.payload
    if payload[:2] != b"\x78\x78" or payload[3:4] != b"\x01":
        return
    end = _SIZES.get(payload[2])
    if not end or payload[end - 2 : end] != b"\r\n":
        return
    digits = payload[4:12].hex()
    if digits[0] != "0" or not digits.isdecimal():
        return
    code = imei.type_code(digits[1:])
    if crc.reflected(payload[2 : end - 4], crc.X25) ^ 0xFFFF != int.from_bytes(payload[end - 4 : end - 2], "big") or not code:
        raise Malformed("GT06 checksum is wrong")
    yield Observation("gt06.tac", code, raw=payload[:8])
