"""EAPOL: who wants to be let into a network, and the switch or access point that asks (IEEE 802.1X-2010, section 11).

Most names given are people's, and are left alone. Three kinds name a device: a computer's account ("host/NAME",
"DOMAIN\\NAME$"; MS-NRPC and Windows name them so), and a name that holds the sender's own MAC address, as phones' factory
certificates do. The request may name the access server after a NUL (RFC 3748, section 5.1; fields as in hostapd.conf,
`eap_message`). Wi-Fi Protected Setup runs over EAP too: its first messages, M1 and M2, describe both sides (Wi-Fi Simple
Configuration 2.0.2, section 7.7.1). Key frames are not read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.setup import description
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("eapol.host", "name of a device that wants to be let into a network; people's names are not kept"),
    Channel("eapol.nas", "name of the access server that asks who is there"),
    Channel("eapol.wps_manufacturer", "manufacturer, in the messages of Wi-Fi Protected Setup"),
    Channel("eapol.wps_model", "model name, in the messages of Wi-Fi Protected Setup"),
    Channel("eapol.wps_model_number", "model number, in the messages of Wi-Fi Protected Setup"),
    Channel("eapol.wps_device_name", "device name, in the messages of Wi-Fi Protected Setup"),
    Channel("eapol.query", "a switch or access point asks who is there, or a host asks to be let in"),
)
WANTS = (EtherType(0x888E),)

_EAP, _START = 0, 1  # packet types
_VERSIONS = (1, 2, 3)
_REQUEST, _RESPONSE = 1, 2
_IDENTITY = 1
_SETUP = bytes.fromhex("fe00372a00000001") + b"\4"  # expanded type of the Wi-Fi Alliance, and the opcode "message"
_MORE, _MEASURED = 1, 2  # flags: more fragments follow, a total length comes first
# version of the setup, then message type M1 or M2
_FIRST = re.compile(rb"\x10\x4a\x00\x01[\x10-\x2f]\x10\x22\x00\x01[\x04\x05]", re.DOTALL)
_NAS = re.compile(rb"(?:^|[\0,])nasid=([^\0,]{1,255})")
_ACCOUNT = re.compile(rb"host/([A-Za-z0-9_.-]{1,255})|(?:[^\\@/]{1,64}\\)?([A-Za-z0-9_-]{1,63})\$(?:@[^@]{1,255})?")
_SEPARATORS = bytes.maketrans(b"", b""), b"-:."


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if an EAP packet is longer than its frame, or setup attributes do not fit."""
    payload = frame.payload
    if len(payload) < 4 or payload[0] not in _VERSIONS:
        return
    size = int.from_bytes(payload[2:4], "big")
    if payload[1] == _START and not size:
        yield Observation("eapol.query", "to be let in", Role.ASKED, payload[:4])
    elif payload[1] == _EAP:
        packet = payload[4 : 4 + size]
        length = int.from_bytes(packet[2:4], "big")
        if len(packet) < 5 or length < 5 or frame.cut:
            return
        if length > len(packet):
            raise Malformed("EAP packet longer than its frame")
        yield from _packet(packet[0], packet[4:length], frame.src_mac)


def _packet(code: int, data: bytes, sender: bytes) -> Iterator[Observation]:
    if data[0] == _IDENTITY and code == _REQUEST:
        yield Observation("eapol.query", "who is there", Role.ASKED, data[:1])
        if found := _NAS.search(data, 1):
            yield Observation("eapol.nas", text(found[1]), raw=found[1])
    elif data[0] == _IDENTITY and code == _RESPONSE:
        if name := _device(data[1:], sender):
            yield Observation("eapol.host", text(name), raw=name[:LONGEST])
    elif data.startswith(_SETUP) and code in (_REQUEST, _RESPONSE):
        flags, at = data[len(_SETUP) : len(_SETUP) + 1], len(_SETUP) + 1
        at += 2 if flags and flags[0] & _MEASURED else 0
        if flags and _FIRST.match(data, at):
            for field, raw in description(data[at:], whole=not flags[0] & _MORE):
                yield Observation(f"eapol.wps_{field}", text(raw), raw=raw[:LONGEST])


def _device(identity: bytes, sender: bytes) -> bytes:
    """What of an identity names a device, b"" where it may name a person."""
    if account := _ACCOUNT.fullmatch(identity):
        return account[1] or account[2]
    return identity if sender.hex().encode("ascii") in identity.translate(*_SEPARATORS).lower() else b""
