"""Spanning tree: the bridge's own address, which is not the port's."""

import pytest

from scanner.capture.frames import LLC, Frame
from scanner.model import Role
from scanner.observers import stp

BRIDGE, ROOT = bytes.fromhex("020000000010"), bytes.fromhex("020000000020")


def message(*, start: bytes = b"\0\0\0\0", bridge: bytes = BRIDGE, root: bytes = ROOT) -> bytes:
    ids = b"\x80\0" + root + bytes(4) + b"\x80\1" + bridge
    return start + b"\0" + ids + b"\x80\1" + bytes.fromhex("0000140002000f00")


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\1\x80\xc2\0\0\0", LLC | 0x4242, b"", b"", 0, 0, 0, payload, False)
    return [(fact.channel, fact.value, fact.role) for fact in stp.observe(made)]


@pytest.mark.parametrize("start", [b"\0\0\0\0", b"\0\0\2\2", b"\0\0\3\2"])
def test_a_bridge_names_itself_and_its_root(start: bytes) -> None:
    assert seen(message(start=start) + b"\0") == [
        ("stp.bridge", "02:00:00:00:00:10", Role.SELF),
        ("stp.root", "02:00:00:00:00:20", Role.SELF),
    ]


@pytest.mark.parametrize(
    "payload", [b"", b"\0\0\0\x80", message()[:-1], message(start=b"\0\1\0\0"), message(bridge=bytes(6), root=b"\xff" * 6)]
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []
