"""DHIP discovery: Dahua's search for devices, JSON in datagrams on 239.255.255.251 or broadcast, port 37810.

A datagram is 32 bytes of head ("DHIP" at byte 4, the length of what follows in little-endian at bytes 16 and 24) and JSON.
Its method gives the direction: client.notifyDevInfo is a device's answer, DHDiscover.search a tool's question. Other
methods set a device up and carry passwords: they are left alone. Rebadged units (Lorex, Amcrest, Intelbras …) answer too.
Sources: aiodahua 0.5.0 discovery.py; julienblitte/UniversalScanner Dahua2.cs.
"""

import json
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac
from scanner.wire.text import LONGEST, safe

CHANNELS = (
    Channel("dhip.model", "DHIP DeviceType: the model"),
    Channel("dhip.class", "DHIP DeviceClass: IPC, NVR, VTO …"),
    Channel("dhip.vendor", "DHIP Vendor: the brand the firmware is built for (General, Dahua, an OEM)"),
    Channel("dhip.serial", "DHIP serial number"),
    Channel("dhip.firmware", "DHIP firmware version"),
    Channel("dhip.name", "DHIP machine name"),
    Channel("dhip.mac", "the MAC address a device says it has over DHIP"),
    Channel("dhip.ip", "the IPv4 address a device says it has over DHIP"),
    Channel("dhip.query", "a DHIP search"),
)
WANTS = (Udp(ports=(37810,)),)

_HEAD = 32
_MAGIC = b"\x20\0\0\0DHIP"
_FIELDS = (
    ("dhip.model", "DeviceType"),
    ("dhip.class", "DeviceClass"),
    ("dhip.vendor", "Vendor"),
    ("dhip.serial", "SerialNo"),
    ("dhip.firmware", "Version"),
    ("dhip.name", "MachineName"),
)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if its length or its JSON is broken; one captured in part says nothing."""
    payload = frame.payload
    if not payload.startswith(_MAGIC) or frame.cut:
        return
    if len(payload) < _HEAD or int.from_bytes(payload[16:20], "little") != len(payload) - _HEAD:
        raise Malformed("DHIP length does not match the datagram")
    message = _object(payload[_HEAD:])
    method = message.get("method")
    if method == "DHDiscover.search":
        yield Observation("dhip.query", method, Role.ASKED, method.encode())
    elif method == "client.notifyDevInfo":
        yield from _facts(message)


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body.rstrip(b"\0").decode(errors="replace"))  # machine names come in any character set
    except (ValueError, RecursionError):  # the second: nesting so deep that the parser gives up
        raise Malformed("DHIP body is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("DHIP body is no JSON object")
    return value


def _facts(message: dict[str, object]) -> Iterator[Observation]:
    device = _inside(_inside(message, "params"), "deviceInfo")
    if not isinstance(device.get("DeviceType"), str):
        raise Malformed("DHIP answer without a device")
    for channel, key in _FIELDS:
        if value := _shown(device.get(key)):
            yield Observation(channel, value, raw=_raw(device.get(key)))
    mac = _shown(message.get("mac")).lower().replace("-", ":")
    if _is_mac(mac) and is_host_mac(mac):
        yield Observation("dhip.mac", mac, raw=_raw(message.get("mac")))
    address = _inside(device, "IPv4Address").get("IPAddress")
    if ip := host_ip(_shown(address)):
        yield Observation("dhip.ip", ip, raw=_raw(address))


def _inside(message: dict[str, object], key: str) -> dict[str, object]:
    value = message.get(key)
    return value if isinstance(value, dict) else {}


def _shown(value: object) -> str:
    return safe(value).strip() if isinstance(value, str) else ""


def _raw(value: object) -> bytes:
    return str(value).encode(errors="replace")[:LONGEST]


def _is_mac(text: str) -> bool:
    parts = text.split(":")
    return len(parts) == 6 and all(len(part) == 2 and set(part) <= set("0123456789abcdef") for part in parts)
