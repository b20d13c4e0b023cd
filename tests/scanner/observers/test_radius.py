"""RADIUS requests: the access server about itself, nothing about its users."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import radius
from scanner.wire.text import safe

SECRET = b"anna-secret"


def request(*attributes: tuple[int, bytes], code: int = 1) -> bytes:
    body = b"".join(bytes((kind, 2 + len(value))) + value for kind, value in attributes)
    return bytes((code, 7)) + (20 + len(body)).to_bytes(2, "big") + bytes(range(16)) + body


def seen(payload: bytes, ports: tuple[int, int] = (50000, 1812), *, cut: bool = False) -> list[tuple[str, str]]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut)
    facts = list(radius.observe(frame))
    assert all(fact.role is Role.SELF and fact.raw in payload and SECRET not in fact.raw for fact in facts)
    return [(fact.channel.removeprefix("radius."), fact.value) for fact in facts]


ATTRIBUTES = (
    (1, SECRET),
    (2, SECRET),
    (32, b"ap-floor-1"),
    (30, b"02-00-00-00-00-01:Office"),
    (31, SECRET),
    (26, (32473).to_bytes(4, "big") + b"\x01\x0d" + SECRET),
    (26, (9).to_bytes(4, "big") + b"\x01\x0d" + SECRET),
    (26, (32473).to_bytes(4, "big") + b"\x02\x0d" + SECRET),
)


@pytest.mark.parametrize(("code", "port"), [(1, 1812), (4, 1813), (1, 1645), (4, 1646)])
def test_an_access_server_names_itself(code: int, port: int) -> None:
    assert seen(request(*ATTRIBUTES, code=code), (50000, port)) == [
        ("nas_identifier", "ap-floor-1"),
        ("called_station", "02-00-00-00-00-01:Office"),
        ("vendor", "9"),
        ("vendor", "32473"),
    ]


@pytest.mark.parametrize("ports", [(1812, 50000), (1814, 1812 + 9), (1812, 1812)])
def test_servers_and_proxies_are_not_read(ports: tuple[int, int]) -> None:
    assert seen(request(*ATTRIBUTES), ports) == []


@pytest.mark.parametrize("payload", [b"", request(*ATTRIBUTES, code=2), request(*ATTRIBUTES)[:-1], b"\1\1\0\x13" + bytes(40)])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_padding_is_left_alone_and_a_part_tells_nothing() -> None:
    assert seen(request((32, b"ap")) + b"\xff\xff") == [("nas_identifier", "ap")]
    assert seen(request((32, b"ap")), cut=True) == []


@pytest.mark.parametrize("tail", [b"\x20", b"\x20\x00", b"\x20\x01", b"\x20\xff"])
def test_attributes_that_do_not_fill_the_length_are_malformed(tail: bytes) -> None:
    whole = request((32, b"ap")) + tail
    with pytest.raises(Malformed):
        seen(whole[:2] + len(whole).to_bytes(2, "big") + whole[4:])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_attributes_give_safe_observations_or_malformed(body: bytes) -> None:
    try:
        for _, value in seen(b"\1\1" + (20 + len(body)).to_bytes(2, "big") + bytes(16) + body):
            assert value == safe(value) != ""
    except Malformed:
        pass
