"""Hesai lidars: point datagrams name their format; Velodyne's on the same port, and noise, do not."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Observation, Role
from scanner.observers import hesai


def points(version: tuple[int, int] = (6, 1), lasers: int = 32, blocks: int = 8, unit: int = 4) -> bytes:
    return b"\xee\xff" + bytes((*version, 0, 0, lasers, blocks, 0, unit, 1, 0)) + bytes(blocks * (2 + 4 * lasers) + 28)


def seen(payload: bytes, src_port: int = 10000, dst_port: int = 2368, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\xa8\1\xc9", b"\xff" * 4, 17, src_port, dst_port, payload, cut)
    return list(hesai.observe(made))


def test_a_lidar_sends_points() -> None:
    assert seen(points()) == [Observation("hesai.points", "6.1, 32 lasers", Role.SELF, points()[:8])]
    assert [fact.value for fact in seen(points((1, 4), 128, 2))] == ["1.4, 128 lasers"]
    assert seen(points()[:60], cut=True) == seen(points())


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xee\xff",
        (b"\xff\xee" + bytes(98)) * 12 + bytes(6),  # as Velodyne lays its blocks out
        points()[:60],
        points(version=(9, 9)),
        points(lasers=33),
        points(blocks=0),
        points(blocks=17),
        points(unit=77),
        b"\xee\xff" * 500,
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_the_receiver_is_no_lidar() -> None:
    assert seen(points(), 2368, 10000) == []
