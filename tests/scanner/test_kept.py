"""Finished work is kept and used again, and only where it fits."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import copytree, ignore_patterns

import packets
import pytest
from running import group, until

from scanner.capture.joining import WINDOW
from scanner.engine import Input, read_all
from scanner.errors import StorageFault
from scanner.evidence import Evidence
from scanner.kept import Folder, program
from scanner.pieces import Piece

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "pcaps" / "demo" / "traffic.pcap"
WHOLE = ROOT / "pcaps" / "random_mac_dhcp_name" / "traffic.pcap"
SOURCES = [Input(str(DEMO), "demo"), Input(str(WHOLE), "whole"), Input("/nowhere.pcap", "gone")]
SIZE = WHOLE.stat().st_size // 2 + 1  # below twice that a capture is read whole


def read(folder: Folder, sources: list[Input] = SOURCES, size: int = SIZE) -> tuple[Evidence, int]:
    """The evidence, and how many pieces had to be read for it."""
    count = 0

    def crew(work: Callable[[Piece], tuple[int, Evidence]], pieces: Iterable[Piece]) -> Iterable[tuple[int, Evidence]]:
        nonlocal count
        for piece in pieces:
            count += 1
            yield work(piece)

    folder.open()
    return read_all(sources, crew, keeper=folder, size=size), count


def test_what_is_finished_is_not_read_again(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    first, count = read(Folder(place))
    assert count > 10
    again = Folder(place)
    second, left = read(again)
    assert first == second == read_all(SOURCES)
    assert (left, again.found) == (1, count - 1)  # what cannot be opened is tried again
    assert len(list(place.glob("*.db"))) == again.found
    (place / ".fieldmark-0123456789abcdef.partial").write_bytes(b"killed while writing")
    again.clear()
    assert not place.exists()


def test_clearing_leaves_what_others_put_there(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    read(folder)
    (tmp_path / "notes.txt").write_text("mine")
    folder.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_other_content_another_name_or_program_does_not_fit(tmp_path: Path) -> None:
    _, count = read(Folder(tmp_path))
    renamed = [Input(source.path, f"{source.capture} 2") for source in SOURCES]
    assert read(Folder(tmp_path), renamed)[1] == count
    assert read(Folder(tmp_path, "another"))[1] == count
    content = bytearray(DEMO.read_bytes())
    content[100] ^= 1
    copy = tmp_path / "copy.pcap"
    copy.write_bytes(content)
    changed = [Input(str(copy), "demo"), *SOURCES[1:]]
    evidence, left = read(Folder(tmp_path), changed)
    assert (evidence, left) == (read_all(changed), count - 1)  # every slice of the one, none of the other


def test_a_capture_that_has_grown_keeps_what_is_far_from_its_old_end(tmp_path: Path) -> None:
    one, all_ = ("02:00:00:00:00:01", "10.0.0.1"), (packets.BROADCAST, "10.0.0.255")
    frame = packets.datagram(one, all_, (5353, 53), packets.dns_query("host.example.org"))
    content = packets.pcap([frame] * (3 * WINDOW))
    copy = tmp_path / "copy.pcap"
    copy.write_bytes(content[: len(content) // 2])
    folder = tmp_path / "kept"
    _, before = read(Folder(folder), [Input(str(copy), "demo")], 50_000)
    copy.write_bytes(content)
    again = Folder(folder)
    evidence, _ = read(again, [Input(str(copy), "demo")], 50_000)
    assert evidence == read_all([Input(str(copy), "demo")])
    assert 0 < again.found < before / 2  # the last WINDOW of one and a half are looked at again


def test_what_a_message_at_the_old_end_needs_is_read_again(tmp_path: Path) -> None:
    content = (ROOT / "pcaps" / "long_messages" / "traffic.pcap").read_bytes()
    copy = tmp_path / "copy.pcap"
    sources = [Input(str(copy), "demo")]
    for end in range(len(content) // 10, len(content), len(content) // 10):
        copy.write_bytes(content[:end])
        assert read(Folder(tmp_path / "kept"), sources, 300)[0] == read_all(sources)
        copy.write_bytes(content)
        assert read(Folder(tmp_path / "kept"), sources, 300)[0] == read_all(sources)


def test_a_damaged_piece_is_read_again(tmp_path: Path) -> None:
    _, count = read(Folder(tmp_path))
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        path.write_bytes([b"", path.read_bytes()[:2000], b"SQLite format 3\0" + bytes(200)][number % 3])
    assert read(Folder(tmp_path)) == (read_all(SOURCES), count)


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "no" / "where"):
        with pytest.raises(StorageFault, match="is no folder and cannot be made one"):
            Folder(path).open()


@pytest.mark.parametrize(
    ("changed", "differs"),
    [("observers/arp.py", True), ("capture/new.py", True), ("engine.py", True), ("store/bag.py", True), ("cli/scan.py", False),
     ("judgement/claims.py", False)],
)  # fmt: skip
def test_the_program_is_what_makes_evidence(tmp_path: Path, changed: str, differs: bool) -> None:
    copy = tmp_path / "scanner"
    copytree(ROOT / "scanner", copy, ignore=ignore_patterns("__pycache__"))
    assert program(copy) == program()
    with (copy / changed).open("a") as file:
        file.write("# changed")
    assert (program(copy) != program()) is differs


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of five slices."""
    one, all_ = ("02:00:00:00:00:01", "10.0.0.1"), (packets.BROADCAST, "10.0.0.255")
    frames = [packets.datagram(one, all_, (5353, 53), packets.dns_query(f"host-{n}.example.org")) for n in range(4000)]
    records = packets.pcap(frames)[24:]
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    path.write_bytes(packets.pcap([]) + records * ((36 << 20) // len(records)))
    return path


def scan(large: Path, db: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", str(large), "--db", str(db), "-q", "--workers", "2", *more],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def undisturbed(large: Path) -> bytes:
    db = large.with_name("undisturbed.db")
    assert scan(large, db).communicate()[1] == ""
    return db.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["the run", "a worker"])
def test_a_run_that_was_killed_is_finished_by_the_next(large: Path, undisturbed: bytes, tmp_path: Path, victim: str) -> None:
    folder, db = tmp_path / "kept", tmp_path / "db"
    run = scan(large, db, "--resume", str(folder))
    until(lambda: list(folder.glob("*.db")))
    workers = [pid for pid, parent in group(run.pid).items() if run.pid not in (pid, parent)]  # children of the server
    os.kill(run.pid if victim == "the run" else workers[0], signal.SIGKILL)
    _, said = run.communicate()
    until(lambda: not group(run.pid))
    assert not db.exists()
    finished = len(list(folder.glob("*.db")))
    assert 0 < finished < 5
    if victim == "a worker":
        assert run.returncode == 7
        assert said.splitlines() == [
            f"fieldmark: what was finished is kept in {folder}: run the same command again",
            "fieldmark: a worker process ended by itself (out of memory, or killed): try again with fewer --workers",
        ]
    again = scan(large, db, "--resume", str(folder))
    _, said = again.communicate()
    assert again.returncode == 0
    assert said == f"fieldmark: {finished} parts were finished before, kept in {folder}\n"
    assert db.read_bytes() == undisturbed
    assert not folder.exists()
