"""Spanning tree: which bridge sends, and which one it takes for the root (IEEE 802.1D-2004, section 9.3).

802.2 frames of service access point 0x42. The bridge's own address is often not the one the frame was sent from, which
belongs to the port. A topology change notification names no bridge.
"""

from collections.abc import Iterator

from scanner.capture.frames import LLC, Frame
from scanner.capture.wants import EtherType
from scanner.model import Channel, Observation
from scanner.wire.addresses import is_host_mac, mac_text

CHANNELS = (
    Channel("stp.bridge", "MAC address in the sender's bridge id"),
    Channel("stp.root", "MAC address of the bridge the sender takes for the root"),
)
WANTS = (EtherType(LLC | 0x4242),)

_STARTS = (b"\0\0\0\0", b"\0\0\2\2", b"\0\0\3\2")  # protocol, version, type: spanning tree, rapid, multiple
_LEAST = 35


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one configuration message."""
    payload = frame.payload
    if len(payload) < _LEAST or payload[:4] not in _STARTS:
        return
    for channel, at in (("stp.bridge", 19), ("stp.root", 7)):  # each after two bytes of priority
        raw = payload[at : at + 6]
        if is_host_mac(mac := mac_text(raw)):
            yield Observation(channel, mac, raw=raw)
