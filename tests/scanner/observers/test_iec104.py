"""IEC 60870-5-104: a station reports under its address; a control centre asks."""

from contextlib import suppress
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import iec104
from scanner.wire.text import safe

STATION, CENTRE = (2404, 50000), (50000, 2404)
START = b"\x68\4\7\0\0\0"


def unit(kind: int, station: int, *, cause: int = 3, objects: bytes = b"\1\0\0\1", count: int = 1) -> bytes:
    body = bytes(4) + pack("<BBHH", kind, count, cause, station) + objects
    return bytes((0x68, len(body))) + body


def seen(payload: bytes, ports: tuple[int, int] = STATION) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, False)
    facts = list(iec104.observe(made))
    assert all(fact.raw in payload and fact.value == safe(fact.value) for fact in facts)
    return [(fact.channel.removeprefix("iec104."), fact.value, fact.role) for fact in facts]


def test_a_station_reports_each_of_its_addresses_once() -> None:
    reports = b"\x68\4\x0b\0\0\0" + unit(1, 12) + unit(30, 12) + unit(36, 13) + unit(9, 14)[:-1]
    assert seen(reports) == [("station", "12", Role.SELF), ("station", "13", Role.SELF)]


def test_a_control_centre_asks() -> None:
    assert seen(START, CENTRE) == [("query", "start of data transfer", Role.ASKED)]
    assert seen(unit(100, 0xFFFF, cause=6), CENTRE) == [("query", "command of type 100", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x68",
        START,  # not a station's to send
        b"\x68\4\1\0\2\0",  # an acknowledgement
        unit(100, 12, cause=7),  # a command that is confirmed
        unit(1, 0xFFFF),
        unit(1, 0),
        unit(1, 12, cause=0),
        unit(1, 12, count=0),
        unit(1, 12, objects=b""),
        unit(200, 12),
        b"\x16" + unit(1, 12),
    ],
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_reports_to_a_station_are_none() -> None:
    assert seen(unit(1, 12), CENTRE) == []


@pytest.mark.parametrize("size", [3, 254])
def test_an_impossible_length_is_malformed(size: int) -> None:
    with pytest.raises(Malformed):
        seen(bytes((0x68, size)) + bytes(300))


@given(st.lists(st.one_of(st.binary(max_size=20), st.just(unit(1, 12)), st.just(START)), max_size=4).map(b"".join))
def test_any_bytes_give_observations_or_malformed(rest: bytes) -> None:
    for ports in (STATION, CENTRE):
        with suppress(Malformed):
            assert len(seen(b"\x68" + rest, ports)) <= 64
