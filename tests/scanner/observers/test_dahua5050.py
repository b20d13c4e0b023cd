"""Dahua's older search: the lengths must add up, and only the answer is a device."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import dahua5050
from scanner.wire.text import safe

LINES = b"Name:yard\r\nDevice:IPC-EXAMPLE-1\r\nIPv6Addr:2001:db8::1/64;\r\nSerialNo:0A00000PAG00001\r\n\r\n"
MAC = b"02:00:00:00:00:07"


def answer(*, mac: bytes = MAC, model: bytes = b"IPC-EXAMPLE-LONG-NAME-1", lines: bytes = LINES) -> bytes:
    middle = mac + model
    head = b"\xb3\0" + pack("<BBIIIIHH", len(middle), 0, 0x58, 0, 0, 2, len(lines), 0) + bytes(16)
    head += b"IPC-EXAMPLE".ljust(16, b"\0") + bytes((192, 0, 2, 7, 255, 255, 255, 0, 192, 0, 2, 1, 192, 0, 2, 1))
    return head.ljust(120, b"\0") + middle + lines


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xff" * 4, 17, 5050, 5050, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(dahua5050.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def test_a_device_describes_itself() -> None:
    assert seen(answer()) == [
        ("dahua5050.mac", "02:00:00:00:00:07", Role.SELF),
        ("dahua5050.model", "IPC-EXAMPLE-LONG-NAME-1", Role.SELF),
        ("dahua5050.ip", "192.0.2.7", Role.SELF),
        ("dahua5050.name", "yard", Role.SELF),
        ("dahua5050.serial", "0A00000PAG00001", Role.SELF),
    ]


def test_the_short_model_counts_where_there_is_no_other() -> None:
    assert ("dahua5050.model", "IPC-EXAMPLE", Role.SELF) in seen(answer(model=b"\0\0"))


def test_a_tool_only_asks() -> None:
    question = b"\xa3\x01" + bytes(14) + b"\x02" + bytes(15)
    assert seen(question) == [("dahua5050.query", "search", Role.ASKED)]


@pytest.mark.parametrize("payload", [b"", b"\xb3\0", b"\xb3\0" + bytes(160), b"RFB 003.008\n", b"\xa3\x01" + bytes(30)])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(answer()[:150], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        answer()[:-1],
        answer() + b"\0",
        answer()[:24],
        answer(mac=b"02:00:00:00:00:0", model=b""),
        answer(mac=b"02 00 00 00 00 07"),
        answer(mac=b"00:00:00:00:00:00"),
        answer(mac=b"\xff" * 17),
    ],
)
def test_broken_answers(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=17, max_size=40), st.binary(max_size=80), st.booleans())
def test_any_fields_give_safe_observations_or_malformed(middle: bytes, lines: bytes, honest: bool) -> None:
    payload = answer(mac=MAC if honest else b"", model=middle, lines=b"Name:" + lines)
    try:
        facts = list(dahua5050.observe(frame(payload)))
    except Malformed:
        return
    assert all(fact.value == safe(fact.value) != "" for fact in facts)
