"""DNS messages (RFC 1035), the format shared by DNS, mDNS (RFC 6762), LLMNR (RFC 4795) and NetBIOS names (RFC 1002).

Names become safe text: labels joined by "." without a trailing dot, a dot or backslash inside a label escaped with a
backslash as in zone files (RFC 1035 section 5.1), letters as sent. The root name is "".

Work is bounded whatever the bytes: pointers only lead backwards (RFC 1035 section 4.1.4: "a prior occurrence"), a name
has at most 255 bytes, and of one message at most `MOST` questions and records and 16 KiB of names are read.
"""

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from scanner.errors import Malformed
from scanner.wire.addresses import ip_text
from scanner.wire.text import LONGEST, text

A, CNAME, PTR, HINFO, TXT, AAAA, SRV = 1, 5, 12, 13, 16, 28, 33
IN = 1
_ANY = 255  # of a question: any class (RFC 1035 section 3.2.5)

MOST = 512
"""Questions and records read of one message; what follows is left unread."""

_MOST_NAME_BYTES = 16384
_LONGEST_NAME = 255
_TOO_LONG = "DNS name longer than 255 bytes"
_HEADER = struct.Struct("!6H")
_QUESTION = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")
_SMALLEST_QUESTION = 5
_SMALLEST_RECORD = 11
_ADDRESS_BYTES = {A: 4, AAAA: 16}
_REVERSE4, _REVERSE6 = ".in-addr.arpa", ".ip6.arpa"
_NAME_AFTER = {CNAME: 0, PTR: 0, SRV: 6}  # where in its data a record holds a name (SRV: priority, weight, port first)


class Question(NamedTuple):
    """What is asked. klass without its top bit, which mDNS uses to ask for a unicast answer."""

    name: str
    kind: int
    klass: int


class Record(NamedTuple):
    """A resource record. klass without its top bit, which mDNS uses to flush caches; ttl in seconds.

    target: the address of A and AAAA, the name in CNAME, PTR and SRV, else "".
    """

    name: str
    kind: int
    klass: int
    ttl: int
    rdata: bytes
    target: str


class Message(NamedTuple):
    """A message as far as it could be read; fault: why reading stopped early, "" if it did not (or the capture cut it)."""

    flags: int
    questions: list[Question]
    answers: list[Record]
    authority: list[Record]
    additional: list[Record]
    fault: str

    @property
    def response(self) -> bool:
        """True if the QR bit says so."""
        return self.flags >= 0x8000

    @property
    def opcode(self) -> int:
        """0 is a query; NetBIOS registers names with others."""
        return self.flags >> 11 & 15

    @property
    def rcode(self) -> int:
        """0 is no error."""
        return self.flags & 15


def read(payload: bytes, *, cut: bool, netbios: bool = False) -> Message | None:
    """The message in a UDP payload; None if it is too short for a header or for what its header counts, and so is none.

    One that is too short for its counts and yet begins with a sound question is a broken message with that question.
    cut: the capture holds only the beginning, so running off the end is no fault of the sender. netbios: type 33 is not
    SRV but a node status (RFC 1002 section 4.2.1.3), and holds no name.
    """
    size = len(payload)
    if size < _HEADER.size:
        return None
    _, flags, *counts = _HEADER.unpack_from(payload)
    asked, *listed = counts
    if not cut and asked * _SMALLEST_QUESTION + sum(listed) * _SMALLEST_RECORD > size - _HEADER.size:
        sound = _sound_question(payload) if asked else None
        return Message(flags, [sound], [], [], [], "DNS message shorter than its counts") if sound else None
    questions: list[Question] = []
    sections: tuple[list[Record], list[Record], list[Record]] = [], [], []
    fault = ""
    try:
        _read_sections(payload, asked, listed, questions, sections, {} if netbios else _NAME_AFTER)
    except (IndexError, struct.error):
        fault = "" if cut else "DNS message ends inside a record"
    except Malformed as broken:
        fault = str(broken)
    return Message(flags, questions, *sections, fault)


def _sound_question(payload: bytes) -> Question | None:
    """The first question if it is whole, has a name, and is of a class one asks for: other traffic hardly has all three."""
    try:
        name, offset = _Names(payload).read(_HEADER.size)
        kind, klass = _QUESTION.unpack_from(payload, offset)
    except (IndexError, struct.error, Malformed):
        return None
    klass &= 0x7FFF
    return Question(name, kind, klass) if name and klass in (IN, _ANY) else None


def _read_sections(
    payload: bytes,
    asked: int,
    listed: list[int],
    questions: list[Question],
    sections: tuple[list[Record], ...],
    name_after: dict[int, int],
) -> None:
    """Fill the lists; what was read before a fault stays in them. Running off the end raises IndexError or struct.error."""
    names = _Names(payload)
    read_name, unpack, head, length = names.read, _RECORD.unpack_from, _RECORD.size, len(payload)  # looked up once
    offset = _HEADER.size
    for _ in range(min(asked, MOST)):
        name, offset = read_name(offset)
        kind, klass = _QUESTION.unpack_from(payload, offset)
        offset += _QUESTION.size
        questions.append(Question(name, kind, klass & 0x7FFF))
    left = MOST - asked
    for section, count in zip(sections, listed, strict=True):
        for _ in range(min(count, left)):
            name, offset = read_name(offset)
            kind, klass, ttl, size = unpack(payload, offset)
            offset += head
            end = offset + size
            if end > length:
                raise IndexError
            rdata = payload[offset:end]
            target = ""
            if width := _ADDRESS_BYTES.get(kind):
                if size != width:
                    raise Malformed("DNS address record of a wrong size")
                target = ip_text(rdata)
            elif kind in name_after:
                target, after = read_name(offset + name_after[kind])
                if after != end:
                    raise Malformed("DNS name does not fill its record")
            section.append(Record(name, kind, klass & 0x7FFF, ttl, rdata, target))
            offset = end
        left -= count


class _Names:
    """Reads names of one message and remembers those that pointers lead to: most names are told once and pointed at often."""

    __slots__ = ("_bytes_left", "_known", "_payload")

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._known: dict[int, tuple[str, int]] = {}  # by offset: a name and its size in bytes without pointers
        self._bytes_left = _MOST_NAME_BYTES

    def read(self, offset: int) -> tuple[str, int]:
        """The name at `offset` and the offset after it. IndexError if it runs off the end."""
        payload = self._payload
        end = offset
        while 0 < (length := payload[end]) < 0x40:
            end += length + 1
        if not length:
            return self._joined(offset, end, "", 0), end + 1
        target = self._target(end, offset)
        rest, size = self._known.get(target) or self._followed(target)
        return (self._joined(offset, end, rest, size) if end > offset else rest), end + 2

    def _followed(self, start: int) -> tuple[str, int]:
        """The name a pointer leads to, which may lead on, and its size."""
        payload, known = self._payload, self._known
        runs = []  # of labels between pointers: where each begins and ends
        name, size, spent = "", 0, 0
        while True:
            end = start
            while 0 < (length := payload[end]) < 0x40:
                end += length + 1
            runs.append((start, end))
            spent += end - start
            if spent >= _LONGEST_NAME:
                raise Malformed(_TOO_LONG)
            if not length:
                break
            target = self._target(end, start)
            if target in known:
                name, size = known[target]
                break
            start = target
        for start, end in reversed(runs):
            name = self._joined(start, end, name, size)
            size += end - start
        return name, size

    def _joined(self, start: int, end: int, rest: str, size: int) -> str:
        """A run of labels before a name of `size` bytes; remembered, for others may point at it."""
        self._bytes_left -= end - start
        if self._bytes_left < 0:
            raise Malformed("DNS message with too many names")
        size += end - start
        if size >= _LONGEST_NAME:  # the root label is a byte too
            raise Malformed(_TOO_LONG)
        labels = _labels(self._payload[start:end])
        name = f"{labels}.{rest}"[:LONGEST] if labels and rest else labels or rest
        self._known[start] = name, size
        return name

    def _target(self, offset: int, start: int) -> int:
        """Where the pointer at `offset` leads; `start` is where its run of labels began."""
        high, low = self._payload[offset], self._payload[offset + 1]
        if high < 0xC0:
            raise Malformed("DNS label of a reserved type")
        target = (high & 0x3F) << 8 | low
        if not _HEADER.size <= target < start:
            raise Malformed("DNS name pointer does not lead backwards")
        return target


@lru_cache(maxsize=16384)
def _labels(raw: bytes) -> str:
    """Whole labels, each after its length byte, as text. Cached: on one network the same names come again and again."""
    labels = []
    at = 0
    while at < len(raw):
        end = at + 1 + raw[at]
        labels.append(text(raw[at + 1 : end].replace(b"\\", b"\\\\").replace(b".", b"\\.")))
        at = end
    return ".".join(labels)[:LONGEST]


def plain_name(raw: bytes) -> str:
    """A name that stands alone, without pointers, its root label optional (RFC 4702 section 2.3.1, RFC 4704 section 4.2).

    Raises Malformed if the labels do not fit the bytes.
    """
    end = 0
    while end < len(raw) and 0 < raw[end] < 0x40:
        end += raw[end] + 1
    if end > min(len(raw), _LONGEST_NAME) or raw[end : end + 1] > b"\0":
        raise Malformed("domain name labels do not fit their option")
    return _labels(raw[:end])


@lru_cache(maxsize=4096)
def reversed_address(name: str) -> str:
    """The address a reverse name stands for (RFC 1035 section 3.5, RFC 3596 section 2.5), "" for any other name."""
    lower = name.lower()
    if lower.endswith(_REVERSE4):
        numbers = ".".join(reversed(lower.removesuffix(_REVERSE4).split(".")))
    elif lower.endswith(_REVERSE6):
        nibbles = "".join(reversed(lower.removesuffix(_REVERSE6).split(".")))
        numbers = ":".join(nibbles[at : at + 4] for at in range(0, 32, 4)) if len(nibbles) == 32 else ""
    else:
        return ""
    try:
        return str(ip_address(numbers))
    except ValueError:
        return ""


def strings(rdata: bytes) -> Iterator[bytes]:
    """The character strings of TXT and HINFO data, each after its length byte. Raises Malformed if the last is short."""
    offset = 0
    while offset < len(rdata):
        start = offset + 1
        offset = start + rdata[offset]
        if offset > len(rdata):
            raise Malformed("DNS character string longer than its record")
        yield rdata[start:offset]


def dotted(name: str) -> bytes:
    """A name as packet dumps show it: the labels joined by dots, nothing escaped."""
    return (_ESCAPED.sub(r"\1", name) if "\\" in name else name).encode()


_ESCAPED = re.compile(r"\\([\\.])")
