"""miIO: the LAN and cloud protocol of Xiaomi's device platform, on UDP 54321.

A datagram begins with 0x2131, its length, four unknown bytes, device ID, uptime stamp and 16 bytes of checksum. In the
answer of a device that is not yet set up those 16 bytes are its secret token: they are never read here, nor kept.
Source: python-miio 0.5.12 (miioprotocol.py, protocol.py). The call to the cloud was only measured, on captures of two
devices: a bare header from port 54321 to port 8053 or 80 with unknown bytes and device ID all ones.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("miio.device_id", "miIO device ID, decimal"),
    Channel("miio.cloud", "a device calls the miIO cloud without saying its ID"),
    Channel("miio.query", "a miIO search (hello), or a request to the device ID given in decimal"),
)
WANTS = (Udp(ports=(54321,)),)

_PORT, _CLOUD_PORTS = 54321, (8053, 80)
_MAGIC = b"\x21\x31"
_HEADER = 32
_SHOWN = 12  # magic, length, unknown, device ID: everything before the stamp and the secret
_HELLO = b"\xff" * 28
_CALL = b"\xff" * 8
_NOBODY = (0, 0xFFFFFFFF)  # device IDs that name no device


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the header of one datagram. Raises Malformed if it is a miIO message shorter than its header."""
    payload = frame.payload
    size = int.from_bytes(payload[2:4], "big")
    if not payload.startswith(_MAGIC) or (size < len(payload) if frame.cut else size != len(payload)):
        return
    if size < _HEADER:
        raise Malformed("miIO message is shorter than its header")
    raw = payload[:_SHOWN]
    device = int.from_bytes(payload[8:12], "big")
    if size == _HEADER and payload[4:] == _HELLO:
        yield Observation("miio.query", "hello", Role.ASKED, raw)
    elif len(raw) < _SHOWN or frame.src_port == frame.dst_port:
        return  # a cut header, or no telling which side is the device
    elif frame.src_port == _PORT and frame.dst_port in _CLOUD_PORTS and size == _HEADER and raw[4:] == _CALL:
        yield Observation("miio.cloud", "hello", raw=raw)
    elif device in _NOBODY:
        return
    elif frame.src_port == _PORT:
        yield Observation("miio.device_id", str(device), raw=raw)
    elif frame.src_port not in _CLOUD_PORTS:  # the cloud answers to the device's port: it is no app on this network
        yield Observation("miio.query", str(device), Role.ASKED, raw)
