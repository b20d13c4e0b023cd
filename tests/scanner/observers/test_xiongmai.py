"""Xiongmai: 1531 and the server's 1001 are devices, 1530 and 1000 ask; passwords stay where they are."""

import json
from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import xiongmai

NET: dict[str, object] = {
    "MAC": "02:00:00:00:00:07",
    "HostIP": "0x070200C0",
    "SN": "0123456789abcdef",
    "HostName": "LocalHost",
    "Version": "V4.02.R11",
    "TCPPort": 34567,
}


def message(kind: int, body: bytes, *, answer: int = 1, size: int | None = None) -> bytes:
    return pack("<BBHIIHHI", 0xFF, answer, 0, 0, 0, 0, kind, len(body) if size is None else size) + body


def found(**changes: object) -> bytes:
    body = {"NetWork.NetCommon": {**NET, **changes}, "Ret": 100, "SessionID": "0x00000000"}
    return message(1531, json.dumps(body).encode() + b"\n\0")


def frame(payload: bytes, ports: tuple[int, int] = (34569, 34569), protocol: int = 17, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xff" * 4, protocol, *ports, payload, cut)


def seen(made: Frame) -> list[tuple[str, str, Role]]:
    assert any(want.accepts(made) for want in xiongmai.WANTS)
    facts = list(xiongmai.observe(made))
    assert all(fact.raw in made.payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def test_a_device_answers_a_search() -> None:
    assert seen(frame(found())) == [
        ("xiongmai.mac", "02:00:00:00:00:07", Role.SELF),
        ("xiongmai.ip", "192.0.2.7", Role.SELF),
        ("xiongmai.serial", "0123456789abcdef", Role.SELF),
        ("xiongmai.name", "LocalHost", Role.SELF),
        ("xiongmai.firmware", "V4.02.R11", Role.SELF),
    ]


def test_a_tool_only_asks() -> None:
    assert seen(frame(message(1530, b"", answer=0))) == [("xiongmai.query", "search", Role.ASKED)]


def test_what_sets_a_device_up_is_left_alone() -> None:
    body = json.dumps({"MAC": NET["MAC"], "Username": "admin", "Password": "tlJwpbo6"}).encode()
    assert seen(frame(message(1532, body, answer=0))) == []


def test_a_login_asks_and_its_secrets_stay() -> None:
    body = b'{"EncryptType": "MD5", "LoginType": "DVRIP-Web", "PassWord": "tlJwpbo6", "UserName": "admin"}\n\0'
    made = frame(message(1000, body, answer=0), (50000, 34567), 6)
    facts = list(xiongmai.observe(made))
    assert [(fact.channel, fact.value, fact.role) for fact in facts] == [("xiongmai.query", "login", Role.ASKED)]
    assert all(secret not in fact.raw + fact.value.encode() for fact in facts for secret in (b"tlJwpbo6", b"admin"))


def test_the_server_side_of_a_login_is_a_device() -> None:
    body = b'{ "AliveInterval" : 21, "ChannelNum" : 4, "DeviceType " : "HVR", "Ret" : 100, "SessionID" : "0x0000000D" }\n\0'
    reply = message(1001, body)
    assert seen(frame(reply, (34567, 50000), 6)) == [("xiongmai.type", "HVR", Role.SELF)]
    assert seen(frame(reply, (50000, 34567), 6)) == []
    assert seen(frame(reply, (80, 50000), 6)) == []
    assert seen(frame(reply[:60], (34567, 50000), 6)) == []  # the rest is in the next segment


def test_fields_of_a_wrong_kind_are_left_out() -> None:
    assert [one for one, _, _ in seen(frame(found(HostIP="0x0", SN=7, HostName="", Version=None)))] == ["xiongmai.mac"]
    assert seen(frame(found(MAC="00:00:00:00:00:00"))) == []
    assert seen(frame(found(MAC=7))) == []


@pytest.mark.parametrize(
    "payload", [b"\xff", b"\xff\x02" + found()[2:], b"\xfe" + found()[1:], message(1020, b"{}"), bytes(40)]
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(frame(payload)) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(frame(found()[:90], cut=True)) == []


@pytest.mark.parametrize(
    "payload",
    [
        found()[:-3],
        message(1531, b""),
        message(1531, b"{}", size=1 << 31),
        message(1531, b"no JSON"),
        message(1531, b"[]"),
        message(1531, b"[" * 50_000),
        message(1531, b'{"Ret": 100}'),
    ],
)
def test_broken_answers(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(frame(payload))
