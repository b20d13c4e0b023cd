"""Captures in files and on standard input: recognised by their first bytes, read once, front to back, hashed on the way.

A source never seeks, so a pipe serves as well as a file. What a name ends in means nothing here.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

from scanner.capture import erf, pcap, pcapng, snoop
from scanner.capture.compressed import Broken, packing, unpack
from scanner.capture.frames import FrameBatch
from scanner.capture.records import CHUNK, Read
from scanner.capture.tape import Tape
from scanner.errors import Damaged, Unreadable

HEAD = 24
"""First bytes a format is recognised by: a whole pcap header, and enough of every other."""

_GLIMPSE = 256
"""Bytes read at a time when looking ahead."""

STDIN = "-"

MOST_EMPTY = 10_000
"""Records without a byte that one chunk may hold and nothing else: more are the zeros of a crashed sensor, or an attack."""


Opener = Callable[[str], BufferedIOBase]
"""Opens what is at a path, for reading bytes. A function with a name: it travels to other processes. Raises OSError."""


def local(path: str) -> BufferedIOBase:
    """A file of this machine."""
    return Path(path).open("rb")


class Format(Protocol):
    """What a module must offer to read one format."""

    NAME: str

    def detect(self, head: bytes) -> bool:
        """True if a file that begins like this is of this format, or was before it was cut."""
        ...

    def open_stream(self, path: str, capture: str, head: bytes, read: Read, chunk: int) -> tuple[str, Iterator[FrameBatch]]:
        """What the format is called, and the frames to come, read `chunk` bytes at a time.

        Raises `Unreadable`, and `Damaged` while they come.
        """
        ...


FORMATS: tuple[Format, ...] = (pcap, pcapng, snoop, erf)
"""ERF last: it has no magic number, every other has."""

_UNPACK = "compressed: unpack it first"
_CONVERT = "convert it to pcap first, for instance with editcap"
_FOREIGN = {
    b"PK\x03\x04": f"zip, {_UNPACK}",
    b"7z\xbc\xaf\x27\x1c": f"7z, {_UNPACK}",
    b"\x1c\x00\x01\xac": f"Ixia hardware capture: {_CONVERT}",
    b"\xac\x01\x00\x1c": f"Ixia hardware capture: {_CONVERT}",
    b"\x1c\x00\x01\xab": f"Ixia software capture: {_CONVERT}",
    b"\xab\x01\x00\x1c": f"Ixia software capture: {_CONVERT}",
    b"btsnoop\x00": "Bluetooth HCI log (btsnoop): holds no network frames",
    b"XCP\x00": f"NetXray or Sniffer capture: {_CONVERT}",
    b"TRSNIFF data": f"Sniffer capture: {_CONVERT}",
    b"ObserverPktBuffe": f"Observer capture: {_CONVERT}",
    b"\x05\x56\x4e\x46": f"Visual Networks capture: {_CONVERT}",
    b"iptrace 1.0": f"AIX iptrace capture: {_CONVERT}",
    b"iptrace 2.0": f"AIX iptrace capture: {_CONVERT}",
    b"GMBU": f"Microsoft Network Monitor capture: {_CONVERT}",
    b"RTSS": f"Microsoft Network Monitor capture: {_CONVERT}",
    b"SQLite format 3\x00": "SQLite database, not a capture",
    b"\x7fELF": "ELF program, not a capture",
    b"\x89PNG\r\n": "PNG picture, not a capture",
    b"%PDF": "PDF document, not a capture",
}
"""First bytes of what people hand over by mistake (captures: Wireshark, wiretap)."""


class Source:
    """One capture, open for reading. capture: its name in every batch; format: what its file format is called.

    plain: the marks of its batches (`FrameBatch.mark`) count bytes of the file itself, not of what it unpacks to; dropped:
    frames that whoever captured says were lost, once all batches have come.
    A context manager: leaving it closes the file (standard input, which is not ours, stays open).
    """

    def __init__(
        self, capture: str, form: str, batches: Iterator[FrameBatch], tape: Tape, held: ExitStack, *, plain: bool
    ) -> None:
        self.capture = capture
        self.format = form
        self.plain = plain
        self.dropped = 0
        self._batches = batches
        self._tape = tape
        self._held = held

    def batches(self) -> Iterator[FrameBatch]:
        """All frames in order, once. Raises `Damaged` where the file stops making sense, after every whole frame before it."""
        last = 0
        try:
            for batch in map(_not_empty, self._batches):
                self.dropped += batch.dropped
                if not len(batch):
                    continue
                yield batch
                last = batch.first + len(batch) - 1
        except Damaged:
            with suppress(OSError):
                self._tape.run_out()
            raise
        except Broken as fault:
            with suppress(OSError):
                self._tape.run_out()
            raise Damaged(self.bytes, last, str(fault)) from fault
        except OSError as fault:
            raise Damaged(self.bytes, last, f"read error: {_said(fault)}") from fault

    @property
    def sha256(self) -> str:
        """Of the whole file, in hexadecimal, once `batches` ended or raised `Damaged`; before, of what was read so far."""
        return self._tape.sha256

    @property
    def bytes(self) -> int:
        """Size of the whole file, when `sha256` is that of the whole file."""
        return self._tape.bytes

    def close(self) -> None:
        """Close the file."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Opened:
    """An input, open and unpacked. head: its first bytes; read: the rest; packed: how it is compressed ("" not); tape: what
    counts and hashes every byte of the file; held: what must be closed in the end, by whoever makes use of the input.
    """

    def __init__(self, path: str, head: bytes, read: Read, packed: str, tape: Tape, held: ExitStack) -> None:
        self.path = path
        self.head = head
        self.read = read
        self.packed = packed
        self.tape = tape
        self.held = held

    def look_ahead(self, size: int) -> None:
        """Make the head `size` bytes long, shorter if there are no more. A fault on the way comes when one reads on."""
        try:
            # In small pieces: a library that unpacks gives nothing of a piece in which its data turns out to be damaged.
            while len(self.head) < size and (more := self.read(min(_GLIMPSE, size - len(self.head)))):
                self.head += more
        except OSError as met:
            self.read = partial(_fail, met)


def _fail(fault: OSError, _: int) -> bytes:
    raise fault


def open_input(path: str, opener: Opener = local) -> Opened:
    """Open what is at `path` ("-": standard input) and look at its beginning; raises `Unreadable` with one clear reason."""
    with ExitStack() as held:
        try:
            tape = Tape(_standard_input() if path == STDIN else held.enter_context(opener(path)))
            read: Read = tape.read
            head = _beginning(read)
            packed = packing(head)
            if packed:
                read = unpack(packed, head, tape.read)
                head = _beginning(read)
                if packing(head) or not head:
                    raise Unreadable(path, f"{packing(head) or 'nothing'} inside {packed}: unpack it first")
        except OSError as fault:
            raise Unreadable(path, _said(fault)) from fault
        return Opened(path, head, read, packed, tape, held.pop_all())


def as_capture(opened: Opened, capture: str, chunk: int = CHUNK) -> Source:
    """The capture in an input, to be called `capture`, read `chunk` bytes at a time.

    Raises `Unreadable`, the input closed, where there is none.
    """
    with opened.held as held:
        try:
            form = _recognised(opened.path, opened.head)
            name, batches = form.open_stream(opened.path, capture, opened.head, opened.read, chunk)
        except OSError as fault:
            raise Unreadable(opened.path, _said(fault)) from fault
        name = f"{name}, {opened.packed}" if opened.packed else name
        plain = not opened.packed and opened.path != STDIN
        return Source(capture, name, batches, opened.tape, held.pop_all(), plain=plain)


def open_source(path: str, capture: str, chunk: int = CHUNK, opener: Opener = local) -> Source:
    """Open the capture at `path` ("-": standard input), to be called `capture`, and read it `chunk` bytes at a time.

    opener: opens the path. Raises `Unreadable` with one clear reason.
    """
    return as_capture(open_input(path, opener), capture, chunk)


def _not_empty(batch: FrameBatch) -> FrameBatch:
    if len(batch) >= MOST_EMPTY and not any(batch.sizes):
        raise Broken(f"{len(batch)} records in a row without a byte")
    return batch


def _beginning(read: Read) -> bytes:
    """The first HEAD bytes, or all there are: a pipe may give them in pieces."""
    head = read(HEAD)
    while len(head) < HEAD and (more := read(HEAD - len(head))):
        head += more
    return head


def _standard_input() -> BufferedIOBase:
    if sys.stdin is None:
        raise Unreadable(STDIN, "standard input is closed")
    return cast("BufferedIOBase", sys.stdin.buffer)


def _recognised(path: str, head: bytes) -> Format:
    form = recognise(head)
    if form is None:
        raise Unreadable(path, foreign(head))
    return form


def recognise(head: bytes) -> Format | None:
    """The format of a file with these first HEAD bytes (fewer if it has no more), None if it is no capture we read."""
    return next((form for form in FORMATS if form.detect(head)), None)


def foreign(head: bytes) -> str:
    """What a file with these first bytes is, when it is no capture we read."""
    if not head:
        return "empty file"
    if len(head) < 4:
        return f"too short for a capture ({len(head)} of {HEAD} bytes)"
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            return what
    if all(byte in b"\t\n\r" or 0x20 <= byte <= 0x7E for byte in head):
        return "text, not a capture"
    *known, last = (form.NAME for form in FORMATS)
    return f"not a {', '.join(known)} or {last} file (it begins with {head[:4].hex()})"


def _said(fault: OSError) -> str:
    """The system's reason in our words: its own depend on where it runs."""
    match fault:
        case Broken():
            return str(fault)
        case FileNotFoundError() | NotADirectoryError():
            return "no such file"
        case PermissionError():
            return "permission denied"
        case IsADirectoryError():
            return "is a directory"
        case _:
            return f"cannot be read (error {fault.errno})"
