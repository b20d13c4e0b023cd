"""DNP3: an outstation tells its attributes; a master that asks for them is none."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import dnp3


def check(block: bytes) -> bytes:
    """CRC-16/DNP: polynomial 0x3D65, reflected, complemented (IEEE 1815, section 9.2.4.3)."""
    crc = 0
    for byte in block:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA6BC if crc & 1 else crc >> 1
    return (crc ^ 0xFFFF).to_bytes(2, "little")


def link(data: bytes, *, master: bool = False) -> bytes:
    head = b"\x05\x64" + bytes([5 + len(data), 0xC4 if master else 0x44]) + (b"\1\0\2\0" if master else b"\2\0\1\0")
    blocks = [data[at : at + 16] for at in range(0, len(data), 16)]
    return head + check(head) + b"".join(block + check(block) for block in blocks)


def attribute(variation: int, value: bytes, *, kind: int = 1, group: int = 0) -> bytes:
    return bytes([group, variation, 0, 0, 0, kind, len(value)]) + value


def response(*objects: bytes, parts: int = 0xC0) -> bytes:
    return link(bytes([parts, 0xC0, 0x81, 0, 0]) + b"".join(objects))


ASKING = link(b"\xc0\xc0\1\0\xfe\0\0\0", master=True)


def seen(payload: bytes, *, answers: bool = True, cut: bool = False) -> list[tuple[str, str, Role]]:
    ports = (20000, 50000) if answers else (50000, 20000)
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut)
    return [(fact.channel, fact.value, fact.role) for fact in dnp3.observe(made)]


NAMED = response(
    attribute(252, b"Example Works"), attribute(250, b"EX 100"), attribute(248, b"SERIAL-1"), attribute(242, b"2.1")
)


def test_an_outstation_describes_itself_without_its_serial_number() -> None:
    assert seen(NAMED) == [
        ("dnp3.vendor", "Example Works", Role.SELF),
        ("dnp3.product", "EX 100", Role.SELF),
        ("dnp3.software", "2.1", Role.SELF),
    ]


def test_a_master_only_asks() -> None:
    assert seen(ASKING, answers=False) == [("dnp3.query", "device attributes", Role.ASKED)]
    assert seen(ASKING) == []
    assert seen(NAMED, answers=False) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x05\x64\x05\xc0\1\0\2\0\0\0",  # link status
        NAMED[:-1],  # the rest is in another segment
        response(attribute(252, b"Example Works"), parts=0x40),  # goes on in another frame
        response(attribute(252, b"Example Works", kind=2)),
        response(attribute(252, b"Example Works", group=30)),
        response(b"\0\xfc\6"),
    ],
)
def test_other_frames_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_an_attribute_longer_than_its_message_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(response(attribute(252, b"Example")[:-1]))
