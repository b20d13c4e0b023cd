"""One large capture cut at record boundaries, so that many processes can read it.

No boundary is guessed: a capture may hold another capture as payload, and a record header made up by a sender looks like
any other. The file is gone through once, record by record, by whoever cuts it (it has to be hashed front to back anyway,
and headers are a small part of the work); each slice carries what the reader knew where it begins. A worker then reads its
own slice again, from the page cache as a rule.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedIOBase

from scanner.capture.frames import FrameBatch, Mark
from scanner.capture.joining import WINDOW
from scanner.capture.records import CHUNK, Read
from scanner.capture.sources import Opener, Source, local
from scanner.errors import Damaged, Unreadable

SIZE = 8 << 20
"""Bytes of a slice, about. From 4 to 32 MiB the time is the same; below, the same facts travel too often, above, the last
slice leaves the other workers idle (200 MiB, two workers, 2026-11-22). Memory does not depend on it: it is read by chunks.
"""

_CHANGED = "changed while it was read"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some consecutive records of one capture.

    start: the mark of the first batch; size: bytes of the file from there to the end of the last record; frames: how many
    it holds; digest: SHA-256 in hexadecimal of the file from its beginning to `WINDOW` frames after the slice or a little
    further; opener: opens the path.
    """

    path: str
    capture: str
    start: Mark
    size: int
    frames: int
    digest: str
    opener: Opener


def cut(source: Source, path: str, size: int = SIZE, opener: Opener = local) -> Iterator[Slice]:
    """All frames of the source at `path`, in slices of `size` bytes or up to a chunk more; none if it cannot be cut.

    A slice comes once `WINDOW` frames after it were read, or the last: its digest covers all that its evidence depends on.
    opener: opens the path again. Raises `Damaged` as `Source.batches` does, after the slice that holds the last whole frame.
    """
    start: Mark | None = None
    end = frames = seen = 0
    ready: deque[tuple[int, Slice]] = deque()  # without digest, each with the count of frames up to its end
    fault: Damaged | None = None
    try:
        for batch in source.batches():
            if batch.mark is None or not source.plain:
                return
            if start is None:
                start, frames = batch.mark.fixed(), 0
            end = batch.mark.end
            frames += len(batch)
            seen += len(batch)
            if end - start.begin >= size:
                ready.append((seen, Slice(path, source.capture, start, end - start.begin, frames, "", opener)))
                start = None
            while ready and ready[0][0] + WINDOW <= seen:
                yield replace(ready.popleft()[1], digest=source.sha256)
    except Damaged as damaged:
        fault = damaged
    if start is not None:
        ready.append((seen, Slice(path, source.capture, start, end - start.begin, frames, "", opener)))
    for _, part in ready:
        yield replace(part, digest=source.sha256)
    if fault:
        raise fault


def batches(part: Slice, beyond: int = 0, chunk: int = CHUNK) -> Iterator[FrameBatch]:
    """The frames of a slice, then those behind it until `beyond` were given, in batches that never straddle its end.

    The frames behind its end belong to the next slice; they stop in silence where the file ends or makes no more sense, for
    whoever cut the file has told that. Raises `Unreadable` if the file is gone, or is not the one that was cut.
    """
    own, more = part.frames, beyond
    try:
        with part.opener(part.path) as file:
            file.seek(part.start.begin)
            for batch in part.start.batches(part.capture, _reader(file, part.size, go_on=beyond > 0), chunk):
                if own > 0:
                    own -= len(batch)
                elif more > 0:
                    more -= len(batch)
                else:
                    return
                yield batch
    except (Damaged, OSError) as fault:
        if own:
            raise Unreadable(part.path, _CHANGED) from fault
    if own:
        raise Unreadable(part.path, _CHANGED)


def _reader(file: BufferedIOBase, size: int, *, go_on: bool) -> Read:
    """Reads `size` bytes, then the end; or, with `go_on`, what follows: but never both in one piece."""
    left = size

    def read(wanted: int) -> bytes:
        nonlocal left
        if left:
            piece = file.read(min(wanted, left))
            left -= len(piece)
            return piece
        return file.read(wanted) if go_on else b""

    return read
