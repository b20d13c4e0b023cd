"""CDP, versions 1 and 2: a Cisco or compatible device's description of itself to its neighbour.

Source: Cisco, document 13414-103, "Frame Formats" (cisco.com, support, Catalyst 4500); field numbers as in Wireshark
packet-cdp.c. The checksum is not tested: Cisco's own sum differs from the Internet one where the length is odd.
"""

from collections.abc import Iterator
from struct import unpack_from

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType, Snap
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.addresses import ip_text, is_host_ip
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("cdp.device_id", "CDP device ID: host name, serial number or MAC"),
    Channel("cdp.ip", "CDP address or management address, if an IP address"),
    Channel("cdp.version", "CDP software version, in full"),
    Channel("cdp.platform", "CDP platform: the hardware model"),
)
WANTS = (Snap(0x00000C, 0x2000), EtherType(0x2000))  # the second: as Cisco HDLC carries it

_TEXTS = {1: "cdp.device_id", 5: "cdp.version", 6: "cdp.platform"}
_ADDRESSES = (2, 0x16)  # interface addresses, management addresses
_IP_SIZES = {
    b"\xcc": 4,  # IPv4 as a network layer protocol identifier (ISO/IEC TR 9577)
    b"\xaa\xaa\x03\x00\x00\x00\x86\xdd": 16,  # IPv6 as an 802.2 SNAP header
}


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one CDP packet. Raises Malformed on an unknown version or fields that overrun the packet."""
    packet = frame.payload
    if packet[:1] not in (b"\x01", b"\x02"):
        raise Malformed("CDP version is neither 1 nor 2")
    found: list[Observation] = []
    for kind, value in _fields(packet, cut=frame.cut):
        if kind in _ADDRESSES:
            found += [Observation("cdp.ip", ip_text(address), raw=address) for address in _addresses(value)]
        elif kind in _TEXTS and (shown := text(b" ".join(value.rstrip(b"\0").split()))):  # a version has several lines
            found.append(Observation(_TEXTS[kind], shown, raw=value[:LONGEST]))
    yield from found


def _fields(packet: bytes, *, cut: bool) -> Iterator[tuple[int, bytes]]:
    """Type and value of each field after the four bytes of version, time to live and checksum."""
    at = 4
    while at + 4 <= len(packet):
        kind, size = unpack_from(">HH", packet, at)
        if not kind:
            return  # Ethernet padding
        if size < 4:
            raise Malformed("CDP field is shorter than its own header")
        if at + size > len(packet):
            if cut:
                return
            raise Malformed("CDP field runs past the end")
        yield kind, packet[at + 4 : at + size]
        at += size


def _addresses(value: bytes) -> Iterator[bytes]:
    """The IP addresses of an address field: a count, then protocol and address, each with its length before it."""
    at = 4
    for _ in range(int.from_bytes(value[:4], "big")):
        protocol, at = _counted(value, at + 1, 1)
        address, at = _counted(value, at, 2)
        if len(address) == _IP_SIZES.get(protocol) and is_host_ip(ip_text(address)):
            yield address


def _counted(value: bytes, at: int, width: int) -> tuple[bytes, int]:
    """The bytes counted by the `width` bytes at `at`, and where they end."""
    start = at + width
    end = start + int.from_bytes(value[at:start], "big")
    if end > len(value):
        raise Malformed("CDP address runs past its field")
    return value[start:end], end
