"""RoboSense lidars: description and points count from the lidar only, and only if they fit in every part."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Observation, Role
from scanner.observers import robosense

IP, MAC = b"\xc0\xa8\1\xc8", bytes.fromhex("0200000000ab")


def description(ip: bytes = IP, mac: bytes = MAC, size: int = 1248) -> bytes:
    return (bytes.fromhex("a5ff005a11115555") + b"\x02\x58" + ip + b"\xc0\xa8\1\x66" + mac).ljust(size, b"\0")


def points(magic: str, size: int = 1248, azimuth: int = 4711) -> bytes:
    head = bytes.fromhex(magic).ljust(42, b"\0")
    return (head + b"\xff\xee" + azimuth.to_bytes(2, "big")).ljust(size, b"\0")


def seen(payload: bytes, dst_port: int) -> list[Observation]:
    made = Frame("a.pcap", 1, 0, "", MAC, b"\xff" * 6, 0x800, IP, b"\xff" * 4, 17, 6699, dst_port, payload, False)
    return list(robosense.observe(made))


@pytest.mark.parametrize("size", [256, 1248])
def test_a_lidar_describes_itself(size: int) -> None:
    assert seen(description(size=size), 7788) == [
        Observation("robosense.mac", "02:00:00:00:00:ab", Role.SELF, MAC),
        Observation("robosense.ip", "192.168.1.200", Role.SELF, IP),
    ]


@pytest.mark.parametrize(
    ("payload", "family"),
    [
        (points("55aa050a5aa550a0"), "RS-16, RS-32 or Bpearl"),
        (points("55aa055a"), "Helios"),
        (points("55aa5aa5", 1210), "M1"),
    ],
)
def test_a_lidar_sends_points(payload: bytes, family: str) -> None:
    assert seen(payload, 6699) == [Observation("robosense.points", family, Role.SELF, payload[:8])]
    assert seen(payload, 50000) == seen(payload, 7788) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        description(ip=b"\xc0\xa8\1\xc9"),
        description(mac=bytes(6)),
        description()[:200],
        points("55aa050a5aa550a0", azimuth=36000),
        points("55aa050a5aa550a0", 1247),
        points("55aa055b"),
        points("55aa5aa5"),
        points("55aa055a", 1210),
        points("55aa055a").replace(b"\xff\xee", b"\xff\xef"),
        bytes.fromhex("55aa050a5aa550a0"),
    ],
)
def test_what_does_not_fit_tells_nothing(payload: bytes) -> None:
    assert seen(payload, 6699) == seen(payload, 7788) == []
