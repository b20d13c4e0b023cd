"""HL7 version 2: which application sends a message, from where (chapter 2, section 2.14.9, segment MSH).

Minimal lower layer protocol: a byte 0x0B, then the segment MSH, whose fourth character separates the fields. Only fields 3
to 6 of this one segment are read: application and facility of sender and receiver. Everything else (the security field,
the segments that name patients) is never touched. On any port: hospitals choose them freely.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation, Role
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("hl7.application", "HL7 sending application"),
    Channel("hl7.facility", "HL7 sending facility"),
    Channel("hl7.query", "the HL7 application a message is for"),
)
_START = b"\x0bMSH"
WANTS = (Tcp(prefixes=(_START,)),)

_LONGEST_SEGMENT = 1024
_LEAST_FIELDS = 12  # version id is field 12, and must be there
_VERSION = 11


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the first segment of a message."""
    segment, _, _ = frame.payload[1:_LONGEST_SEGMENT].partition(b"\r")
    separator = segment[3:4]
    if not frame.payload.startswith(_START) or not separator or separator.isalnum() or separator.isspace():
        return
    fields = segment.split(separator, _LEAST_FIELDS)
    if len(fields) < _LEAST_FIELDS or not fields[_VERSION].startswith(b"2"):
        return
    for channel, number, role in (
        ("hl7.application", 2, Role.SELF),
        ("hl7.facility", 3, Role.SELF),
        ("hl7.query", 4, Role.ASKED),
    ):
        if value := fields[number].strip():
            yield Observation(channel, text(value), role, value[:LONGEST])
