"""Solarman V5: a logger tells its serial number; who asks it, and the cloud, are not loggers."""

from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import solarman

SERIAL = 2712345678


def message(code: int, body: bytes = b"\x02" + bytes(14), serial: int = SERIAL) -> bytes:
    inner = pack("<HBBHI", len(body), 0x10, code, 1, serial) + body
    return b"\xa5" + inner + bytes((sum(inner) & 0xFF,)) + b"\x15"


def seen(payload: bytes) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\1", 6, 8899, 50000, payload, False)
    return list(solarman.observe(made))


@pytest.mark.parametrize("code", [0x15, 0x41, 0x42, 0x43, 0x47, 0x48])
def test_a_logger_tells_its_serial_number(code: int) -> None:
    made = message(code)
    assert seen(made) == [Observation("solarman.logger", "2712345678", Role.SELF, made[:11])]
    assert seen(message(code, b"")) == [Observation("solarman.logger", "2712345678", Role.SELF, message(code, b"")[:11])]
    assert seen(made + message(0x47)) == seen(made)


def test_a_client_only_asks() -> None:
    made = message(0x45)
    assert seen(made) == [Observation("solarman.query", "request", Role.ASKED, made[:11])]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xa5",
        message(0x11),
        message(0x17),
        message(0x99),
        message(0x15, serial=0),
        message(0x15)[:-1],
        message(0x15)[:-1] + b"\x16",
        b"\xa4" + message(0x15)[1:],
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_wrong_sum_is_malformed() -> None:
    made = message(0x15)
    with pytest.raises(Malformed):
        seen(made[:-2] + bytes((made[-2] ^ 1,)) + made[-1:])
