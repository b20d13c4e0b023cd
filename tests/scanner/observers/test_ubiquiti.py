"""Ubiquiti's discovery: devices describe themselves, searches only ask, users and networks stay unread."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import ubiquiti

MAC = bytes.fromhex("0200000000ab")
SECRETS = (b"alice", b"salt1234", b"HomeNet")


def fields(*rows: tuple[int, bytes]) -> bytes:
    return b"".join(pack(">BH", kind, len(value)) + value for kind, value in rows)


BODY = fields(
    (1, MAC), (2, MAC + b"\xc0\xa8\1\x14"), (3, b"XC.v8.7.11"), (6, b"alice"), (7, b"salt1234"), (11, b"roof"),
    (12, b"LBE-5AC"), (13, b"HomeNet"), (20, b"LiteBeam 5AC"),
)  # fmt: skip


def answer(body: bytes, head: bytes = b"\x01\0") -> bytes:
    return head + pack(">H", len(body)) + body


def seen(payload: bytes, src_port: int = 10001, dst_port: int = 50000, *, cut: bool = False) -> list[Observation]:
    made = Frame("a.pcap", 1, 0, "", MAC, MAC, 0x800, b"\xc0\0\2\x09", b"\xc0\0\2\1", 17, src_port, dst_port, payload, cut)
    facts = list(ubiquiti.observe(made))
    assert all(fact.raw in payload and not any(secret in fact.raw for secret in SECRETS) for fact in facts)
    return facts


@pytest.mark.parametrize("head", [b"\x01\0", b"\x02\x06", b"\x02\x09", b"\x02\x0b"])
def test_a_device_describes_itself(head: bytes) -> None:
    assert [(fact.channel, fact.value, fact.role) for fact in seen(answer(BODY, head))] == [
        ("ubiquiti.mac", "02:00:00:00:00:ab", Role.SELF),
        ("ubiquiti.ip", "192.168.1.20", Role.SELF),
        ("ubiquiti.firmware", "XC.v8.7.11", Role.SELF),
        ("ubiquiti.hostname", "roof", Role.SELF),
        ("ubiquiti.platform", "LBE-5AC", Role.SELF),
        ("ubiquiti.model", "LiteBeam 5AC", Role.SELF),
    ]


@pytest.mark.parametrize("query", [b"\x01\0\0\0", b"\x02\x08\0\0"])
def test_a_tool_only_asks(query: bytes) -> None:
    assert seen(query, 50000, 10001) == [Observation("ubiquiti.query", f"version {query[0]}", Role.ASKED, query)]
    assert seen(query) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x01\0",
        answer(BODY, b"\x01\x01"),
        answer(BODY)[:-1],
        answer(fields((3, b"XC.v8.7.11"), (20, b"LiteBeam 5AC"))),
        answer(fields((1, b"\xff" * 6))),
        answer(fields((1, b""))),
    ],
)
def test_what_names_no_address_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_empty_and_odd_fields_are_left_out() -> None:
    body = fields((1, MAC), (2, MAC), (2, MAC + bytes(4)), (3, b"\0"), (12, b"\0 "), (99, b"?"))
    assert [fact.channel for fact in seen(answer(body))] == ["ubiquiti.mac"]


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b"\x01", b"\x01\xff\xff"])
def test_fields_past_the_end_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        seen(answer(body))


def test_a_cut_answer_tells_nothing() -> None:
    assert seen(answer(BODY), cut=True) == []
