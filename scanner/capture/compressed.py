"""Compressed captures, unpacked as they are read: gzip, zstd, xz, lz4, bzip2. One layer only.

The libraries unpack a bounded piece at a time, so a small file that unpacks to terabytes costs time but no memory; the
time is bounded by `MOST` and `RATIO`.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from io import BufferedIOBase
from typing import Any, BinaryIO, cast

MOST = 1 << 36
"""Bytes one capture may unpack to (64 GiB); a larger one is read so far and said to be cut."""

RATIO, FREE = 1000, 1 << 28
"""Times its own size that a capture may unpack to, past the first FREE bytes (256 MiB): real traffic, whose times and counters
change from frame to frame, stays far below; only what was made to fill a disk does not."""

MEMORY = 1 << 27
"""Bytes of memory unpacking may take (128 MiB): twice what `xz -9` asks for; a file may ask for 4 GiB."""

_MAGICS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"\x04\x22\x4d\x18": "lz4",
    b"BZh": "bzip2",
}


_PIECE = 1 << 17
"""Bytes of the file handed to a library at a time."""


class Broken(OSError):
    """Compressed data that cannot be unpacked further; the text says why."""


def packing(head: bytes) -> str:
    """How a file with these first bytes is compressed, "" if it is not."""
    return next((name for magic, name in _MAGICS.items() if head.startswith(magic)), "")


def unpack(name: str, head: bytes, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A reader of what the file holds unpacked. head: what was already read of the file; read: the rest of it.

    Raises Broken for a head that is none. The reader gives all that can be unpacked; then it raises Broken if the data ends
    early or is damaged, or if there is more than MOST or RATIO allow.
    """
    if name == "gzip" and len(head) > 3 and (head[2] != 8 or head[3] >= 0x20):  # not every library looks (RFC 1952, 2.3.1)
        raise Broken("gzip data is damaged")
    raw = _Raw(head, read)
    stream = _stream(name, io.BufferedReader(raw, _PIECE))
    done = 0
    fault: OSError | None = None

    def piece(size: int) -> bytes:
        """What the next step of unpacking gives: one step, or what came before a fault would be lost with it."""
        nonlocal done
        try:
            data = stream.read1(min(size, MOST - done) or 1)
        except EOFError:
            raise Broken(f"{name} data ends early") from None
        except (OSError, zlib.error, lzma.LZMAError, ValueError, RuntimeError, _zstd_error()) as error:
            if getattr(error, "errno", None):
                raise  # the disk's fault
            raise Broken(f"{name} data {_fault(error)}") from None
        # There is more, and what was given out already is enough.
        if data and done == MOST:
            raise Broken(f"unpacks to more than {MOST >> 30} GiB")
        if data and done > FREE and done > RATIO * raw.taken:
            raise Broken(f"unpacks to more than {RATIO} times its size")
        done += len(data)
        return data

    def reader(size: int) -> bytes:
        nonlocal fault
        if fault:
            raise fault
        pieces: list[bytes] = []
        wanted = size
        try:
            while wanted and (data := piece(wanted)):
                pieces.append(data)
                wanted -= len(data)
        except OSError as error:
            if not pieces:
                raise
            fault = error
        return b"".join(pieces)

    return reader


def _fault(error: Exception) -> str:
    """What is wrong with compressed data, by what a library says of it: only its words tell that memory is the matter."""
    return f"asks for more than {MEMORY >> 20} MiB of memory" if "memory" in str(error).lower() else "is damaged"


class _Raw(io.RawIOBase):
    """The file as the libraries want it: the bytes already read, then the rest. taken: bytes given out so far."""

    def __init__(self, head: bytes, read: Callable[[int], bytes]) -> None:
        self._head, self._read = head, read
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override] # narrower than any buffer
        piece, self._head = (
            (self._head[: len(buffer)], self._head[len(buffer) :]) if self._head else (self._read(len(buffer)), b"")
        )
        buffer[: len(piece)] = piece
        self.taken += len(piece)
        return len(piece)


class _Members(BufferedIOBase):
    """gzip members (RFC 1952) or xz streams, one after the other. Bytes of zero behind one are filling."""

    def __init__(self, file: BufferedIOBase, new: Callable[[], Any], error: type[Exception]) -> None:
        """new: makes what unpacks one member; error: what it raises for one that is damaged."""
        self._file, self._new, self._error = file, new, error
        self._member: Any = None
        self._packed = b""

    def read1(self, size: int = -1) -> bytes:
        """What the next step gives; raises EOFError inside a member, OSError if it is damaged."""
        while True:
            # zlib gives back what it could not unpack yet (`unconsumed_tail`), lzma keeps it and says so (`needs_input`).
            hungry = getattr(self._member, "needs_input", True)
            ended = hungry and not self._packed and not self._refill()
            if self._member is None:
                if ended:
                    return b""
                self._packed = self._packed.lstrip(b"\0")
                if not self._packed:
                    continue
                self._member = self._new()
            try:
                data = cast("bytes", self._member.decompress(self._packed, size))
            except self._error as fault:
                raise OSError(str(fault)) from None
            self._packed = self._member.unused_data if self._member.eof else getattr(self._member, "unconsumed_tail", b"")
            if self._member.eof:
                self._member = None
            elif ended and not data:
                raise EOFError
            if data:
                return data

    def _refill(self) -> bool:
        self._packed = self._file.read1(_PIECE)
        return bool(self._packed)


def _stream(name: str, file: BufferedIOBase) -> BufferedIOBase:
    # Inside: only the one that is needed is loaded.
    if name == "gzip":
        if find_spec("isal"):  # half the time of the standard library's; not on every machine
            from isal import isal_zlib

            error = cast("type[Exception]", isal_zlib.error)  # their stub calls it an instance
            return _Members(file, lambda: isal_zlib.decompressobj(31), error)
        return _Members(file, lambda: zlib.decompressobj(31), zlib.error)
    if name == "xz":
        return _Members(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY), lzma.LZMAError)
    if name == "bzip2":
        return cast("BufferedIOBase", bz2.BZ2File(file))
    if name == "lz4":
        import lz4.frame

        return cast("BufferedIOBase", lz4.frame.LZ4FrameFile(file))
    import zstandard

    unpacker = zstandard.ZstdDecompressor(max_window_size=MEMORY)
    return cast("BufferedIOBase", unpacker.stream_reader(cast("BinaryIO", file), read_across_frames=True))


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError
