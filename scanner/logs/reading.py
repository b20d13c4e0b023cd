"""The loop all formats share: a text read line by line into evidence, every line counted, nothing trusted."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

from scanner.capture.compressed import Broken
from scanner.capture.sources import Opened, open_input
from scanner.errors import Malformed, Unreadable
from scanner.evidence import Evidence, Ledger, Place, Received, Traffic
from scanner.logs import HEAD, ZEEK, LogFormat, recognise
from scanner.logs.entries import NO_TIME, Entry, Line, Said, Sent
from scanner.model import TEXT_LINES
from scanner.wire.addresses import is_host_mac

LONGEST_LINE = 1 << 18
"""Bytes of a line that is read: Zeek's longest lines are HTTP requests and sets of names, a tenth of this."""

MOST_SENT = 1 << 56
"""Frames or bytes one log may count. The database holds 63 bits, and sums over many logs must fit."""

_MARK = b"\xef\xbb\xbf"  # byte order mark, with which Windows begins a text

_PIECE = 1 << 12
"""Bytes read at a time: what is lost before a fault in compressed data is less than this."""


def recognised(opened: Opened) -> tuple[str, LogFormat] | None:
    """The log an input is, None if it is none we know."""
    if b"\0" in opened.head:
        return None
    opened.look_ahead(HEAD)
    return recognise(opened.head.removeprefix(_MARK), _name(opened.path))


def _name(path: str) -> str:
    return PurePath(path).name


def read(
    opened: Opened, capture: str, called: str, form: LogFormat, progress: Callable[[int], None] | None = None
) -> Evidence:
    """All evidence of one log; closes the input. What cannot be read is in its ledger, never raised."""
    evidence = Evidence()
    ledger = evidence.ledgers[capture] = Ledger(link_types=frozenset({TEXT_LINES}))
    ledger.format = f"{called}, {opened.packed}" if opened.packed else called
    evidence.trouble(capture, "log", f"{called}: {form.LACKS}", 0)
    book = _Book(evidence, ledger, capture)
    reader = form.reader(_name(opened.path))
    with opened.held:
        try:
            for line in lines(opened.head, opened.read, progress):
                ledger.frames = line.number
                reason = ""
                try:
                    entries = reader.feed(_checked(line))
                    book.enter(entries or ())
                except Malformed as fault:
                    reason = str(fault)
                except Exception as fault:  # noqa: BLE001 - a reader's own mistake must not end a scan: it is counted and shown
                    reason = f"unexpected {type(fault).__name__}"
                else:
                    ledger.decoded += entries is not None
                if reason:
                    ledger.malformed += 1
                    evidence.trouble(capture, "line", reason, line.number)
        except OSError as fault:
            reason = str(fault) if isinstance(fault, Broken) else f"cannot be read (error {fault.errno})"
            ledger.problem = f"{reason} at byte {opened.tape.bytes}, after line {ledger.frames}"
        else:
            book.enter(reader.finish())
        try:
            opened.tape.run_out()
        except OSError as fault:
            ledger.problem = ledger.problem or f"cannot be read (error {fault.errno}) at byte {opened.tape.bytes}"
        ledger.sha256, ledger.bytes = opened.tape.sha256, opened.tape.bytes
    return evidence


def lines(head: bytes, rest: Callable[[int], bytes], progress: Callable[[int], None] | None = None) -> Iterator[Line]:
    """The lines of a text of which `head` was already read. Of one that is too long, enough is kept to see that it is."""
    number = 0
    kept = b""
    piece = head.removeprefix(_MARK)
    while piece:
        *whole, open_end = piece.split(b"\n")
        for raw in whole:
            number += 1
            yield Line(number, (kept + raw).removesuffix(b"\r"))
            kept = b""
        kept = (kept + open_end)[: LONGEST_LINE + 1]
        if progress:
            progress(len(piece))
        piece = rest(_PIECE)
    if kept:
        yield Line(number + 1, kept)


def _checked(line: Line) -> Line:
    if len(line.raw) > LONGEST_LINE:
        raise Malformed(f"longer than {LONGEST_LINE} bytes")
    if b"\0" in line.raw:
        raise Malformed("a NUL in it")
    return line


class _Book:
    """Enters what lines say into the bag, under the name of their log."""

    def __init__(self, evidence: Evidence, ledger: Ledger, capture: str) -> None:
        self._evidence, self._ledger, self._capture = evidence, ledger, capture
        self._sent = 0

    def enter(self, entries: Sequence[Entry]) -> None:
        """Enter all of them. Raises Malformed where the counts of a log cannot be true."""
        for entry in entries:
            place = Place(entry.time, self._capture, entry.line)
            if isinstance(entry, Said):
                self._say(entry, place)
            else:
                self._send(entry, place)
            if entry.time != NO_TIME:
                self._span(entry.time, entry.last if isinstance(entry, Sent) else entry.time)

    def _say(self, entry: Said, place: Place) -> None:
        if entry.seen.subject:
            self._evidence.add(entry.seen.subject, entry.seen, place)

    def _send(self, entry: Sent, place: Place) -> None:
        self._sent += entry.frames + entry.bytes
        if self._sent > MOST_SENT:
            raise Malformed("counts more than can have been sent")
        heard = place if entry.heard else None
        self._evidence.count(entry.sender, Traffic(entry.frames, entry.bytes, place, entry.last, heard))
        if entry.frames and is_host_mac(entry.target):
            self._evidence.receive(entry.sender.segment, entry.target, Received(entry.frames, place, entry.last))

    def _span(self, first: int, last: int) -> None:
        ledger = self._ledger
        ledger.first = first if ledger.first is None else min(ledger.first, first)
        ledger.last = last if ledger.last is None else max(ledger.last, last)


def is_log(path: str) -> bool:
    """Whether a file is a log we know, by its first bytes, also of one that is compressed."""
    return _known(path) is not None


def is_zeek_log(path: str) -> bool:
    """Whether a file is a log of Zeek's that we know."""
    known = _known(path)
    return known is not None and known[1] in ZEEK


def _known(path: str) -> tuple[str, LogFormat] | None:
    try:
        opened = open_input(path)
    except Unreadable:
        return None
    with opened.held:
        return recognised(opened)
