"""Growatt's data loggers: serial numbers are unmasked and tested; what the cloud sends back tells nothing."""

from itertools import cycle
from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import growatt

LOGGER, INVERTER = b"XGD3A12345", b"OPK0B12345"


def masked(body: bytes) -> bytes:
    return bytes(byte ^ mask for byte, mask in zip(body, cycle(b"Growatt"), strict=False))


def crc(data: bytes) -> int:
    """CRC-16 as a polynomial remainder: x^16 + x^15 + x^2 + 1, lowest bit first, first 16 bits inverted."""
    bits = [byte >> place & 1 for byte in data for place in range(8)] + [0] * 16
    for place in range(16):
        bits[place] ^= 1
    for place in range(len(bits) - 16):
        if bits[place]:
            for tap in (0, 1, 14, 16):
                bits[place + tap] ^= 1
    return sum(bit << place for place, bit in enumerate(bits[-16:]))


def message(protocol: int, function: int, body: bytes) -> bytes:
    head = pack(">HHHBB", 1, protocol, len(body) + 2, 1, function)
    if protocol == 2:
        return head + body
    whole = head + masked(body)
    return whole + pack(">H", crc(whole))


def record(protocol: int, function: int = 4) -> bytes:
    width = 30 if protocol == 6 else 10
    return message(protocol, function, LOGGER.ljust(width, b"\0") + INVERTER.ljust(width, b"\0") + bytes(80))


def seen(payload: bytes, dst_port: int = 5279) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\1", 6, 50000, dst_port, payload, False)
    facts = list(growatt.observe(made))
    assert all(fact.role is Role.SELF and fact.raw in payload for fact in facts)
    return facts


def test_the_sum_agrees_with_the_check_value_of_the_catalogue() -> None:
    assert crc(b"123456789") == 0x4B37  # CRC-16/MODBUS


@pytest.mark.parametrize("protocol", [2, 5, 6])
@pytest.mark.parametrize("function", [0x03, 0x04, 0x50])
def test_a_logger_names_itself_and_its_inverter(protocol: int, function: int) -> None:
    found = [(fact.channel, fact.value) for fact in seen(record(protocol, function))]
    assert found == [("growatt.logger", LOGGER.decode()), ("growatt.inverter", INVERTER.decode())]


def test_a_ping_names_the_logger_only() -> None:
    assert [fact.channel for fact in seen(message(6, 0x16, LOGGER.ljust(30, b"\0")))] == ["growatt.logger"]
    assert [fact.channel for fact in seen(message(5, 0x16, LOGGER))] == ["growatt.logger"]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        bytes(8),
        bytes(300),
        record(6)[:-3],
        message(6, 0x16, b"\0"),
        message(6, 0x16, b"lower case".ljust(30, b"\0")),
        message(6, 0x05, LOGGER.ljust(30, b"\0")),
        message(7, 0x16, LOGGER.ljust(30, b"\0")),
        message(5, 0x04, (LOGGER + INVERTER).ljust(4100, b"\0")),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_the_cloud_is_no_logger() -> None:
    assert seen(message(6, 0x16, LOGGER.ljust(30, b"\0")), dst_port=50000) == []


def test_a_wrong_sum_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(record(6)[:-1] + b"\0")
