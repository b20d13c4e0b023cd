"""Checks of 16 bits, against the catalogue's check values and the plain way."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.wire import crc


def plainly(data: bytes, polynomial: int) -> int:
    """Bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
    return value


def test_check_values() -> None:
    assert crc.reflected(b"123456789", crc.MODBUS) == 0x4B37  # CRC-16/MODBUS
    assert crc.reflected(b"123456789", crc.X25) ^ 0xFFFF == 0x906E  # CRC-16/IBM-SDLC
    assert crc.reflected(b"", crc.X25) == 0xFFFF


@given(st.binary(max_size=64), st.sampled_from([crc.MODBUS, crc.X25]))
def test_the_table_gives_what_the_bits_give(data: bytes, polynomial: int) -> None:
    assert crc.reflected(data, polynomial) == plainly(data, polynomial)
