"""BroadLink: a checked answer from port 80 is the device; the search is not, and Wi-Fi setup is never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import broadlink

APP, DEVICE = 50000, 80


def message(size: int, command: int, fields: dict[int, bytes]) -> bytes:
    """The layout both directions share: command at 0x26, a sum over everything at 0x20."""
    made = bytearray(size)
    made[0x26] = command
    for offset, value in fields.items():
        made[offset : offset + len(value)] = value
    made[0x20:0x22] = ((0xBEAF + sum(made)) & 0xFFFF).to_bytes(2, "little")
    return bytes(made)


OF_DEVICE = {0x34: b"\x37\x27", 0x36: bytes((9, 2, 0, 192)), 0x3A: bytes.fromhex("efcdab000002"), 0x40: b"Smart Remote\0"}
ANSWER = message(0x80, 7, OF_DEVICE)
SEARCH = message(0x30, 6, {0x08: b"\1\0\0\0\xea\x07\x1e\x0f\x0a\1\2\3", 0x18: bytes((1, 2, 0, 192)), 0x1C: b"\x50\xc3"})
SETUP = message(0x88, 0x14, {0x44: b"home", 0x64: b"secret of mine", 0x84: b"\4\x0e\3"})


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = DEVICE, dst_port: int = APP) -> list[tuple[str, str, Role]]:
    facts = list(broadlink.observe(frame(payload, src_port, dst_port)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("size", [0x80, 0x9E])
def test_a_device_answers(size: int) -> None:
    assert seen(message(size, 7, OF_DEVICE)) == [
        ("broadlink.type", "0x2737", Role.SELF),
        ("broadlink.mac", "02:00:00:ab:cd:ef", Role.SELF),
        ("broadlink.ip", "192.0.2.9", Role.SELF),
    ]


def test_an_app_asks() -> None:
    assert seen(SEARCH, APP, DEVICE) == [("broadlink.query", "discovery", Role.ASKED)]


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (SETUP, APP, DEVICE),
        (SETUP, DEVICE, APP),
        (message(0x30, 1, {}), APP, DEVICE),  # a keep-alive
        (ANSWER, APP, DEVICE),
        (SEARCH, DEVICE, APP),
        (SEARCH[:-1] + b"\1", APP, DEVICE),
        (message(0x7F, 7, {}), DEVICE, APP),
        (message(0x80, 7, {**OF_DEVICE, 0x00: b"\x5a\xa5\xaa\x55"}), DEVICE, APP),
        (message(0x80, 7, {**OF_DEVICE, 0x10: b"\1"}), DEVICE, APP),
        (message(0x80, 7, {**OF_DEVICE, 0x3A: bytes(6)}), DEVICE, APP),
        (message(0x80, 7, {**OF_DEVICE, 0x3A: b"\xff" * 6}), DEVICE, APP),
        (b"HTTP/1.1 200 OK\r\n" + bytes(128), DEVICE, APP),
        (b"", DEVICE, APP),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_cut_answer_tells_nothing() -> None:
    assert list(broadlink.observe(frame(ANSWER[:0x50], DEVICE, APP, cut=True))) == []


def test_a_wrong_checksum_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(ANSWER[:-1] + b"\1")


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=0x58, max_size=0x90))
def test_any_answer_with_a_right_sum_is_read(rest: bytes) -> None:
    names = [channel for channel, _, _ in seen(message(0x28 + len(rest), 7, {0x28: rest}))]
    assert names in ([], ["broadlink.type", "broadlink.mac"], ["broadlink.type", "broadlink.mac", "broadlink.ip"])
