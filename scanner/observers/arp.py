"""ARP: which hardware address answers for which IPv4 address (RFC 826).

Requests and replies both state the sender's pair. A probe (RFC 5227) has no sender address yet, and the address asked
for is somebody else's: neither says who anybody is.
"""

from collections.abc import Iterator
from struct import Struct

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Subject
from scanner.wire.addresses import ip_text, is_host_ip, is_host_mac, mac_text

CHANNELS = (Channel("arp.ip", "ARP sender protocol address: the IPv4 address of the sender hardware address"),)
WANTS = (EtherType(0x0806),)

_MESSAGE = Struct("!6xH6s4s10x")
_ETHERNET_IPV4 = bytes.fromhex("0001 0800 06 04")  # hardware and protocol type, their address sizes
_REQUEST, _REPLY = 1, 2


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one ARP packet for IPv4 over Ethernet; any other kind gives nothing. Raises Malformed if it is too short."""
    packet = frame.payload
    if not packet.startswith(_ETHERNET_IPV4):
        return
    if len(packet) < _MESSAGE.size:
        if frame.cut:
            return
        raise Malformed("ARP packet shorter than its addresses")
    operation, hardware, protocol = _MESSAGE.unpack_from(packet)
    mac, ip = mac_text(hardware), ip_text(protocol)
    if operation in (_REQUEST, _REPLY) and is_host_mac(mac) and is_host_ip(ip):
        yield Observation("arp.ip", ip, raw=ip.encode(), subject=Subject(frame.segment, mac, ""))
