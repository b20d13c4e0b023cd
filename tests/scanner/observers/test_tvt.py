"""TVT: the announcement of 240 bytes is a device, the search of 140 is not; a password is never read."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import tvt
from scanner.wire.text import safe

MAC = bytes.fromhex("020000000007")


def mhed(command: int, size: int, fields: dict[int, bytes], version: int = 8) -> bytes:
    made = bytearray(size)
    made[:10] = b"MHED" + pack("<HHH", version, 1, command)
    for at, value in fields.items():
        made[at : at + len(value)] = value
    return bytes(made)


FIELDS = {12: b"yard", 32: MAC, 40: bytes((192, 0, 2, 7)), 140: b"I0A1", 156: b"5.2.1.0", 196: b"TD-EXAMPLE", 212: b"Customer"}


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xea\x37\x37\x38", 17, 23456, 23456, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(tvt.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("version", [7, 8, 9])
def test_a_device_announces_itself(version: int) -> None:
    assert seen(mhed(2, 240, FIELDS, version)) == [
        ("tvt.mac", "02:00:00:00:00:07", Role.SELF),
        ("tvt.ip", "192.0.2.7", Role.SELF),
        ("tvt.model", "TD-EXAMPLE", Role.SELF),
        ("tvt.name", "yard", Role.SELF),
        ("tvt.vendor", "Customer", Role.SELF),
        ("tvt.serial", "I0A1", Role.SELF),
        ("tvt.firmware", "5.2.1.0", Role.SELF),
    ]


def test_numbers_where_others_have_text_are_left_out() -> None:
    assert [one for one, _, _ in seen(mhed(2, 240, {32: MAC, 140: b"\x04\x01", 156: b"\xff\xfe"}))] == ["tvt.mac"]


def test_a_tool_only_asks() -> None:
    assert seen(mhed(1, 140, {}, 9)) == [("tvt.query", "search", Role.ASKED)]


def test_what_sets_a_device_up_is_left_alone() -> None:
    assert seen(mhed(3, 140, {32: MAC, 84: b"aHVudGVyMg=="}, 9)) == []
    assert seen(mhed(0x10, 140, {12: bytes((192, 0, 2, 9))})) == []


@pytest.mark.parametrize("payload", [b"", b"MHED", b"MHE" + bytes(240), b"MHED" + bytes(236), mhed(1, 139, {})])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(mhed(2, 240, FIELDS)[:100], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [mhed(2, 239, FIELDS), mhed(2, 241, FIELDS), mhed(2, 20, {}), mhed(2, 240, {}), mhed(2, 240, {32: b"\xff" * 6})],
)
def test_broken_announcements(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=230, max_size=230))
def test_any_fields_give_safe_observations_or_malformed(body: bytes) -> None:
    try:
        facts = list(tvt.observe(frame(mhed(2, 240, {10: body}))))
    except Malformed:
        return
    assert all(fact.value == safe(fact.value) != "" for fact in facts)
