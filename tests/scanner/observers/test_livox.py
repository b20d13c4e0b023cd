"""Livox lidars: both generations name themselves, the searching host does not become one."""

from struct import pack
from zlib import crc32

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import livox

CODE = b"0TFDEXAMPLE0011"
SERIAL = b"47MDEXAMPLE001"


def remainder(data: bytes, taps: tuple[int, ...], size: int, start: int) -> int:
    """A CRC as a polynomial remainder, highest bit first: `start` is laid over the first bits."""
    bits = [byte >> 7 - place & 1 for byte in data for place in range(8)] + [0] * size
    for place in range(size):
        bits[place] ^= start >> size - 1 - place & 1
    for place in range(len(bits) - size):
        if bits[place]:
            for tap in (0, *(size - tap for tap in taps)):
                bits[place + tap] ^= 1
    return int("".join(map(str, bits[-size:])), 2)


def broadcast(kind: int = 3, code: bytes = CODE, message: int = 2) -> bytes:
    body = b"\xaa\x01" + pack("<HBHH", 34, message, 1, 0xBEEF) + b"\0\0" + code.ljust(16, b"\0") + bytes((kind, 0, 0))
    # zlib inverts what a sum starts from: 564f580a here is the register a9b0a7f5 there.
    return body + pack("<I", crc32(body, 0x564F580A))


def second(kind: bytes, body: bytes, command: int = 0) -> bytes:
    head = b"\xaa\0" + pack("<HIH", 24 + len(body), 7, command) + kind + bytes(6)
    return head + pack("<HI", remainder(head, (12, 5, 0), 16, 0xFFFF), crc32(body) if body else 0) + body


def answer(kind: int = 9, serial: bytes = SERIAL, result: int = 0) -> bytes:
    return second(b"\1\1", bytes((result, kind)) + serial.ljust(16, b"\0") + b"\xc0\xa8\1\x64" + pack("<H", 56100))


def seen(payload: bytes, src_port: int, dst_port: int, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\xa8\1\x64", b"\xff" * 4, 17, src_port, dst_port, payload, cut)
    facts = list(livox.observe(made))
    assert all(fact.raw in payload for fact in facts)
    return facts


def test_the_first_generation_broadcasts_its_code() -> None:
    assert seen(broadcast(), 65000, 55000) == [
        Observation("livox.serial", CODE.decode(), Role.SELF, CODE),
        Observation("livox.model", "Horizon", Role.SELF, b"\3"),
    ]
    assert [fact.channel for fact in seen(broadcast(kind=99), 65000, 55000)] == ["livox.serial"]


def test_the_second_generation_answers_a_search() -> None:
    assert seen(answer(), 56000, 56000) == [
        Observation("livox.serial", SERIAL.decode(), Role.SELF, SERIAL),
        Observation("livox.model", "Mid-360", Role.SELF, b"\x09"),
        Observation("livox.ip", "192.168.1.100", Role.SELF, b"\xc0\xa8\1\x64"),
    ]


def test_a_host_only_asks() -> None:
    made = second(b"\0\0", b"")
    assert seen(made, 56000, 56000) == [Observation("livox.query", "search", Role.ASKED, made[:12])]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xaa" * 34,
        broadcast(message=0),
        broadcast(code=b"not a code"),
        broadcast() + b"\0",
        answer(result=1),
        answer(serial=b""),
        second(b"\1\1", b""),
        second(b"\1\0", bytes(24)),
        second(b"\1\1", bytes(24), command=0x0101),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload, 65000, 55000) == seen(payload, 56000, 56000) == []


def test_cut_messages_and_other_ports_tell_nothing() -> None:
    assert seen(broadcast(), 55000, 65000) == []
    assert seen(answer(), 50000, 56000) == []
    assert seen(answer(), 56000, 56000, cut=True) == []


@pytest.mark.parametrize(
    ("payload", "port"),
    [
        (broadcast()[:-1] + b"\0", 55000),
        (answer()[:-3] + b"\x05\0\0", 56000),
        (answer().replace(b"\xaa\0", b"\xaa\0", 1)[:4] + b"\x08" + answer()[5:], 56000),
    ],
)
def test_wrong_sums_are_malformed(payload: bytes, port: int) -> None:
    with pytest.raises(Malformed):
        seen(payload, port, port)
