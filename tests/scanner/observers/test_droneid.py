"""DJI DroneID: the serial number is the drone's; positions and what the pilot typed never leave the function."""

import struct

import pytest

from scanner.capture.frames import WIFI, Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import droneid
from scanner.wire.elements import BEACON

SERIAL = b"08EXAMPLE0001\0\0\0"
PURPOSE = b"flown by a person with a name"
NEAR = 31_000_007  # a latitude as sent


def element(organisation: str, content: bytes) -> bytes:
    return bytes((221, 3 + len(content))) + bytes.fromhex(organisation) + content


def telemetry(serial: bytes = SERIAL) -> bytes:
    head = b"\x58\x62\x13\x10" + struct.pack("<BHH", 1, 7, 0x001F) + serial
    moves = struct.pack("<iihhhhhhhh", NEAR, NEAR, 10, 5, 0, 0, 0, 0, 0, 0)
    return head + moves + struct.pack("<iiBB", NEAR, NEAR, 16, 0)


def purpose(serial: bytes = SERIAL) -> bytes:
    return b"\x58\x62\x13\x11" + serial + bytes((10,)) + b"the pilot." + bytes((len(PURPOSE),)) + PURPOSE


def seen(*elements: bytes, cut: bool = False) -> list[tuple[str, str]]:
    payload = bytes(12) + b"\0\x05drone" + b"".join(elements)
    mac = bytes.fromhex("020000000001")
    facts = list(droneid.observe(Frame("a", 1, 0, "", mac, mac, WIFI | BEACON, b"", b"", 0, 0, 0, payload, cut)))
    for fact in facts:
        assert fact.role is Role.SELF
        assert fact.raw in payload
        assert struct.pack("<i", NEAR) not in fact.raw
        assert b"pilot" not in fact.raw
    return [(fact.channel, fact.value) for fact in facts]


@pytest.mark.parametrize(("made", "name"), [(telemetry, "telemetry"), (purpose, "flight purpose")])
def test_a_drone_says_its_serial_number(made: object, name: str) -> None:
    assert callable(made)
    assert seen(element("263712", made())) == [("droneid.message", name), ("droneid.serial", "08EXAMPLE0001")]


@pytest.mark.parametrize("serial", [bytes(16), b"\xff" * 16, b"no, not this\0\0\0\0"])
def test_a_serial_number_that_is_switched_off_or_none_is_left_out(serial: bytes) -> None:
    assert seen(element("263712", telemetry(serial))) == [("droneid.message", "telemetry")]


def test_other_organisations_and_messages_tell_nothing() -> None:
    assert seen(element("263212", telemetry())) == []  # a misprint that is copied about
    assert seen(element("001018", b"\x02" + bytes.fromhex("263712") + telemetry())) == []
    assert seen(element("263712", b"\x58\x62\x13\x12" + bytes(60)), element("263712", b"\x58")) == []


def test_a_message_shorter_than_its_fields_is_malformed_unless_cut() -> None:
    whole = element("263712", telemetry())
    with pytest.raises(Malformed):
        seen(element("263712", telemetry()[:57]))
    assert seen(whole[:-5], cut=True) == []
