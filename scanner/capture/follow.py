"""Captures that another program is still writing: read as they grow, until told to stop.

What is read in the end is the file as it then was, so the evidence is that of a scan of the finished file. Of a folder, the
captures are read one after the other in the order in which they were last written, and one is finished when the next is
there: so are the sets that capture programs write when they begin a new file every hour.
"""

import os
import time
from collections.abc import Iterator
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


class Follower:
    """Follows one capture, or one folder of them. `stop()` from anywhere ends the waiting; what is there is still read."""

    def __init__(self, path: str, seconds: float | None = None) -> None:
        """seconds: how long to wait for more, from now on; None: until `stop()`."""
        self._path = path
        self._folder = Path(path).is_dir()
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._running = True
        self._known: set[tuple[int, int]] = set()

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
                self._known.add(first.identity)
                name = folder.shown(Path(first.path).name)
                names[name] = names.get(name, 0) + 1
                yield first.path, name if names[name] == 1 else f"{name} ({names[name]})"
            elif not self.pause():
                return

    def open(self, path: str) -> BufferedIOBase:
        """The file, which gives its end only when it is finished. Raises OSError."""
        return _Growing(path, self)

    def goes_on(self) -> bool:
        """True if there is a capture behind the one that is being read."""
        return self._folder and bool(self._waiting())

    def _waiting(self) -> list[_Waiting]:
        found = []
        for path in folder.inside(self._path) or ():
            try:
                status = Path(path).stat()
            except OSError:
                continue  # it was there a moment ago
            identity = (status.st_dev, status.st_ino)
            if identity not in self._known and folder.is_capture(path):
                found.append(_Waiting(status.st_mtime_ns, path, identity))
        return found


class _Growing(BufferedIOBase):
    """A file that may still grow."""

    def __init__(self, path: str, follower: Follower) -> None:
        self._path, self._follower = path, follower
        self._file = Path(path).open("rb")  # noqa: SIM115 - `close` closes it
        self._finished = False

    def read1(self, size: int = -1) -> bytes:
        """Up to `size` bytes; waits for them; b"" when there will be no more."""
        while True:
            piece = self._file.read1(size)
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
