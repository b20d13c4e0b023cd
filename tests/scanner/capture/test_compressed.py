"""Compressed captures read as if they were not, and every way a compressed file can be wrong."""

import bz2
import contextlib
import errno
import gzip
import hashlib
import io
import lzma
import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import lz4.frame
import packets
import pytest
import zstandard

from scanner.capture import compressed
from scanner.capture.sources import open_source
from scanner.errors import Damaged, Unreadable

FRAMES = [packets.arp(("00:1a:22:00:00:01", f"10.0.{n}.1"), "10.0.0.2") for n in range(200)]
CAPTURE = packets.pcap(FRAMES)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "lz4": lz4.frame.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def read(path: Path) -> tuple[int, str, str]:
    """Frames read, the format's name, and what was wrong."""
    count = 0
    with open_source(str(path), "x") as source:
        try:
            for batch in source.batches():
                count += len(batch)
        except Damaged as fault:
            return count, source.format, str(fault)
        assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest(), "of the file as it lies there"
        return count, source.format, ""


@pytest.mark.parametrize("name", PACK)
def test_each_form_gives_the_frames_inside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(PACK[name](CAPTURE))
    assert read(path) == (200, f"pcap, {name}", "")


def test_zeros_behind_a_gzip_member_are_filling_and_anything_else_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "x"
    first, second = PACK["gzip"](CAPTURE[:3000]), PACK["gzip"](CAPTURE[3000:])
    path.write_bytes(first + bytes(300_000) + second + bytes(9))
    assert read(path) == (200, "pcap, gzip", "")
    path.write_bytes(first + second + b"something else altogether")
    count, _, problem = read(path)
    assert count == 200
    assert "gzip data is damaged" in problem


@pytest.mark.parametrize("library", ["zlib", "isal"])
def test_either_library_unpacks_gzip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    if library == "isal":
        pytest.importorskip("isal")
    else:
        monkeypatch.setattr(compressed, "find_spec", lambda _: None)
    path, whole = tmp_path / "x", PACK["gzip"](CAPTURE)
    path.write_bytes(whole)
    assert read(path) == (200, "pcap, gzip", "")
    for place in range(4, len(whole), max(1, len(whole) // 200)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with contextlib.suppress(Unreadable):
            read(path)
    path.write_bytes(whole[: len(whole) * 9 // 10])
    count, _, problem = read(path)
    assert 150 < count < 200
    assert "gzip data ends early" in problem


@pytest.mark.parametrize("name", ["gzip", "xz", "bzip2", "lz4", "zstd"])
def test_parts_put_one_after_the_other_are_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(PACK[name](CAPTURE[:3000]) + PACK[name](CAPTURE[3000:]))
    assert read(path)[0] == 200


@pytest.mark.parametrize("name", PACK)
def test_a_cut_anywhere_is_told_and_what_came_before_is_kept(tmp_path: Path, name: str) -> None:
    path, whole = tmp_path / "x", PACK[name](CAPTURE)
    told, most = 0, 0
    for cut in range(1, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:cut])
        try:
            count, _, problem = read(path)
        except Unreadable:
            told += 1
            continue
        assert problem or count == 200, f"cut at {cut}: lost in silence"
        told += bool(problem)
        most = max(most, count)
    assert told > 20
    assert most > 150 or name in {"bzip2", "lz4", "zstd"}, "these unpack whole blocks only, and so small a file is one block"


@pytest.mark.parametrize("name", PACK)
def test_flipped_bits_never_escape(tmp_path: Path, name: str) -> None:
    path, whole = tmp_path / "x", PACK[name](CAPTURE)
    for place in range(4, len(whole), max(1, len(whole) // 80)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with contextlib.suppress(Unreadable):
            read(path)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(gzip.compress(CAPTURE, mtime=0), mtime=0))
    with pytest.raises(Unreadable, match="gzip inside gzip"):
        read(path)


def test_a_bomb_of_empty_records_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(packets.pcap([]) + bytes(200_000_000), mtime=0))
    count, _, problem = read(path)
    assert "records in a row without a byte" in problem
    assert count < 100_000


def test_a_disk_that_fails_is_not_the_datas_fault() -> None:
    packed = io.BytesIO(PACK["gzip"](CAPTURE)[:-200])

    def failing(size: int) -> bytes:
        piece = packed.read(min(size, 100))
        if not piece:
            raise OSError(errno.EIO, "Input/output error")
        return piece

    reader = compressed.unpack("gzip", b"", failing)
    assert CAPTURE.startswith(reader(1 << 20)), "what came before is kept"
    with pytest.raises(OSError, match="Input/output error"):
        reader(1 << 20)


def test_what_asks_for_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    # Only the number in the header is large: with the smallest filters, then changed, so that nothing large is packed here.
    small = lzma.compress(CAPTURE, lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}])
    head = bytearray(small[12:24])  # block header: size, flags, filter 0x21, one property: the dictionary, then padding, CRC
    assert head[2:4] == b"\x21\x01"
    head[4] = 38  # 3 << 29
    path.write_bytes(small[:12] + head[:8] + struct.pack("<I", crc32(bytes(head[:8]))) + small[24:])
    with pytest.raises(Unreadable, match="xz data asks for more than 128 MiB of memory"):
        open_source(str(path), "x")
    window = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes(((41 - 10) << 3,)) + b"\x01\0\0" + bytes(40)  # a window of 2 TiB
    path.write_bytes(window)
    with pytest.raises(Unreadable, match="zstd data asks for more than 128 MiB of memory"):
        open_source(str(path), "x")


def test_what_unpacks_to_too_much_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "MOST", 5000)
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(CAPTURE, mtime=0))
    count, _, problem = read(path)
    assert "unpacks to more than" in problem
    assert count == (5000 - 24) // (16 + len(FRAMES[0]))


def test_what_unpacks_to_exactly_so_much_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "MOST", len(CAPTURE))
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(CAPTURE, mtime=0))
    assert read(path) == (200, "pcap, gzip", "")


@pytest.mark.parametrize("name", ["zstd", "xz", "bzip2", "lz4"])
def test_a_bomb_of_frames_all_alike_ends_at_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whole records of equal frames, so no other limit holds. FREE is made small: what packs is as slow as the test may be."""
    monkeypatch.setattr(compressed, "FREE", 1 << 20)
    monkeypatch.setattr(compressed, "RATIO", 100)
    record = struct.pack("<IIII", 1, 1, 60_000, 60_000) + bytes(60_000)
    path = tmp_path / "x"
    path.write_bytes(PACK[name](packets.pcap([]) + record * 400))
    count, _, problem = read(path)
    assert "unpacks to more than 100 times its size" in problem
    assert 0 < count < 400


def test_a_capture_that_packs_well_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    whole = packets.pcap([bytes(1400)] * 5000)
    path.write_bytes(PACK["zstd"](whole))
    assert len(whole) / path.stat().st_size > 50
    assert read(path) == (5000, "pcap, zstd", "")
