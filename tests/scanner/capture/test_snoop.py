"""snoop files, written here record by record and read back."""

import shutil
import struct
import subprocess
from pathlib import Path

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.records import LONGEST
from scanner.capture.snoop import detect, open_stream
from scanner.capture.sources import open_source
from scanner.errors import Damaged, Unreadable


def header(version: int = 2, link: int = 4) -> bytes:
    return b"snoop\0\0\0" + struct.pack(">II", version, link)


def record(data: bytes, seconds: int = 1, fraction: int = 2, wire_size: int | None = None, padding: int = 2) -> bytes:
    sizes = (len(data) if wire_size is None else wire_size, len(data), 24 + len(data) + padding)
    return struct.pack(">IIIIII", *sizes, 0, seconds, fraction) + data + bytes(padding)


def read(file: bytes, chunk: int = 1 << 20) -> tuple[list[packets.Row], Damaged | None]:
    return packets.rows(open_stream, file, chunk)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_every_record_is_read(chunk: int) -> None:
    file = header() + record(b"one", 5, 6, 60) + record(b"", padding=0)
    assert detect(file)
    assert read(file, chunk) == ([(1, b"one", 60, 5_000_006_000, 1), (2, b"", 0, 1_000_002_000, 1)], None)


@pytest.mark.parametrize(("data_link", "link"), [(0, 1), (2, 6), (4, 1), (8, 10), (18, 242), (26, 226)])
def test_each_data_link_has_its_link_type(data_link: int, link: int) -> None:
    assert read(header(link=data_link) + record(b"x"))[0][0][4] == link


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (header()[:15], "cut inside the file header"),
        (header(version=1), "snoop version 1: only 2 is known"),
        (header(link=9), "data link 9"),
    ],
)
def test_what_cannot_be_read_is_refused(file: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(file)


def test_a_cut_anywhere_keeps_what_came_before() -> None:
    whole = header() + record(b"one") + record(b"two")
    for cut in range(16, len(whole)):
        rows, fault = read(whole[:cut])
        assert len(rows) == (cut - 16) // 29
        assert (fault is None) is ((cut - 16) % 29 == 0)


@pytest.mark.parametrize(
    "made",
    [
        struct.pack(">IIIIII", 3, 3, 0, 0, 1, 2) + b"one",
        struct.pack(">IIIIII", 3, 3, 26, 0, 1, 2) + b"one",
        struct.pack(">IIIIII", 3, LONGEST + 1, LONGEST + 100, 0, 1, 2),
        struct.pack(">IIIIII", 3, 3, 0xFFFFFFFF, 0, 1, 2) + b"one",
    ],
)
def test_lengths_that_lie_end_the_reading(made: bytes) -> None:
    rows, fault = read(header() + record(b"one") + made + record(b"two"))
    assert len(rows) == 1
    assert fault is not None
    assert (fault.offset, fault.frame) == (16 + 29, 1)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 60))
def test_any_bytes_are_read_or_refused(body: bytes, chunk: int) -> None:
    rows, _ = read(header() + body, chunk)
    assert rows == read(header() + body)[0]


@pytest.mark.skipif(not shutil.which("editcap"), reason="editcap is not installed: nobody else writes snoop")
def test_what_editcap_writes_is_read(tmp_path: Path) -> None:
    frames = [packets.arp(("02:00:00:00:00:01", f"10.0.0.{n}"), "10.0.0.99")[: 40 + n] for n in range(20)]
    (tmp_path / "x.pcap").write_bytes(packets.pcap(frames))
    subprocess.run(["editcap", "-F", "snoop", str(tmp_path / "x.pcap"), str(tmp_path / "x.snoop")], check=True)
    found = []
    with open_source(str(tmp_path / "x.snoop"), "x") as source:
        assert source.format == "snoop"
        for batch in source.batches():
            found += [batch.buffer[at : at + size] for at, size in zip(batch.offsets, batch.sizes, strict=True)]
    assert found == frames
