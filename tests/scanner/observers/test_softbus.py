"""SoftBus: a device describes itself; its identifier and its owner's nickname stay where they are."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import softbus
from scanner.wire.text import safe

SECRETS = ("0123ABCD", "Anna", "59565")
ABOUT = {
    "deviceId": '{"UDID":"0123ABCD0123ABCD"}', "devicename": "Mate 50", "type": 14, "hicomversion": "3.1.0.0", "mode": 1,
    "serviceData": "port:59565,", "wlanIp": "192.0.2.1", "capabilityBitmap": [64], "bData": '{"nickName":"Anna"}',
}  # fmt: skip
TOLD = [("ip", "192.0.2.1"), ("name", "Mate 50"), ("version", "3.1.0.0"), ("type", "14")]


def message(content: bytes, *, path: bytes = b"device_discover", code: int = 2) -> bytes:
    host = b"192.0.2.255"
    options = bytes((0x30 | len(host),)) + host + bytes((0x8D, len(path) - 13)) + path
    return bytes((0x50, code)) + b"\x12\x34" + options + b"\xff" + content


def about(**changes: object) -> bytes:
    return message(json.dumps({**ABOUT, **changes}).encode() + b"\0")


def seen(payload: bytes, *, cut: bool = False, ip: bytes = b"\xc0\0\2\1") -> list[tuple[str, str]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\xff" * 6, 0x800, ip, b"\xc0\0\2\xff", 17, 5684, 5684, payload, cut)
    facts = list(softbus.observe(made))
    assert all(fact.raw in payload and fact.role is Role.SELF and fact.value == safe(fact.value) for fact in facts)
    assert not any(secret in fact.value for fact in facts for secret in SECRETS)
    return [(fact.channel.removeprefix("softbus."), fact.value) for fact in facts]


def test_a_device_describes_itself() -> None:
    assert seen(about()) == TOLD
    assert seen(about(devicename="", type="14")) == [TOLD[0], TOLD[2]]
    assert seen(about(type=True)) == TOLD[:3]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x16\xfe\xfd" + bytes(40) + b"device_discover",  # DTLS
        message(b"{}", path=b"device_discovery"),
        message(b"{}", code=1),
        message(b"{}"),
        about(wlanIp="192.0.2.9"),  # somebody else
        about(wlanIp="", deviceId="x"),
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_part_tells_nothing() -> None:
    assert seen(about()[:-20], cut=True) == []


@pytest.mark.parametrize("payload", [message(b"{"), message(b"[]"), message(b"")])
def test_content_that_is_no_object_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=4))
def test_any_change_gives_safe_observations_or_malformed(changes: list[tuple[int, int]]) -> None:
    payload = bytearray(about(bData=""))
    for at, byte in changes:
        payload[at % len(payload)] = byte
    with suppress(Malformed):
        seen(bytes(payload))
