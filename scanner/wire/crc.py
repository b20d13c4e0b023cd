"""Cyclic redundancy checks of 16 bits whose bits run lowest first, a byte at a time by table (RFC 1662, appendix C.2)."""

from functools import cache

MODBUS, X25 = 0xA001, 0x8408
"""Polynomials, their bits reversed: x^16 + x^15 + x^2 + 1 (MODBUS over Serial Line 1.02, 6.2.2), x^16 + x^12 + x^5 + 1."""


def reflected(data: bytes, polynomial: int) -> int:
    """The check of some bytes, all ones at the start, the end as it is."""
    table = _table(polynomial)
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    """What each low byte of the check turns into once its bits are shifted out."""
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ polynomial if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)
