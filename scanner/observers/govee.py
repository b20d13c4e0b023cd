"""Govee's LAN control: how its lamps answer a search (Govee WLAN guide, "LAN API"; govee-local-api 3.3.1 controller.py).

An app asks the group 239.255.255.250 on UDP port 4001; a lamp answers to the app's port 4002; commands go to 4003. All is
JSON, {"msg": {"cmd": ..., "data": {...}}}: the same command "scan" both asks and answers, only an answer has `sku`.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire import objects
from scanner.wire.addresses import ip_text

CHANNELS = (
    Channel("govee.sku", "model of a Govee device"),
    Channel("govee.device", "identifier of a Govee device: eight bytes, mostly with a MAC address in it"),
    Channel("govee.firmware", "Wi-Fi firmware of a Govee device"),
    Channel("govee.ip", "the IPv4 address a Govee device says it has"),
    Channel("govee.query", "a search for Govee devices, or a command to one"),
)
_SEARCH, _ANSWER, _COMMAND = 4001, 4002, 4003
WANTS = (Udp(ports=(_SEARCH, _ANSWER, _COMMAND)),)

_BEGINS = re.compile(rb'\s{0,9}\{\s{0,9}"msg"\s{0,9}:')
_DEVICE = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5,7}", re.IGNORECASE)
_SKU = re.compile(r"[A-Z][0-9A-Z]{3,9}")
_VERSION = re.compile(r"[0-9.]{1,16}")
_COMMANDS = ("brightness", "colorwc", "devStatus", "scan", "turn")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if what begins as a message is no JSON."""
    if frame.cut or not _BEGINS.match(frame.payload):
        return
    message = objects.inner(objects.read(frame.payload.rstrip(b"\0\r\n")), "msg")
    command, data = objects.text(message, "cmd"), objects.inner(message, "data")
    device, sku, address = objects.text(data, "device"), objects.text(data, "sku"), objects.ip(data, "ip")
    if command == "scan" and sku:
        own = frame.dst_port == _ANSWER and address == ip_text(frame.src_ip)
        if own and _DEVICE.fullmatch(device) and _SKU.fullmatch(sku):
            yield Observation("govee.sku", sku, raw=sku.encode())
            yield Observation("govee.device", device, raw=device.encode())
            yield Observation("govee.ip", address, raw=address.encode())
            if _VERSION.fullmatch(firmware := objects.text(data, "wifiVersionSoft")):
                yield Observation("govee.firmware", firmware, raw=firmware.encode())
    elif frame.dst_port in (_SEARCH, _COMMAND) and command in _COMMANDS:
        yield Observation("govee.query", command, Role.ASKED, command.encode())
