"""Foscam's search for cameras ("MO_I"), fixed fields in broadcasts on UDP port 10000.

A head of 23 bytes: magic, operation (little-endian), a flag, a key of 8 bytes, the size of what follows at byte 15. Operation
0 asks, 1 answers; 2 sets a camera up and carries user and password, so it is left alone. Where the flag is set the body is
XORed with the key beside it. An answer holds a serial number (mostly the MAC address), a name, addresses, two versions.
Many cameras of other brands run the same firmware.
Sources: julienblitte/UniversalScanner Foscam.cs; python-dvr 0.0.1 DeviceManager.py.
"""

import re
from collections.abc import Iterator
from itertools import cycle

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import text

CHANNELS = (
    Channel("foscam.serial", "serial number in an answer to Foscam's search, mostly the MAC address"),
    Channel("foscam.name", "device name in an answer to Foscam's search"),
    Channel("foscam.firmware", "system firmware version in an answer to Foscam's search"),
    Channel("foscam.mac", "the MAC address a camera says it has in Foscam's search"),
    Channel("foscam.ip", "the IPv4 address a camera says it has in Foscam's search"),
    Channel("foscam.query", "a search of Foscam's kind"),
)
WANTS = (Udp(ports=(10000,)),)

_MAGIC = b"MO_I"
_HEAD, _ANSWERED = 23, 64  # sizes: of the head, of an answer's body
_SERIAL = re.compile(rb"[0-9A-Za-z]{8,13}")
_MAC = re.compile(rb"[0-9A-Fa-f]{12}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an answer is short or has no serial number."""
    payload = frame.payload
    if not payload.startswith(_MAGIC) or len(payload) < _HEAD or frame.cut:
        return
    operation, size = int.from_bytes(payload[4:6], "little"), int.from_bytes(payload[15:19], "little")
    if operation == 0 and size == len(payload) - _HEAD == 4:
        yield Observation("foscam.query", "search", Role.ASKED, payload[:6])
    elif operation == 1:
        body = sent = payload[_HEAD : _HEAD + _ANSWERED]
        if payload[6]:
            body = bytes(byte ^ key for byte, key in zip(sent, cycle(payload[7:15]), strict=False))
        serial = body[:13].split(b"\0")[0]
        if len(body) < _ANSWERED or size != len(payload) - _HEAD or not _SERIAL.fullmatch(serial):
            raise Malformed("Foscam answer is short, or has no serial number")
        yield from _facts(body, serial, sent)


def _facts(body: bytes, serial: bytes, sent: bytes) -> Iterator[Observation]:
    yield Observation("foscam.serial", text(serial), raw=sent[: len(serial)])
    mac = mac_text(bytes.fromhex(serial.decode("ascii"))) if _MAC.fullmatch(serial) else ""
    if is_host_mac(mac):
        yield Observation("foscam.mac", mac, raw=sent[:12])
    if name := body[13:34].split(b"\0")[0].strip():
        yield Observation("foscam.name", text(name), raw=sent[13:34])
    if ip := host_ip(ip_text(body[34:38])):
        yield Observation("foscam.ip", ip, raw=sent[34:38])
    if any(body[54:58]):
        yield Observation("foscam.firmware", ".".join(map(str, body[54:58])), raw=sent[54:58])
