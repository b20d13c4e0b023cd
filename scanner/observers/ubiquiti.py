"""Ubiquiti's discovery on UDP port 10001, versions 1 and 2.

Version, command, length (2), then fields: type, length (2), value. Both versions share the types read here. A search has
no fields. Fields with names of users, challenges and networks are left alone.
Sources: Wireshark packet-ubdp.c; colincarter/ubiquiti-parser parser.h; nmap ubiquiti-discovery.nse.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("ubiquiti.mac", "the MAC address a Ubiquiti device says it has"),
    Channel("ubiquiti.ip", "an IPv4 address a Ubiquiti device says it has"),
    Channel("ubiquiti.firmware", "firmware of a Ubiquiti device"),
    Channel("ubiquiti.hostname", "host name of a Ubiquiti device"),
    Channel("ubiquiti.platform", "platform (short model) of a Ubiquiti device"),
    Channel("ubiquiti.model", "model of a Ubiquiti device"),
    Channel("ubiquiti.query", "a search for Ubiquiti devices"),
)
_PORT = 10001
WANTS = (Udp(ports=(_PORT,)),)

_QUERIES = (b"\x01\0\0\0", b"\x02\x08\0\0")
_ANSWERS = frozenset((b"\x01\0", b"\x02\x06", b"\x02\x09", b"\x02\x0b"))
_MAC, _ADDRESS = 0x01, 0x02
_TEXTS = {
    0x03: "ubiquiti.firmware", 0x0B: "ubiquiti.hostname", 0x0C: "ubiquiti.platform", 0x14: "ubiquiti.model",
    0x15: "ubiquiti.model",
}  # fmt: skip
_MOST_FIELDS = 64


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if the fields of an answer do not end where it says they do."""
    payload = frame.payload
    if payload in _QUERIES and frame.dst_port == _PORT:
        yield Observation("ubiquiti.query", f"version {payload[0]}", Role.ASKED, payload)
    elif payload[:2] in _ANSWERS and not frame.cut and len(payload) == 4 + int.from_bytes(payload[2:4], "big") > 4:
        fields = list(_fields(payload))
        if any(kind in (_MAC, _ADDRESS) and is_host_mac(mac_text(value[:6])) for kind, value in fields):
            yield from _described(fields)


def _fields(payload: bytes) -> Iterator[tuple[int, bytes]]:
    at = 4
    for _ in range(_MOST_FIELDS):
        if at == len(payload):
            return
        end = at + 3 + int.from_bytes(payload[at + 1 : at + 3], "big")
        if end > len(payload) or at + 3 > len(payload):
            raise Malformed("Ubiquiti field runs past the end")
        yield payload[at], payload[at + 3 : end]
        at = end


def _described(fields: list[tuple[int, bytes]]) -> Iterator[Observation]:
    for kind, value in fields:
        if kind == _MAC and len(value) == 6 and is_host_mac(mac := mac_text(value)):
            yield Observation("ubiquiti.mac", mac, raw=value)
        elif kind == _ADDRESS and len(value) == 10 and (address := host_ip(ip_text(value[6:]))):
            yield Observation("ubiquiti.ip", address, raw=value[6:])
        elif kind in _TEXTS and (shown := value[:LONGEST].strip(b"\0 ")):
            yield Observation(_TEXTS[kind], text(shown), raw=shown)
