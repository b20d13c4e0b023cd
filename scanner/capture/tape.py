"""A file read once, front to back, and hashed on the way."""

from collections import deque
from functools import cache
from hashlib import sha256
from io import BufferedIOBase
from typing import TYPE_CHECKING

from scanner.capture.records import CHUNK

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_WORTH_A_THREAD = 1 << 18
"""Bytes of a piece that is hashed in a thread beside the reading: the library lets go of Python's lock meanwhile."""

_UNHASHED = 4
"""Pieces that may wait for that: a thread comes to run only when the reading one waits for the file, so some gather."""


@cache
def _beside() -> "ThreadPoolExecutor":
    """The thread of this process that hashes: one, so that pieces are hashed in their order."""
    from concurrent.futures import ThreadPoolExecutor  # here: many runs read little

    return ThreadPoolExecutor(1, "hash")


class Tape:
    """A file read once, front to back: counts and hashes every byte that passes."""

    def __init__(self, file: BufferedIOBase) -> None:
        self.bytes = 0
        self._file = file
        self._digest = sha256()
        self._hashing: deque[Future[None]] = deque()

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end only: what a pipe has now, and what a failing disk gave before it failed."""
        piece = self._file.read1(size)
        self.bytes += len(piece)
        if len(piece) >= _WORTH_A_THREAD:
            self._hashed(_UNHASHED - 1)
            self._hashing.append(_beside().submit(self._digest.update, piece))
        else:
            self._hashed(0)
            self._digest.update(piece)
        return piece

    def _hashed(self, but: int) -> None:
        """Wait until all pieces are hashed but so many."""
        while len(self._hashing) > but:
            self._hashing.popleft().result()

    def run_out(self) -> None:
        """Read what is left, a chunk at a time, and keep nothing."""
        while self.read(CHUNK):
            pass

    @property
    def sha256(self) -> str:
        """Of all bytes read so far, in hexadecimal."""
        self._hashed(0)
        return self._digest.hexdigest()
