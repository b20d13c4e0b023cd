"""PROFINET DCP: stations that answer or greet; the tool that searches is none."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import profinet


def block(option: int, sub: int, value: bytes, *, answers: bool = True) -> bytes:
    value = b"\0\0" + value if answers else value
    return struct.pack(">BBH", option, sub, len(value)) + value + bytes(len(value) & 1)


def message(frame_id: int, service: int, kind: int, *blocks: bytes) -> bytes:
    body = b"".join(blocks)
    return struct.pack(">HBBIHH", frame_id, service, kind, 1, 0, len(body)) + body


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x8892, b"", b"", 0, 0, 0, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in profinet.observe(made)]


BLOCKS = (
    block(2, 5, bytes.fromhex("02010202020302040102")),
    block(2, 1, b"EX-IO-8"),
    block(2, 2, b"pump-7"),
    block(2, 3, bytes.fromhex("002a0313")),
    block(2, 4, b"\1\0"),
    block(1, 2, bytes([192, 0, 2, 7, 255, 255, 255, 0, 0, 0, 0, 0])),
)
FACTS = [
    ("profinet.type", "EX-IO-8", Role.SELF),
    ("profinet.name", "pump-7", Role.SELF),
    ("profinet.vendor_id", "0x002a", Role.SELF),
    ("profinet.device_id", "0x0313", Role.SELF),
    ("profinet.role", "device", Role.SELF),
    ("profinet.ip", "192.0.2.7", Role.SELF),
]


@pytest.mark.parametrize("kind", [(0xFEFF, 5, 1), (0xFEFD, 3, 1), (0xFEFC, 6, 0)])
def test_a_station_describes_itself(kind: tuple[int, int, int]) -> None:
    assert seen(message(*kind, *BLOCKS) + bytes(20)) == FACTS


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (block(0xFF, 0xFF, b"", answers=False), "all"),
        (block(2, 2, b"pump-7", answers=False), "pump-7"),
        (block(2, 3, b"\0\x2a\3\x13", answers=False), "by filter"),
    ],
)
def test_a_search_is_only_asked(wanted: bytes, value: str) -> None:
    assert seen(message(0xFEFE, 5, 0, wanted)) == [("profinet.query", value, Role.ASKED)]


def test_a_controller_without_address() -> None:
    payload = message(0xFEFF, 5, 1, block(2, 4, b"\2\0"), block(1, 2, bytes(12)), block(2, 2, b""))
    assert seen(payload) == [("profinet.role", "controller", Role.SELF)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x80\0" + bytes(40),  # process data
        message(0xFEFD, 4, 0, *BLOCKS),  # somebody sets a station
        message(0xFEFF, 5, 5, *BLOCKS),  # not supported
    ],
)
def test_other_frames_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_frame_tells_its_complete_blocks() -> None:
    whole = message(0xFEFF, 5, 1, *BLOCKS)
    assert seen(whole[:-20], cut=True) == FACTS[:4]
    assert seen(whole[:6], cut=True) == []


@pytest.mark.parametrize(
    "payload", [message(0xFEFF, 5, 1, *BLOCKS)[:-1], message(0xFEFF, 5, 1, b"\2\1\0\x40name"), b"\xfe\xff\5\1"]
)
def test_blocks_that_do_not_fit_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
