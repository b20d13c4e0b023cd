"""Haier: command and length tell an appliance's answer from a search; the owner's network and names are never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import haier

PORT, APP = 7083, 50000
SEARCH, ANSWER = 0x6915, 0x684D
KIND = bytes.fromhex("111c120024000810060100418003320000000000000000000000000000000000")


def datagram(command: int, payload: bytes, *, size: int = -1) -> bytes:
    size = len(payload) if size < 0 else size
    return b"Haier" + command.to_bytes(4, "big") + b"\2\x0a" + bytes(6) + size.to_bytes(4, "big") + payload


def told(
    mac: bytes = b"020000ABCDEF", kind: bytes = KIND, ip: bytes = b"192.0.2.9", platform: bytes = b"UDISCOVERY_UWT"
) -> bytes:
    """MAC, type, name, network, address, four versions of eight bytes, platform."""
    fields = ((mac, 16), (kind, 32), (b"of my daughter", 128), (b"my network", 32), (ip, 16), (b"0.0.0", 32), (platform, 32))
    return b"".join(value.ljust(size, b"\0") for value, size in fields)


QUERY = datagram(SEARCH, bytes(16) + b"2.0.0\0\0\0" + b"UDISCOVERY_SDK".ljust(32, b"\0"))


def frame(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = PORT, dst_port: int = APP) -> list[tuple[str, str, Role]]:
    facts = list(haier.observe(frame(payload, src_port, dst_port)))
    assert all(fact.raw in payload and b"my" not in fact.raw for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("to", [PORT, APP])
def test_an_appliance_answers(to: int) -> None:
    assert seen(datagram(ANSWER, told()), PORT, to) == [
        ("haier.mac", "02:00:00:ab:cd:ef", Role.SELF),
        ("haier.type", KIND.hex(), Role.SELF),
        ("haier.ip", "192.0.2.9", Role.SELF),
        ("haier.platform", "UDISCOVERY_UWT", Role.SELF),
    ]


@pytest.mark.parametrize("source", [PORT, APP])
def test_an_app_asks(source: int) -> None:
    assert seen(QUERY, source, PORT) == [("haier.query", "discovery", Role.ASKED)]


def test_absent_fields_are_left_out() -> None:
    expected = [("haier.mac", "02:00:00:ab:cd:ef", Role.SELF)]
    assert seen(datagram(ANSWER, told(kind=b"", ip=b"0.0.0.0", platform=b"who knows"))) == expected
    assert seen(datagram(ANSWER, told(kind=b"")[:16])) == expected


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (datagram(ANSWER, told()), APP, PORT),
        (QUERY, PORT, APP),
        (datagram(0x6853, told()), PORT, APP),
        (b"Haier", PORT, APP),
        (b"Haier appliances for sale", PORT, APP),
        (b"", PORT, APP),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_cut_answer_tells_nothing() -> None:
    assert list(haier.observe(frame(datagram(ANSWER, told())[:100], PORT, APP, cut=True))) == []


@pytest.mark.parametrize(
    "payload",
    [
        datagram(ANSWER, told())[:-1],
        datagram(SEARCH, b"", size=1),
        datagram(ANSWER, b"")[:12],
        datagram(ANSWER, b""),
        datagram(ANSWER, told(mac=b"somebody")),
        datagram(ANSWER, told(mac=b"000000000000")),
        datagram(ANSWER, told(mac=b"FFFFFFFFFFFF")),
    ],
)
def test_a_wrong_length_or_mac_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_rest_of_an_answer_is_read(rest: bytes) -> None:
    payload = datagram(ANSWER, b"020000ABCDEF\0\0\0\0" + rest)
    facts = list(haier.observe(frame(payload, PORT, APP)))
    assert facts[0].value == "02:00:00:ab:cd:ef"
    assert all(fact.raw in payload for fact in facts)
