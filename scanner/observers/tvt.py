"""TVT's search for devices ("MHED"), on the groups 234.55.55.55 and 234.55.55.56, UDP port 23456.

Little-endian: "MHED", a version (7 to 9 seen), 1, a command. Command 1 in 140 bytes asks (to .55); 2 in 240 bytes is a
device that announces itself (to .56); 3 sets a network address and carries a password, so it is left alone.
Sources: public code, ids 69611279544 and 71127880883 (both worked out from captures, they agree), 61627350460.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import text

CHANNELS = (
    Channel("tvt.model", "model in a TVT announcement"),
    Channel("tvt.name", "device name in a TVT announcement"),
    Channel("tvt.vendor", "brand class in a TVT announcement"),
    Channel("tvt.serial", "serial number in a TVT announcement"),
    Channel("tvt.firmware", "firmware version in a TVT announcement"),
    Channel("tvt.mac", "the MAC address a device says it has in a TVT announcement"),
    Channel("tvt.ip", "the IPv4 address a device says it has in a TVT announcement"),
    Channel("tvt.query", "a TVT search"),
)
WANTS = (Udp(ports=(23456,)),)

_MAGIC = b"MHED"
_SEARCH, _ANNOUNCE = 1, 2
_ASKED, _ANNOUNCED = 140, 240  # sizes
_TEXTS = (
    ("tvt.model", 196, 212),
    ("tvt.name", 12, 32),
    ("tvt.vendor", 212, 228),
    ("tvt.serial", 140, 156),
    ("tvt.firmware", 156, 172),
)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an announcement has the wrong size or no MAC address."""
    payload = frame.payload
    if frame.cut or payload[:4] != _MAGIC or payload[5:8] != b"\0\1\0":
        return
    command = int.from_bytes(payload[8:10], "little")
    if command == _SEARCH and len(payload) == _ASKED:
        yield Observation("tvt.query", "search", Role.ASKED, payload[:10])
    elif command == _ANNOUNCE:
        mac = mac_text(payload[32:38])
        if len(payload) != _ANNOUNCED or not is_host_mac(mac):
            raise Malformed("TVT announcement of a wrong size, or without a MAC address")
        yield Observation("tvt.mac", mac, raw=payload[32:38])
        if ip := host_ip(ip_text(payload[40:44])):
            yield Observation("tvt.ip", ip, raw=payload[40:44])
        for channel, begin, end in _TEXTS:
            raw = payload[begin:end].split(b"\0")[0].strip()
            if raw and raw.isascii() and raw.decode("ascii").isprintable():  # of the older recorders some are numbers
                yield Observation(channel, text(raw), raw=raw)
