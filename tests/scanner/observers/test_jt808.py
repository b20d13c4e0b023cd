"""JT/T 808: a terminal tells maker and model; telephone number, plate and code stay inside; meters are no vehicles."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role
from scanner.observers import jt808

PHONE, PLATE, CODE = "013912345678", "京A·7E7D7".encode("gbk"), b"secretcode"
PRIVATE = (bytes.fromhex(PHONE), PHONE.encode(), PLATE, CODE)


def framed(message: bytes) -> bytes:
    check = 0
    for byte in message:
        check ^= byte
    whole = message + bytes((check,))
    return b"\x7e" + whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def message(number: int, body: bytes, *, late: bool = False, flags: int = 0, parts: bytes = b"") -> bytes:
    properties = len(body) | flags | (0x4000 if late else 0)
    phone = b"\x01" + bytes.fromhex(PHONE.zfill(20)) if late else bytes.fromhex(PHONE)
    return framed(pack(">HH", number, properties) + phone + b"\0\x7e" + parts + body)


def registration(*, late: bool = False) -> bytes:
    sizes = (11, 30, 30) if late else (5, 20, 7)
    parts = (b"70123", b"EXAMPLE-V1", b"0000123")
    names = b"".join(part.ljust(size, b"\0") for part, size in zip(parts, sizes, strict=True))
    return pack(">HH", 11, 100) + names + b"\x02" + PLATE


def seen(payload: bytes) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\5", b"\xc0\0\2\1", 6, 50000, 6808, payload, False)
    facts = list(jt808.observe(made))
    assert not facts or jt808.WANTS[0].accepts(made)
    for fact in facts:
        assert fact.role is Role.SELF
        assert fact.raw in payload
        assert not any(secret in fact.raw or secret in fact.value.encode("gbk", "replace") for secret in PRIVATE)
    return facts


@pytest.mark.parametrize("late", [False, True])
def test_a_terminal_registers(late: bool) -> None:
    assert [(fact.channel, fact.value) for fact in seen(message(0x0100, registration(late=late), late=late))] == [
        ("jt808.message", "registration, 2019" if late else "registration, 2013"),
        ("jt808.maker_id", "70123"),
        ("jt808.model", "EXAMPLE-V1"),
    ]


def test_a_name_with_an_escaped_byte_is_cited_as_it_stands_in_the_frame() -> None:
    body = registration().replace(b"EXAMPLE-V1", b"EX}~V1\0\0\0\0")
    (model,) = (fact for fact in seen(message(0x0100, body)) if fact.channel == "jt808.model")
    assert (model.value, model.raw) == ("EX}~V1", b"EX}\x01}\x02V1")


@pytest.mark.parametrize("number", [0x0001, 0x0002, 0x0102, 0x0200, 0x0704])
@pytest.mark.parametrize("late", [False, True])
def test_other_messages_of_a_terminal_only_show_the_standard(number: int, late: bool) -> None:
    assert [fact.channel for fact in seen(message(number, CODE, late=late))] == ["jt808.message"]
    assert [fact.channel for fact in seen(message(number, CODE, late=late, flags=0x2000, parts=bytes(4)))] == ["jt808.message"]


def test_encrypted_and_short_registrations_name_no_maker() -> None:
    assert len(seen(message(0x0100, registration(), flags=0x0400))) == 1
    assert len(seen(message(0x0100, bytes(30)))) == 1


def hdlc() -> bytes:
    """A DLMS meter's HDLC frame (IEC 62056-46): 7e, a0 and length, addresses, control, check, 7e."""
    return bytes.fromhex("7ea0230221135230f0c0e6e700") + bytes(24) + b"\x7e"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x7e\x01\x00",
        b"\x7e\x01\x00\x7e",
        b"\x7e\x00\x02" + bytes(6) + b"\x7e",
        hdlc(),
        message(0x8100, bytes(10)),
        message(0x0200, bytes(28))[:-1],
        b"\x7e\x02\x00" + b"\x01" * 3000 + b"\x7e",
        framed(pack(">HH", 0x0200, 28) + b"\xab" * 6 + bytes(30)),
        framed(pack(">HH", 0x0200, 29) + bytes(6) + bytes(30)),
    ],
)
def test_platforms_meters_and_pieces_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_wrong_checksum_is_malformed() -> None:
    made = message(0x0200, bytes(28))
    with pytest.raises(Malformed):
        seen(made[:-2] + bytes((made[-2] ^ 1,)) + b"\x7e")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([0x0100, 0x0200]), st.binary(max_size=120), st.booleans(), st.integers(0, 80))
def test_any_body_gives_observations_or_malformed(number: int, body: bytes, late: bool, size: int) -> None:
    whole = message(number, body, late=late)
    for payload in (whole, whole[:size], framed(body)):
        try:
            seen(payload)
        except Malformed:
            continue
