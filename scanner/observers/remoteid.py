"""Remote ID of drones (ASTM F3411, ASD-STAN EN 4709-002): whose make the drone is, by its serial number.

Messages of 25 bytes, alone or in a pack, come in a vendor specific element of Wi-Fi beacons (organisation fa:0b:bc, type
13), in Wi-Fi Aware service discovery frames, and in Bluetooth LE service data (0xfffa, application code 13). A serial
number (ANSI/CTA-2063-A) begins with four characters of its maker's code (ICAO's list), then one for the length of the
rest. Positions, operators and registrations tell of people: they are not read.
Sources: opendroneid/opendroneid-core-c opendroneid.h, wifi.c, odid_wifi.h; opendroneid/wireshark-dissector.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import BLE, WIFI, Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.elements import ACTION, BEACON, advertising_structures, vendor_elements

CHANNELS = (
    Channel("remoteid.manufacturer", "Remote ID: maker's code, the first four characters of the serial number"),
    Channel("remoteid.serial", "Remote ID: serial number (ANSI/CTA-2063-A)"),
)
_ADVERTISEMENTS = (0, 2, 6, 7)  # types of Bluetooth LE packets that carry data
WANTS = (EtherType(WIFI | BEACON), EtherType(WIFI | ACTION), *(EtherType(BLE | kind) for kind in _ADVERTISEMENTS))

_ELEMENT = bytes.fromhex("fa0bbc0d")
_AWARE = bytes.fromhex("0409506f9a13")  # public action, vendor specific, Wi-Fi Alliance, service discovery
_SERVICE = bytes.fromhex("8869199d9209")  # hash of "org.opendroneid.remoteid"
_SERVICE_DATA, _APPLICATION = 0x16, bytes.fromhex("faff0d")
_SERVICE_DESCRIPTOR = 3
_SIZE = 25
_BASIC_ID, _PACK = 0, 15
_MOST = 9  # messages in a pack
_SERIAL_NUMBER = 1  # of the kinds of id, the one that names the aircraft
_SERIAL = re.compile(rb"[0-9A-HJ-NP-Z]{4}([1-9A-F])[0-9A-HJ-NP-Z]{1,15}")  # no O, no I


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if a message or what it came in breaks its own lengths."""
    payload = frame.payload
    if frame.ethertype == WIFI | BEACON:
        for content in vendor_elements(BEACON, payload, _ELEMENT, cut=frame.cut):
            yield from _messages(content[1:])  # a counter stands before the messages
    elif frame.ethertype == WIFI | ACTION:
        if payload.startswith(_AWARE):
            yield from _messages(_service_info(payload))
    elif frame.src_mac and _APPLICATION in payload:
        for kind, content in advertising_structures(payload):
            if kind == _SERVICE_DATA and content.startswith(_APPLICATION):
                yield from _messages(content[4:])


def _service_info(frame: bytes) -> bytes:
    """Messages in the service descriptor attribute of a service discovery frame, b"" if it is of another service."""
    at = len(_AWARE)
    while at + 3 <= len(frame):
        end = at + 3 + (frame[at + 1] | frame[at + 2] << 8)
        if end > len(frame):
            raise Malformed("Wi-Fi Aware attribute does not fit")
        content = frame[at + 3 : end]
        if frame[at] == _SERVICE_DESCRIPTOR and content.startswith(_SERVICE):
            return content[11:]  # service, instance, requestor, control, length; then a counter
        at = end
    return b""


def _messages(content: bytes) -> Iterator[Observation]:
    """One message, or a pack: its head, size and number of messages, the messages."""
    if content and content[0] >> 4 == _PACK:
        if len(content) < 3 or content[1] != _SIZE or content[2] > _MOST or len(content) < 3 + content[2] * _SIZE:
            raise Malformed("Remote ID message pack breaks its own lengths")
        parts = [content[at : at + _SIZE] for at in range(3, 3 + content[2] * _SIZE, _SIZE)]
    else:
        parts = [content[:_SIZE]]
    for part in parts:
        if len(part) == _SIZE and part[0] >> 4 == _BASIC_ID and part[1] >> 4 == _SERIAL_NUMBER:
            yield from _serial_number(part[2:22].rstrip(b"\0"))


def _serial_number(raw: bytes) -> Iterator[Observation]:
    found = _SERIAL.fullmatch(raw)
    if found and len(raw) == 5 + int(found[1], 16):
        yield Observation("remoteid.manufacturer", raw[:4].decode(), raw=raw)
        yield Observation("remoteid.serial", raw.decode(), raw=raw)
