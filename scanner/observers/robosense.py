"""RoboSense lidars: points (MSOP, by default to UDP port 6699) and their own description (DIFOP, to port 7788).

A description begins a5 ff 00 5a 11 11 55 55, then two bytes, the lidar's IPv4 address, the receiver's, and its MAC; that
address must be the sender's. Points begin 55 aa 05 0a 5a a5 50 a0 (RS-16, RS-32, Bpearl) or 55 aa 05 5a (Helios), both
with blocks that begin ff ee and an azimuth, or 55 aa 5a a5 (M1, solid-state).
Sources: RoboSense-LiDAR/rs_driver src/rs_driver/driver/decoder (decoder_RS16.hpp, decoder_RSHELIOS.hpp, decoder_RSM1.hpp);
its doc/howto for the ports.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation
from scanner.wire.addresses import ip_text, is_host_mac, mac_text

CHANNELS = (
    Channel("robosense.mac", "the MAC address a RoboSense lidar says it has"),
    Channel("robosense.ip", "the IPv4 address a RoboSense lidar says it has"),
    Channel("robosense.points", "family of a RoboSense lidar, from the points it sends"),
)
_POINTS, _DESCRIPTION = 6699, 7788
WANTS = (Udp(ports=(_POINTS, _DESCRIPTION)),)

_DIFOP = bytes.fromhex("a5ff005a11115555")
_RS16, _HELIOS, _M1 = bytes.fromhex("55aa050a5aa550a0"), bytes.fromhex("55aa055a"), bytes.fromhex("55aa5aa5")
_SPINNING, _SOLID = 1248, 1210  # bytes of a datagram of points
_BLOCK, _CIRCLE = 42, 36000  # where the first block begins; hundredths of a degree


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram."""
    payload = frame.payload
    if frame.dst_port == _DESCRIPTION and payload.startswith(_DIFOP):
        mac = mac_text(payload[18:24])
        if len(frame.src_ip) == 4 and payload[10:14] == frame.src_ip and len(payload) >= 256 and is_host_mac(mac):
            yield Observation("robosense.mac", mac, raw=payload[18:24])
            yield Observation("robosense.ip", ip_text(payload[10:14]), raw=payload[10:14])
    elif frame.dst_port == _POINTS and (family := _family(payload)):
        yield Observation("robosense.points", family, raw=payload[:8])


def _family(payload: bytes) -> str:
    """Which lidars send points like these, "" if none."""
    if len(payload) == _SOLID:
        return "M1" if payload.startswith(_M1) else ""
    if len(payload) != _SPINNING or payload[_BLOCK : _BLOCK + 2] != b"\xff\xee":
        return ""
    if int.from_bytes(payload[_BLOCK + 2 : _BLOCK + 4], "big") >= _CIRCLE:
        return ""
    if payload.startswith(_RS16):
        return "RS-16, RS-32 or Bpearl"
    return "Helios" if payload.startswith(_HELIOS) else ""
