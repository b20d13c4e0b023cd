"""SOME/IP: what is offered is the sender's, what is looked for is not."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import someip


def entry(kind: int, service: int, *, instance: int = 1, lifetime: int = 3) -> bytes:
    return struct.pack(">BBBBHHII", kind, 0, 0, 0, service, instance, 1 << 24 | lifetime, 0)


def message(*entries: bytes, size: int | None = None, number: int = 0xFFFF8100) -> bytes:
    body = b"".join(entries)
    held = struct.pack(">II", 0xC0000000, len(body) if size is None else size) + body + bytes(4)
    return struct.pack(">III", number, 8 + len(held), 1) + b"\1\1\2\0" + held


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xe0\0\0\1", 17, 30490, 30490, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in someip.observe(made)]


def test_offers_and_searches() -> None:
    assert seen(message(entry(1, 0x1234), entry(0, 0x4711, instance=0xFFFF), entry(1, 0x5555, lifetime=0), entry(6, 0x1))) == [
        ("someip.offer", "0x1234 0x0001", Role.SELF),
        ("someip.query", "0x4711 0xffff", Role.ASKED),
    ]


@pytest.mark.parametrize("payload", [b"", message(entry(1, 1), number=0x12348100), message(entry(1, 1))[:20], b"\xff" * 60])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_its_complete_entries() -> None:
    assert len(seen(message(entry(1, 1), entry(1, 2))[:-8], cut=True)) == 1


@pytest.mark.parametrize("size", [15, 160])
def test_entries_that_do_not_fit_are_malformed(size: int) -> None:
    with pytest.raises(Malformed):
        seen(message(entry(1, 1), size=size))


def test_work_is_bounded() -> None:
    assert len(seen(message(*(entry(1, number) for number in range(4000))))) == 64
