"""VStarcam: 08 answers, 01 asks; what may be a password is never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import vstarcam
from scanner.wire.text import safe

FIELDS = {
    0x04: b"192.0.2.7",
    0x14: b"255.255.255.0",
    0x54: bytes.fromhex("020000000007"),
    0x5A: b"\x51\0",
    0x5C: b"VSTC000001ABCDE",
    0x7C: b"yard",
    0xCC: b"48.53.64.67",
    0x110: b"admin\0hunter2",
}


def answer(size: int = 0x210, **changes: bytes) -> bytes:
    made = bytearray(size)
    made[:4] = b"\x44\x48\x01\x08"
    for at, value in {**FIELDS, **{int(key[1:], 16): value for key, value in changes.items()}}.items():
        if at + len(value) <= size:
            made[at : at + len(value)] = value
    return bytes(made)


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xff" * 4, 17, 8600, 8600, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(vstarcam.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    assert all(b"hunter2" not in fact.raw for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("size", [0x100, 0x210])
def test_a_camera_describes_itself(size: int) -> None:
    assert seen(answer(size)) == [
        ("vstarcam.mac", "02:00:00:00:00:07", Role.SELF),
        ("vstarcam.ip", "192.0.2.7", Role.SELF),
        ("vstarcam.serial", "VSTC000001ABCDE", Role.SELF),
        ("vstarcam.name", "yard", Role.SELF),
        ("vstarcam.firmware", "48.53.64.67", Role.SELF),
    ]


def test_an_app_only_asks() -> None:
    assert seen(b"\x44\x48\x01\x01") == [("vstarcam.query", "search", Role.ASKED)]


@pytest.mark.parametrize("payload", [b"", b"DH", b"\x44\x48\x01\x01\0", b"\x44\x48\x01\x02" + bytes(300)])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(answer()[:0x80], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        answer(0xFF),
        answer(4),
        answer(x04=bytes(16)),
        answer(x04=b"192.0.2.700"),
        answer(x54=bytes(6)),
        answer(x54=b"\xff" * 6),
    ],
)
def test_broken_answers(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=0x70, max_size=0x70))
def test_any_texts_give_safe_observations(texts: bytes) -> None:
    assert all(fact.value == safe(fact.value) != "" for fact in vstarcam.observe(frame(answer(x5C=texts))))
