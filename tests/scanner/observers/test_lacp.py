"""LACP: the system behind a bundle of links."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import lacp


def end(kind: int, mac: str) -> bytes:
    return bytes([kind, 20]) + b"\x80\0" + bytes.fromhex(mac) + bytes.fromhex("000d800000013d000000")


def message(*, subtype: int = 1, actor: str = "020000000010", partner: str = "020000000020") -> bytes:
    return bytes([subtype, 1]) + end(1, actor) + end(2, partner) + b"\3\x10" + bytes(14) + bytes(52)


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\1\x80\xc2\0\0\2", 0x8809, b"", b"", 0, 0, 0, payload, False)
    return [(fact.channel, fact.value, fact.role) for fact in lacp.observe(made)]


def test_both_ends_are_named() -> None:
    assert seen(message()) == [
        ("lacp.system", "02:00:00:00:00:10", Role.SELF),
        ("lacp.partner", "02:00:00:00:00:20", Role.SELF),
    ]


def test_a_partner_not_yet_known_is_left_out() -> None:
    assert [channel for channel, _, _ in seen(message(partner="000000000000"))] == ["lacp.system"]


@pytest.mark.parametrize("payload", [b"", message(subtype=2), message(subtype=3), message()[:30], b"\1\1\1\x14" + bytes(60)])
def test_other_slow_protocols_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []
