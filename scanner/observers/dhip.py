"""DHIP discovery: Dahua's search for devices, JSON in datagrams on 239.255.255.251 or broadcast, port 37810.

A datagram is 32 bytes of head ("DHIP" at byte 4, the length of what follows in little-endian at bytes 16 and 24) and JSON.
Its method gives the direction: client.notifyDevInfo is a device's answer, DHDiscover.search a tool's question. Other
methods set a device up and carry passwords: they are left alone. Rebadged units (Lorex, Amcrest, Intelbras …) answer too.
Sources: aiodahua 0.5.0 discovery.py; julienblitte/UniversalScanner Dahua2.cs.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects
from scanner.wire.addresses import host_ip
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
    message = objects.read(payload[_HEAD:].rstrip(b"\0"), any_charset=True)
    method = message.get("method")
    if method == "DHDiscover.search":
        yield Observation("dhip.query", method, Role.ASKED, method.encode())
    elif method == "client.notifyDevInfo":
        yield from _facts(message)


def _facts(message: objects.Object) -> Iterator[Observation]:
    device = objects.inner(objects.inner(message, "params"), "deviceInfo")
    if not isinstance(device.get("DeviceType"), str):
        raise Malformed("DHIP answer without a device")
    for channel, key in _FIELDS:
        if value := _shown(device.get(key)):
            yield Observation(channel, value, raw=_raw(device.get(key)))
    if mac := objects.mac(message, "mac"):
        yield Observation("dhip.mac", mac, raw=_raw(message.get("mac")))
    address = objects.inner(device, "IPv4Address").get("IPAddress")
    if ip := host_ip(_shown(address)):
        yield Observation("dhip.ip", ip, raw=_raw(address))


def _shown(value: object) -> str:
    return safe(value).strip() if isinstance(value, str) else ""


def _raw(value: object) -> bytes:
    return str(value).encode(errors="replace")[:LONGEST]
