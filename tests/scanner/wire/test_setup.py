"""Wi-Fi Protected Setup: four attributes describe, and no other is looked at."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire.setup import description

KEY = b"network key"


def attribute(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


ALL = b"".join(
    (
        attribute(0x1021, b"Example\0"),
        attribute(0x1023, b" EX-1 "),
        attribute(0x1024, b"1"),
        attribute(0x1011, b"Hall"),
        attribute(0x1027, KEY),
        attribute(0x1042, b"SERIAL"),
        attribute(0x1021, b" "),
    )
)
TOLD = [("manufacturer", b"Example"), ("model", b"EX-1"), ("model_number", b"1"), ("device_name", b"Hall")]


def test_what_describes_is_told() -> None:
    assert list(description(ALL, whole=True)) == TOLD
    assert list(description(b"", whole=True)) == list(description(b"\x10\x21\0", whole=True)) == []


def test_an_attribute_that_does_not_fit() -> None:
    assert list(description(ALL[:-1], whole=False)) == TOLD
    with pytest.raises(Malformed):
        list(description(ALL[:-1], whole=True))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.sampled_from([KEY, b"EX", b""]))))
def test_a_key_is_told_only_where_a_description_belongs(rows: list[tuple[int, bytes]]) -> None:
    fields = {0x1021: "manufacturer", 0x1023: "model", 0x1024: "model_number", 0x1011: "device_name"}
    made = b"".join(attribute(kind, value) for kind, value in rows)
    assert list(description(made, whole=True)) == [(fields[kind], value) for kind, value in rows if kind in fields and value]


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_give_fields_or_malformed(attributes: bytes, whole: bool) -> None:
    with suppress(Malformed):
        assert all(value in attributes for _, value in description(attributes, whole=whole))
