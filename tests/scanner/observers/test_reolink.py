"""Reolink: D2C is a camera, C2D the app; on TCP the server that offers an encryption is a camera."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import reolink

TABLE = (0x1F2D3C4B, 0x5A6C7F8D, 0x38172E4B, 0x8271635A, 0x863F1A2B, 0xA5C6F7D8, 0x8371E1B4, 0x17F2D3A5)
TCP_TABLE = (0x1F, 0x2D, 0x3C, 0x4B, 0x5A, 0x69, 0x78, 0xFF)
OFFER = (
    b'<?xml version="1.0" encoding="UTF-8" ?>\n<body>\n<Encryption version="1.1">\n<nonce>13BC</nonce>\n</Encryption>\n</body>'
)


def checksum(data: bytes) -> int:
    """CRC-32 bit by bit, from 0, not inverted: the plain meaning."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xEDB88320 if crc & 1 else crc >> 1
    return crc


def search(xml: bytes, number: int = 0xFFFFFF00, *, magic: bytes = b"\x3a\xcf\x87\x2a") -> bytes:
    keys = b"".join(pack("<I", (word + number) % 2**32) for word in TABLE)
    hidden = bytes(byte ^ keys[at % 32] for at, byte in enumerate(xml))
    return magic + pack("<IIII", len(hidden), 1, number, checksum(hidden)) + hidden


def session(body: bytes, kind: bytes, *, offset: int = 0, message: int = 1) -> bytes:
    hidden = bytes(byte ^ TCP_TABLE[(offset + at) % 8] ^ offset for at, byte in enumerate(body))
    return b"\xf0\xde\xbc\x0a" + pack("<IIBBH", message, len(hidden), offset, 0, 0) + b"\x01\xdd" + kind + hidden


def frame(payload: bytes, ports: tuple[int, int] = (2015, 50000), protocol: int = 17, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xc0\0\2\1", protocol, *ports, payload, cut)


def seen(made: Frame) -> list[tuple[str, str, Role]]:
    facts = list(reolink.observe(made))
    assert all(fact.raw in made.payload and len(fact.raw) <= 8 for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("number", [0, 7, 2**32 - 1])
def test_a_camera_answers(number: int) -> None:
    xml = b"<P2P>\n<D2C_C_R>\n<rsp>0</rsp><cid>849013</cid><did>192</did></D2C_C_R></P2P>"
    assert seen(frame(search(xml, number))) == [("reolink.message", "D2C_C_R", Role.SELF)]


def test_the_app_only_asks() -> None:
    xml = b"<P2P><C2D_C><uid>95270000YGAKNWKJ</uid><cli><port>24862</port></cli></C2D_C></P2P>"
    assert seen(frame(search(xml), (50000, 2018))) == [("reolink.query", "95270000YGAKNWKJ", Role.ASKED)]
    assert seen(frame(search(b"<P2P><C2D_S/></P2P>"))) == []
    assert seen(frame(search(b"<P2P><C2D_S><to/></C2D_S></P2P>"))) == [("reolink.query", "search", Role.ASKED)]


@pytest.mark.parametrize("offset", [0, 5, 250])
def test_a_camera_offers_an_encryption(offset: int) -> None:
    reply = session(OFFER, b"\x14\x66", offset=offset)
    made = frame(reply, (9000, 50000), 6)
    assert any(want.accepts(made) for want in reolink.WANTS)
    assert seen(made) == [("reolink.session", "Encryption", Role.SELF)]
    assert seen(frame(reply, (80, 50000), 6)) == []
    assert seen(frame(session(b'<?xml version="1.0" ?><body><Other/></body>', b"\x14\x66"), (9000, 50000), 6)) == []


def test_a_client_only_asks() -> None:
    login = session(b"5F4DCC3B5AA765D6\0hunter2", b"\x14\x65")
    assert seen(frame(login, (50000, 9000), 6)) == [("reolink.query", "login", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        search(b"<P2P><D2C_T/></P2P>", magic=b"\x10\xcf\x87\x2a"),
        search(b"<html></html>"),
        search(b"<P2P><M2C_Q_R></M2C_Q_R></P2P>"),
        search(b""),
        b"\x3a\xcf\x87\x2a" + bytes(30),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(frame(payload)) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(frame(search(b"<P2P><D2C_T></D2C_T></P2P>")[:30], cut=True)) == []


ANSWER = search(b"<P2P><D2C_T></D2C_T></P2P>")


@pytest.mark.parametrize(
    "payload", [ANSWER[:-1], ANSWER + b"\0", ANSWER[:12], ANSWER[:-1] + b"\0", ANSWER[:16] + bytes(4) + ANSWER[20:]]
)
def test_broken_messages(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(frame(payload))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 255))
def test_any_body_of_a_session_is_survived(body: bytes, offset: int) -> None:
    assert seen(frame(session(body, b"\x14\x66", offset=offset), (9000, 50000), 6)) in (
        [],
        [("reolink.session", "Encryption", Role.SELF)],
    )
