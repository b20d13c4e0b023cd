"""LLMNR: answering to a name is one thing, asking for it another."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers.llmnr import CHANNELS, WANTS, observe
from scanner.wire.text import safe

HOST_IP = "192.168.1.9"
QUERY, RESPONSE = 0, 0x8000
A, PTR, IN = 1, 12, 1


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def question(text: str, kind: int = A) -> bytes:
    return name(text) + struct.pack("!HH", kind, IN)


def record(owner: str, kind: int, rdata: bytes) -> bytes:
    return name(owner) + struct.pack("!HHIH", kind, IN, 30, len(rdata)) + rdata


def message(flags: int, questions: list[bytes], answers: list[bytes] | None = None) -> bytes:
    answers = answers or []
    return struct.pack("!6H", 7, flags, len(questions), len(answers), 0, 0) + b"".join([*questions, *answers])


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    ports = (5355, 50000) if payload[2:3] >= b"\x80" else (50000, 5355)
    ips = ip_address(HOST_IP).packed, ip_address("224.0.0.252").packed
    return Frame("a.pcap", 1, 0, "vlan 7", b"\2" * 6, b"\4" * 6, 0x0800, *ips, 17, *ports, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[Observation]:
    return list(observe(frame(payload, cut=cut)))


ANSWER = record("Desktop-7", A, ip_address(HOST_IP).packed)


def test_asking_is_not_being() -> None:
    payload = message(QUERY, [question("Desktop-7")])
    assert seen(payload) == [Observation("llmnr.query", "desktop-7", Role.ASKED, b"Desktop-7", None)]
    assert all(want.accepts(frame(payload)) for want in WANTS)


def test_answering_is_being() -> None:
    payload = message(RESPONSE, [question("Desktop-7")], [ANSWER, ANSWER])
    assert seen(payload) == [Observation("llmnr.name", "desktop-7", Role.SELF, b"Desktop-7", None)]
    reverse = "9.1.168.192.in-addr.arpa"
    called = message(RESPONSE, [question(reverse, PTR)], [record(reverse, PTR, name("Desktop-7"))])
    assert [each.value for each in seen(called)] == ["desktop-7"]


@pytest.mark.parametrize(
    "payload",
    [
        message(RESPONSE, [question("nobody")]),  # no answer in it
        message(RESPONSE | 3, [question("a")], [ANSWER]),
        message(0x2800, [question("a")]),
        message(QUERY, [question("a"), question("b")]),  # section 2.1.1: to be discarded
        message(QUERY, [question("a")], [ANSWER]),
        struct.pack("!6H", 7, QUERY, 1, 0, 1, 0) + question("a") + ANSWER,
        message(RESPONSE, [question("a")], [record("a", 16, b"\x01x")]),
        b"M-SEARCH * HTTP/1.1\r\n",
        b"",
    ],
)
def test_what_says_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_direction_must_fit_the_port() -> None:
    asked = frame(message(QUERY, [question("a")]))
    asked.src_port, asked.dst_port = 5355, 50000
    told = frame(message(RESPONSE, [question("a")], [ANSWER]))
    told.src_port, told.dst_port = 50000, 5355
    assert not [*observe(asked), *observe(told)]


def test_broken_and_cut() -> None:
    broken = message(RESPONSE, [question("a")], [ANSWER, record("a", A, b"\1\2\3")])
    found = observe(frame(broken))
    assert next(found).value == "desktop-7"
    with pytest.raises(Malformed):
        next(found)
    assert [each.value for each in seen(broken[:-3], cut=True)] == ["desktop-7"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([QUERY, RESPONSE]), st.integers(0, 2), st.integers(0, 2), st.booleans())
def test_any_bytes(body: bytes, flags: int, questions: int, answers: int, cut: bool) -> None:
    for payload in (body, struct.pack("!6H", 7, flags, questions, answers, 0, 0) + body):
        try:
            found = seen(payload, cut=cut)
        except Malformed:
            continue
        assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
        assert all(each.value and safe(each.value) == each.value for each in found)
