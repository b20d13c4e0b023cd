"""NetBIOS names: registered, answered to, listed, and asked for."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers.nbns import CHANNELS, WANTS, observe
from scanner.wire.text import safe

HOST_IP, OTHER_IP = "192.168.1.9", "192.168.1.77"
NB, NBSTAT, IN = 0x20, 0x21, 1
QUERY, REGISTRATION, RELEASE, REFRESH, REFRESH_ALTERNATE, MULTI_HOMED = 0, 5, 6, 8, 9, 15
RESPONSE = 0x8500
UNIQUE, GROUP = b"\x00\x00", b"\x80\x00"


def padded(name: str, suffix: int) -> bytes:
    return name.encode().ljust(15) + bytes([suffix])


def encoded(name: bytes) -> bytes:
    """16 bytes as 32 letters in one label, then the root."""
    letters = bytes(ord("A") + half for byte in name for half in (byte >> 4, byte & 15))
    return b"\x20" + letters + b"\0"


def question(name: bytes, kind: int = NB) -> bytes:
    return encoded(name) + struct.pack("!HH", kind, IN)


def record(owner: bytes, kind: int, rdata: bytes) -> bytes:
    return owner + struct.pack("!HHIH", kind, IN, 300000, len(rdata)) + rdata


def message(
    flags: int, *, questions: list[bytes], answers: list[bytes] | None = None, more: list[bytes] | None = None
) -> bytes:
    answers, more = answers or [], more or []
    counts = len(questions), len(answers), 0, len(more)
    return struct.pack("!6H", 7, flags, *counts) + b"".join([*questions, *answers, *more])


def registration(opcode: int, name: bytes, flags: bytes = UNIQUE, ip: str = HOST_IP) -> bytes:
    own = record(b"\xc0\x0c", NB, flags + ip_address(ip).packed)
    return message(opcode << 11 | 0x0110, questions=[question(name)], more=[own])


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    ips = ip_address(HOST_IP).packed, ip_address("192.168.1.255").packed
    return Frame("a.pcap", 1, 0, "vlan 7", b"\2" * 6, b"\xff" * 6, 0x0800, *ips, 17, 137, 137, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[Observation]:
    return list(observe(frame(payload, cut=cut)))


PRINTER = padded("PRINTER-7", 0x20)


@pytest.mark.parametrize("opcode", [REGISTRATION, REFRESH, REFRESH_ALTERNATE, MULTI_HOMED])
def test_registering_a_name(opcode: int) -> None:
    payload = registration(opcode, PRINTER)
    assert seen(payload) == [Observation("nbns.name", "PRINTER-7<20>", Role.SELF, b"PRINTER-7<20>", None)]
    assert all(want.accepts(frame(payload)) for want in WANTS)


def test_a_group_is_no_name_of_a_host() -> None:
    assert [each.channel for each in seen(registration(REGISTRATION, padded("WORKGROUP", 0), GROUP))] == ["nbns.group"]


def test_asking_is_not_being() -> None:
    payload = message(0x0110, questions=[question(PRINTER)])
    assert seen(payload) == [Observation("nbns.query", "PRINTER-7<20>", Role.ASKED, b"PRINTER-7<20>", None)]
    anybody = message(0, questions=[question(b"*" + bytes(15), NBSTAT)])
    assert [(each.channel, each.value) for each in seen(anybody)] == [("nbns.query", "*<00>")]


def test_an_answer_counts_for_the_owner_only() -> None:
    own = UNIQUE + ip_address(OTHER_IP).packed + UNIQUE + ip_address(HOST_IP).packed
    answered = message(RESPONSE, questions=[], answers=[record(encoded(PRINTER), NB, own)])
    assert [(each.channel, each.value, each.role) for each in seen(answered)] == [("nbns.name", "PRINTER-7<20>", Role.SELF)]
    another = UNIQUE + ip_address(OTHER_IP).packed
    by_server = message(RESPONSE, questions=[], answers=[record(encoded(PRINTER), NB, another)])
    assert seen(by_server) == [], "a name server speaks of others"


def test_a_status_response_lists_names_and_groups() -> None:
    table = b"\x03" + b"".join(
        name + flags
        for name, flags in (
            (padded("PRINTER-7", 0x00), b"\x04\x00"),
            (padded("WORKGROUP", 0x00), b"\x84\x00"),
            (b"\x01\x02__MSBROWSE__\x02\x01", b"\x84\x00"),
        )
    )
    answer = record(encoded(b"*" + bytes(15)), NBSTAT, table + bytes(46))
    assert [(each.channel, each.value) for each in seen(message(RESPONSE, questions=[], answers=[answer]))] == [
        ("nbns.name", "PRINTER-7<00>"),
        ("nbns.group", "WORKGROUP<00>"),
        ("nbns.group", "\\x01\\x02__MSBROWSE__\\x02<01>"),
    ]


@pytest.mark.parametrize(
    "payload",
    [
        registration(RELEASE, PRINTER),
        message(0x8583, questions=[], answers=[record(encoded(PRINTER), NB, UNIQUE + ip_address(HOST_IP).packed)]),
        message(0xAD80, questions=[], answers=[record(encoded(PRINTER), NB, UNIQUE + ip_address(HOST_IP).packed)]),
        bytes([0x41] * 30),
        b"",
    ],
)
def test_what_says_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_direction_must_fit_the_port() -> None:
    for payload in (registration(REGISTRATION, PRINTER), message(0x0110, questions=[question(PRINTER)])):
        sent = frame(payload)
        sent.dst_port = 40000
        assert list(observe(sent)) == []


@pytest.mark.parametrize(
    "payload",
    [
        message(0, questions=[b"\x04ABCD\0" + struct.pack("!HH", NB, IN)]),
        message(0, questions=[b"\x20" + b"Z" * 32 + b"\0" + struct.pack("!HH", NB, IN)]),
        message(RESPONSE, questions=[], answers=[record(encoded(PRINTER), NBSTAT, b"\x02" + bytes(18))]),
        message(0, questions=[question(PRINTER)])[:-1],
    ],
)
def test_broken(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


def test_cut() -> None:
    payload = message(0, questions=[question(PRINTER), question(padded("SECOND", 0))])
    assert [each.value for each in seen(payload[:-10], cut=True)] == ["PRINTER-7<20>"]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([0, REGISTRATION << 11, RESPONSE]),
    st.sampled_from([NB, NBSTAT, 1]),
    st.binary(min_size=16, max_size=16),
    st.binary(max_size=60),
    st.booleans(),
)
def test_any_bytes(flags: int, kind: int, name: bytes, rdata: bytes, cut: bool) -> None:
    own = record(encoded(name), kind, rdata)
    for payload in (rdata, message(flags, questions=[question(name, kind)], answers=[own], more=[own]) + rdata):
        try:
            found = seen(payload, cut=cut)
        except Malformed:
            continue
        assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
        assert all(safe(each.value) == each.value for each in found)
