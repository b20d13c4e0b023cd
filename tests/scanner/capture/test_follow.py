"""Captures read while they are written: nothing lost, nothing doubled, the same in the end as a scan of the finished file."""

import gzip
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.follow import Follower
from scanner.engine import Input, read
from scanner.evidence import Evidence, merge

FRAMES = [packets.arp((f"02:00:00:00:00:{n:02x}", f"10.0.0.{n}"), "10.0.0.99") for n in range(1, 30)]
PCAP = packets.pcap(FRAMES)
SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) + struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
PCAPNG = SECTION + b"".join(
    struct.pack("<IIIIIII", 6, 92, 0, 0, n, 60, 60) + frame + struct.pack("<I", 92) for n, frame in enumerate(FRAMES)
)


class Written(Follower):
    """Instead of waiting, lets a writer go on; stops when that has nothing more to do."""

    def __init__(self, path: Path, steps: Iterator[None]) -> None:
        super().__init__(str(path))
        self._steps = steps

    def pause(self) -> bool:
        return next(self._steps, self) is not self


def followed(follower: Follower) -> Evidence:
    return merge(read(Input(path, name, follower.open)) for path, name in follower.captures())


def appended(path: Path, pieces: list[bytes]) -> Iterator[None]:
    for piece in pieces:
        with path.open("ab") as file:
            file.write(piece)
        yield


def pieces(content: bytes, sizes: list[int]) -> list[bytes]:
    """The content in pieces of these sizes, the rest as one."""
    found, at = [], 0
    for size in sizes:
        found.append(content[at : at + size])
        at += size
    return [*found, content[at:]]


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([PCAP, PCAPNG, gzip.compress(PCAP, mtime=0)]),
    st.lists(st.integers(0, 400), max_size=30),
    st.integers(0, 200),
)
def test_a_file_written_in_odd_pieces_gives_what_the_finished_file_gives(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, sizes: list[int], cut: int
) -> None:
    path = tmp_path_factory.mktemp("f") / "x.pcap"
    path.touch()
    content = content[: len(content) - cut]  # the writer may be stopped in the middle of a record
    found = followed(Written(path, appended(path, pieces(content, sizes))))
    assert path.read_bytes() == content
    assert found == read(Input(str(path), "x.pcap"))


def test_what_is_there_when_told_to_stop_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(PCAP)
    follower = Follower(str(path))
    follower.stop()
    assert followed(follower) == read(Input(str(path), "x.pcap"))


def test_time_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(PCAP)
    assert followed(Follower(str(path), 0.0)).ledgers["x.pcap"].frames == len(FRAMES)


def test_a_capture_that_is_moved_away_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(PCAP[:500])

    def moved() -> Iterator[None]:
        with path.open("ab") as file:
            yield
            file.write(PCAP[500:])
            file.flush()
            path.rename(tmp_path / "x.pcap.1")
            path.write_bytes(packets.pcap([]))
            yield
        raise AssertionError("asked to wait for a file that is finished")

    assert followed(Written(path, moved())).ledgers["x.pcap"].frames == len(FRAMES)


def test_a_capture_that_is_begun_anew_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(PCAP)

    def anew() -> Iterator[None]:
        path.write_bytes(PCAP[:100])
        yield
        raise AssertionError("asked to wait for a file that is another now")

    assert followed(Written(path, anew())).ledgers["x.pcap"].frames == len(FRAMES)


def test_a_set_of_captures_is_read_in_its_order_each_to_its_end(tmp_path: Path) -> None:
    """As `tcpdump -C` and `dumpcap -b` write it: a new file when the one before is full."""
    started = []

    def rotated() -> Iterator[None]:
        for number in range(3):
            path = tmp_path / f"x{2 - number}.pcap"  # their names do not tell the order
            path.touch()
            started.append(path.name)
            yield from appended(path, pieces(PCAP, [10, 300, 40]))
        (tmp_path / "notes.txt").write_text("no capture")
        yield

    found = followed(Written(tmp_path, rotated()))
    assert started == ["x2.pcap", "x1.pcap", "x0.pcap"]
    assert {name: (book.frames, book.problem) for name, book in found.ledgers.items()} == {
        name: (len(FRAMES), "") for name in started
    }


def test_a_name_used_again_comes_with_a_number(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"

    def again() -> Iterator[None]:
        path.write_bytes(PCAP)
        yield
        path.rename(tmp_path / "old")
        path.write_bytes(packets.pcap(FRAMES[:2]))
        yield

    found = followed(Written(tmp_path, again()))
    assert {name: book.frames for name, book in found.ledgers.items()} == {"x.pcap": len(FRAMES), "x.pcap (2)": 2}


@pytest.mark.parametrize("place", ["the place of a file that was removed", "the file written anew"])
def test_a_ring_of_files_is_read_whatever_their_place_on_the_disk(tmp_path: Path, place: str) -> None:
    """As `dumpcap -b files:2` and `tcpdump -W 2` do it. Many file systems give a new file the number of one just removed."""
    frames = [FRAMES[n : n + 4] for n in range(0, 20, 4)]

    def ring() -> Iterator[None]:
        for number, some in enumerate(frames):
            path = tmp_path / (f"{number}.pcap" if place.startswith("the place") else f"{number % 2}.pcap")
            (tmp_path / f"{number - 2}.pcap").unlink(missing_ok=True)
            path.write_bytes(packets.pcap(some))
            os.utime(path, (number, number))
            yield

    found = followed(Written(tmp_path, ring()))
    assert sum(book.frames for book in found.ledgers.values()) == 20
    assert len(found.ledgers) == 5


def test_a_capture_moved_aside_when_it_was_read_is_not_read_again(tmp_path: Path) -> None:
    def moved() -> Iterator[None]:
        for number in range(3):
            path = tmp_path / "x.pcap"
            if path.exists():
                path.rename(tmp_path / f"x.{number}.pcap")
            path.write_bytes(packets.pcap(FRAMES[number : number + 4]))
            yield

    assert [book.frames for book in followed(Written(tmp_path, moved())).ledgers.values()] == [4, 4, 4]


def test_what_is_added_after_the_next_capture_had_begun_is_told(tmp_path: Path) -> None:
    one, two = tmp_path / "1.pcap", tmp_path / "2.pcap"

    def both() -> Iterator[None]:
        one.write_bytes(packets.pcap(FRAMES[:3]))
        yield
        two.write_bytes(packets.pcap(FRAMES[3:5]))
        yield
        with one.open("ab") as file:
            file.write(packets.pcap(FRAMES[5:9])[24:])
        yield

    follower = Written(tmp_path, both())
    assert followed(follower).ledgers["1.pcap"].frames == 3
    assert list(follower.missed()) == [("1.pcap", 4 * (16 + len(FRAMES[0])))]
