"""BACnet/IP: I-Am, I-Have, and what a device answers about itself when its properties are read (ANSI/ASHRAE 135).

UDP port 47808: BVLC (annex J), NPDU (clause 6), APDU (clauses 20 and 21). Vendor numbers are given out by ASHRAE, list at
bacnet.org/assigned-vendor-ids. A message that a broadcast manager forwards names its origin and is told about that
address. A message that a router took over from another BACnet network (it carries a source network) speaks for a device
that has no address here: it is left alone.
"""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, safe, text

CHANNELS = (
    Channel("bacnet.instance", "BACnet device instance"),
    Channel("bacnet.vendor_id", "BACnet vendor number, decimal, as given out by ASHRAE"),
    Channel("bacnet.name", "BACnet object name of the device"),
    Channel("bacnet.vendor", "BACnet vendor name"),
    Channel("bacnet.model", "BACnet model name"),
    Channel("bacnet.firmware", "BACnet firmware revision"),
    Channel("bacnet.software", "BACnet application software version"),
    Channel("bacnet.query", "a search for BACnet devices or objects, or a question for what a device is"),
)
WANTS = (Udp(ports=(47808,)),)

_DIRECT, _FORWARDED = (0x09, 0x0A, 0x0B), 0x04
_TO_NETWORK, _FROM_NETWORK, _NETWORK_MESSAGE = 0x20, 0x08, 0x80
_I_AM, _I_HAVE, _WHO_HAS, _WHO_IS = b"\x10\0", b"\x10\1", b"\x10\7", b"\x10\x08"
_READ_ANSWER, _READ = 0x30, 0x0C
_UNSIGNED, _STRING, _ENUMERATED, _OBJECT = 2, 7, 9, 12
_DEVICE = 8
_TEXTS = {77: "bacnet.name", 121: "bacnet.vendor", 70: "bacnet.model", 44: "bacnet.firmware", 12: "bacnet.software"}
_VENDOR_ID = 120
_CODECS = {4: "utf-16-be", 5: "latin-1"}  # character sets of clause 20.2.9; others are read as text usually is


class _Value(NamedTuple):
    """One application value: its content, and where the next one starts."""

    content: bytes
    after: int


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if the values of a message break their tags."""
    payload = frame.payload
    if len(payload) < 8 or payload[0] != 0x81 or (int.from_bytes(payload[2:4], "big") != len(payload) and not frame.cut):
        return
    role, subject, at = Role.SELF, None, 4
    if payload[1] == _FORWARDED:
        origin = host_ip(ip_text(payload[4:8]))
        if not origin:
            return
        role, subject, at = Role.TOLD, Subject(frame.segment, "", origin), 10
    elif payload[1] not in _DIRECT:
        return
    message = _apdu(payload, at)
    kind = message[:2]
    try:
        if kind in (_WHO_IS, _WHO_HAS):
            yield Observation("bacnet.query", "who is" if kind == _WHO_IS else "who has", Role.ASKED, kind, subject)
        elif kind in (_I_AM, _I_HAVE):
            yield from _announced(message, role, subject)
        elif message[0] == _READ_ANSWER and message[2] == _READ:
            yield from _property(message, role, subject)
    except IndexError:
        if not frame.cut and message:
            raise Malformed("BACnet message ends inside a value") from None


def _apdu(payload: bytes, at: int) -> bytes:
    """The application message, b"" if there is none or it comes from a device on another BACnet network."""
    control = payload[at + 1] if at + 1 < len(payload) and payload[at] == 1 else _NETWORK_MESSAGE
    if control & (_NETWORK_MESSAGE | _FROM_NETWORK):
        return b""
    at += 2
    if control & _TO_NETWORK:
        at += 4 + payload[at + 2] if at + 2 < len(payload) else len(payload)  # network, address with its length, hops left
    return payload[at:]


def _announced(message: bytes, role: Role, subject: Subject | None) -> Iterator[Observation]:
    """I-Am: device, longest message, segmentation, vendor. I-Have: device, object, its name (which is no device's name)."""
    device = _value(message, 2, _OBJECT)
    yield from _device(device.content, role, subject)
    if message[1]:
        return
    longest = _value(message, device.after, _UNSIGNED)
    segmentation = _value(message, longest.after, _ENUMERATED)
    vendor = _value(message, segmentation.after, _UNSIGNED)
    yield Observation("bacnet.vendor_id", str(int.from_bytes(vendor.content, "big")), role, vendor.content, subject)


def _property(message: bytes, role: Role, subject: Subject | None) -> Iterator[Observation]:
    """ReadProperty-ACK: object (context 0), property (1), perhaps an index (2), then the value between tags 3E and 3F."""
    if message[3] != 0x0C or int.from_bytes(message[4:8], "big") >> 22 != _DEVICE:
        return
    if message[8] != 0x19 or message[10] != 0x3E:
        return  # a property that tells nothing here has two bytes, or the answer is one element of an array
    number = message[9]
    if number == _VENDOR_ID:
        found = _value(message, 11, _UNSIGNED)
        yield Observation("bacnet.vendor_id", str(int.from_bytes(found.content, "big")), role, found.content, subject)
    elif channel := _TEXTS.get(number):
        raw = _value(message, 11, _STRING).content
        if not raw:
            raise Malformed("BACnet string without its character set")
        codec = _CODECS.get(raw[0])
        value = safe(raw[1 : 4 * LONGEST].decode(codec, "replace")) if codec else text(raw[1:])
        if value.strip():
            yield Observation(channel, value.strip(), role, raw[1:LONGEST], subject)


def _device(content: bytes, role: Role, subject: Subject | None) -> Iterator[Observation]:
    number = int.from_bytes(content, "big")
    if len(content) != 4 or number >> 22 != _DEVICE:
        raise Malformed("BACnet announcement of no device")
    yield Observation("bacnet.instance", str(number & 0x3FFFFF), role, content, subject)


def _value(message: bytes, at: int, tag: int) -> _Value:
    """The application value at `at`, which must have this tag (clause 20.2.1). IndexError if it runs off the end."""
    head = message[at]
    size, at = head & 7, at + 1
    if head >> 4 != tag or head & 8 or size > 5:
        raise Malformed("BACnet value of another type")
    if size == 5:
        size, at = message[at], at + 1
        if size == 254:
            size, at = message[at] << 8 | message[at + 1], at + 2
    if at + size > len(message):
        raise IndexError
    return _Value(message[at : at + size], at + size)
