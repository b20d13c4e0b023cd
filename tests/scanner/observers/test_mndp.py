"""MNDP: a device describes itself, a search only asks, the licence number stays unread."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import mndp

MAC = bytes.fromhex("0200000000ab")
LICENCE = b"ABCD-1234"


def fields(*rows: tuple[int, bytes]) -> bytes:
    return b"".join(pack(">HH", kind, len(value)) + value for kind, value in rows)


ROWS = (
    (1, MAC), (5, b"roof"), (7, b"7.15.3 (stable)"), (8, b"MikroTik"), (10, bytes(4)), (11, LICENCE), (12, b"RB750Gr3"),
    (14, b"\0"), (16, b"bridge/ether2"), (17, b"\xc0\xa8\x58\1"),
)  # fmt: skip


def message(*rows: tuple[int, bytes]) -> bytes:
    return b"\0\0\0\x07" + fields(*rows)


def seen(payload: bytes, dst_port: int = 5678, *, cut: bool = False) -> list[Observation]:
    made = Frame("a.pcap", 1, 0, "", MAC, b"\xff" * 6, 0x800, b"\xc0\xa8\x58\1", b"\xff" * 4, 17, 5678, dst_port, payload, cut)
    facts = list(mndp.observe(made))
    assert all(fact.raw in payload and LICENCE not in fact.raw for fact in facts)
    return facts


def test_a_device_describes_itself() -> None:
    assert [(fact.channel, fact.value, fact.role) for fact in seen(message(*ROWS))] == [
        ("mndp.mac", "02:00:00:00:00:ab", Role.SELF),
        ("mndp.identity", "roof", Role.SELF),
        ("mndp.version", "7.15.3 (stable)", Role.SELF),
        ("mndp.platform", "MikroTik", Role.SELF),
        ("mndp.board", "RB750Gr3", Role.SELF),
        ("mndp.ip", "192.168.88.1", Role.SELF),
    ]


@pytest.mark.parametrize("size", [4, 9])
def test_a_tool_only_asks(size: int) -> None:
    assert seen(bytes(size)) == [Observation("mndp.query", "search", Role.ASKED, bytes(size))]


@pytest.mark.parametrize(
    "payload", [b"", bytes(3), bytes(10), message(*ROWS[1:]), message((1, b"\xff" * 6)), b"\0" * 4 + b"\0\1"]
)
def test_what_does_not_begin_with_an_address_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_cut_messages_and_other_ports_tell_nothing() -> None:
    assert seen(message(*ROWS), 50000) == []
    assert seen(message(*ROWS), cut=True) == []


def test_empty_and_odd_fields_are_left_out() -> None:
    assert [fact.channel for fact in seen(message((1, MAC), (5, b""), (17, b"\1"), (17, bytes(4))))] == ["mndp.mac"]


@pytest.mark.parametrize("payload", [message(*ROWS)[:-1], message(*ROWS) + b"\0", message((1, MAC), (99, b"?"))])
def test_fields_past_the_end_or_unknown_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
