"""LACP: which system sends, and with which it is bundled (IEEE 802.1AX-2020, section 6.4.2.3).

Ethernet type 0x8809 (slow protocols), subtype 1, version 1, then actor and partner, each with length 20.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.model import Channel, Observation
from scanner.wire.addresses import is_host_mac, mac_text

CHANNELS = (
    Channel("lacp.system", "MAC address that names the sending system in link aggregation"),
    Channel("lacp.partner", "MAC address of the system the sender's links are bundled with"),
)
WANTS = (EtherType(0x8809),)

_ACTOR, _PARTNER = b"\1\1\1\x14", b"\2\x14"  # subtype, version, type, length; type, length


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame."""
    payload = frame.payload
    if not payload.startswith(_ACTOR) or payload[22:24] != _PARTNER or len(payload) < 42:
        return
    for channel, at in (("lacp.system", 6), ("lacp.partner", 26)):  # each after two bytes of priority
        raw = payload[at : at + 6]
        if is_host_mac(mac := mac_text(raw)):
            yield Observation(channel, mac, raw=raw)
