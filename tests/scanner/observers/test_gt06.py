"""GT06: a tracker's login gives the code of its type, and nothing by which one tracker can be told from another."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import gt06

IMEI = "0490154203237518"  # 49-015420-323751-8, which handbooks print as an example


def crc(data: bytes) -> int:
    """X.25 as a polynomial remainder: x^16 + x^12 + x^5 + 1, lowest bit first, first 16 bits and the result inverted."""
    bits = [byte >> place & 1 for byte in data for place in range(8)] + [0] * 16
    for place in range(16):
        bits[place] ^= 1
    for place in range(len(bits) - 16):
        if bits[place]:
            for tap in (0, 4, 11, 16):
                bits[place + tap] ^= 1
    return sum((bit ^ 1) << place for place, bit in enumerate(bits[-16:]))


def login(imei: str = IMEI, more: bytes = b"", protocol: int = 1) -> bytes:
    inner = bytes((13 + len(more), protocol)) + bytes.fromhex(imei) + more + b"\0\1"
    return b"\x78\x78" + inner + pack(">H", crc(inner)) + b"\r\n"


def seen(payload: bytes) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\1", 6, 50000, 5023, payload, False)
    facts = list(gt06.observe(made))
    assert not facts or gt06.WANTS[0].accepts(made)
    return facts


def test_the_sum_agrees_with_the_check_value_of_the_catalogue() -> None:
    assert crc(b"123456789") == 0x906E  # CRC-16/IBM-SDLC


@pytest.mark.parametrize("more", [b"", bytes(4)])
def test_a_login_gives_the_type_only(more: bytes) -> None:
    made = login(more=more)
    assert seen(made) == [Observation("gt06.tac", "49015420", Role.SELF, made[:8])]
    assert seen(made + made) == seen(made)
    assert made[4:12] not in made[:8]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x78\x78",
        login()[:-1],
        login(protocol=0x13),
        login("1490154203237518"),
        login("0f90154203237518"),
        b"\x78\x78\x05\x01\0\1\xd9\xdc\r\n",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


@pytest.mark.parametrize("payload", [login("0490154203237519"), login()[:-4] + b"\0\0\r\n"])
def test_a_wrong_check_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
