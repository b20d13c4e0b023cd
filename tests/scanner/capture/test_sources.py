"""Opening captures: recognised by content, read through pipes, hashed whole, refused with one clear reason."""

import os
import shutil
import struct
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from scanner.capture.sources import open_source
from scanner.errors import Damaged, Unreadable

PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
RECORD = struct.pack("<IIII", 1, 2, 4, 4) + b"data"
PCAPNG = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) + struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
PACKET = struct.pack("<IIIIIII", 6, 36, 0, 0, 5, 4, 4) + b"data" + struct.pack("<I", 36)

CAPTURES = Path(__file__).parents[3] / "../shared/captures/links"


def frames(path: str) -> tuple[int, Damaged | None, str]:
    """How many frames a source gives, how it ends, and the hash it then has."""
    with open_source(path, "name") as source:
        count = 0
        try:
            count = sum(len(batch) for batch in source.batches())
        except Damaged as fault:
            return fault.frame, fault, source.sha256
        return count, None, source.sha256


def reason(path: str | Path) -> str:
    with pytest.raises(Unreadable) as raised:
        open_source(str(path), "name")
    assert raised.value.path == str(path)
    return raised.value.reason


@contextmanager
def nobody() -> Iterator[None]:
    """Without the superuser's right to open everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("content", "form", "count"),
    [(PCAP + RECORD * 3, "pcap", 3), (PCAPNG + PACKET * 2, "pcapng", 2), (PCAP, "pcap", 0), (PCAPNG, "pcapng", 0)],
)
@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng", "x", "x.txt"])
def test_the_format_is_told_from_the_content(tmp_path: Path, content: bytes, form: str, count: int, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with open_source(str(path), "shown") as source:
        batches = list(source.batches())
        assert sum(map(len, batches)) == count
        assert {batch.capture for batch in batches} <= {"shown"}
        assert (source.capture, source.format, source.bytes) == ("shown", form, len(content))
        assert source.sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize("start", [PCAP + RECORD, PCAPNG + PACKET])
def test_a_damaged_file_is_hashed_to_its_end(tmp_path: Path, start: bytes) -> None:
    content = start + b"\xff" * 3_000_000
    path = tmp_path / "x"
    path.write_bytes(content)
    with open_source(str(path), "x") as source:
        batches = source.batches()
        assert len(next(batches)) == 1
        with pytest.raises(Damaged) as raised:
            next(batches)
        assert (raised.value.offset, raised.value.frame) == (len(start), 1)
        assert (source.bytes, source.sha256) == (len(content), sha256(content).hexdigest())


@pytest.mark.parametrize(("start", "piece"), [(PCAP, RECORD), (PCAPNG, PACKET)])
def test_a_file_cut_at_any_byte_is_unreadable_damaged_or_whole(tmp_path: Path, start: bytes, piece: bytes) -> None:
    content = start + piece * 2
    path = tmp_path / "x"
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        try:
            count, fault, digest = frames(str(path))
        except Unreadable as refused:
            assert cut < 28
            assert refused.reason == "empty file" if not cut else f"({cut} of " in refused.reason  # noqa: PT017  # see `continue`
            continue
        assert count == max(0, (cut - len(start)) // len(piece))
        assert digest == sha256(content[:cut]).hexdigest()
        if fault:
            assert fault.offset <= cut


def test_each_reason_for_not_opening(tmp_path: Path) -> None:
    closed = tmp_path / "closed.pcap"
    closed.write_bytes(PCAP)
    closed.chmod(0)
    assert reason(tmp_path / "missing.pcap") == "no such file"
    assert reason(closed / "below.pcap") == "no such file"
    assert reason(tmp_path) == "is a directory"
    with nobody():
        assert reason(closed) == "permission denied"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file at hand that opens and cannot be read")
def test_a_file_that_opens_and_cannot_be_read() -> None:
    assert reason("/proc/self/mem") == "cannot be read (error 5)"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty file"),
        (b"\xa1", "too short for a capture (1 of 24 bytes)"),
        (b"\n\r\r", "too short for a capture (3 of 24 bytes)"),
        (b"No.     Time           Source", "text, not a capture"),
        (b"PK\x03\x04 and more", "zip, compressed: unpack it first"),
        (b"7z\xbc\xaf\x27\x1c and more", "7z, compressed: unpack it first"),
        (b"\x1c\x00\x01\xac" + bytes(20), "Ixia hardware capture: convert it to pcap first, for instance with editcap"),
        (b"btsnoop\x00" + bytes(20), "Bluetooth HCI log (btsnoop): holds no network frames"),
        (b"iptrace 2.0" + bytes(20), "AIX iptrace capture: convert it to pcap first, for instance with editcap"),
        (b"GMBU\x00\x02", "Microsoft Network Monitor capture: convert it to pcap first, for instance with editcap"),
        (b"SQLite format 3\x00", "SQLite database, not a capture"),
        (b"\x7fELF\x02\x01", "ELF program, not a capture"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture, not a capture"),
        (b"%PDF-1.7\n", "PDF document, not a capture"),
        (bytes(100), "not a pcap, pcapng, snoop or erf file (it begins with 00000000)"),
        (PCAP[:23], "cut inside the file header (23 of 24 bytes)"),
        (PCAPNG[:27], "cut inside the file header (27 of 28 bytes)"),
    ],
)
def test_what_is_no_capture_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "looks-like-a.pcap"
    path.write_bytes(content)
    assert reason(path) == said


def test_leaving_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(PCAP + RECORD)
    with open_source(str(path), "x") as source:
        pass
    with pytest.raises(ValueError, match="closed file"):
        list(source.batches())


def test_a_named_pipe_written_in_odd_pieces(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    content = PCAPNG + PACKET * 50

    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            for start in range(0, len(content), 7):
                pipe.write(content[start : start + 7])

    writer = threading.Thread(target=write)
    writer.start()
    assert frames(str(path)) == (50, None, sha256(content).hexdigest())
    writer.join()


READ_STDIN = """
from scanner.capture.sources import open_source
with open_source("-", "stdin") as source:
    print(source.format, sum(map(len, source.batches())), source.bytes, source.sha256)
import sys
print(sys.stdin.closed)
"""


def python(script: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"]


def test_standard_input_is_read_through_a_pipe_and_left_open() -> None:
    content = PCAP + RECORD * 100_000
    done = subprocess.run(python(READ_STDIN), input=content, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["pcap", "100000", str(len(content)), sha256(content).hexdigest(), "False"]


def test_closed_standard_input_is_unreadable() -> None:
    script = "from scanner.capture.sources import open_source\ntry: open_source('-', 'stdin')\nexcept Exception as e: print(e)"
    done = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *python(script)], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "-: standard input is closed"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux fails a read from a terminal whose other end is closed")
def test_a_read_error_on_the_way_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.write(slave, PCAP + RECORD * 2)
    with open(master, encoding="latin-1") as terminal:  # noqa: PTH123  # a descriptor, not a path
        monkeypatch.setattr(sys, "stdin", terminal)
        with open_source("-", "stdin") as source:
            os.close(slave)
            batches = source.batches()
            assert len(next(batches)) == 2
            with pytest.raises(Damaged) as raised:
                next(batches)
    assert (raised.value.offset, raised.value.frame) == (len(PCAP + RECORD * 2), 2)
    assert raised.value.reason == "read error: cannot be read (error 5)"


ORACLE = [
    *("fmt_empty_ng__empty.pcapng", "fmt_empty_pcap__empty.pcap", "fmt_ng__dhcp.pcapng", "fmt_ng_dsb__tls12-dsb.pcapng"),
    *("fmt_ng_manyif2__many_interfaces.pcapng.2", "fmt_ng_manyif_mixedlinks__many_interfaces.pcapng.1"),
    *("fmt_ng_manyif_ppp__many_interfaces-1.pcapng", "fmt_ng_ns__dhcp-nanosecond.pcapng", "fmt_ng_oldPB__pfcp.pcap"),
    *("fmt_ng_toomanyif__too_many_interfaces.pcapng", "fmt_ns_be__nanosecs_big_endian.pcap", "fmt_ns_le2__nanosecs.pcap"),
    *("fmt_ns_le__dhcp-nanosecond.pcap", "fmt_us_be2__bigendian.pcap", "fmt_us_be__microsecs_big_endian.pcap"),
    *("fmt_us_le__dhcp.pcap", "fmt_ver21__nfsv2.pcap"),
    *(f"ng_{order}__test{n:03}.pcapng" for order in ("be", "le") for n in (3, 6, 8, 16, 18, 202, 901, 902)),
]


def tshark(path: Path) -> tuple[list[tuple[int, int, int, int | None]], bool]:
    """Number, both sizes and time (None where it shows none) of each packet, and whether it reads the file to its end."""
    fields = ["frame.number", "frame.cap_len", "frame.len", "frame.time_epoch", "frame.encap_type"]
    command = ["tshark", "-r", str(path), "-T", "fields", *(word for field in fields for word in ("-e", field))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = []
    for line in done.stdout.splitlines():
        number, size, wire_size, time, encapsulation = line.split("\t")
        if encapsulation:  # what else is numbered, such as custom blocks, is no packet and has none
            rows.append((int(number), int(size), int(wire_size), int(time.replace(".", "")) if time else None))
    return rows, done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ORACLE)
def test_frames_sizes_and_times_are_those_tshark_shows(name: str) -> None:
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed: nobody to compare with")
    if not CAPTURES.is_dir():
        pytest.skip("the shared captures are not here")
    expected, whole = tshark(CAPTURES / name)
    found: list[tuple[int, int, int, int | None]] = []
    ended = True
    with open_source(str(CAPTURES / name), name) as source:
        try:
            for batch in source.batches():
                numbers = range(batch.first, batch.first + len(batch))
                found += zip(numbers, batch.sizes, batch.wire_sizes, batch.times, strict=True)
        except Damaged:
            ended = False
    timeless = {row[0] for row in expected if row[3] is None}
    assert [(*row[:3], None if row[0] in timeless else row[3]) for row in found] == expected
    assert ended == whole
