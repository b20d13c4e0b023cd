"""SMB browsing: hosts that announce themselves; requests and elections are no announcements."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import browse


def encoded(name: bytes) -> bytes:
    letters = bytes(65 + half for byte in name.ljust(16) for half in (byte >> 4, byte & 15))
    return b"\x20" + letters + b"\0"


def datagram(message: bytes, *, slot: bytes = b"\\MAILSLOT\\BROWSE\0", kind: int = 0x11) -> bytes:
    start = 32 + 1 + 34 + 2 + len(slot)
    words = struct.pack(
        "<HHHHBBHIHHHHHBBHHH", 0, len(message), 0, 0, 0, 0, 0, 1000, 0, 0, 0, len(message), start, 3, 0, 1, 1, 2
    )
    smb = b"\xffSMB\x25" + bytes(27) + b"\x11" + words + struct.pack("<H", len(slot) + len(message)) + slot + message
    names = encoded(b"NAS-2") + encoded(b"WORKGROUP")
    return struct.pack(">BBH4sHHH", kind, 2, 1, b"\xc0\0\2\1", 138, len(names) + len(smb), 0) + names + smb


def announcement(command: int, *, name: bytes = b"NAS-2", comment: bytes = b"Storage", mark: bytes = b"\x55\xaa") -> bytes:
    head = struct.pack("<BBI16sBBI", command, 0, 60_000, name, 6, 1, 0x9A03)
    return head + b"\x0f\1" + mark + comment + b"\0"


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\xff" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\xff", 17, 138, 138, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in browse.observe(made)]


@pytest.mark.parametrize("command", [0x01, 0x0F])
def test_a_host_announces_itself(command: int) -> None:
    assert seen(datagram(announcement(command))) == [
        ("browse.name", "NAS-2", Role.SELF),
        ("browse.version", "6.1", Role.SELF),
        ("browse.comment", "Storage", Role.SELF),
    ]


def test_empty_texts_are_left_out() -> None:
    assert seen(datagram(announcement(1, name=b"", comment=b""))) == [("browse.version", "6.1", Role.SELF)]


@pytest.mark.parametrize(("command", "asked"), [(0x02, "announcements"), (0x09, "backup list")])
def test_a_request_is_only_asked(command: int, asked: str) -> None:
    assert seen(datagram(bytes([command]) + bytes(6))) == [("browse.query", asked, Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        datagram(b""),
        datagram(announcement(0x0C)),  # of a domain
        datagram(announcement(0x08)),  # an election
        datagram(announcement(1), slot=b"\\MAILSLOT\\NET\\NETLOGON\0"),
        datagram(announcement(1), kind=0x13),
        datagram(announcement(1, mark=b"\0\0")),
        datagram(announcement(1)).replace(b"\xffSMB\x25", b"\xfeSMB\x25"),
        datagram(announcement(1))[:100],
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_an_announcement_without_its_fixed_part() -> None:
    short = datagram(announcement(1)[:20])
    assert seen(short, cut=True) == []
    with pytest.raises(Malformed):
        seen(short)
