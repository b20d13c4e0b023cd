"""GoodWe inverters: both descriptions are read, requests are only asked, other answers tell nothing."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import goodwe

SERIAL = b"95000EXA000W0001"
MODEL = b"GW5000-EXA"
IDENTITY = b"1010B" + MODEL + bytes(16) + SERIAL + bytes(4) + b"02041-16-S00" + b"\0"


def own(kind: bytes, body: bytes, *, request: bool = False) -> bytes:
    message = b"\xaa\x55" + (b"\xc0\x7f" if request else b"\x7f\xc0") + kind + bytes((len(body),)) + body
    return message + pack(">H", sum(message))


def modbus(unit: int, registers: bytes) -> bytes:
    """An answer to "read holding registers"; the CRC is a polynomial remainder, not made as the reader makes it."""
    inner = bytes((unit, 3, len(registers))) + registers
    bits = [byte >> place & 1 for byte in inner for place in range(8)] + [0] * 16
    for place in range(16):
        bits[place] ^= 1
    for place in range(len(bits) - 16):
        if bits[place]:
            for tap in (0, 1, 14, 16):  # x^16 + x^15 + x^2 + 1, lowest bit sent first
                bits[place + tap] ^= 1
    crc = sum(bit << place for place, bit in enumerate(bits[-16:]))
    return b"\xaa\x55" + inner + pack("<H", crc)


def seen(payload: bytes, src_port: int = 8899, dst_port: int = 50000, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\x09", b"\xc0\0\2\1", 17, src_port, dst_port, payload, cut)
    return list(goodwe.observe(made))


SERIAL_FACT = Observation("goodwe.serial", SERIAL.decode(), Role.SELF, SERIAL)
MODEL_FACT = Observation("goodwe.model", MODEL.decode(), Role.SELF, MODEL)


def test_the_known_request_of_the_library_has_our_sum() -> None:
    assert own(b"\x01\x02", b"", request=True) == bytes.fromhex("aa55c07f0102000241")


def test_an_inverter_describes_itself_in_its_own_protocol() -> None:
    assert seen(own(b"\x01\x82", IDENTITY)) == [
        SERIAL_FACT,
        MODEL_FACT,
        Observation("goodwe.firmware", "1010B", Role.SELF, b"1010B"),
    ]


@pytest.mark.parametrize(("unit", "size"), [(0xF7, 66), (0x7F, 80)])
def test_an_inverter_describes_itself_over_modbus(unit: int, size: int) -> None:
    registers = (bytes(6) + SERIAL + MODEL).ljust(size, b"\0")
    assert seen(modbus(unit, registers)) == [SERIAL_FACT, MODEL_FACT]
    assert seen(modbus(unit, registers.replace(MODEL, bytes(10)))) == [SERIAL_FACT]


def test_an_app_only_asks() -> None:
    made = own(b"\x01\x02", b"", request=True)
    assert seen(made, 50000, 8899) == [Observation("goodwe.query", "0102", Role.ASKED, made[:6])]
    assert seen(made) == []


def test_measurements_that_only_have_the_length_of_a_description_tell_nothing() -> None:
    assert seen(modbus(0xF7, bytes(range(66)))) == []


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xaa\x55", b"\xaa\x55\x01\x02", own(b"\x01\x86", bytes(40)), own(b"\x01\x82", b""), b"GET / HTTP/1.1\r\n\r\n"],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_what_another_port_sends_or_a_cut_answer_tells_nothing() -> None:
    assert seen(own(b"\x01\x82", IDENTITY), 50000, 8899) == []
    assert seen(own(b"\x01\x82", IDENTITY)[:-10], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        own(b"\x01\x82", IDENTITY)[:-1],
        own(b"\x01\x82", IDENTITY) + b"\0",
        own(b"\x01\x82", IDENTITY)[:-1] + b"\0",
        b"\xaa\x55\x7f\xc0",
        modbus(0xF7, bytes(66))[:-1] + b"\0",
        modbus(0xF7, bytes(66))[:-1],
    ],
)
def test_broken_messages_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
