"""Xiaomi's push service: a phone gives its model; accounts and networks are not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import mipush
from scanner.wire.text import safe

FIELDS = b"\x08\x01" + b"".join(
    bytes((kind, len(value))) + value
    for kind, value in (
        (0x12, b"M2007J3SG"), (0x1A, b"V12.5.1.0"), (0x32, b"SECRET"), (0x3A, b"App.Example.com:5222"), (0x42, b"en_US"),
    )
)  # fmt: skip
TOLD = [("model", "M2007J3SG", Role.SELF), ("build", "V12.5.1.0", Role.SELF), ("server", "app.example.com", Role.ASKED)]


def message(fields: bytes = FIELDS, *, size: int = 0, kind: bytes = b"\0\2\0\x16") -> bytes:
    body = kind + b"\0\0\0\1" + fields
    return b"\xc2\xfe\0\5" + (size or len(body) - 4).to_bytes(4, "big") + body


def seen(payload: bytes, port: int = 5222) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, 50000, port, payload, False)
    facts = list(mipush.observe(made))
    assert all(fact.raw in payload and fact.value == safe(fact.value) != "" for fact in facts)
    assert not any("SECRET" in fact.value for fact in facts)
    return [(fact.channel.removeprefix("mipush."), fact.value, fact.role) for fact in facts]


def test_a_phone_registers() -> None:
    assert seen(message()) == TOLD
    assert seen(message(FIELDS + b"\x12\x7fshort")) == TOLD
    assert seen(message(b"\x3a\5:5222")) == []


@pytest.mark.parametrize(
    "payload", [b"", message(size=5), message(kind=b"\0\2\0\x17"), b"\xc2\xfe\0\4" + message()[4:], message(b"")]
)
def test_other_segments_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_server_is_no_phone() -> None:
    assert seen(message(), 50001) == []


@given(st.binary(max_size=120))
def test_any_fields_give_safe_observations(fields: bytes) -> None:
    seen(message(fields))
