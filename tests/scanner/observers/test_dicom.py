"""DICOM: both ends of an association name their software; the answer repeats titles that are not its own."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import dicom


def item(kind: int, value: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(value)) + value


def association(kind: int, *, called: bytes = b"ARCHIVE", calling: bytes = b"SCANNER1", items: bytes | None = None) -> bytes:
    user = item(0x50, item(0x51, bytes(4)) + item(0x52, b"1.2.3.4.5\0") + item(0x55, b"EXAMPLE_10"))
    held = item(0x10, b"1.2.840.10008.3.1.1.1") + user if items is None else items
    body = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16), calling.ljust(16)) + held
    return struct.pack(">BBI", kind, 0, len(body)) + body


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 50000, 104, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in dicom.observe(made)]


SOFTWARE = [("dicom.implementation", "1.2.3.4.5", Role.SELF), ("dicom.version", "EXAMPLE_10", Role.SELF)]
TITLES = [("dicom.title", "SCANNER1", Role.SELF), ("dicom.query", "ARCHIVE", Role.ASKED)]


def test_who_opens_an_association_names_itself_and_whom_it_calls() -> None:
    assert seen(association(1)) == TITLES + SOFTWARE


def test_who_accepts_one_names_its_software_only() -> None:
    assert seen(association(2)) == SOFTWARE


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        association(3),
        association(4),
        association(1, called=b""),
        association(1, calling=b"\x07bell"),
        association(1)[:60],
        b"\1\0\xff\xff\xff\xff" + association(1)[6:],
        association(1)[:8] + b"\1\0" + association(1)[10:],
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@pytest.mark.parametrize("cut", [False, True])
def test_of_a_part_the_complete_items_are_read(cut: bool) -> None:
    assert seen(association(1)[:-3], cut=cut) == TITLES


def test_an_item_longer_than_the_association_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(association(1, items=b"\x50\0\x01\0"))
    with pytest.raises(Malformed):
        seen(association(1, items=item(0x50, b"\x52\0\0\x09x")))
