"""Captures that another program is still writing: read as they grow, until told to stop.

What is read in the end is the file as it then was, so the evidence is that of a scan of the finished file. Of a folder, the
captures are read one after the other in the order in which they were last written, and one is finished when the next is
there: so are the sets that capture programs write when they begin a new file every hour, or the rings in which they write
over their oldest. Two programs that write into one folder at the same time are not followed so: what one goes on writing is
missed, and that is told.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import NamedTuple

from scanner.capture import folder

_POLL = 0.2
"""Seconds between two looks at a file that has nothing new."""


class _Waiting(NamedTuple):
    """A capture of the folder that was not read yet; in order of time. identity: of the file, whatever it is called."""

    written: int
    path: str
    identity: tuple[int, int]


_HEAD = 4096
"""Bytes at its beginning by which a file is known again."""


@dataclass(slots=True)
class _Read:
    """What was read of a file. checked: size and time of writing at which the file was found to be still the same."""

    name: str
    head: bytes = b""
    size: int = 0
    checked: tuple[int, int] = (-1, 0)

    def add(self, piece: bytes) -> None:
        """Note a piece that was read."""
        self.head += piece[: _HEAD - len(self.head)]
        self.size += len(piece)

    def is_still(self, path: str, status: os.stat_result) -> bool:
        """True if the file there begins with what was read. Its number on the disk does not tell: that of a file which was
        removed is given to the next, and a ring of files may be written over. Raises OSError."""
        now = status.st_size, status.st_mtime_ns
        if now != self.checked:
            with Path(path).open("rb") as file:
                if status.st_size < self.size or file.read(len(self.head)) != self.head:
                    return False
            self.checked = now
        return True


class Follower:
    """Follows one capture, or one folder of them. `stop()` from anywhere ends the waiting; what is there is still read."""

    def __init__(self, path: str, seconds: float | None = None) -> None:
        """seconds: how long to wait for more, from now on; None: until `stop()`."""
        self._path = path
        self._folder = Path(path).is_dir()
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._running = True
        self._known: dict[tuple[int, int], _Read] = {}
        self._name = ""  # of the last capture, and its identity
        self._last: tuple[int, int] | None = None

    def stop(self) -> None:
        """Wait no more."""
        self._running = False

    def pause(self) -> bool:
        """Wait a little; False if it is time to stop."""
        if self._ends is not None and time.monotonic() >= self._ends:
            self.stop()
        if self._running:
            time.sleep(_POLL)
        return self._running

    def captures(self) -> Iterator[tuple[str, str]]:
        """Path and name of each capture. A name that an earlier file had (it was moved away) comes with a number."""
        if not self._folder:
            yield from folder.captures([self._path]).captures
            return
        names: dict[str, int] = {}
        while True:
            waiting = self._waiting()
            if waiting:
                first = min(waiting)
                name = folder.shown(Path(first.path).name)
                names[name] = names.get(name, 0) + 1
                self._name = name if names[name] == 1 else f"{name} ({names[name]})"
                self._known[first.identity] = _Read(self._name)
                yield first.path, self._name
            elif not self.pause():
                return

    def open(self, path: str) -> BufferedIOBase:
        """The file, which gives its end only when it is finished. Raises OSError."""
        return _Growing(path, self)

    def missed(self) -> Iterator[tuple[str, int]]:
        """Name of each capture that was written on when the next one had begun, and how many bytes of it were not read."""
        for _, identity, status, read in self._looked():
            if read and identity != self._last and status.st_size > read.size:
                yield read.name, status.st_size - read.size

    def goes_on(self) -> bool:
        """True if there is a capture behind the one that is being read."""
        return bool(self._waiting())

    def _waiting(self) -> list[_Waiting]:
        return [
            _Waiting(status.st_mtime_ns, path, identity)
            for path, identity, status, read in self._looked()
            if not read and folder.is_capture(path)
        ]

    def _looked(self) -> Iterator[tuple[str, tuple[int, int], os.stat_result, _Read | None]]:
        """What is in the folder: path, identity, status, and what was read of it, None if nothing was."""
        for path in folder.inside(self._path) or () if self._folder else ():
            try:
                status = Path(path).stat()
                identity = (status.st_dev, status.st_ino)
                read = self._known.get(identity)
                still = read is not None and read.is_still(path, status)
            except OSError:
                continue  # it was there a moment ago
            yield path, identity, status, read if still else None

    def begun(self, status: os.stat_result) -> _Read:
        """Where to note what is read of the file that was opened."""
        self._last = status.st_dev, status.st_ino
        return self._known.setdefault(self._last, _Read(self._name))


class _Growing(BufferedIOBase):
    """A file that may still grow."""

    def __init__(self, path: str, follower: Follower) -> None:
        self._path, self._follower = path, follower
        self._file = Path(path).open("rb")  # noqa: SIM115 - `close` closes it
        self._read = follower.begun(os.fstat(self._file.fileno()))
        self._finished = False

    def read1(self, size: int = -1) -> bytes:
        """Up to `size` bytes; waits for them; b"" when there will be no more."""
        while True:
            piece = self._file.read1(size)
            self._read.add(piece)
            if piece or self._finished:
                return piece
            # Whoever writes may have added something between our look at the file and this one: then it is read above.
            self._finished = self._replaced() or self._follower.goes_on() or not self._follower.pause()

    def _replaced(self) -> bool:
        """True if the path now leads to another file, or to this one begun anew."""
        try:
            now = Path(self._path).stat()
        except OSError:
            return True
        own = os.fstat(self._file.fileno())
        return (now.st_dev, now.st_ino) != (own.st_dev, own.st_ino) or own.st_size < self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
