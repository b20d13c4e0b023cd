"""Frames of the air for the cases: 802.11 behind radiotap, Bluetooth LE, and the captures they go into.

As in `making.py`, everything is fixed and nothing comes from a network. Addresses are texts, as there.
Sources: IEEE 802.11-2020 section 9; https://www.radiotap.org; Bluetooth Core Specification 5.4, volume 6, part B, section 2;
LINKTYPE_BLUETOOTH_LE_LL_WITH_PHDR in https://www.tcpdump.org/linktypes.html.
"""

from collections.abc import Iterable
from struct import pack
from zlib import crc32

from pcaps.making import BROADCAST, START

RADIOTAP, BLUETOOTH_LE = 127, 256
BEACON, PROBE_REQUEST = 8, 4
ADV_IND, ADV_NONCONN_IND, SCAN_REQ = 0, 2, 3
_CHECKSUM_AT_END = 0x10


def capture(link: int, frames: Iterable[bytes], gap: int = 100) -> bytes:
    """A capture of one link type, `gap` milliseconds between frames (libpcap 2.4, little-endian, microseconds)."""
    parts = [pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for number, frame in enumerate(frames):
        seconds, micros = divmod(START + number * gap * 1000, 1_000_000)
        parts += [pack("<IIII", seconds, micros, len(frame), len(frame)), frame]
    return b"".join(parts)


# -- 802.11 --------------------------------------------------------------------------------------------------------------


def beacon(sender: str, *elements: bytes) -> bytes:
    """An access point's beacon: time, interval, capabilities, then elements."""
    return _management(BEACON, BROADCAST, sender, sender, pack("<QHH", 0, 100, 0x0401) + b"".join(elements))


def probe_request(sender: str, *elements: bytes) -> bytes:
    """A station looks for networks."""
    return _management(PROBE_REQUEST, BROADCAST, sender, BROADCAST, b"".join(elements))


def encrypted(sender: str, receiver: str, access_point: str) -> bytes:
    """A station sends data to its access point that nobody else can read (CCMP; the bytes are no real cipher text)."""
    body = b"\x01\0\0\x20\0\0\0\0" + bytes(range(40))
    return _radiotap(bytes((0x08, 0x41, 0, 0)) + _raw(access_point) + _raw(sender) + _raw(receiver) + b"\0\0" + body)


def element(number: int, content: bytes) -> bytes:
    """One information element."""
    return bytes((number, len(content))) + content


def network(name: str) -> bytes:
    """The element with a network's name, and one with rates, as every beacon and probe has them."""
    return element(0, name.encode()) + element(1, b"\x82\x84\x8b\x96\x0c\x12\x18\x24")


def vendor(kind: str, content: bytes) -> bytes:
    """A vendor specific element; kind: organisation and type in hexadecimal."""
    return element(221, bytes.fromhex(kind) + content)


def protected_setup(manufacturer: str, model: str, name: str) -> bytes:
    """The Wi-Fi Protected Setup element: version, state, then what people read (Wi-Fi Protected Setup 1.0h, table 28)."""
    attributes = ((0x104A, b"\x10"), (0x1044, b"\x02"), (0x1021, manufacturer), (0x1023, model), (0x1011, name))
    packed = (value.encode() if isinstance(value, str) else value for _, value in attributes)
    return vendor(
        "0050f204", b"".join(pack(">HH", kind[0], len(value)) + value for kind, value in zip(attributes, packed, strict=True))
    )


def _management(subtype: int, receiver: str, sender: str, cell: str, body: bytes) -> bytes:
    return _radiotap(bytes((subtype << 4, 0, 0, 0)) + _raw(receiver) + _raw(sender) + _raw(cell) + b"\0\0" + body)


def _radiotap(frame: bytes) -> bytes:
    """Radiotap with flags alone; the frame keeps its checksum."""
    return pack("<BBHIB", 0, 0, 9, 2, _CHECKSUM_AT_END) + frame + pack("<I", crc32(frame))


# -- Bluetooth LE --------------------------------------------------------------------------------------------------------


def advertisement(sender: str, *structures: bytes, random: bool = False, connectable: bool = True) -> bytes:
    """A packet on advertising channel 37; random: the address is not a registered one."""
    head = (ADV_IND if connectable else ADV_NONCONN_IND) | (0x40 if random else 0)
    return _packet(head, _raw(sender)[::-1] + b"".join(structures))


def scan_request(sender: str, receiver: str) -> bytes:
    """A scanner asks an advertiser for more."""
    return _packet(SCAN_REQ, _raw(sender)[::-1] + _raw(receiver)[::-1])


def structure(kind: int, content: bytes) -> bytes:
    """One structure of advertising data (Core Specification volume 3 part C section 11)."""
    return bytes((1 + len(content), kind)) + content


FLAGS = structure(1, b"\x06")


def _packet(head: int, body: bytes) -> bytes:
    """De-whitened, with its checksum tested and right."""
    pdu = bytes((head, len(body))) + body
    return pack("<BbbBIH", 0, -50, 0, 0, 0x8E89BED6, 0x0C13) + pack("<I", 0x8E89BED6) + pdu + _crc24(pdu)


def _crc24(pdu: bytes) -> bytes:
    """Checksum of an advertising packet (volume 6 part B section 3.1.1): start 0x555555, bits in the order they are sent."""
    register = 0xAAAAAA  # 0x555555 with its bits turned: the register is kept the way the bits leave it
    for byte in pdu:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xDA6000 if register & 1 else 0)
    return register.to_bytes(3, "little")


def _raw(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))
