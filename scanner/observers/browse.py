"""SMB browsing: hosts announce their name, version and comment (Microsoft [MS-BRWS] section 2.2; RFC 1002 section 4.4.2).

UDP port 138: a NetBIOS datagram with an SMB transaction to the mailslot \\MAILSLOT\\BROWSE. Host and local master
announcements are of the sender; the other messages ask, elect or speak of domains.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("browse.name", "name in an SMB host announcement"),
    Channel("browse.version", "operating system version in an SMB host announcement: what the host passes for"),
    Channel("browse.comment", "comment in an SMB host announcement"),
    Channel("browse.query", "a host asks others to announce themselves, or for a list of those who did"),
)
WANTS = (Udp(ports=(138,)),)

_DATAGRAMS = (0x10, 0x11, 0x12)  # to one name, to a group name, to everybody
_SMB = 82  # where it starts: datagram header 14, two encoded names of 34 bytes
_TRANSACTION = b"\xffSMB\x25"
_MAILSLOT = b"\\MAILSLOT\\BROWSE\0"
_WORDS = _SMB + 32
_OFFSET = _WORDS + 1 + 24  # of the data, counted from the SMB header
_ANNOUNCES, _ASKS = (b"\x01", b"\x0f"), {b"\x02": "announcements", b"\x09": "backup list"}  # by command
_FIXED = 32  # command 1, count 1, period 4, name 16, version 2, kinds 4, browser version 2, signature 2
_SIGNATURE = b"\x55\xaa"


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an announcement is shorter than its fixed part."""
    payload = frame.payload
    if len(payload) < _WORDS + 35 or payload[0] not in _DATAGRAMS or payload[14] != 0x20 or payload[48] != 0x20:
        return  # a name with a scope is longer; nobody uses them
    if payload[_SMB : _SMB + 5] != _TRANSACTION or payload[_WORDS] != 17:
        return
    start = _SMB + int.from_bytes(payload[_OFFSET : _OFFSET + 2], "little")
    if payload[_WORDS + 37 : _WORDS + 37 + len(_MAILSLOT)].upper() != _MAILSLOT or start < _WORDS + 37 + len(_MAILSLOT):
        return
    message = payload[start:]
    if asked := _ASKS.get(message[:1]):
        yield Observation("browse.query", asked, Role.ASKED, message[:1])
    elif message[:1] in _ANNOUNCES:
        if len(message) < _FIXED:
            if not frame.cut:
                raise Malformed("SMB announcement too short")
            return
        if message[30:32] == _SIGNATURE:
            yield from _announcement(message)


def _announcement(message: bytes) -> Iterator[Observation]:
    name, comment = message[6:22].partition(b"\0")[0].strip(), message[_FIXED:].partition(b"\0")[0].strip()
    if name:
        yield Observation("browse.name", text(name), raw=name)
    yield Observation("browse.version", f"{message[22]}.{message[23]}", raw=message[22:24])
    if comment:
        yield Observation("browse.comment", text(comment), raw=comment[:LONGEST])
