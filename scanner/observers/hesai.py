"""Hesai lidars: the points they send by UDP, by default to port 2368.

ee ff, version of the format (major, minor), two bytes, number of lasers, number of blocks, a byte, unit of distances (mm),
two bytes, blocks. The bytes of Velodyne, whose port it is too, begin ff ee. Lasers, blocks and unit must be of those in use,
and the datagram long enough for them. Sources: HesaiTechnology/HesaiLidar_SDK_2.0 libhesai/UdpProtocol (pre-header and
the versions in use), docs/point_cloud_rearrangement_function.md.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation

CHANNELS = (Channel("hesai.points", "format of the points a Hesai lidar sends, and its number of lasers"),)
_PORT = 2368
WANTS = (Udp(ports=(_PORT,)),)

_VERSIONS = frozenset(
    ((1, 3), (1, 4), (1, 8), (2, 4), (2, 5), (2, 6), (2, 7), (3, 1), (3, 2), (4, 1), (4, 3), (4, 7), (6, 1), (7, 2))
)
_LASERS = frozenset((16, 20, 32, 40, 64, 120, 128, 192, 256))
_UNITS = frozenset((1, 2, 4, 5))
_HEADER, _LASER = 12, 3  # bytes; a laser takes at least distance (2) and reflectivity (1)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of one datagram."""
    payload = frame.payload
    if frame.dst_port != _PORT or payload[:2] != b"\xee\xff" or len(payload) < _HEADER:
        return
    version, lasers, blocks = (payload[2], payload[3]), payload[6], payload[7]
    if version not in _VERSIONS or lasers not in _LASERS or payload[9] not in _UNITS:
        return
    if 1 <= blocks <= 16 and (frame.cut or len(payload) >= _HEADER + blocks * lasers * _LASER):
        yield Observation("hesai.points", f"{version[0]}.{version[1]}, {lasers} lasers", raw=payload[:8])
