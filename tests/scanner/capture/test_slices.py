"""A capture cut into slices is the capture: the same frames under the same numbers, whatever the cuts."""

import gzip
import struct
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import packets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.capture.frames import FrameBatch
from scanner.capture.slices import Slice, batches, cut
from scanner.capture.sources import open_source
from scanner.errors import Damaged, Unreadable

ORDERS = ("<", ">")


class Row(NamedTuple):
    number: int
    data: bytes
    wire_size: int
    time: int
    link: int


def rows(found: Iterable[FrameBatch]) -> list[Row]:
    return [
        Row(number, batch.buffer[at : at + size], wire_size, time, link)
        for batch in found
        for number, (at, size, wire_size, time, link) in enumerate(
            zip(batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links, strict=True), batch.first
        )
    ]


def whole(path: Path) -> tuple[list[Row], str]:
    """All frames of a file read in one go, and how it ended."""
    found: list[Row] = []
    with open_source(str(path), "c") as source:
        try:
            for batch in source.batches():
                found += rows([batch])
        except Damaged as fault:
            return found, str(fault)
    return found, ""


def sliced(path: Path, size: int, chunk: int) -> tuple[list[Slice], str]:
    """The slices of a file, and how it ended."""
    parts: list[Slice] = []
    with open_source(str(path), "c", chunk) as source:
        try:
            parts.extend(cut(source, str(path), size))
        except Damaged as fault:
            return parts, str(fault)
    return parts, ""


def packet(data: bytes, stamp: int, interface: int, order: str) -> bytes:
    head = struct.pack(order + "IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
    return packets.block(6, head + data, order)


@st.composite
def pcapngs(draw: st.DrawFn) -> bytes:
    """Sections of either byte order; interfaces described between packets; blocks that only take a number."""
    file = b""
    for order in draw(st.lists(st.sampled_from(ORDERS), min_size=1, max_size=3)):
        file += packets.block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
        described = 0
        for kind in draw(st.lists(st.sampled_from("ippppscn"), max_size=12)):
            body = draw(st.binary(max_size=30))
            if kind == "i" or not described:
                resolution = struct.pack(order + "HHB3x", 9, 1, draw(st.sampled_from([0, 6, 9])))
                file += packets.block(1, struct.pack(order + "HHI", draw(st.sampled_from([1, 105])), 0, 0) + resolution, order)
                described += 1
            elif kind == "p":
                file += packet(body, draw(st.integers(0, 2**40)), draw(st.integers(0, described - 1)), order)
            elif kind == "s":  # its time is that of the packet before it
                file += packets.block(3, struct.pack(order + "I", len(body)) + body, order)
            else:  # custom block: Wireshark numbers it as a frame; name resolution: it does not
                file += packets.block(0xBAD if kind == "c" else 4, body, order)
    return file


pcaps = st.lists(st.binary(max_size=40), max_size=12).map(packets.pcap)


@given(pcaps | pcapngs(), st.integers(1, 300), st.integers(1, 200), st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slices_are_the_file_also_where_it_is_damaged(
    tmp_path: Path, file: bytes, size: int, chunk: int, data: st.DataObject
) -> None:
    if data.draw(st.booleans()):
        at = data.draw(st.integers(28, len(file) + 27))
        file = file[:at] + data.draw(st.binary(max_size=3)) + file[at + data.draw(st.integers(0, 3)) :]
    path = tmp_path / "a.pcap"
    path.write_bytes(file)
    try:
        wanted = whole(path)
    except Unreadable:
        return
    parts, ending = sliced(path, size, chunk)
    found = {part.start.begin: rows(batches(part, chunk=chunk)) for part in reversed(parts)}
    assert [row for begin in sorted(found) for row in found[begin]] == wanted[0]
    assert ending == wanted[1]
    assert [part.frames for part in parts] == [len(found[part.start.begin]) for part in parts]
    assert all(one.start.begin + one.size <= other.start.begin for one, other in pairwise(parts))
    for part in parts:
        end = part.start.begin + part.size
        assert part.digest in {sha256(file[:read]).hexdigest() for read in range(end, len(file) + 1)}


def test_a_capture_inside_a_capture_does_not_mislead(tmp_path: Path) -> None:
    inner = packets.pcap([bytes([n]) * 50 for n in range(20)])
    records = inner[24:]
    outer = [packets.datagram(("02:00:00:00:00:01", "10.0.0.1"), ("02:00:00:00:00:02", "10.0.0.2"), (1, 2), records)] * 6
    path = tmp_path / "outer.pcap"
    path.write_bytes(packets.pcap(outer))
    for size in range(1, 2000, 61):
        parts, _ = sliced(path, size, chunk=64)
        assert [row.data for part in parts for row in rows(batches(part))] == outer


def test_reading_on_behind_the_end_gives_the_next_frames_in_batches_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(packets.pcap([bytes([n]) * 30 for n in range(40)]))
    wanted, _ = whole(path)
    parts, _ = sliced(path, 400, chunk=64)
    assert len(parts) > 2
    first = parts[0]
    read = list(batches(first, beyond=5, chunk=64))
    own = [batch for batch in read if batch.first <= first.frames]
    assert rows(own) == wanted[: first.frames]
    more = rows(read[len(own) :])
    assert more == wanted[first.frames : first.frames + len(more)]
    assert 5 <= len(more) < 10
    last = parts[-1]
    assert rows(batches(last, beyond=1000)) == wanted[-last.frames :]


def test_what_is_behind_the_end_may_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(packets.pcap([bytes([n]) * 30 for n in range(4)]) + b"\xff" * 40)
    wanted, _ = whole(path)
    parts, ending = sliced(path, 46, chunk=46)
    assert "claims" in ending
    assert rows(batches(parts[-1], beyond=1000)) == wanted[-parts[-1].frames :]


@pytest.mark.parametrize("new", [b"", b"\xff" * 500, packets.pcap([b"12"] * 30)])
def test_a_file_that_is_no_longer_the_same_is_noticed(tmp_path: Path, new: bytes) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(packets.pcap([bytes(30)] * 20))
    parts, _ = sliced(path, 200, chunk=64)
    path.write_bytes(new)
    for part in parts:
        with pytest.raises(Unreadable, match="changed while it was read"):
            rows(batches(part))
    path.unlink()
    with pytest.raises(Unreadable, match="changed while it was read"):
        rows(batches(parts[0]))


def test_compressed_captures_are_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap.gz"
    path.write_bytes(gzip.compress(packets.pcap([bytes(30)] * 20)))
    assert sliced(path, 1, chunk=64) == ([], "")


def test_many_interfaces_are_not_copied_for_every_batch(tmp_path: Path) -> None:
    """A file that describes an interface before each packet makes a batch of each: their marks share one list."""
    described = packets.block(1, struct.pack("<HHI", 1, 0, 0))
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        packets.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + (described + packet(b"x", 1, 0, "<")) * 3000
    )
    with open_source(str(path), "c") as source:
        marks = [batch.mark for batch in source.batches()]
    assert len(marks) == 3000
    assert len({id(mark.section.interfaces) for mark in marks}) == 1  # type: ignore[union-attr] # pcapng's own marks
    assert [len(mark.fixed().section.interfaces) for mark in marks[::1000]] == [1, 1001, 2001]  # type: ignore[union-attr]
