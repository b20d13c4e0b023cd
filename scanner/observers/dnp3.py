"""DNP3: what an outstation says of itself in its device attributes (IEEE 1815, object group 0; Wireshark packet-dnp.c).

Port 20000. A link frame (05 64, length, control, destination, source, check) carries user data in blocks of 16 bytes, each
followed by a check of two. Read is a response that fits one frame. Addresses name a place in a plant, no maker; serial
numbers and locations are left where they are.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("dnp3.vendor", "DNP3 device manufacturer's name"),
    Channel("dnp3.product", "DNP3 product name and model"),
    Channel("dnp3.hardware", "DNP3 hardware version"),
    Channel("dnp3.software", "DNP3 software version"),
    Channel("dnp3.query", "a master asks an outstation what it is"),
)
WANTS = (TcpPort(ports=(20000,)), Udp(ports=(20000,)))

_PORT = 20000
_START = b"\x05\x64"
_HEADER, _BLOCK, _CHECK = 10, 16, 2
_FROM_MASTER = 0x80
_WHOLE = 0xC0  # first and last, of transport and of application
_READ, _RESPONSE = 1, 0x81
_ATTRIBUTES = 0
_TEXTS = {242: "dnp3.software", 243: "dnp3.hardware", 250: "dnp3.product", 252: "dnp3.vendor"}
_ONE_BYTE_RANGE, _TEXT = 0, 1
_HEAD = 7  # of one attribute: group, variation, qualifier, first, last, kind of data, length


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if an attribute does not fit."""
    payload = frame.payload
    if not payload.startswith(_START) or len(payload) < _HEADER + 5:
        return
    data = _user_data(payload)
    if len(data) < 4 or data[0] & _WHOLE != _WHOLE or data[1] & _WHOLE != _WHOLE:
        return
    asks = bool(payload[3] & _FROM_MASTER)
    if asks and frame.dst_port == _PORT and data[2] == _READ and data[3] == _ATTRIBUTES:
        yield Observation("dnp3.query", "device attributes", Role.ASKED, data[2:4])
    elif not asks and frame.src_port == _PORT and data[2] == _RESPONSE:
        yield from _attributes(data, 5)  # after transport, control, function and two bytes of indications


def _user_data(payload: bytes) -> bytes:
    """The blocks without their checks, b"" unless all of them are here."""
    left = payload[2] - 5  # the length counts control and addresses too
    parts = []
    at = _HEADER
    while left > 0:
        size = min(left, _BLOCK)
        parts.append(payload[at : at + size])
        at += size + _CHECK
        left -= size
    return b"".join(parts) if at <= len(payload) else b""


def _attributes(data: bytes, at: int) -> Iterator[Observation]:
    while data[at : at + 1] == b"\0":  # other groups may follow; their sizes are not known here
        head = data[at : at + _HEAD]
        if len(head) < _HEAD or head[2] != _ONE_BYTE_RANGE or head[3] != head[4]:
            return
        value = data[at + _HEAD : at + _HEAD + head[6]]
        if len(value) < head[6]:
            raise Malformed("DNP3 attribute longer than its message")
        shown = value.strip(b" \0")
        if (channel := _TEXTS.get(head[1])) and head[5] == _TEXT and shown:
            yield Observation(channel, text(shown), raw=shown)
        at += _HEAD + head[6]
