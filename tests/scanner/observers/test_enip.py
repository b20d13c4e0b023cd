"""EtherNet/IP: who answers ListIdentity is the device; who sends the empty command is not."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import enip


def command(body: bytes = b"", *, number: int = 0x63, status: int = 0) -> bytes:
    return struct.pack("<HHIIQI", number, len(body), 0, status, 0, 0) + body


def identity(name: bytes = b"EXAMPLE-L33 ", *, kind: int = 0x0C, letters: int | None = None, size: int | None = None) -> bytes:
    address = struct.pack(">HHI8x", 2, 44818, 0xC0000201)
    what = struct.pack("<HHHBBHI", 1, 14, 166, 20, 11, 0x60, 0x60C0FFEE)
    item = struct.pack("<H", 1) + address + what + bytes([len(name) if letters is None else letters]) + name + b"\3"
    return struct.pack("<HHH", 1, kind, len(item) if size is None else size) + item


def seen(payload: bytes, *, answers: bool = True, protocol: int = 17, cut: bool = False) -> list[tuple[str, str, Role]]:
    ports = (44818, 50000) if answers else (50000, 44818)
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", protocol, *ports, payload, cut)
    facts = list(enip.observe(made))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("protocol", [6, 17])
def test_a_device_identifies_itself(protocol: int) -> None:
    assert seen(command(identity()), protocol=protocol) == [
        ("enip.vendor_id", "1", Role.SELF),
        ("enip.device_type", "14", Role.SELF),
        ("enip.product_code", "166", Role.SELF),
        ("enip.revision", "20.11", Role.SELF),
        ("enip.serial", "60c0ffee", Role.SELF),
        ("enip.product", "EXAMPLE-L33", Role.SELF),
    ]


def test_who_asks_is_not_the_device() -> None:
    assert seen(command(), answers=False) == [("enip.query", "ListIdentity", Role.ASKED)]
    assert seen(command(identity()), answers=False) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x63",
        command(),  # empty, from the device's port
        command(identity(), number=0x6F),
        command(identity(), status=1),
        command(identity(kind=0x86)),
        command(b"\0\0"),  # no item
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_device_without_a_name_or_serial_number() -> None:
    assert "enip.product" not in {channel for channel, _, _ in seen(command(identity(b"")))}


def test_a_cut_message_tells_what_is_there() -> None:
    assert [channel for channel, _, _ in seen(command(identity())[:-5], cut=True)][-1] == "enip.serial"
    assert seen(command(identity())[:40], cut=True) == []


@pytest.mark.parametrize("body", [identity(letters=200), identity(size=30)])
def test_lengths_that_do_not_fit_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        seen(command(body))
    with pytest.raises(Malformed):
        seen(command(identity()) + b"\0")
