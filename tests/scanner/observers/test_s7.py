"""S7: a controller that reads out its system status lists; the tool that asks for them is none."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import s7


def packet(parameters: bytes, data: bytes) -> bytes:
    body = b"\x02\xf0\x80" + struct.pack(">BBHHHH", 0x32, 7, 0, 1, len(parameters), len(data)) + parameters + data
    return struct.pack(">BBH", 3, 0, 4 + len(body)) + body


def listing(number: int, size: int, *entries: bytes, kind: int = 0x84) -> bytes:
    body = struct.pack(">HHHH", number, 0, size, len(entries)) + b"".join(entries)
    return packet(b"\0\1\x12\x08\x12" + bytes([kind, 1, 1]) + bytes(4), struct.pack(">BBH", 0xFF, 9, len(body)) + body)


def asking(number: int) -> bytes:
    return packet(b"\0\1\x12\x04\x11\x44\x01\0", struct.pack(">BBHHH", 0xFF, 9, 4, number, 0))


def component(index: int, value: bytes) -> bytes:
    return struct.pack(">H32s", index, value)


def seen(payload: bytes, *, answers: bool = True) -> list[tuple[str, str, Role]]:
    ports = (102, 50000) if answers else (50000, 102)
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, False)
    return [(fact.channel, fact.value, fact.role) for fact in s7.observe(made)]


IDENTITY = listing(
    0x1C,
    34,
    component(1, b"LINE 3"),
    component(2, b"CPU EXAMPLE"),
    component(3, b""),
    component(4, b"Original Example Equipment"),
    component(5, b"S C-SERIAL0000001"),
    component(7, b"CPU 315-2 PN/DP"),
)


def test_a_controller_names_itself_but_no_serial_number_is_kept() -> None:
    assert seen(IDENTITY) == [
        ("s7.system", "LINE 3", Role.SELF),
        ("s7.module", "CPU EXAMPLE", Role.SELF),
        ("s7.copyright", "Original Example Equipment", Role.SELF),
        ("s7.type", "CPU 315-2 PN/DP", Role.SELF),
    ]


def test_a_module_has_an_order_number_and_a_firmware() -> None:
    entries = (
        struct.pack(">H20sHHH", 1, b"6ES7 315-2EH14-0AB0 ", 0xC0, 4, 1),
        struct.pack(">H20sHHH", 6, b"6ES7 315-2EH14-0AB0 ", 0xC0, 4, 1),
        struct.pack(">H20sH", 7, b" " * 20, 0xC0) + b"V\3\2\6",
    )
    assert seen(listing(0x11, 28, *entries)) == [
        ("s7.order_number", "6ES7 315-2EH14-0AB0", Role.SELF),
        ("s7.firmware", "V3.2.6", Role.SELF),
    ]


def test_who_asks_is_no_controller() -> None:
    assert seen(asking(0x1C), answers=False) == [("s7.query", "SZL 0x001c", Role.ASKED)]
    assert seen(asking(0x1C)) == []
    assert seen(IDENTITY, answers=False) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        IDENTITY[:30],  # goes on in the next segment
        IDENTITY.replace(b"\x32\7", b"\x32\3"),  # not user data
        IDENTITY.replace(b"\x02\xf0\x80", b"\x02\xf0\x00"),
        listing(0x1C, 30, component(1, b"x")),
        listing(0x24, 34, component(1, b"x")),
        packet(b"\0\1\x12\x08\x12\x84\1\1" + bytes(4), b"\x0a\0\0\0" + bytes(8)),  # refused
        b"\3\0\0\x16\x11\xe0" + bytes(16),  # connection request
    ],
)
def test_other_packets_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_entries_beyond_the_message_are_not_read() -> None:
    one = listing(0x1C, 34, component(1, b"LINE 3"))
    assert seen(one.replace(struct.pack(">HH", 34, 1), struct.pack(">HH", 34, 60_000))) == [("s7.system", "LINE 3", Role.SELF)]


def test_a_list_longer_than_its_message_is_malformed() -> None:
    length = IDENTITY.index(b"\xff\x09") + 2
    with pytest.raises(Malformed):
        seen(IDENTITY[:length] + b"\x7f\xff" + IDENTITY[length + 2 :])
