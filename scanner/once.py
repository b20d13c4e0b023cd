"""What was seen once only, in few bytes: a flood of forged senders must not cost more memory than it must.

An entry that was counted once (a sender's only frame, a card's only frame addressed to it, a channel's only observation
about a subject) is one record: its key, then the rest. Records sort by key, so that two of one key stand together.
"""

from typing import NamedTuple

_KEY, _REST = "\x1f", "\x1e"  # no text of ours holds control characters (`scanner.wire.text`)
_KEY_BYTE, _REST_BYTE = _KEY.encode(), _REST.encode()
SENT, TARGET, FACT = "sent", "target", "fact"


class Record(NamedTuple):
    """One entry. key: its kind, then what the bag calls it by; details: numbers and bytes as text; capture and value: text
    of any content; time and frame: where it was seen."""

    key: tuple[str, ...]
    time: int
    frame: int
    details: tuple[str, ...]
    capture: str
    value: str = ""


def pack(record: Record) -> bytes:
    """The record as bytes."""
    head = _KEY.join(record.key)
    details = _KEY.join((str(record.time), str(record.frame), str(len(record.capture)), *record.details))
    return f"{head}{_REST}{details}{_REST}{record.capture}{record.value}".encode()


def name_in(packed: bytes) -> bytes:
    """The part of a packed record by which it is told from others."""
    return packed[: packed.index(_REST_BYTE)]


def names_in(packed: bytes) -> list[bytes]:
    """The same in its parts: kind, segment, MAC; of what was sent or is a fact the IP; of a fact the channel."""
    return name_in(packed).split(_KEY_BYTE)


def channel_in(packed: bytes) -> bytes:
    """Of a packed fact, the channel."""
    return name_in(packed).rpartition(_KEY_BYTE)[2]


def who_in(packed: bytes) -> tuple[bytes, bytes, bytes]:
    """Of these its kind, segment and MAC, or the IP where there is no MAC, in half the time."""
    kind, segment, mac, rest = packed.split(_KEY_BYTE, 3)
    mac = mac.partition(_REST_BYTE)[0]
    return kind, segment, mac or rest.partition(_REST_BYTE)[0].partition(_KEY_BYTE)[0]


def heard_in(packed: bytes) -> bool:
    """Of a packed sender, whether it spoke to a group that routers do not forward."""
    return packed.split(_REST_BYTE, 2)[1].split(_KEY_BYTE)[4] == b"1"


class Seen(NamedTuple):
    """Where a packed entry was seen, and its value: all that must be known of each in a flood."""

    time: int
    capture: str
    frame: int
    value: str


def seen_in(packed: bytes) -> Seen:
    """The same as `unpack` says, in a third of the time."""
    _, details, texts = packed.split(_REST_BYTE, 2)
    time, frame, size, *_ = details.split(_KEY_BYTE, 3)
    text, end = texts.decode(), int(size)
    return Seen(int(time), text[:end], int(frame), text[end:])


def name_of(*names: str) -> bytes:
    """The same, of an entry that is not packed."""
    return _KEY.join(names).encode()


def unpack(packed: bytes) -> Record:
    """The record in the bytes. Raises ValueError for bytes that `pack` never makes."""
    head, details, texts = packed.decode().split(_REST, 2)
    time, frame, size, *more = details.split(_KEY)
    return Record(tuple(head.split(_KEY)), int(time), int(frame), tuple(more), texts[: int(size)], texts[int(size) :])
