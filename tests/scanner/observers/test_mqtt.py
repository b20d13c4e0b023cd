"""MQTT CONNECT: identifier and topic, and none of the secrets beside them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import mqtt
from scanner.wire.text import safe

SECRET = b"Opensesame1"


def field(value: bytes) -> bytes:
    return len(value).to_bytes(2, "big") + value


def sized(value: bytes) -> bytes:
    size, head = len(value), b""
    while size > 127:
        head += bytes((size & 127 | 128,))
        size >>= 7
    return head + bytes((size,)) + value


def connect(client: bytes, *, name: bytes = b"MQTT", level: int = 4, topic: bytes = b"", secrets: bool = False) -> bytes:
    flags = 2 | (0x04 if topic else 0) | (0xC0 if secrets else 0)
    properties = sized(b"\x11\0\0\0\x0a") if level == 5 else b""
    body = field(name) + bytes((level, flags)) + b"\0\x3c" + properties + field(client)
    if topic:
        body += (sized(b"") if level == 5 else b"") + field(topic) + field(SECRET)
    if secrets:
        body += field(SECRET) + field(SECRET)
    return b"\x10" + sized(body)


def frame(payload: bytes, ports: tuple[int, int] = (50000, 1883)) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)


def seen(payload: bytes, ports: tuple[int, int] = (50000, 1883)) -> list[tuple[str, str]]:
    facts = list(mqtt.observe(frame(payload, ports)))
    assert all(fact.role is Role.SELF and fact.raw in payload for fact in facts)
    assert not any(SECRET in fact.raw or SECRET.decode() in fact.value for fact in facts)
    return [(fact.channel.removeprefix("mqtt."), fact.value) for fact in facts]


@pytest.mark.parametrize(("name", "level", "version"), [(b"MQIsdp", 3, "3.1"), (b"MQTT", 4, "3.1.1"), (b"MQTT", 5, "5.0")])
@pytest.mark.parametrize("secrets", [False, True])
def test_a_client_introduces_itself(name: bytes, level: int, version: str, secrets: bool) -> None:
    payload = connect(b"plug-1", name=name, level=level, topic=b"home/plug-1/state", secrets=secrets)
    assert seen(payload) == [("version", version), ("client_id", "plug-1"), ("will_topic", "home/plug-1/state")]


def test_a_long_message_and_one_without_identifier() -> None:
    assert seen(connect(b"a" * 200, secrets=True)) == [("version", "3.1.1"), ("client_id", "a" * 200)]
    assert seen(connect(b"")) == [("version", "3.1.1")]


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (b"dev|securemode=3,signmethod=hmacsha1,timestamp=1772438400|", "dev|securemode=3,signmethod=hmacsha1,timestamp=|"),
        (b"0123abcd_0_0_2026030208", "0123abcd_0_0_"),
        (b"meter_2026030208", "meter_2026030208"),
    ],
)
def test_clocks_are_taken_out(client: bytes, shown: str) -> None:
    assert seen(connect(client))[1] == ("client_id", shown)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x20\x02\0\0",
        b"\x30\x05\0\3a/b",
        connect(b"plug-1")[:-1],
        connect(b"plug-1", level=6),
        connect(b"plug-1", name=b"QTTM"),
        b"\x10\x03abc",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_only_towards_the_broker() -> None:
    assert seen(connect(b"plug-1"), (1883, 50000)) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"\x10\xff\xff\xff\xff\x01",
        b"\x10\x07\0\4MQTT\4",
        b"\x10" + sized(connect(b"plug-1")[2:] + b"x"),
        b"\x10" + sized(connect(b"plug-1")[2:-1]),
        b"\x10" + sized(field(b"MQTT") + b"\5\2\0\x3c\x7f"),
    ],
)
def test_messages_that_do_not_add_up_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([4, 5]), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), max_size=4))
def test_any_change_gives_safe_observations_or_malformed(level: int, changes: list[tuple[int, int]]) -> None:
    payload = bytearray(connect(b"plug-1", level=level, topic=b"a/b", secrets=True))
    for at, byte in changes:
        payload[at % len(payload)] = byte
    try:
        for fact in mqtt.observe(frame(bytes(payload))):
            assert fact.value == safe(fact.value) != ""
    except Malformed:
        pass
