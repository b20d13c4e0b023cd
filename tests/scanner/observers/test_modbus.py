"""Modbus/TCP: the server that answers is identified; the master that asks, or polls, is not."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import modbus


def message(pdu: bytes, unit: int = 1) -> bytes:
    return b"\0\x07\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes([unit]) + pdu


def identification(*objects: tuple[int, bytes], access: int = 1) -> bytes:
    body = b"".join(bytes([number, len(value)]) + value for number, value in objects)
    return bytes([0x2B, 0x0E, access, 0x81, 0, 0, len(objects)]) + body


def frame(payload: bytes, *, answers: bool = True, cut: bool = False) -> Frame:
    ports = (502, 50000) if answers else (50000, 502)
    return Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut)


def seen(payload: bytes, *, answers: bool = True, cut: bool = False) -> list[tuple[str, str, Role]]:
    return [(fact.channel, fact.value, fact.role) for fact in modbus.observe(frame(payload, answers=answers, cut=cut))]


NAMED = identification((0, b"Example Works"), (1, b"EX-100"), (2, b"V1.2"), (5, b"EX 100 "), (0x80, b"private"))


def test_a_server_identifies_itself() -> None:
    assert seen(message(NAMED)) == [
        ("modbus.vendor", "Example Works", Role.SELF),
        ("modbus.product_code", "EX-100", Role.SELF),
        ("modbus.revision", "V1.2", Role.SELF),
        ("modbus.model", "EX 100", Role.SELF),
    ]


@pytest.mark.parametrize(("unit", "role"), [(0, Role.SELF), (255, Role.SELF), (1, Role.SELF), (17, Role.TOLD)])
def test_behind_another_unit_a_gateway_may_speak_for_a_serial_device(unit: int, role: Role) -> None:
    assert {each[2] for each in seen(message(NAMED, unit))} == {role}


def test_a_server_id_is_what_is_readable_of_it() -> None:
    assert seen(message(b"\x11\x0b\x07\xffEXAMPLE-1")) == [("modbus.server_id", "EXAMPLE-1", Role.SELF)]
    assert seen(message(b"\x11\x03\x07\xffA")) == []


def sunspec(*, size: int = 66, maker: bytes = b"Example", serial: bytes = b"SERIAL") -> bytes:
    registers = b"SunS\0\1" + size.to_bytes(2, "big") + maker.ljust(32, b"\0") + b"EX-5.0".ljust(32, b"\0") + bytes(16)
    registers += b"1.2".ljust(16, b"\0") + serial.ljust(32, b"\0") + bytes(4)
    return bytes((3, len(registers))) + registers


def test_an_inverter_tells_its_maker_by_sunspec() -> None:
    told = [("modbus.vendor", "Example"), ("modbus.model", "EX-5.0"), ("modbus.revision", "1.2")]
    assert seen(message(sunspec())) == [(*fact, Role.SELF) for fact in told]
    assert seen(message(sunspec(size=65, maker=b"\0"), unit=7)) == [(*fact, Role.TOLD) for fact in told[1:]]
    assert seen(message(sunspec()), answers=False) == []
    assert seen(message(sunspec(size=40))) == []
    assert seen(message(sunspec())[:60], cut=True) == [("modbus.vendor", "Example", Role.SELF)]


def test_who_asks_is_not_the_device() -> None:
    assert seen(message(b"\x2b\x0e\1\0"), answers=False) == [("modbus.query", "device identification", Role.ASKED)]
    assert seen(message(b"\x11"), answers=False) == [("modbus.query", "server id", Role.ASKED)]
    assert seen(message(NAMED), answers=False) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        message(b"\3\2\0\x2a"),  # registers
        message(b"\xab\1"),  # an exception
        message(b"\x2b\x0d\0\0\0\0\0"),  # CANopen
        b"\0\7\0\1" + message(NAMED)[4:],  # protocol is not 0
        b"\0\7\0\0\xff\xff\1" + NAMED,
        message(NAMED)[:-1],  # the rest is in another segment
        message(b"\x11\x09\x07\xffEXAMPLE-1"),  # counts wrongly
    ],
)
def test_other_traffic_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_its_complete_objects() -> None:
    assert seen(message(NAMED)[:-12], cut=True)[-1][1] == "V1.2"


def test_an_object_longer_than_its_message_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(message(identification((0, b"Example"))[:-1]))


def test_a_count_higher_than_the_objects_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(message(NAMED.replace(b"\x81\0\0\5", b"\x81\0\0\6")))
