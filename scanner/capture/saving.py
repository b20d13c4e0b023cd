"""Frames as they are heard, into a capture file (`listen -w`): nanosecond pcap, so that evidence has a file to point to."""

import struct
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from scanner.capture.frames import FrameBatch
from scanner.output import fault, occupied

_RECORD = struct.Struct("<IIII")
_SECOND = 1_000_000_000


class Saver:
    """A capture file being written. format, sha256 and bytes: of what was written so far, as a file source has them."""

    format = "pcap (nanoseconds)"

    def __init__(self, path: Path, link: int) -> None:
        """link: LINKTYPE_ of the frames to come. Raises StorageFault if the file cannot be written."""
        occupied(path)
        self._path = path
        self._digest = sha256()
        self.bytes = 0
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise fault(path, error) from error
        self._put(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))

    def write(self, batch: FrameBatch) -> None:
        """Append a batch. Raises StorageFault when the disk is full."""
        rows = zip(batch.offsets, batch.sizes, batch.wire_sizes, batch.times, strict=True)
        self._put(
            b"".join(
                _RECORD.pack(time // _SECOND & 0xFFFFFFFF, time % _SECOND, size, wire_size)
                + batch.buffer[start : start + size]
                for start, size, wire_size, time in rows
            )
        )

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
            self._file.flush()  # a sensor that loses power keeps what it heard
        except OSError as error:
            raise fault(self._path, error) from error
        self._digest.update(data)
        self.bytes += len(data)

    @property
    def sha256(self) -> str:
        """Of the file as it is now."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
