"""Dahua's older search for devices: fixed fields and text lines in broadcasts on UDP port 5050.

An answer is 120 bytes of head, then the MAC address as text and the model, then lines `Name:value`. The lengths of these two
parts stand at bytes 2 and 20, so that the whole must add up. A question is 32 bytes that begin with a3 01.
Sources: julienblitte/UniversalScanner Dahua1.cs (structures and sizes); python-dvr 0.0.1 DeviceManager.py (offsets).
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("dahua5050.model", "model in an answer to Dahua's older search"),
    Channel("dahua5050.serial", "serial number in an answer to Dahua's older search"),
    Channel("dahua5050.name", "device name in an answer to Dahua's older search"),
    Channel("dahua5050.mac", "the MAC address a device says it has, in Dahua's older search"),
    Channel("dahua5050.ip", "the IPv4 address a device says it has, in Dahua's older search"),
    Channel("dahua5050.query", "a search of Dahua's older kind"),
)
WANTS = (Udp(ports=(5050,)),)

_QUESTION, _ANSWER = b"\xa3\x01", b"\xb3\x00"
_ANSWERED = 0x58  # at byte 4 of every answer: bytes of head after the first 32
_HEAD, _MAC = 120, 17
_LINES = {b"SerialNo": "dahua5050.serial", b"Name": "dahua5050.name"}


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an answer's lengths do not add up or its MAC address is none."""
    payload = frame.payload
    if payload.startswith(_QUESTION) and len(payload) == 32 and payload[16] == 2:
        yield Observation("dahua5050.query", "search", Role.ASKED, payload[:2])
    elif payload.startswith(_ANSWER) and int.from_bytes(payload[4:8], "little") == _ANSWERED and not frame.cut:
        yield from _answer(payload)


def _answer(payload: bytes) -> Iterator[Observation]:
    middle, last = payload[2], int.from_bytes(payload[20:22], "little")
    if len(payload) != _HEAD + middle + last or middle < _MAC:
        raise Malformed("Dahua search answer: lengths do not match the datagram")
    written = payload[_HEAD : _HEAD + _MAC]
    mac = _mac(written)
    if not is_host_mac(mac):
        raise Malformed("Dahua search answer without a MAC address")
    yield Observation("dahua5050.mac", mac, raw=written)
    longer = payload[_HEAD + _MAC : _HEAD + middle].rstrip(b"\0 ")
    model = longer or payload[40:56].split(b"\0")[0]  # where both are given, the second is not cut at 16
    if value := text(model):
        yield Observation("dahua5050.model", value, raw=model[:LONGEST])
    if ip := host_ip(ip_text(payload[56:60])):
        yield Observation("dahua5050.ip", ip, raw=payload[56:60])
    for line in payload[_HEAD + middle :].split(b"\n", 50)[:50]:
        name, _, raw = line.strip(b"\r\0 ").partition(b":")
        if name in _LINES and raw:
            yield Observation(_LINES[name], text(raw), raw=raw[:LONGEST])


def _mac(written: bytes) -> str:
    """Canonical MAC address of `00:11:22:33:44:55`, "" if it is not written so."""
    try:
        raw = bytes.fromhex(written.replace(b"-", b":").replace(b":", b" ").decode("ascii"))
    except ValueError:
        return ""
    return mac_text(raw) if len(raw) == 6 and written[2::3] in (b":::::", b"-----") else ""
