"""CoAP: a client asks, a server lists what it is, an LwM2M client names itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import coap
from scanner.wire.text import safe

SECRET = b"token=Opensesame1"
ASK, ANSWER = (50000, 5683), (5683, 50000)


def extended(value: int) -> tuple[int, bytes]:
    if value < 13:
        return value, b""
    return (13, bytes((value - 13,))) if value < 269 else (14, (value - 269).to_bytes(2, "big"))


def message(code: int, options: list[tuple[int, bytes]], content: bytes = b"", first: int = 0x44) -> bytes:
    out, last = bytes((first, code)) + b"\x12\x34" + b"tokn"[: first & 15], 0
    for number, value in options:
        (delta, more), (size, longer) = extended(number - last), extended(len(value))
        out += bytes((delta << 4 | size,)) + more + longer + value
        last = number
    return out + (b"\xff" + content if content else b"")


def seen(payload: bytes, ports: tuple[int, int], *, cut: bool = False) -> list[tuple[str, str, bool]]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut)
    facts = list(coap.observe(frame))
    assert all(fact.raw in payload and SECRET not in fact.raw for fact in facts)
    return [(fact.channel.removeprefix("coap."), fact.value, fact.role is Role.ASKED) for fact in facts]


def test_a_client_asks() -> None:
    options = [(3, b"Lamp.Example"), (11, b".well-known"), (11, b"core"), (15, SECRET)]
    assert seen(message(1, options), ASK) == [("query", "/.well-known/core", True), ("host", "lamp.example", True)]
    assert seen(message(1, [(11, b"oic"), (11, b"res"), (11, b"x")], first=0x50), ASK) == [("query", "/oic/res", True)]
    assert seen(message(2, [(11, b"api"), (11, b"0123456789")], b"secret"), ASK) == [("query", "/api", True)]


def test_an_lwm2m_client_names_itself() -> None:
    options = [(11, b"rd"), (12, b"\x28"), (15, b"b=U"), (15, b"ep=urn:dev:ops:32473-Lamp-1"), (15, b"lt=300")]
    assert seen(message(2, options, b"</1/0>"), ASK) == [
        ("query", "/rd", True),
        ("endpoint", "urn:dev:ops:32473-Lamp-1", False),
    ]
    assert seen(message(1, options), ASK) == [("query", "/rd", True)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"urn:imei:490154203237518", "49015420"),
        (b"490154203237518", "49015420"),
        (b"490154203237518;460001234567890", "49015420"),  # with the IMSI, as OneNET wants it
        (b"urn:imei-msisdn:490154203237518-11122223333", "49015420"),
        (b"490154203237519", ""),  # its check digit is wrong: some other number of somebody's
        (b"urn:msisdn:11122223333", ""),
        (b"ME-460001234567890-x", ""),
    ],
)
def test_of_a_cellular_device_only_its_type_is_kept(name: bytes, code: str) -> None:
    told = [("tac", code, False)] if code else []
    assert seen(message(2, [(11, b"rd"), (15, b"ep=" + name)]), ASK) == [("query", "/rd", True), *told]


def test_a_server_lists_its_types_once_each() -> None:
    links = b'</oic/d>;rt="oic.wk.d oic.d.light",</a>;if="x";rt="oic.d.light",</b>'
    assert seen(message(0x45, [(12, b"\x28")], links), ANSWER) == [
        ("resource", "oic.wk.d", False),
        ("resource", "oic.d.light", False),
    ]
    assert seen(message(0x45, [(12, b"\x32")], b'{";rt=\\"x\\""}'), ANSWER) == []
    assert seen(message(0x45, [(12, b"\x28")], links), ASK) == []


@pytest.mark.parametrize("number", [12, 13, 268, 269, 2000])
def test_long_distances_and_values(number: int) -> None:
    options = [(11, b"a" * 300), (11 + number, b"x" * number)]
    assert seen(message(1, options), ASK) == [("query", ("/" + "a" * 300)[:255], True)]


@pytest.mark.parametrize(
    "payload", [b"", b"\x44\x01\x12", b"\x16\xfe\xfd" + bytes(20), message(1, [], first=0x49), message(3, [(11, b"a")])]
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload, ASK) == []


def test_a_part_of_a_message_tells_nothing() -> None:
    assert seen(message(1, [(11, b"a")])[:-1], ASK, cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"\x48\x01\0\0abc",
        message(1, [(11, b"abc")])[:-1],
        b"\x40\x01\0\0\xf0",
        b"\x40\x01\0\0\xe0\0",
        b"\x40\x01\0\0" + b"\0" * 40,
    ],
)
def test_broken_messages_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload, ASK)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([1, 2, 0x45]), st.binary(max_size=40), st.sampled_from([ASK, ANSWER]))
def test_any_options_give_safe_observations_or_malformed(code: int, rest: bytes, ports: tuple[int, int]) -> None:
    try:
        for _, value, _ in seen(bytes((0x40, code, 0, 0)) + rest, ports):
            assert value == safe(value) != ""
    except Malformed:
        pass
