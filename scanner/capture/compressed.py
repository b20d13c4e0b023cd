"""Compressed captures, unpacked as they are read: gzip, zstd, xz, lz4, bzip2. One layer only.

The libraries unpack a bounded piece at a time, so a small file that unpacks to terabytes costs time but no memory; the
time is bounded by `MOST`.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import BinaryIO, cast

MOST = 1 << 36
"""Bytes one capture may unpack to (64 GiB); a larger one is read so far and said to be cut."""

_MAGICS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"\x04\x22\x4d\x18": "lz4",
    b"BZh": "bzip2",
}


class Broken(OSError):
    """Compressed data that cannot be unpacked further; the text says why."""


def packing(head: bytes) -> str:
    """How a file with these first bytes is compressed, "" if it is not."""
    return next((name for magic, name in _MAGICS.items() if head.startswith(magic)), "")


def unpack(name: str, head: bytes, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A reader of what the file holds unpacked. head: what was already read of the file; read: the rest of it.

    The reader raises Broken where the data ends early, is damaged, or unpacks to more than MOST.
    """
    stream = _stream(name, cast("BinaryIO", io.BufferedReader(_Raw(head, read))))
    left = MOST

    def reader(size: int) -> bytes:
        nonlocal left
        try:
            piece = stream.read(min(size, left + 1))
        except EOFError:
            raise Broken(f"{name} data ends early") from None
        except (OSError, zlib.error, lzma.LZMAError, ValueError, RuntimeError, _zstd_error()) as fault:
            if isinstance(fault, Broken):
                raise
            raise Broken(f"{name} data is damaged") from None
        left -= len(piece)
        if left < 0:
            raise Broken(f"unpacks to more than {MOST >> 30} GiB")
        return piece

    return reader


class _Raw(io.RawIOBase):
    """The file as the libraries want it: the bytes already read, then the rest."""

    def __init__(self, head: bytes, read: Callable[[int], bytes]) -> None:
        self._head, self._read = head, read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override] # narrower than any buffer
        piece, self._head = (
            (self._head[: len(buffer)], self._head[len(buffer) :]) if self._head else (self._read(len(buffer)), b"")
        )
        buffer[: len(piece)] = piece
        return len(piece)


def _stream(name: str, file: BinaryIO) -> BinaryIO:
    # Inside: only the one that is needed is loaded.
    if name == "gzip":
        if find_spec("isal"):  # twice as quick as the standard library, where somebody has installed it
            from isal import igzip

            return cast("BinaryIO", igzip.IGzipFile(fileobj=file))
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if name == "xz":
        return cast("BinaryIO", lzma.LZMAFile(file))
    if name == "bzip2":
        return cast("BinaryIO", bz2.BZ2File(file))
    if name == "lz4":
        import lz4.frame

        return cast("BinaryIO", lz4.frame.LZ4FrameFile(file))
    import zstandard

    return cast("BinaryIO", zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError
