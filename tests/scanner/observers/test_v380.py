"""V380: NVDEVRESULT is a camera, NVDEVSEARCH the app."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import v380


def answer(mac: str = "02:00:00:AB:00:07", ip: str = "192.0.2.7", number: str = "95000001", more: str = "^1^1^1") -> bytes:
    fields = ["NVDEVRESULT", "300", mac, ip, "255.255.255.0", "192.0.2.1", "1", "1", "1", "1", "1", "1", number]
    return "^".join(fields).encode() + more.encode()


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xff" * 4, 17, 10008, 10009, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(v380.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("payload", [answer(), answer(more=""), answer(more="\0\0"), answer(mac="02-00-00-ab-00-07")])
def test_a_camera_describes_itself(payload: bytes) -> None:
    assert seen(payload) == [
        ("v380.device_id", "95000001", Role.SELF),
        ("v380.mac", "02:00:00:ab:00:07", Role.SELF),
        ("v380.ip", "192.0.2.7", Role.SELF),
    ]


def test_the_app_only_asks() -> None:
    assert seen(b"NVDEVSEARCH^100") == [("v380.query", "search", Role.ASKED)]


def test_addresses_that_are_none_are_left_out() -> None:
    for mac, ip in (("02:00:00:ab:00", "0.0.0.0"), ("00:00:00:00:00:00", "x"), ("02:00-00:ab:00:07", "")):
        assert [one for one, _, _ in seen(answer(mac=mac, ip=ip))] == ["v380.device_id"]


@pytest.mark.parametrize("payload", [b"", b"NVDEVRESULT", b"NVDEV", b"x" + answer()])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(answer()[:-5], cut=True) == []


@pytest.mark.parametrize(
    "payload", [answer(number="", more=""), answer(number="x1"), b"NVDEVRESULT^1^2", b"NVDEVRESULT" + b"^" * 60_000]
)
def test_broken_answers(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
