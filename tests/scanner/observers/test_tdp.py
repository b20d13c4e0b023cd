"""TDP: a result is a device, a bare head or a public key is somebody who looks for one."""

import json
import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import tdp

DEVICE, APP = 20002, 50000
RESULT = {
    "device_id": "00112233",
    "owner": "account hash",
    "device_type": "SMART.TAPOPLUG",
    "device_model": "P110(EU)",
    "ip": "192.0.2.7",
    "mac": "02-00-00-AB-CD-EF",
    "encrypt_info": {"sym_schm": "AES", "key": "secret of mine", "data": "secret of mine"},
}


def datagram(body: object = None, *, version: int = 2, kind: int = 0, padding: int = 0, size: int = -1) -> bytes:
    text = json.dumps(body).encode() if body is not None else b""
    head = struct.pack("!BBHHBBII", version, kind, 1, len(text) if size < 0 else size, 17, padding, 0x01020304, 0xA1B2C3D4)
    return head + text


ANSWER = datagram({"result": RESULT, "error_code": 0})
KEY = datagram({"params": {"rsa_key": "-----BEGIN PUBLIC KEY-----"}})


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = DEVICE, dst_port: int = APP) -> list[tuple[str, str, Role]]:
    facts = list(tdp.observe(frame(payload, src_port, dst_port)))
    assert all(fact.raw == payload[:16] for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def test_a_device_answers() -> None:
    assert seen(ANSWER) == [
        ("tdp.model", "P110(EU)", Role.SELF),
        ("tdp.type", "SMART.TAPOPLUG", Role.SELF),
        ("tdp.mac", "02:00:00:ab:cd:ef", Role.SELF),
        ("tdp.ip", "192.0.2.7", Role.SELF),
        ("tdp.device_id", "00112233", Role.SELF),
    ]


@pytest.mark.parametrize("payload", [datagram(), KEY])
@pytest.mark.parametrize("port", [20002, 20004])
def test_an_app_asks_with_or_without_a_key(payload: bytes, port: int) -> None:
    assert seen(payload, APP, port) == [("tdp.query", "probe", Role.ASKED)]


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (KEY, DEVICE, APP),
        (ANSWER, APP, DEVICE),
        (datagram({"result": {**RESULT, "mac": ""}}), DEVICE, APP),
        (datagram({"result": {**RESULT, "device_model": 5}}), DEVICE, APP),
        (datagram({"result": "encrypted"}), DEVICE, APP),
        (datagram({"result": RESULT}, version=1), DEVICE, APP),
        (datagram({"result": RESULT}, kind=0xF0), DEVICE, APP),  # between mesh units
        (datagram({"result": RESULT}, padding=1), DEVICE, APP),
        (datagram(["result"]), DEVICE, APP),
        (ANSWER[:15], DEVICE, APP),
        (b"", DEVICE, APP),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_cut_datagram_tells_nothing() -> None:
    assert list(tdp.observe(frame(ANSWER[:100], DEVICE, APP, cut=True))) == []


@pytest.mark.parametrize(
    "payload",
    [
        ANSWER[:-1],
        ANSWER + b" ",
        datagram({"a": 1}, size=0),
        datagram()[:-16] + datagram()[:4] + b"\0\2" + datagram()[6:] + b"{]",
    ],
)
def test_a_wrong_size_or_broken_json_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
