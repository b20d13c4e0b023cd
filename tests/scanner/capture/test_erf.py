"""ERF files, written here record by record and read back."""

import shutil
import struct
import subprocess
from pathlib import Path

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.erf import detect, open_stream
from scanner.errors import Damaged

NOW = 1_700_000_000
ARP = packets.arp(("02:00:00:00:00:01", "10.0.0.1"), "10.0.0.99")


def record(
    body: bytes, kind: int = 2, *, wire_size: int = 0, extensions: int = 0, fraction: int = 0, flags: int = 4, filling: int = 0
) -> bytes:
    front = b"\0\0" if kind in (2, 11, 16, 20) else b"\0\0\0\7" if kind in (4, 5, 17) else b""
    more = b"".join(bytes((0x04 | (0x80 if n < extensions - 1 else 0),)) + bytes(7) for n in range(extensions))
    length = 16 + len(more) + len(front) + len(body) + filling
    head = struct.pack("<IIBB", fraction, NOW, kind | (0x80 if extensions else 0), flags)
    return head + struct.pack(">HHH", length, 0, wire_size or len(body)) + more + front + body + bytes(filling)


META = record(bytes(48), 27, wire_size=48)


def read(file: bytes, chunk: int = 1 << 20) -> tuple[list[packets.Row], Damaged | None]:
    return packets.rows(open_stream, file, chunk)


@pytest.mark.parametrize("chunk", [1, 19, 1 << 20])
@pytest.mark.parametrize("extensions", [0, 1, 3])
def test_every_record_is_read(chunk: int, extensions: int) -> None:
    file = record(ARP, extensions=extensions, fraction=1 << 31) + record(ARP[:20], wire_size=60) + record(ARP, filling=6)
    assert detect(file[:24])
    time = NOW * 1_000_000_000
    rows = [(1, ARP, len(ARP), time + 500_000_000, 1), (2, ARP[:20], 60, time, 1), (3, ARP, len(ARP), time, 1)]
    assert read(file, chunk) == (rows, None)


@pytest.mark.parametrize(
    ("kind", "link"), [(1, 50), (2, 1), (4, 100), (5, 50), (11, 1), (22, 228), (23, 229), (3, 197), (21, 197)]
)
def test_each_record_type_has_its_link_type(kind: int, link: int) -> None:
    rows, fault = read(record(ARP, kind))
    assert fault is None
    assert [(row[1], row[4]) for row in rows] == [(ARP, link)]


def test_records_without_a_frame_are_numbered_and_passed_over() -> None:
    assert detect(META[:24])
    rows, fault = read(META + record(ARP) + META + META + record(ARP))
    assert fault is None
    assert [row[0] for row in rows] == [2, 5]


def test_a_cut_anywhere_keeps_what_came_before() -> None:
    one = record(ARP)
    for cut in range(24, 2 * len(one)):
        rows, fault = read((one + one)[:cut])
        assert len(rows) == cut // len(one)
        assert (fault is None) is (cut % len(one) == 0)


@pytest.mark.parametrize(
    "made",
    [
        struct.pack("<IIBB", 0, NOW, 2, 4) + struct.pack(">HHH", 15, 0, 60),  # a record shorter than its header
        struct.pack("<IIBB", 0, NOW, 2, 4) + struct.pack(">HHH", 17, 0, 60) + bytes(60),  # no room for what precedes the frame
        struct.pack("<IIBB", 0, NOW, 0x82, 4) + struct.pack(">HHH", 24, 0, 60) + b"\x84" * 60,  # extensions without end
        struct.pack("<IIBB", 0, NOW, 99, 4) + struct.pack(">HHH", 60, 0, 60) + bytes(60),
    ],
)
def test_records_that_lie_end_the_reading(made: bytes) -> None:
    rows, fault = read(record(ARP) + made + record(ARP))
    assert len(rows) == 1
    assert fault is not None
    assert (fault.offset, fault.frame) == (len(record(ARP)), 1)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        record(ARP)[:15],
        bytes(24),
        b"\xff" * 24,
        struct.pack("<IIBB", 0, NOW, 26, 4) + struct.pack(">HHH", 80, 0, 60) + bytes(8),
        struct.pack("<IIBB", 0, NOW, 2, 0xC4) + struct.pack(">HHH", 80, 0, 60) + bytes(8),
        struct.pack("<IIBB", 0, 9, 2, 4) + struct.pack(">HHH", 80, 0, 60) + bytes(8),
        struct.pack("<IIBB", 0, NOW, 2, 4) + struct.pack(">HHH", 8000, 0, 60) + bytes(8),
        struct.pack("<IIBB", 0, NOW, 2, 4) + struct.pack(">HHH", 80, 0, 0) + bytes(8),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\x3e\0\x01\0\0\0",
        b"Return-Path: <somebody@e",
    ],
)
def test_a_start_that_makes_no_sense_is_no_erf(head: bytes) -> None:
    assert not detect(head)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=24), st.binary(max_size=200), st.integers(1, 60))
def test_any_bytes_are_read_or_refused(head: bytes, body: bytes, chunk: int) -> None:
    assert isinstance(detect(head), bool)
    rows, _ = read(record(ARP) + body, chunk)
    assert rows == read(record(ARP) + body)[0]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed: nobody to compare with")
def test_frames_and_numbers_are_those_tshark_shows(tmp_path: Path) -> None:
    padded = record(ARP, filling=-(18 + len(ARP)) % 8)
    made = META + padded + record(ARP, extensions=2) + META + padded + padded
    (tmp_path / "x.erf").write_bytes(made)
    fields = ["frame.number", "eth.src", "frame.time_epoch"]
    command = ["tshark", "-n", "-r", str(tmp_path / "x.erf"), *("-T", "fields"), *(w for f in fields for w in ("-e", f))]
    said = [row.split("\t") for row in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()]
    expected = [(int(number), round(float(time))) for number, mac, time in said if mac]
    assert [(row[0], row[3] // 1_000_000_000) for row in read(made)[0]] == expected
    assert len(expected) == 4
