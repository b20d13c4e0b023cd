"""Gree: a pack under the published key from port 7000 is the unit; keys handed out in packs never come out."""

import json
from base64 import b64encode
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.padding import PKCS7

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import gree

UNIT, APP = 7000, 50000
KEY_HANDED_OUT = "keyOfMine1234567"
DEVICE = {
    "t": "dev",
    "cid": "020000abcdef",
    "brand": "gree",
    "mac": "020000abcdef",
    "model": "gree",
    "name": "of my daughter",
    "ver": "V1.2.1",
}


def pack(inside: Mapping[str, object], *, tagged: bool = False, key: bytes = b"a3K8Bx%2r8Y7#xDh", i: int = 1) -> bytes:
    clear = json.dumps(inside).encode()
    outside: dict[str, object] = {"t": "pack", "i": i, "uid": 0, "cid": "020000abcdef", "tcid": "app"}
    if tagged:
        sealed = AESGCM(b"{yxAHAY_Lm6pbC/<").encrypt(bytes.fromhex("5440784449675a516c5e6313"), clear, b"qualcomm-test")
        outside |= {"pack": b64encode(sealed[:-16]).decode(), "tag": b64encode(sealed[-16:]).decode()}
    else:
        padder, encryptor = PKCS7(128).padder(), Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - what the units use
        outside |= {"pack": b64encode(encryptor.update(padder.update(clear) + padder.finalize())).decode()}
    return json.dumps(outside, separators=(",", ":")).encode()


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = UNIT, dst_port: int = APP) -> list[tuple[str, str, Role]]:
    facts = list(gree.observe(frame(payload, src_port, dst_port)))
    assert all(fact.raw == payload[:32] for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("tagged", [False, True])
def test_a_unit_answers_under_either_cipher(tagged: bool) -> None:
    assert seen(pack(DEVICE, tagged=tagged)) == [
        ("gree.mac", "02:00:00:ab:cd:ef", Role.SELF),
        ("gree.brand", "gree", Role.SELF),
        ("gree.model", "gree", Role.SELF),
        ("gree.firmware", "V1.2.1", Role.SELF),
    ]


@pytest.mark.parametrize(
    ("payload", "kind"), [(b'{"t":"scan"}', "scan"), (b'{"t": "scan"}', "scan"), (pack({"t": "bind"}), "pack")]
)
def test_an_app_asks(payload: bytes, kind: str) -> None:
    assert seen(payload, APP, UNIT) == [("gree.query", kind, Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        pack({"t": "bindok", "mac": "020000abcdef", "key": KEY_HANDED_OUT}),
        pack({"t": "bindok", "mac": "020000abcdef", "key": KEY_HANDED_OUT}, tagged=True),
        pack({"t": "dev", "name": "no address"}),
        pack(DEVICE, key=KEY_HANDED_OUT.encode(), i=0),  # under the unit's own key
        b'{"t":"scan"}',  # from the unit's port: nobody's answer
        b'{"t":5}',
        b"{x",
        b"",
        b"\x94\xb2\x0f\x01\0\0\0\x01RX packet",
        b"\0\0\x66\x99" + bytes(60),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_other_ports_and_cut_messages_tell_nothing() -> None:
    assert seen(pack(DEVICE), 7001, 50000) == []
    assert list(gree.observe(frame(pack(DEVICE)[:90], UNIT, APP, cut=True))) == []


@pytest.mark.parametrize(
    "payload",
    [
        pack(DEVICE)[:-1],
        pack(DEVICE, key=KEY_HANDED_OUT.encode()),
        pack(DEVICE).replace(b'"pack":"', b'"pack":"!'),
        pack(DEVICE).replace(b'"pack":', b'"pock":'),
        pack(DEVICE).replace(b'"tcid":"app"', b'"tag":5'),
        pack(DEVICE).replace(b'"tcid":"app"', b'"tag":"AAAA"'),
        pack(DEVICE).replace(b'"tcid":"app"', b'"tag":"AAAAAAAAAAAAAAAAAAAAAA=="'),
        pack(DEVICE).replace(b'"tcid":"app"', '"tag":"\u00e4"'.encode()),
    ],
)
def test_a_pack_that_does_not_open_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
