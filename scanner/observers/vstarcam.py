"""VStarcam's search for cameras, fixed fields in broadcasts on UDP port 8600.

A question is the four bytes 44 48 01 01. An answer begins 44 48 01 08: five addresses as text of 16 bytes, MAC, port, serial
number of 32 bytes, name of 80, firmware. What lies behind may hold user and password of some firmware: it is never read.
Sources: julienblitte/UniversalScanner Vstarcam.cs; python-dvr 0.0.1 DeviceManager.py.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac, mac_text
from scanner.wire.text import text

CHANNELS = (
    Channel("vstarcam.name", "device name in an answer to VStarcam's search"),
    Channel("vstarcam.serial", "serial number in an answer to VStarcam's search"),
    Channel("vstarcam.firmware", "firmware in an answer to VStarcam's search"),
    Channel("vstarcam.mac", "the MAC address a camera says it has in VStarcam's search"),
    Channel("vstarcam.ip", "the IPv4 address a camera says it has in VStarcam's search"),
    Channel("vstarcam.query", "a search of VStarcam's kind"),
)
WANTS = (Udp(ports=(8600,)),)

_QUESTION, _ANSWER = b"\x44\x48\x01\x01", b"\x44\x48\x01\x08"
_LEAST = 0x100
_TEXTS = (
    ("vstarcam.serial", 0x5C, 0x7C),
    ("vstarcam.name", 0x7C, 0xCC),
    ("vstarcam.firmware", 0xCC, 0xEC),
)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an answer is short or names no address."""
    payload = frame.payload
    if payload == _QUESTION:
        yield Observation("vstarcam.query", "search", Role.ASKED, payload)
        return
    if not payload.startswith(_ANSWER) or frame.cut:
        return
    written, mac = _until_nul(payload[0x04:0x14]), mac_text(payload[0x54:0x5A])
    ip = host_ip(text(written))
    if len(payload) < _LEAST or not ip or not is_host_mac(mac):
        raise Malformed("VStarcam answer is short, or names no address")
    yield Observation("vstarcam.mac", mac, raw=payload[0x54:0x5A])
    yield Observation("vstarcam.ip", ip, raw=written)
    for channel, begin, end in _TEXTS:
        if raw := _until_nul(payload[begin:end]):
            yield Observation(channel, text(raw), raw=raw)


def _until_nul(field: bytes) -> bytes:
    return field.split(b"\0")[0].strip()
