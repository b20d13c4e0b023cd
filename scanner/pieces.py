"""What there is to read, piece by piece: captures, or slices of large ones; and which of it was finished before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from io import SEEK_END
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

from scanner.capture.records import CHUNK
from scanner.capture.slices import Slice, cut
from scanner.capture.sources import Opener, Source, as_capture, local, open_input
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence, Ledger
from scanner.logs import reading as logs


@dataclass(frozen=True, slots=True)
class Input:
    """A capture to read: its path ("-" standard input), the name it goes by in the results, and what opens the path."""

    path: str
    capture: str
    opener: Opener = local


Piece = Input | Slice
"""What one worker reads at a time."""


class Keeper(Protocol):
    """Keeps the evidence of finished pieces, each under a name, for a run that is started again after it was killed.

    found: how many were there already.
    """

    found: int

    def get(self, name: str) -> Evidence | None:
        """The evidence kept under this name, None if there is none."""
        ...

    def put(self, name: str, evidence: Evidence) -> None:
        """Keep it, whole or not at all. Raises `StorageFault`."""
        ...


def pieces(sources: Iterable[Input], whole: Evidence, size: int) -> Iterator[Piece]:
    """What there is to read: large captures in slices, others as they are; what a slice cannot know is added to `whole`.

    Large ones come first, lest a worker be left alone with one at the end. size: bytes of a slice, about.
    """
    for length, source in sorted(((_bytes(source), source) for source in sources), key=lambda pair: -pair[0]):
        if length < 2 * size:
            yield source
        else:
            yield from _cut(source, whole, size)


def _cut(source: Input, whole: Evidence, size: int) -> Iterator[Piece]:
    """The slices of a capture, and its ledger to `whole`; the input itself, if it is no capture, or one that cannot be cut."""
    opened = _as_capture(source, min(size, CHUNK))
    parts, problem = 0, ""
    if opened:
        with opened:
            try:
                for part in cut(opened, source.path, size, source.opener):
                    parts += 1
                    yield part
            except Damaged as fault:
                problem = str(fault)
            if parts:
                ledger = Ledger(sha256=opened.sha256, bytes=opened.bytes, format=opened.format, problem=problem)
                whole.absorb(Evidence(ledgers={source.capture: ledger}))
                note_dropped(opened, whole)
    if not parts:
        yield source


def _as_capture(source: Input, chunk: int) -> Source | None:
    """None for what is no capture: whoever reads it finds out what it is."""
    try:
        found = open_input(source.path, source.opener)
        if logs.recognised(found):
            found.held.close()
            return None
        return as_capture(found, source.capture, chunk)
    except Unreadable:
        return None


def note_dropped(source: Source, evidence: Evidence) -> None:
    """Enter how many frames were lost before they came into the capture, once all of it was read."""
    if source.dropped:
        evidence.trouble(source.capture, "dropped", "", 0, source.dropped)


def missing(given: Iterable[Piece], keeper: Keeper, whole: Evidence) -> Iterator[Piece]:
    """The pieces that are still to be read; the evidence of the others goes to `whole`."""
    for piece in given:
        name = _slice_name(piece) if isinstance(piece, Slice) else _input_name(piece, _sha256(piece))
        kept = keeper.get(name)
        if kept is None:
            yield piece
        else:
            whole.absorb(kept)


def keep(keeper: Keeper, piece: Piece, evidence: Evidence) -> None:
    """Keep the evidence of a piece, unless the file changed under it, or was none. Raises `StorageFault`."""
    ledger = evidence.ledgers[piece.capture]
    if isinstance(piece, Slice):
        if not ledger.problem:
            keeper.put(_slice_name(piece), evidence)
    elif ledger.sha256:
        keeper.put(_input_name(piece, ledger.sha256), evidence)  # the bytes that were read, whatever was there before


def length(piece: Piece) -> int:
    """Bytes of input."""
    return piece.size if isinstance(piece, Slice) else _bytes(piece)


def _slice_name(part: Slice) -> str:
    """What the evidence of a slice depends on: not where the file lies, nor what follows in it."""
    return repr((part.capture, part.start, part.size, part.frames, part.digest))


def _input_name(source: Input, sha256: str) -> str:
    return repr((source.capture, sha256))


def _sha256(source: Input) -> str:
    """Of a file that can be read; of anything else ""."""
    if not _bytes(source):
        return ""
    try:
        with source.opener(source.path) as file:
            return file_digest(file, "sha256").hexdigest()
    except (OSError, Unreadable):
        return ""


def _bytes(source: Input) -> int:
    """Size of a file; of anything else, such as a pipe, which must not be opened twice, 0."""
    try:
        if source.opener is local:
            found = Path(source.path).stat()
            return found.st_size if S_ISREG(found.st_mode) else 0
        with source.opener(source.path) as file:
            return file.seek(0, SEEK_END)
    except (OSError, Unreadable):  # whoever reads it finds out why
        return 0
