"""DJI's link: the drone is known by its side of it, an app only asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import dji

DRONE, APP = (9003, 12346), (12346, 9003)


def packet(kind: int, body: bytes, *, sequence: int = 0) -> bytes:
    head = (0x8000 | 8 + len(body)).to_bytes(2, "little") + b"\x3a\xdd" + sequence.to_bytes(2, "little") + bytes([kind])
    check = 0
    for byte in head:
        check ^= byte
    return head + bytes([check]) + body


def seen(payload: bytes, ports: tuple[int, int] = DRONE, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut)
    facts = list(dji.observe(made))
    assert all(payload.startswith(fact.raw) and len(fact.raw) == 8 for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def test_the_published_greeting_is_read() -> None:
    assert seen(bytes.fromhex("08803add0000006f")) == [("dji.link", "greeting", Role.SELF)]


@pytest.mark.parametrize("port", [9003, 9004])
@pytest.mark.parametrize(("kind", "said"), [(1, "telemetry"), (2, "video"), (3, "telemetry")])
def test_a_drone_sends(port: int, kind: int, said: str) -> None:
    assert seen(packet(kind, bytes(30), sequence=8), (port, 12346)) == [("dji.link", said, Role.SELF)]


def test_an_app_asks() -> None:
    assert seen(packet(0, bytes(40)), APP) == [("dji.query", "greeting", Role.ASKED)]
    assert seen(packet(5, bytes(30), sequence=8), APP) == [("dji.query", "command", Role.ASKED)]
    assert seen(packet(4, bytes(30)), APP) == [("dji.query", "acknowledgement", Role.ASKED)]


@pytest.mark.parametrize(
    ("payload", "ports"),
    [
        (b"", DRONE),
        (packet(1, bytes(30))[:-1], DRONE),
        (packet(1, bytes(30)) + b"\0", DRONE),
        (packet(1, bytes(30))[:7] + b"\xff" + bytes(30), DRONE),
        (packet(1, bytes(30)), APP),
        (packet(4, bytes(30)), DRONE),
        (packet(7, bytes(30)), DRONE),
        (packet(1, b""), DRONE),
        (packet(0, bytes(40)), DRONE),
        (packet(0, b""), APP),
        (packet(0, b"", sequence=1), DRONE),
        (packet(1, bytes(30)), (9003, 9004)),
        (packet(1, bytes(30)), (1, 2)),
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes, ports: tuple[int, int]) -> None:
    assert seen(payload, ports) == []


def test_a_part_tells_nothing() -> None:
    assert seen(packet(1, bytes(30)), cut=True) == []


@given(st.binary(max_size=60), st.integers(0, 255), st.sampled_from([DRONE, APP]))
def test_any_bytes_are_read_without_fault(body: bytes, kind: int, ports: tuple[int, int]) -> None:
    seen(body, ports)
    assert kind <= 6 or seen(packet(kind, body), ports) == []
