"""OPC UA: a server's endpoint description speaks for it; a Hello names what a client wants."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import opcua


def string(value: bytes | None) -> bytes:
    return struct.pack("<i", -1) if value is None else struct.pack("<i", len(value)) + value


def described(name: bytes = b"\3" + string(b"en") + string(b"Example Server")) -> bytes:
    application = string(b"urn:line3:example") + string(b"urn:example.com:plc") + name + struct.pack("<i", 0)
    return string(b"opc.tcp://192.0.2.1:4840") + application + string(None) * 2


def response(body: bytes, *, number: int = 431, status: int = 0, texts: bytes = string(None), count: int = 1) -> bytes:
    head = struct.pack("<BBHQII", 1, 0, number, 0, 1, status) + b"\0" + texts + b"\0\0\0"
    inner = struct.pack("<IIII", 9, 1, 2, 2) + head + struct.pack("<i", count) + body
    return b"MSGF" + struct.pack("<I", 8 + len(inner)) + inner


def hello(url: bytes) -> bytes:
    body = struct.pack("<IIIII", 0, 65536, 65536, 0, 0) + string(url)
    return b"HELF" + struct.pack("<I", 8 + len(body)) + body


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 4840, 50000, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in opcua.observe(made)]


FACTS = [
    ("opcua.application_uri", "urn:line3:example", Role.SELF),
    ("opcua.product_uri", "urn:example.com:plc", Role.SELF),
    ("opcua.application", "Example Server", Role.SELF),
]


def test_a_server_describes_itself() -> None:
    assert seen(response(described())) == FACTS
    assert seen(response(described(), texts=struct.pack("<i", 1) + string(b"note"))) == FACTS
    assert seen(response(described(b"\2" + string(b"Example Server")))) == FACTS
    assert seen(response(described(b"\0"))) == FACTS[:2]


def test_the_first_segment_of_a_long_answer_is_enough() -> None:
    whole = response(described() + bytes(4000))
    assert seen(whole[:1400]) == FACTS


@pytest.mark.parametrize("cut", [False, True])
def test_a_text_that_goes_on_elsewhere_is_left_out(cut: bool) -> None:
    whole = response(described())
    assert seen(whole[: whole.index(b"Server")], cut=cut) == FACTS[:2]


def test_a_hello_is_only_asked() -> None:
    assert seen(hello(b"opc.tcp://plc7:4840")) == [("opcua.query", "opc.tcp://plc7:4840", Role.ASKED)]
    assert seen(hello(b"")) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"MSGF",
        response(described(), number=425),  # servers it knows: told of others
        response(described(), status=0x80010000),
        response(described(), count=0),
        response(described()) + b"x",
        response(described(), texts=struct.pack("<i", 1000)),
        b"MSGF" + b"\xff" * 60,
        hello(b"opc.tcp://plc7") + b"x",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_negative_length_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(response(struct.pack("<i", -5) + described()))
