"""Foscam: operation 1 answers, 0 asks, 2 carries a password; a body may be XORed with the key beside it."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import foscam
from scanner.wire.text import safe

KEY = b"_Foscam_"


def message(operation: int, body: bytes, *, key: bytes = b"", size: int | None = None) -> bytes:
    if key:
        body = bytes(byte ^ key[at % 8] for at, byte in enumerate(body))
    declared = pack("<I", len(body) if size is None else size)
    return b"MO_I" + pack("<HB", operation, bool(key)) + key.ljust(8, b"\0") + declared + declared + body


def body(serial: bytes = b"020000AB0007", name: bytes = b"yard") -> bytes:
    addresses = bytes((192, 0, 2, 7, 255, 255, 255, 0, 192, 0, 2, 1, 192, 0, 2, 1))
    made = serial.ljust(13, b"\0") + name.ljust(21, b"\0") + addresses + bytes(4)
    return made + bytes((11, 37, 2, 49)) + bytes((2, 4, 10, 8)) + pack(">H", 80)


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xff" * 4, 17, 10000, 10000, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(foscam.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("key", [b"", KEY])
def test_a_camera_describes_itself(key: bytes) -> None:
    assert seen(message(1, body(), key=key)) == [
        ("foscam.serial", "020000AB0007", Role.SELF),
        ("foscam.mac", "02:00:00:ab:00:07", Role.SELF),
        ("foscam.name", "yard", Role.SELF),
        ("foscam.ip", "192.0.2.7", Role.SELF),
        ("foscam.firmware", "11.37.2.49", Role.SELF),
    ]


def test_a_serial_number_that_is_no_address() -> None:
    assert [one for one, _, _ in seen(message(1, body(serial=b"0123456789", name=b"")))][:2] == ["foscam.serial", "foscam.ip"]


def test_a_tool_only_asks() -> None:
    assert seen(message(0, b"\0\0\0\1")) == [("foscam.query", "search", Role.ASKED)]


def test_what_sets_a_camera_up_is_left_alone() -> None:
    assert seen(message(2, b"\0\0\0\1" + b"020000AB0007\0admin".ljust(25, b"\0") + b"hunter2".ljust(32, b"\0"))) == []


@pytest.mark.parametrize(
    "payload", [b"", b"MO_I", b"MO_O" + bytes(80), b"MO_V" + bytes(83), message(0, b""), message(3, bytes(4))]
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(message(1, body())[:60], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        message(1, body())[:-1],
        message(1, body(), size=63),
        message(1, body(serial=b"")),
        message(1, body(serial=b"\xff\xfe")),
        message(1, bytes(64)),
        message(1, body())[:23],
    ],
)
def test_broken_answers(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=51, max_size=51), st.sampled_from([b"", KEY]))
def test_any_fields_give_safe_observations(rest: bytes, key: bytes) -> None:
    payload = message(1, b"020000AB0007\0" + rest, key=key)
    assert all(fact.value == safe(fact.value) != "" for fact in foscam.observe(frame(payload)))
