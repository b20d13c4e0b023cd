"""Roborock: length, CRC and encryption of a broadcast must be right before it is believed."""

import json
from collections.abc import Callable
from hashlib import sha256
from zlib import crc32

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.padding import PKCS7

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import roborock

TOKEN = b"qWKYcdQWrbm9hPqe"
VACUUM = {"duid": "0AbCdEfGhIjKlMnOpQrStU", "ip": "192.0.2.8"}


def closed(head: bytes, body: bytes) -> bytes:
    made = head + len(body).to_bytes(2, "big") + body
    return made + crc32(made).to_bytes(4, "big")


def old(inside: object) -> bytes:
    padder, encryptor = PKCS7(128).padder(), Cipher(AES(TOKEN), ECB()).encryptor()  # noqa: S305 - what the devices use
    clear = padder.update(json.dumps(inside).encode()) + padder.finalize()
    return closed(b"1.0" + (7).to_bytes(4, "big") + (1).to_bytes(2, "big"), encryptor.update(clear))


def new(inside: object) -> bytes:
    head = b"L01" + bytes(range(6))
    sealed = AESGCM(sha256(TOKEN).digest()).encrypt(sha256(head).digest()[:12], json.dumps(inside).encode(), None)
    return closed(head, sealed)


def frame(payload: bytes, dst_port: int = 58866, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xff" * 4, 17, 58866, dst_port, payload, cut)


def seen(payload: bytes) -> list[tuple[str, str, Role]]:
    facts = list(roborock.observe(frame(payload)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("make", [old, new])
def test_a_vacuum_cleaner_tells_its_id_and_address(make: Callable[[object], bytes]) -> None:
    assert seen(make(VACUUM)) == [("roborock.duid", VACUUM["duid"], Role.SELF), ("roborock.ip", "192.0.2.8", Role.SELF)]
    assert seen(make({"duid": "abc", "ip": "0.0.0.0"})) == [("roborock.duid", "abc", Role.SELF)]
    assert seen(make({"ip": "192.0.2.8"})) == []


@pytest.mark.parametrize("payload", [b"", b"1.0", b"B01" + new(VACUUM)[3:], b"hello, who is there?"])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_other_ports_and_cut_messages_tell_nothing() -> None:
    assert list(roborock.observe(frame(old(VACUUM), 50000))) == []
    assert list(roborock.observe(frame(old(VACUUM)[:40], cut=True))) == []


def broken(payload: bytes, at: int) -> bytes:
    return payload[:at] + bytes((payload[at] ^ 1,)) + payload[at + 1 :]


def mended(payload: bytes) -> bytes:
    return payload[:-4] + crc32(payload[:-4]).to_bytes(4, "big")


@pytest.mark.parametrize(
    "payload",
    [
        old(VACUUM)[:-1],
        broken(old(VACUUM), 20),
        broken(new(VACUUM), len(new(VACUUM)) - 1),
        mended(broken(new(VACUUM), 20)),
        mended(broken(old(VACUUM), 20)),
        closed(b"1.0" + bytes(6), b""),
        closed(b"L01" + bytes(6), b"short"),
        old(["duid"]),
    ],
)
def test_a_broken_message_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


def session(payload: bytes, ports: tuple[int, int] = (58867, 50000)) -> list[tuple[str, str, Role]]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)
    return [(fact.channel, fact.value, fact.role) for fact in roborock.observe(made)]


def spoken(version: bytes = b"1.0", body: bytes = b"sealed") -> bytes:
    made = version + bytes(range(12)) + b"\0\4" + len(body).to_bytes(2, "big") + body
    made += crc32(made).to_bytes(4, "big")
    return len(made).to_bytes(4, "big") + made


@pytest.mark.parametrize("version", [b"1.0", b"L01", b"B01"])
def test_over_tcp_the_device_is_the_one_on_the_port(version: bytes) -> None:
    made = spoken(version)
    assert session(made + b"next") == [("roborock.session", version.decode(), Role.SELF)]
    assert session(made, (50000, 58867)) == [("roborock.query", version.decode(), Role.ASKED)]


@pytest.mark.parametrize(
    "payload", [b"", spoken()[:-1], spoken(b"2.0"), b"\0\0\0\x08" + b"1.0" + bytes(5), b"GET / HTTP/1.1\r\n\r\n"]
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert session(payload) == []


def test_a_wrong_checksum_over_tcp_is_malformed() -> None:
    with pytest.raises(Malformed):
        session(spoken()[:-1] + b"\0")
