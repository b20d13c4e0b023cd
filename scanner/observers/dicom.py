"""DICOM: who takes part in an association (PS3.8 section 9.3, PS3.7 annex D.3.3.2).

A-ASSOCIATE-RQ speaks for the sender: its title, its software; the title it calls is asked for. A-ASSOCIATE-AC repeats both
titles of the request, so of an answer only the software speaks. TCP ports 104 and 11112 (PS3.8 section 9.1.1). Nothing
below an association is read: there are the patients.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("dicom.title", "DICOM title (AE title) of the one that opens an association"),
    Channel("dicom.implementation", "DICOM implementation class UID: whose software"),
    Channel("dicom.version", "DICOM implementation version name"),
    Channel("dicom.query", "the DICOM title that is called"),
)


def _size(payload: bytes) -> int:
    """An association's proposal or acceptance."""
    return 6 + int.from_bytes(payload[2:6], "big") if payload[:2] in (b"\1\0", b"\2\0") else 0


WANTS = (TcpPort(ports=(104, 11112), size=_size),)

_REQUEST, _ACCEPT = 1, 2
_FIXED = 74  # type 1, reserved 1, length 4, version 2, reserved 2, titles 16 and 16, reserved 32
_LONGEST = 1 << 16
_USER, _CLASS, _VERSION = 0x50, 0x52, 0x55
_MOST_ITEMS = 256


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment: of an association that goes on in the next, the items that are complete.

    Raises Malformed if an item is longer than the association.
    """
    payload = frame.payload
    if len(payload) < _FIXED or payload[0] not in (_REQUEST, _ACCEPT) or payload[1]:
        return
    end = 6 + int.from_bytes(payload[2:6], "big")
    if not _FIXED < end <= _LONGEST or not payload[7] & 1 or payload[8:10] != b"\0\0":
        return
    called, calling = payload[10:26], payload[26:42]
    if not (_title(called) and _title(calling)):
        return
    if payload[0] == _REQUEST:
        yield Observation("dicom.title", text(calling.strip()), Role.SELF, calling.strip())
        yield Observation("dicom.query", text(called.strip()), Role.ASKED, called.strip())
    for kind, value in _items(payload, _FIXED, end):
        if kind == _USER:
            for inner, raw in _items(value, 0, len(value)):
                channel = {_CLASS: "dicom.implementation", _VERSION: "dicom.version"}.get(inner)
                if channel and (raw := raw.strip(b" \0")):
                    yield Observation(channel, text(raw), raw=raw)


def _title(raw: bytes) -> bool:
    """Whether it is a title: printable, not blank (PS3.5 section 6.2, value representation AE)."""
    return bool(raw.strip()) and raw.isascii() and raw.decode().isprintable()


def _items(body: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Type and value of each item that is complete: type 1, reserved 1, length 2."""
    for _ in range(_MOST_ITEMS):
        if at + 4 > min(end, len(body)):
            return
        after = at + 4 + int.from_bytes(body[at + 2 : at + 4], "big")
        if after > end:
            raise Malformed("DICOM item longer than what holds it")
        if after <= len(body):
            yield body[at], body[at + 4 : after]
        at = after
