"""Remote ID: a serial number names the drone's maker; nothing that tells of people is read."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import BLE, WIFI, Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import remoteid
from scanner.wire.elements import ACTION, BEACON

SERIAL = b"MFR1CEXAMP000000Z"
SAID = [("remoteid.manufacturer", "MFR1"), ("remoteid.serial", SERIAL.decode())]
MAC = bytes.fromhex("020000000001")


def basic_id(uas: bytes = SERIAL, kind: int = 1) -> bytes:
    return b"\x02" + bytes((kind << 4 | 2,)) + uas.ljust(20, b"\0") + bytes(3)


OPERATOR = b"\x52\0" + b"OPERATOR-OF-IT".ljust(20, b"\0") + bytes(3)
LOCATION = b"\x12" + bytes(range(24))


def pack(*messages: bytes) -> bytes:
    return bytes((0xF2, 25, len(messages))) + b"".join(messages)


def beacon(messages: bytes, kind: str = "fa0bbc0d") -> tuple[int, bytes]:
    content = bytes.fromhex(kind) + b"\x07" + messages
    return WIFI | BEACON, bytes(12) + b"\0\x05drone" + bytes((221, len(content))) + content


def aware(messages: bytes, service: str = "8869199d9209") -> tuple[int, bytes]:
    """Service discovery with two attributes: a cluster, then the service descriptor (Wi-Fi Aware 3.1, table 50)."""
    info = b"\x07" + messages
    descriptor = bytes.fromhex(service) + b"\x01\x00\x10" + bytes((len(info),)) + info
    cluster = b"\x01" + struct.pack("<H", 13) + bytes(13)
    return WIFI | ACTION, bytes.fromhex("0409506f9a13") + cluster + b"\x03" + struct.pack("<H", len(descriptor)) + descriptor


def bluetooth(messages: bytes, application: bytes = b"\x0d") -> tuple[int, bytes]:
    content = b"\xfa\xff" + application + b"\x07" + messages
    return BLE | 2, b"\x02\x01\x06" + bytes((1 + len(content), 0x16)) + content


def seen(made: tuple[int, bytes], *, cut: bool = False, mac: bytes = MAC) -> list[tuple[str, str]]:
    kind, payload = made
    facts = list(remoteid.observe(Frame("a", 1, 0, "", mac, b"", kind, b"", b"", 0, 0, 0, payload, cut)))
    for fact in facts:
        assert fact.role is Role.SELF
        assert fact.raw in payload
        assert b"OPERATOR" not in fact.raw
    return [(fact.channel, fact.value) for fact in facts]


@pytest.mark.parametrize("carrier", [beacon, aware, bluetooth])
def test_every_carrier_brings_the_serial_number(carrier: object) -> None:
    assert callable(carrier)
    assert seen(carrier(basic_id())) == SAID
    assert seen(carrier(pack(LOCATION, basic_id(), OPERATOR))) == SAID
    assert seen(carrier(pack(LOCATION, OPERATOR))) == []


@pytest.mark.parametrize("kind", [0, 2, 3, 4])
def test_registrations_and_sessions_are_not_read(kind: int) -> None:
    assert seen(beacon(basic_id(kind=kind))) == []


@pytest.mark.parametrize(
    "uas",
    [
        b"",
        b"MFR1",
        b"MFR1DEXAMP000000Z",  # says 13 characters, has 12
        b"MFR10EXAMPLE",  # none
        b"mfr1CEXAMP000000Z",
        b"MFO1CEXAMP000000Z",  # the standard has no O and no I
        b"MFR1CEXAMP00\x00000Z",
    ],
)
def test_what_is_no_serial_number_of_the_standard_is_left_out(uas: bytes) -> None:
    assert seen(beacon(basic_id(uas))) == []


def test_others_with_the_same_looks_tell_nothing() -> None:
    assert seen(beacon(basic_id(), kind="fa0bbc0e")) == []
    assert seen(beacon(basic_id(), kind="0050f20d")) == []
    assert seen(aware(basic_id(), service="000000000000")) == []
    assert seen((WIFI | ACTION, b"\x03\x00" + bytes(40))) == []
    assert seen(bluetooth(basic_id(), application=b"\x0e")) == []
    assert seen(bluetooth(basic_id()), mac=b"") == [], "a random address is no device"


@pytest.mark.parametrize(
    "made",
    [
        beacon(pack(basic_id())[:-1]),
        beacon(b"\xf2\x18\x01" + basic_id()),
        beacon(b"\xf2\x19\x0a" + basic_id() * 9),
        (WIFI | ACTION, aware(basic_id())[1][:-1]),
        (BLE | 2, bluetooth(basic_id())[1][:-1]),
    ],
)
def test_broken_lengths_are_malformed(made: tuple[int, bytes]) -> None:
    with pytest.raises(Malformed):
        seen(made)


def test_a_short_message_is_nothing() -> None:
    assert seen(beacon(basic_id()[:-1])) == []
    assert seen(beacon(b"")) == []


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([beacon, aware, bluetooth]),
    st.lists(st.sampled_from([basic_id(), LOCATION, b"\xf2\x19"]) | st.binary(max_size=30), max_size=4),
    st.integers(0, 20),
    st.booleans(),
)
def test_any_message_gives_observations_or_malformed(carrier: object, pieces: list[bytes], cut: int, snapped: bool) -> None:
    assert callable(carrier)
    kind, payload = carrier(b"".join(pieces)[:190])
    try:
        seen((kind, payload[: len(payload) - cut]), cut=snapped)
    except Malformed:
        return
