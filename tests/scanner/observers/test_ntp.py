"""NTP: a clock of one's own, and what a server says it runs on."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import ntp
from scanner.wire.text import safe

ANSWER, ASK = (123, 50000), (50000, 123)
VARIABLES = b'version="ntpd 4.2.8p15@1.3728-o", processor="x86_64",\r\nsystem="Linux/5.10.0", leap=0, refid=GPS, clock=0xe1.2'


def time(mode: int, *, version: int = 4, stratum: int = 1, reference: bytes = b"GPS\0") -> bytes:
    return bytes([version << 3 | mode, stratum, 6, 0xEC]) + bytes(8) + reference + bytes(32)


def control(data: bytes, *, operation: int = 0x82, association: int = 0, count: int | None = None) -> bytes:
    return pack(">BBHHHHH", 0x16, operation, 1, 0, association, 0, len(data) if count is None else count) + data


def seen(payload: bytes, ports: tuple[int, int] = ANSWER) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, False)
    facts = list(ntp.observe(made))
    assert all(fact.raw in payload and fact.value == safe(fact.value) for fact in facts)
    return [(fact.channel.removeprefix("ntp."), fact.value, fact.role) for fact in facts]


def test_a_server_names_its_clock() -> None:
    assert seen(time(4)) == [("clock", "GPS", Role.SELF)]
    assert seen(time(5, reference=b"GNSS") + b"mac" * 8) == [("clock", "GNSS", Role.SELF)]


def test_a_server_says_what_it_runs_on() -> None:
    assert seen(control(VARIABLES)) == [
        ("version", "ntpd 4.2.8p15@1.3728-o", Role.SELF),
        ("processor", "x86_64", Role.SELF),
        ("system", "Linux/5.10.0", Role.SELF),
    ]
    assert seen(control(VARIABLES, count=20)) == []


def test_clients_only_ask() -> None:
    assert seen(time(3, version=3, stratum=0), ASK) == [("query", "time, version 3", Role.ASKED)]
    assert seen(time(3), (123, 123)) == [("query", "time, version 4", Role.ASKED)]
    assert seen(control(b"", operation=2), ASK) == [("query", "variables", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        time(4)[:-1],
        time(4, stratum=2, reference=b"\xc0\0\2\7"),
        time(4, stratum=2, reference=b"GPS\0"),
        time(4, stratum=0, reference=b"RATE"),  # a kiss of death
        time(4, reference=b"\0\0\0\0"),
        control(VARIABLES, operation=0xC2),  # an error
        control(VARIABLES, operation=0x81),
        control(VARIABLES, association=9),
        control(b"")[:-1],
        b"",
        b"\x16",
    ],
)
def test_other_answers_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_nobody_answers_to_the_port() -> None:
    assert seen(time(4), ASK) == seen(control(VARIABLES), ASK) == []
    assert seen(time(3)) == seen(control(b"", operation=2)) == []


@given(st.binary(min_size=1, max_size=80), st.sampled_from([ANSWER, ASK]), st.booleans())
def test_any_bytes_give_safe_observations(payload: bytes, ports: tuple[int, int], as_control: bool) -> None:
    seen(control(payload) if as_control else payload, ports)
