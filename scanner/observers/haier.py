"""Haier: how its appliances answer a search on UDP 7083 (UDISCOVERY).

Both directions begin with "Haier", a command (6915 asks, 684d answers), eight bytes, and the length of what follows. The
answer gives the MAC as text, a type of 32 bytes, the address and the module's platform. Older units add the name the owner
chose and the Wi-Fi network they are in, between type and address: never read.
Sources: darkdiamond/haismart-local packages/haismart-hrdp/src/haismart_hrdp/udiscovery.py (air conditioners); a C header for
water heaters with a dump of both messages (public code, one file). They agree on every offset used here.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac, mac_text
from scanner.wire.text import text

CHANNELS = (
    Channel("haier.mac", "the MAC address a Haier appliance says it has"),
    Channel("haier.type", "type of a Haier appliance (uPlusId), hexadecimal"),
    Channel("haier.ip", "the address a Haier appliance says it has"),
    Channel("haier.platform", "software platform of a Haier appliance's module"),
    Channel("haier.query", "a search for Haier appliances"),
)
_PORT = 7083
WANTS = (Udp(ports=(_PORT,)),)

_ASKS, _ANSWERS = b"Haier\0\0\x69\x15", b"Haier\0\0\x68\x4d"
_HEAD = 0x15
_MAC, _TYPE, _IP, _PLATFORM = slice(0x15, 0x25), slice(0x25, 0x45), slice(0xE5, 0xF5), slice(0x115, 0x135)
_DIGITS = re.compile(rb"([0-9A-Fa-f]{12})\0*")
_NAME = re.compile(rb"([A-Z][A-Z0-9_]{3,31})\0*")
_ADDRESS = re.compile(rb"([0-9.]{7,15})\0*")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if its length or the MAC in an answer is wrong."""
    payload = frame.payload
    if frame.cut or not payload.startswith((_ASKS, _ANSWERS)):
        return
    if int.from_bytes(payload[0x11:_HEAD], "big") != len(payload) - _HEAD:
        raise Malformed("Haier length does not match the datagram")
    if payload.startswith(_ASKS):
        if frame.dst_port == _PORT:
            yield Observation("haier.query", "discovery", Role.ASKED, payload[:_HEAD])
        return
    if frame.src_port != _PORT:
        return
    digits = _DIGITS.fullmatch(payload[_MAC])
    mac = mac_text(bytes.fromhex(digits[1].decode("ascii"))) if digits else ""
    if not digits or not is_host_mac(mac):
        raise Malformed("Haier answer without a MAC address")
    yield Observation("haier.mac", mac, raw=digits[1])
    if any(kind := payload[_TYPE]):
        yield Observation("haier.type", kind.hex(), raw=kind)
    if (written := _ADDRESS.fullmatch(payload[_IP])) and (address := host_ip(written[1].decode("ascii"))):
        yield Observation("haier.ip", address, raw=written[1])
    if name := _NAME.fullmatch(payload[_PLATFORM]):
        yield Observation("haier.platform", text(name[1]), raw=name[1])
