"""Tuya LAN discovery: a device's broadcast is decrypted and tested; an app's search is only asked."""

import json
import os
import struct
import sys
from hashlib import md5
from zlib import crc32

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import tuya
from scanner.wire.text import safe

KEY = md5(b"yGAdlopoPVldABfn", usedforsecurity=False).digest()
NONCE = bytes(range(12))
CODE = bytes(4)
DEVICE = {"ip": "192.0.2.5", "gwId": "20000000020000000001", "active": 2, "productKey": "keyexample", "version": "3.3"}
APP = {"from": "app", "ip": "192.0.2.6"}
FACTS = {"tuya.gwid": DEVICE["gwId"], "tuya.product_key": "keyexample", "tuya.version": "3.3", "tuya.ip": "192.0.2.5"}


def plain(body: bytes) -> bytes:
    """A 55aa message around a body."""
    message = b"\x00\x00\x55\xaa" + struct.pack(">III", 0, 0x13, len(body) + 8) + body
    return message + struct.pack(">I", crc32(message)) + b"\x00\x00\xaa\x55"


def encrypted(clear: bytes) -> bytes:
    """AES-128-ECB with PKCS #7 padding."""
    size = 16 - len(clear) % 16
    encryptor = Cipher(AES(KEY), ECB()).encryptor()  # noqa: S305 - the mode devices use
    return encryptor.update(clear + bytes((size,)) * size)


def sealed(clear: bytes, *, key: bytes = KEY) -> bytes:
    """A 6699 message around a body."""
    header = bytes(2) + struct.pack(">III", 7, 0x25, len(clear) + 28)
    return b"\x00\x00\x66\x99" + header + NONCE + AESGCM(key).encrypt(NONCE, clear, header) + b"\x00\x00\x99\x66"


def frame(payload: bytes, *, port: int = 6667, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, b"\xff" * 6, 0x800, b"\xc0\0\2\5", b"\xff" * 4, 17, 49154, port, payload, cut)


def seen(payload: bytes, *, port: int = 6667, cut: bool = False) -> dict[str, str]:
    facts = list(tuya.observe(frame(payload, port=port, cut=cut)))
    assert all(fact.role is (Role.ASKED if fact.channel == "tuya.query" else Role.SELF) for fact in facts)
    assert all(fact.raw == payload[:32] and fact.subject is None for fact in facts)
    return {fact.channel: fact.value for fact in facts}


BODY = json.dumps(DEVICE).encode()


@pytest.mark.parametrize(
    ("payload", "port"),
    [
        (plain(CODE + BODY), 6666),
        (plain(BODY), 6666),
        (plain(CODE + encrypted(BODY)), 6667),
        (plain(encrypted(BODY)), 6667),
        (sealed(CODE + BODY), 7000),
        (sealed(BODY + b"\0\0"), 6667),
    ],
)
def test_a_device_names_itself(payload: bytes, port: int) -> None:
    assert seen(payload, port=port) == FACTS


@pytest.mark.parametrize("payload", [sealed(json.dumps(APP).encode() + b"\0\0\0"), plain(encrypted(json.dumps(APP).encode()))])
def test_an_app_only_asks(payload: bytes) -> None:
    assert seen(payload, port=7000) == {"tuya.query": "app"}


def test_an_app_that_knows_a_device_id_is_still_no_device() -> None:
    assert seen(sealed(json.dumps({**APP, "gwId": DEVICE["gwId"]}).encode()), port=7000) == {"tuya.query": "app"}


def test_a_message_without_device_id_is_a_question() -> None:
    assert seen(plain(b'{"active":0}')) == {"tuya.query": "discovery"}


def test_a_cipher_text_that_begins_like_json_is_still_decrypted() -> None:
    # Every broadcast of one device is the same cipher text: a wrong guess would hide that device for ever.
    for count in range(100_000):
        clear = b'{"gwId":"%d"}' % count
        if encrypted(clear)[:1] == b"{":
            assert seen(plain(CODE + encrypted(clear))) == {"tuya.gwid": str(count)}
            return
    raise AssertionError("no such text among 100,000")


@pytest.mark.parametrize("ip", ["fe80::1%eth0", "0.0.0.0", "255.255.255.255", "here", ""])
def test_an_address_no_host_has_is_left_out(ip: str) -> None:
    assert seen(plain(json.dumps({**DEVICE, "ip": ip}).encode())) == {key: FACTS[key] for key in list(FACTS)[:3]}


@pytest.mark.parametrize("payload", [b"", b"\x00\x00\x55", b"GET / HTTP/1.1\r\n", b":irc.example 001 nick :hi\r\n", bytes(40)])
def test_other_protocols_on_these_ports_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == {}


@pytest.mark.parametrize("whole", [plain(CODE + encrypted(BODY)), plain(CODE + BODY), sealed(BODY), sealed(CODE + BODY)])
def test_a_cut_datagram_tells_its_complete_fields(whole: bytes) -> None:
    half = seen(whole[:94], cut=True)
    assert half == {"tuya.gwid": FACTS["tuya.gwid"], "tuya.ip": FACTS["tuya.ip"]}
    sizes = [len(seen(whole[:size], cut=True)) for size in range(4, len(whole))]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0


@pytest.mark.parametrize(
    "payload",
    [
        plain(CODE + encrypted(BODY))[:-1],
        plain(CODE + encrypted(BODY)) + b"\0",
        plain(CODE + encrypted(BODY)).replace(b"\x00\x00\xaa\x55", b"\x00\x00\xaa\x56"),
        plain(CODE + encrypted(BODY))[:-8] + bytes(4) + b"\x00\x00\xaa\x55",
        plain(CODE + os.urandom(0)),
        plain(CODE + encrypted(BODY)[:-16]),
        plain(CODE + encrypted(b"no json")),
        plain(CODE + encrypted(b"[1]")),
        plain(b""),
        plain(b'{"gwId":"\xff"}'),
        plain(b'{"a":' + b"[" * 50_000 + b"}"),
        plain(b'{"a":' + b"9" * 5_000 + b"}"),
        b"\x00\x00\x55\xaa",
        sealed(BODY, key=bytes(16)),
        sealed(BODY)[:-4] + bytes(4),
        sealed(BODY)[:-5],
        b"\x00\x00\x66\x99" + bytes(18),
    ],
)
def test_broken_messages_are_malformed(payload: bytes) -> None:
    depth = sys.getrecursionlimit()
    with pytest.raises(Malformed):
        seen(payload)
    assert sys.getrecursionlimit() == depth


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["gwId", "from", "ip", "version", "productKey"]), st.text(max_size=20) | st.integers() | st.none()
    ),
    st.binary(max_size=60),
    st.integers(0, 200),
    st.booleans(),
)
def test_any_payload_gives_safe_observations_or_malformed(
    fields: dict[str, str | int | None], noise: bytes, size: int, cut: bool
) -> None:
    body = json.dumps(fields).encode()
    names = {channel.name for channel in tuya.CHANNELS}
    for message in (plain(noise), plain(CODE + encrypted(body)), sealed(body), sealed(noise), b"\x00\x00\x55\xaa" + noise):
        for payload in (message, message[:size]):
            try:
                facts = list(tuya.observe(frame(payload, cut=cut)))
            except Malformed:
                continue
            for fact in facts:
                assert fact.channel in names
                assert fact.value == safe(fact.value) != ""
                assert fact.raw == payload[:32]


def session(payload: bytes, ports: tuple[int, int] = (6668, 50000)) -> list[tuple[str, str, Role]]:
    made = Frame("a", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\2", 6, *ports, payload, cut=False)
    return [(fact.channel, fact.value, fact.role) for fact in tuya.observe(made)]


OLDER = b"\0\0\x55\xaa" + bytes(7) + b"\x09" + (12).to_bytes(4, "big") + bytes(8) + b"\0\0\xaa\x55"
NEWER = b"\0\0\x66\x99" + bytes(9) + b"\x10" + (30).to_bytes(4, "big") + bytes(30) + b"\0\0\x99\x66"


@pytest.mark.parametrize(("payload", "head"), [(OLDER, "55aa"), (NEWER, "6699"), (OLDER + b"next", "55aa")])
def test_over_tcp_the_device_is_the_one_on_the_port(payload: bytes, head: str) -> None:
    assert session(payload) == [("tuya.session", head, Role.SELF)]
    assert session(payload, (50000, 6668)) == [("tuya.query", "session", Role.ASKED)]


@pytest.mark.parametrize(
    "payload", [b"", OLDER[:-1], NEWER[:-1], OLDER[:-4] + bytes(4), b"\0\0\x55\xaa" + bytes(30), b"GET / HTTP/1.1"]
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert session(payload) == []
