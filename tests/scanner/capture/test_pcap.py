"""pcap files, written here record by record and read back."""

import io
import shutil
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

import packets
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.capture.pcap import Layout, Lengths, detect, open_stream, split
from scanner.capture.records import CHUNK, LONGEST
from scanner.capture.sources import open_source
from scanner.errors import Damaged, Unreadable

MAGICS = {
    ("<", 1000): "d4c3b2a1",
    (">", 1000): "a1b2c3d4",
    ("<", 1): "4d3cb2a1",
    (">", 1): "a1b23c4d",
}


class Row(NamedTuple):
    number: int
    data: bytes
    wire_size: int
    time: int
    link: int


def header(order: str = "<", tick: int = 1000, version: tuple[int, int] = (2, 4), link: int = 1) -> bytes:
    return bytes.fromhex(MAGICS[order, tick]) + struct.pack(order + "HHiIII", *version, 0, 0, 65535, link)


def record(data: bytes, seconds: int = 1, fraction: int = 2, wire_size: int | None = None, order: str = "<") -> bytes:
    return struct.pack(order + "IIII", seconds, fraction, len(data), len(data) if wire_size is None else wire_size) + data


def read(file: bytes, chunk: int = CHUNK) -> tuple[list[Row], Damaged | None]:
    """All rows of a file, and how it ended."""
    stream = io.BytesIO(file)
    _, batches = open_stream("path", "name", stream.read(24), stream.read, chunk)
    rows: list[Row] = []
    try:
        for batch in batches:
            assert batch.capture == "name"
            for n, (at, size) in enumerate(zip(batch.offsets, batch.sizes, strict=True)):
                data = batch.buffer[at : at + size]
                assert len(data) == size
                rows.append(Row(batch.first + n, data, batch.wire_sizes[n], batch.times[n], batch.links[n]))
    except Damaged as fault:
        return rows, fault
    return rows, None


frames = st.lists(
    st.tuples(
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**32 - 1),
        st.binary(max_size=40) | st.integers(41, 3000).map(bytes),
        st.integers(0, 2**32 - 1),
    ),
    max_size=12,
)
chunks = st.integers(1, 200) | st.just(CHUNK)


@pytest.mark.parametrize(("order", "tick"), MAGICS)
def test_each_magic_says_byte_order_and_unit_of_time(order: str, tick: int) -> None:
    file = header(order, tick, link=105) + record(b"abc", 1_700_000_000, 123_456, 60, order) + record(b"", order=order)
    assert detect(file)
    rows, fault = read(file)
    assert rows == [
        Row(1, b"abc", 60, 1_700_000_000_000_000_000 + 123_456 * tick, 105),
        Row(2, b"", 0, 1_000_000_000 + 2 * tick, 105),
    ]
    assert fault is None


@pytest.mark.parametrize(("tick", "name"), [(1000, "pcap"), (1, "pcap (nanoseconds)")])
def test_the_format_is_named_with_its_unit_of_time(tick: int, name: str) -> None:
    assert open_stream("path", "name", header(tick=tick), io.BytesIO().read)[0] == name


@example([(0, 0, b"\0", 1), (0, 1_000_000, b"", 0)], ("<", 1000), 33)  # a fraction of more than a second is no other format
@given(frames, st.sampled_from(sorted(MAGICS)), chunks)
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_read_whatever_the_chunks(
    wanted: list[tuple[int, int, bytes, int]], kind: tuple[str, int], chunk: int
) -> None:
    order, tick = kind
    file = header(order, tick) + b"".join(record(data, s, f, wire, order) for s, f, data, wire in wanted)
    rows, fault = read(file, chunk)
    assert fault is None
    assert rows == [Row(n, data, wire, s * 10**9 + f * tick, 1) for n, (s, f, data, wire) in enumerate(wanted, 1)]


@pytest.mark.parametrize("chunk", [1, 7, 64, CHUNK])
def test_a_cut_anywhere_keeps_every_whole_frame_and_says_where(chunk: int) -> None:
    records = [record(b"first frame"), record(b""), record(b"x" * 30), record(b"last")]
    file = header() + b"".join(records)
    ends = [24]
    for piece in records:
        ends.append(ends[-1] + len(piece))
    for cut in range(24, len(file) + 1):
        rows, fault = read(file[:cut], chunk)
        whole = sum(end <= cut for end in ends) - 1
        assert [row.number for row in rows] == list(range(1, whole + 1))
        if cut in ends:
            assert fault is None
        else:
            assert fault is not None
            assert (fault.offset, fault.frame) == (ends[whole], whole)
    short, long = read(file[:30])[1], read(file[:45])[1]
    assert short is not None
    assert short.reason == "record cut short (6 of 16 bytes)"
    assert long is not None
    assert long.reason == "record cut short (21 of 27 bytes)"


@pytest.mark.parametrize("size", range(4, 24))
def test_a_cut_in_the_file_header_says_how_much_there_is(size: int) -> None:
    with pytest.raises(Unreadable, match=rf"^path: cut inside the file header \({size} of 24 bytes\)$"):
        open_stream("path", "name", header()[:size], io.BytesIO().read)


@given(st.binary(max_size=300), chunks)
@settings(max_examples=300, deadline=None)
def test_any_bytes_after_the_header_give_frames_or_damage(tail: bytes, chunk: int) -> None:
    rows, fault = read(header() + tail, chunk)
    size = sum(16 + len(row.data) for row in rows)
    assert (fault is None) == (size == len(tail))
    if fault:
        assert (fault.offset, fault.frame) == (24 + size, len(rows))
    again, same = read(header() + tail)
    assert (rows, str(fault)) == (again, str(same))


def test_the_longest_frame_is_read_and_one_byte_more_is_damage() -> None:
    good = header() + record(b"a") + record(bytes(LONGEST))
    assert [len(row.data) for row in read(good)[0]] == [1, LONGEST]
    rows, fault = read(good + record(bytes(LONGEST + 1)) + record(b"never read"))
    assert len(rows) == 2
    assert fault is not None
    assert (fault.offset, fault.frame, fault.reason) == (len(good), 2, "record claims 262145 bytes")


def test_a_huge_claim_is_damage_at_once_not_a_wait_for_more() -> None:
    rows, fault = read(header() + struct.pack("<IIII", 1, 2, 0xFFFFFFFF, 60) + bytes(100))
    assert rows == []
    assert str(fault) == "record claims 4294967295 bytes at byte 24, after frame 0"


@pytest.mark.parametrize("version", [(1, 4), (0, 0), (2, 5), (3, 0), (543, 0)])
def test_other_versions_are_refused(version: tuple[int, int]) -> None:
    with pytest.raises(Unreadable, match=rf"pcap version {version[0]}\.{version[1]}: only 2\.0 to 2\.4 are known"):
        read(header(version=version))


@pytest.mark.parametrize("minor", [0, 1, 2])
def test_before_version_2_3_the_length_on_the_wire_came_first(minor: int) -> None:
    old = struct.pack("<IIII", 1, 2, 60, 3) + b"abc"
    rows, fault = read(header(version=(2, minor)) + old + old)
    assert rows == [Row(n, b"abc", 60, 1_000_002_000, 1) for n in (1, 2)]
    assert fault is None


def test_in_version_2_3_the_smaller_length_is_the_captured_one() -> None:
    file = header(version=(2, 3)) + struct.pack("<IIII", 1, 2, 60, 3) + b"abc" + struct.pack("<IIII", 1, 2, 3, 60) + b"abc"
    rows, fault = read(file)
    assert rows == [Row(n, b"abc", 60, 1_000_002_000, 1) for n in (1, 2)]
    assert fault is None


def test_more_captured_than_sent_is_kept_as_written() -> None:
    assert read(header() + record(b"abcdef", wire_size=2))[0][0][1:3] == (b"abcdef", 2)


def test_the_upper_bits_of_the_link_type_are_not_link_type() -> None:
    assert read(header(link=0x2400_0069) + record(b"x"))[0][0].link == 0x69


def test_split_starts_where_it_is_told_and_says_where_to_go_on() -> None:
    first, second = record(b"abc"), record(b"defg")
    found = split(b"??" + first + second + second[:5], 2, Layout("<", 1000, Lengths.CAPTURED_FIRST))
    assert list(found.offsets) == [2 + 16, 2 + len(first) + 16]
    assert list(found.sizes) == [3, 4]
    assert found.resume == 2 + len(first) + len(second)


def wider(frames: list[bytes], more: int, magic: str, order: str = "<") -> bytes:
    """A file whose record headers are longer than 16 bytes."""
    head = bytes.fromhex(magic) + header(order)[4:]
    rows = [record(frame, 1_700_000_000 + n, order=order) for n, frame in enumerate(frames)]
    return head + b"".join(row[:16] + bytes(more) + row[16:] for row in rows)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize(
    ("more", "magic", "order", "name"),
    [
        (8, "34cdb2a1", "<", "pcap (modified)"),
        (8, "a1b2cd34", ">", "pcap (modified)"),
        (12, "34cdb2a1", "<", "pcap (modified, SuSE 6.3)"),
        (8, "d4c3b2a1", "<", "pcap (modified)"),
        (4, "d4c3b2a1", "<", "pcap (Nokia)"),
        (4, "a1b2c3d4", ">", "pcap (Nokia)"),
    ],
)
def test_writers_of_longer_record_headers_are_known_by_what_makes_sense(
    count: int, more: int, magic: str, order: str, name: str
) -> None:
    if count == 1 and (more == 12 or magic in ("d4c3b2a1", "a1b2c3d4")):
        return  # one record says nothing
    frames = [bytes(range(n, n + 60)) for n in range(count)]
    file = wider(frames, more, magic, order)
    assert detect(file)
    stream = io.BytesIO(file)
    assert open_stream("path", "name", stream.read(24), stream.read)[0] == name
    for chunk in (CHUNK, 100):
        rows, fault = read(file, chunk)
        assert fault is None
        assert [(row.number, row.data, row.time // 1_000_000_000) for row in rows] == [
            (n + 1, frame, 1_700_000_000 + n) for n, frame in enumerate(frames)
        ]


def test_a_longer_record_header_that_lies_ends_the_reading() -> None:
    file = wider([b"one", b"two", b"three"], 8, "34cdb2a1") + struct.pack("<IIII", 1, 2, LONGEST + 1, 9) + bytes(8)
    rows, fault = read(file)
    assert [row.data for row in rows] == [b"one", b"two", b"three"]
    assert fault is not None
    assert (fault.frame, fault.reason) == (3, f"record claims {LONGEST + 1} bytes")


def test_a_common_file_with_a_fault_stays_a_common_file() -> None:
    good = record(b"abc") + record(b"defg")
    for fault in (struct.pack("<IIII", 1, 2_000_000, 3, 3) + b"abc", struct.pack("<IIII", 1, 2, 3, 1) + b"abc"):
        for at in range(3):
            rows, _ = read(header() + (good[:19] * at) + fault + good)
            assert [row.data for row in rows] == [b"abc"] * (at + 2) + [b"defg"]


@pytest.mark.parametrize(("kind", "link"), [(6, 1), (9, 6), (15, 10), (24, 0)])
def test_aix_has_other_link_numbers_and_nanoseconds(kind: int, link: int) -> None:
    file = header(version=(2, 2), link=kind) + struct.pack("<IIII", 1, 999_999_999, 60, 3) + b"abc"
    stream = io.BytesIO(file)
    assert open_stream("path", "name", stream.read(24), stream.read)[0] == "pcap (AIX)"
    assert read(file) == ([Row(1, b"abc", 60, 1_999_999_999, link)], None)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["34cdb2a1", "d4c3b2a1", "a1b2cd34"]), st.binary(max_size=200), st.integers(16, 60))
def test_any_bytes_behind_any_magic_are_read_or_refused(magic: str, body: bytes, chunk: int) -> None:
    read(bytes.fromhex(magic) + header("<" if magic[0] != "a" else ">")[4:] + body, chunk)


@pytest.mark.skipif(not shutil.which("editcap"), reason="editcap is not installed: nobody else writes these")
@pytest.mark.parametrize("form", ["modpcap", "nokiapcap", "rh6_1pcap", "suse6_3pcap"])
def test_what_editcap_writes_is_read(tmp_path: Path, form: str) -> None:
    frames = [packets.arp(("02:00:00:00:00:01", f"10.0.0.{n}"), "10.0.0.99") for n in range(20)]
    (tmp_path / "x.pcap").write_bytes(packets.pcap(frames))
    subprocess.run(["editcap", "-F", form, str(tmp_path / "x.pcap"), str(tmp_path / "x")], check=True)
    with open_source(str(tmp_path / "x"), "x") as source:
        found = [
            batch.buffer[at : at + size]
            for batch in source.batches()
            for at, size in zip(batch.offsets, batch.sizes, strict=True)
        ]
    assert found == frames
