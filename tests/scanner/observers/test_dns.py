"""DNS: who asks for what, and which local address is called what."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.dns import CHANNELS, WANTS, observe
from scanner.wire.text import safe

HOST_IP, SERVER_IP = "192.168.1.9", "192.168.1.1"
QUERY, RESPONSE, NO_SUCH_NAME, UPDATE = 0x0100, 0x8180, 0x8183, 0x2800
A, CNAME, PTR, TXT, AAAA = 1, 5, 12, 16, 28
IN, CHAOS = 1, 3


def name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def question(text: str, kind: int = A, klass: int = IN) -> bytes:
    return name(text) + struct.pack("!HH", kind, klass)


def record(owner: str, kind: int, rdata: bytes, klass: int = IN) -> bytes:
    return name(owner) + struct.pack("!HHIH", kind, klass, 60, len(rdata)) + rdata


def message(flags: int, questions: list[bytes], answers: list[bytes] | None = None, extra: bytes = b"") -> bytes:
    answers = answers or []
    return struct.pack("!6H", 7, flags, len(questions), len(answers), 0, 0) + b"".join([*questions, *answers]) + extra


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    """From the host to the server, or back if the payload is a response."""
    answer = payload[2:3] >= b"\x80"
    ips = [ip_address(each).packed for each in ((SERVER_IP, HOST_IP) if answer else (HOST_IP, SERVER_IP))]
    ports = (53, 40000) if answer else (40000, 53)
    return Frame("a.pcap", 1, 0, "vlan 7", b"\2" * 6, b"\4" * 6, 0x0800, ips[0], ips[1], 17, *ports, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[Observation]:
    return list(observe(frame(payload, cut=cut)))


def test_a_query_is_only_asked() -> None:
    payload = message(QUERY, [question("A3.TuyaUS.com")])
    assert seen(payload) == [Observation("dns.query", "a3.tuyaus.com", Role.ASKED, b"A3.TuyaUS.com", None)]
    assert all(want.accepts(frame(payload)) for want in WANTS)


def test_an_answer_names_a_local_address_by_the_name_asked_for() -> None:
    answers = [record("Camera.lan", CNAME, name("host9.lan")), record("host9.lan", A, ip_address("192.168.1.44").packed)]
    camera = Subject("vlan 7", "", "192.168.1.44")
    assert seen(message(RESPONSE, [question("Camera.lan")], answers)) == [
        Observation("dns.name", "camera.lan", Role.TOLD, b"Camera.lan", camera)
    ]
    both = [question("a.lan"), question("b.lan")]
    assert [each.value for each in seen(message(RESPONSE, both, answers))] == ["host9.lan"], "no one name was asked for"


@pytest.mark.parametrize(
    ("owner", "address"),
    [
        ("44.1.168.192.in-addr.arpa", "192.168.1.44"),
        ("4" + ".0" * 30 + ".d.f.ip6.arpa"[1:], ""),
        (".".join(reversed(ip_address("fd00::44").exploded.replace(":", ""))) + ".ip6.arpa", "fd00::44"),
    ],
)
def test_a_reverse_answer_names_its_address(owner: str, address: str) -> None:
    found = seen(message(RESPONSE, [question(owner, PTR)], [record(owner, PTR, name("Camera.lan"))]))
    told = [Observation("dns.name", "camera.lan", Role.TOLD, b"Camera.lan", Subject("vlan 7", "", address))]
    assert found == (told if address else [])


@pytest.mark.parametrize(
    "payload",
    [
        message(RESPONSE, [question("a3.tuyaus.com")], [record("a3.tuyaus.com", A, bytes([52, 1, 2, 3]))]),
        message(RESPONSE, [question("blocked.example")], [record("blocked.example", A, bytes(4))]),
        message(RESPONSE, [question("blocked.example")], [record("blocked.example", A, bytes([127, 0, 0, 1]))]),
        message(RESPONSE, [question("8.8.8.8.in-addr.arpa", PTR)], [record("8.8.8.8.in-addr.arpa", PTR, name("dns.google"))]),
        message(RESPONSE, [question("a.lan", TXT)], [record("a.lan", TXT, b"\x03a=b")]),
        message(RESPONSE, [question("a.lan")], [record("a.lan", A, bytes([10, 0, 0, 1]), CHAOS)]),
        message(NO_SUCH_NAME, [question("a.lan")], [record("a.lan", A, bytes([10, 0, 0, 1]))]),
        message(UPDATE, [question("lan", 6)]),
        message(QUERY, [question("version.bind", TXT, CHAOS)]),
        message(QUERY, [question("", 2)]),  # the root
        bytes(range(40)),
        b"",
    ],
)
def test_what_says_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_direction_must_fit_the_port() -> None:
    asked = frame(message(QUERY, [question("a.example")]))
    asked.src_port, asked.dst_port = 53, 40000
    told = frame(message(RESPONSE, [question("a.lan")], [record("a.lan", A, bytes([10, 0, 0, 1]))]))
    told.src_port, told.dst_port = 40000, 53
    assert not [*observe(asked), *observe(told)]


def test_what_stood_before_a_fault_counts() -> None:
    payload = message(QUERY, [question("first.example"), b"\xc0\x60" + bytes(8)])
    found = observe(frame(payload))
    assert next(found).value == "first.example"
    with pytest.raises(Malformed):
        next(found)


def test_a_question_counts_though_the_records_behind_it_are_missing() -> None:
    payload = message(QUERY, [question("camera.example")])
    found = observe(frame(payload[:11] + b"\x09" + payload[12:]))
    assert next(found).value == "camera.example"
    with pytest.raises(Malformed):
        next(found)


def test_cut() -> None:
    payload = message(QUERY, [question("first.example"), question("second.example")])
    assert [each.value for each in seen(payload[:40], cut=True)] == ["first.example"]
    with pytest.raises(Malformed):
        seen(payload[:40])


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
