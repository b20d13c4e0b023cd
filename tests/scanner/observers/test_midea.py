"""Midea: kind, length, MD5 and body must all be right; the search has the same beginning and is not an appliance."""

from contextlib import suppress
from hashlib import md5

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import midea

UNIT, APP = 6445, 50000
SALT = b"xhdiwjnchekd4d512chdjx5d8e4c394D2D7S"
SERIAL = b"000000P0000000Q10000000000000000"
BODY = bytes((9, 2, 0, 192)) + (6444).to_bytes(4, "little") + SERIAL + b"\x0bnet_AC_CDEF" + bytes(12)
SEARCH, ANSWER = 0x0092, 0x807A


def message(kind: int, body: bytes = BODY, *, device: int = 123456789) -> bytes:
    """5a5a 0111, length, kind, twelve bytes, device ID, fourteen bytes, body under AES, MD5 with the salt."""
    sealed = Cipher(AES(md5(SALT).digest()), ECB()).encryptor().update(body + bytes(-len(body) % 16))  # noqa: S305, S324 - what the units use
    size = 40 + len(sealed) + 16
    made = (
        b"\x5a\x5a\1\x11" + size.to_bytes(2, "little") + kind.to_bytes(2, "little") + bytes(12) + device.to_bytes(6, "little")
    )
    made += bytes(14) + sealed
    return made + md5(made + SALT).digest()  # noqa: S324 - the same


def wrapped(inner: bytes) -> bytes:
    return b"\x83\x70" + (len(inner) + 16).to_bytes(2, "big") + b"\x20\x0f\0\0" + inner + bytes(16)


XML = (
    b'<?xml version="1.0" encoding="utf-8"?><root><body>'
    b'<device port="6444" apc_sn="0000000000000000000001" apc_type="172"></device></body></root>'
)


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = UNIT, dst_port: int = APP) -> list[tuple[str, str, Role]]:
    facts = list(midea.observe(frame(payload, src_port, dst_port)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("payload", [message(ANSWER), wrapped(message(ANSWER))])
@pytest.mark.parametrize("port", [6445, 20086])
def test_an_appliance_answers_in_both_protocols(payload: bytes, port: int) -> None:
    assert seen(payload, port) == [
        ("midea.serial", SERIAL.decode(), Role.SELF),
        ("midea.type", "ac", Role.SELF),
        ("midea.device_id", "123456789", Role.SELF),
    ]


def test_an_old_appliance_answers_in_clear() -> None:
    assert seen(XML) == [("midea.serial", "0000000000000000000001", Role.SELF), ("midea.type", "ac", Role.SELF)]


def test_an_app_asks() -> None:
    assert seen(message(SEARCH, bytes(16)), APP, UNIT) == [("midea.query", "discovery", Role.ASKED)]


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (message(ANSWER), APP, UNIT),
        (message(SEARCH), UNIT, APP),
        (message(0x0020), UNIT, APP),  # another kind of message
        (XML, APP, UNIT),
        (XML.replace(b"172", b"1720"), UNIT, APP),
        (XML.replace(b"<device ", b"<gadget "), UNIT, APP),
        (XML.replace(b"0000000000000000000001", b"1"), UNIT, APP),
        (b"\x5a\x5a", UNIT, APP),
        (b"\x83\x70" + bytes(100), UNIT, APP),
        (b"", UNIT, APP),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_cut_answer_tells_nothing() -> None:
    assert list(midea.observe(frame(message(ANSWER)[:60], UNIT, APP, cut=True))) == []


@pytest.mark.parametrize(
    "payload",
    [
        message(ANSWER)[:-1],
        message(ANSWER)[:-1] + b"\0",
        wrapped(message(ANSWER))[:-1],
        wrapped(message(ANSWER)[:-1]),
        message(ANSWER, BODY.replace(b"net_", b"lan_")),
        message(ANSWER, BODY.replace(SERIAL, b"\1" * 32)),
        message(ANSWER, b""),
        b"\x5a\x5a\1\x11\x08\0\x7a\x80",
    ],
)
def test_a_broken_message_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=100))
def test_any_signed_body_is_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        assert seen(message(ANSWER, body))


def session(payload: bytes, ports: tuple[int, int] = (6444, 50000)) -> list[tuple[str, str, Role]]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)
    return [(fact.channel, fact.value, fact.role) for fact in midea.observe(made)]


def spoken(kind: int, body: bytes = bytes(64)) -> bytes:
    return b"\x83\x70" + len(body).to_bytes(2, "big") + bytes((0x20, kind)) + b"\0\1" + body


@pytest.mark.parametrize("kind", [1, 3, 0xC3])
def test_over_tcp_the_appliance_is_the_one_on_the_port(kind: int) -> None:
    assert session(spoken(kind)) == session(spoken(kind) * 2) == [("midea.session", "protocol 3", Role.SELF)]


@pytest.mark.parametrize("kind", [0, 6])
def test_over_tcp_an_app_asks(kind: int) -> None:
    assert session(spoken(kind), (50000, 6444)) == [("midea.query", "session", Role.ASKED)]


@pytest.mark.parametrize(
    "payload", [b"", spoken(6), spoken(3)[:-1], spoken(3) + b"x", spoken(3).replace(b"\x20", b"\x21"), b"\x83\x70"]
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert session(payload) == []
    assert session(spoken(1), (50000, 6444)) == []
