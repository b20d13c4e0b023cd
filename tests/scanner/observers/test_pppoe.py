"""PPPoE discovery: concentrators name themselves, clients only ask."""

import struct

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import pppoe


def tag(kind: int, value: bytes = b"") -> bytes:
    return struct.pack(">HH", kind, len(value)) + value


def message(code: int, *tags: bytes) -> bytes:
    body = b"".join(tags)
    return struct.pack(">BBHH", 0x11, code, 0, len(body)) + body


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x8863, b"", b"", 0, 0, 0, payload, cut)
    facts = list(pppoe.observe(made))
    assert "S3CRET" not in repr(facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


OFFER = message(
    0x07,
    tag(0x0103, b"S3CRET"),
    tag(0x0102, b"edge-1"),
    tag(0x0101, b"internet"),
    tag(0x0104, b"S3CRET"),
    tag(0x0105, b"\0\0\x0d\xe9\1\2"),
)
FACTS = [
    ("pppoe.ac_name", "edge-1", Role.SELF),
    ("pppoe.service", "internet", Role.SELF),
    ("pppoe.vendor", "3561", Role.SELF),
]


def test_a_concentrator_offers() -> None:
    assert seen(OFFER + bytes(20)) == FACTS
    assert seen(OFFER.replace(b"\x11\x07", b"\x11\x65")) == FACTS


def test_a_client_asks() -> None:
    assert seen(message(0x09, tag(0x0101), tag(0x0103, b"S3CRET"))) == [("pppoe.query", "any", Role.ASKED)]
    assert seen(message(0x19, tag(0x0101, b"internet"), tag(0x0102, b"edge-1"))) == [("pppoe.query", "internet", Role.ASKED)]


@pytest.mark.parametrize(
    "payload", [b"", message(0xA7, tag(0x0102, b"edge-1")), b"\x12" + OFFER[1:], message(7, tag(0), tag(0x0101))]
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_its_complete_tags() -> None:
    assert seen(OFFER[:-4], cut=True) == FACTS[:2]


@pytest.mark.parametrize("payload", [OFFER[:-1], message(7, b"\1\2\0\xff")])
def test_tags_that_do_not_fit_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
