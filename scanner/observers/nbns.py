"""NetBIOS name service: names that hosts register, answer to and ask for (RFC 1001, RFC 1002).

A name is shown as `NAME<20>`: 15 characters without their padding, and the service byte in hexadecimal.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.dns import Message, Record, read
from scanner.wire.text import safe, text

CHANNELS = (
    Channel("nbns.name", "NetBIOS name of the host itself, with its service byte"),
    Channel("nbns.group", "NetBIOS group (workgroup or domain) the host belongs to, with the service byte"),
    Channel("nbns.query", "NetBIOS name asked for, with its service byte"),
)
WANTS = (Udp((137,), unread=((0, 2),), any_peer=True),)  # the identification

_PORT = 137
_QUERY, _REGISTRATIONS = 0, (5, 8, 9, 15)  # registration, refresh (two numbers in RFC 1002), multi-homed registration
_NAME, _STATUS = 0x20, 0x21  # record types NB and NBSTAT
_LETTERS = "ABCDEFGHIJKLMNOP"
_DIGITS = str.maketrans(_LETTERS, "0123456789abcdef")
_ENTRY_BYTES, _STATUS_ENTRY_BYTES = 6, 18


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message; other traffic on the port gives nothing.

    Raises Malformed if the message is broken, after yielding what stood before the fault.
    """
    message = read(frame.payload, cut=frame.cut, netbios=True)
    if message is None:
        return
    if message.response and frame.src_port == _PORT and message.opcode == _QUERY and not message.rcode:
        yield from _answered(message, frame.src_ip)
    elif not message.response and frame.dst_port == _PORT and message.opcode in _REGISTRATIONS:
        for record in message.additional:
            if record.kind == _NAME:
                yield _own(_decoded(record.name), group=_is_group(record.rdata))
    elif not message.response and frame.dst_port == _PORT and message.opcode == _QUERY:
        for question in message.questions:
            if question.kind in (_NAME, _STATUS):
                shown = _shown(_decoded(question.name))
                yield Observation("nbns.query", shown, Role.ASKED, shown.encode())
    if message.fault:
        raise Malformed(message.fault)


def _answered(message: Message, source: bytes) -> Iterator[Observation]:
    """The sender's names. A name server answers for others: a name counts if the sender's address is among its own."""
    for record in message.answers:
        if record.kind == _NAME:
            entries = (record.rdata[at : at + _ENTRY_BYTES] for at in range(0, len(record.rdata), _ENTRY_BYTES))
            own = next((entry for entry in entries if entry[2:] == source), b"")
            if own:
                yield _own(_decoded(record.name), group=_is_group(own))
        elif record.kind == _STATUS:
            yield from _status(record)


def _status(record: Record) -> Iterator[Observation]:
    """The name table of a node status response (RFC 1002 section 4.2.18)."""
    count = record.rdata[0] if record.rdata else 0
    if 1 + count * _STATUS_ENTRY_BYTES > len(record.rdata):
        raise Malformed("NetBIOS name table longer than its record")
    for at in range(1, 1 + count * _STATUS_ENTRY_BYTES, _STATUS_ENTRY_BYTES):
        yield _own(record.rdata[at : at + 16], group=_is_group(record.rdata[at + 16 :]))


def _own(name: bytes, *, group: bool) -> Observation:
    shown = _shown(name)
    return Observation("nbns.group" if group else "nbns.name", shown, raw=shown.encode())


def _is_group(entry: bytes) -> bool:
    """What the top bit of the flags at the head of a name's entry says (RFC 1002 section 4.2.2)."""
    return entry[:1] >= b"\x80"


def _decoded(name: str) -> bytes:
    """The 16 bytes behind the first label, each sent as two letters A to P (RFC 1001 section 14.1); scope labels left out."""
    letters = name.partition(".")[0]
    if len(letters) != 32 or letters.strip(_LETTERS):
        raise Malformed("NetBIOS name is not 32 letters A to P")
    return bytes.fromhex(letters.translate(_DIGITS))


def _shown(name: bytes) -> str:
    stem = name[:15].rstrip(b" \0")  # padded with spaces; the wildcard "*" with zeros
    return safe(f"{text(stem)}<{name[15]:02x}>")
