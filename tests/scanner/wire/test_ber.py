"""Type, length, value (X.690): bounds hold, and every broken value is Malformed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire import ber


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("0401ff", (4, 2, 3)),
        ("0400", (4, 2, 2)),
        ("048101ff", (4, 3, 4)),
        ("30820001ff", (0x30, 4, 5)),
        ("a203020105", (0xA2, 2, 5)),
    ],
)
def test_short_and_long_lengths(data: str, value: tuple[int, int, int]) -> None:
    raw = bytes.fromhex(data)
    assert ber.read(raw, 0, len(raw)) == value


@pytest.mark.parametrize("data", ["", "04", "0402ff", "0480ffff0000", "0485000000000101", "1f0101", "0482ff", "0481"])
def test_broken_values(data: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(Malformed):
        ber.read(raw, 0, len(raw))


def test_a_value_stays_inside_the_one_around_it() -> None:
    with pytest.raises(Malformed):
        ber.read(bytes.fromhex("3003040201ff"), 2, 5)


def test_expect_names_the_place() -> None:
    assert ber.expect(b"\x02\x01\x07", 0, 3, ber.INTEGER) == (2, 3)
    with pytest.raises(Malformed):
        ber.expect(b"\x02\x01\x07", 0, 3, ber.OCTETS)


def test_values_are_counted() -> None:
    data = b"\x02\x01\x01" * 5
    assert len(list(ber.values(data, 0, len(data), 3))) == 3
    assert [start for _, start, _ in ber.values(data, 0, len(data), 9)] == [2, 5, 8, 11, 14]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("2b06010201010100", "1.3.6.1.2.1.1.1.0"),
        ("2b060104018f5b", "1.3.6.1.4.1.2011"),
        ("550403", "2.5.4.3"),
        ("8837", "2.999"),
        ("00", "0.0"),
    ],
)
def test_object_identifiers(content: str, shown: str) -> None:
    assert ber.object_text(bytes.fromhex(content)) == shown


@pytest.mark.parametrize("content", [b"", b"\x2b\x86", b"\x2b" * 200])
def test_broken_object_identifiers(content: bytes) -> None:
    with pytest.raises(Malformed):
        ber.object_text(content)


@settings(max_examples=200)
@given(st.binary(max_size=40), st.integers(0, 45), st.integers(0, 40))
def test_any_bytes_stay_in_bounds(data: bytes, at: int, end: int) -> None:
    end = min(end, len(data))
    try:
        _, start, stop = ber.read(data, at, end)
    except Malformed:
        return
    assert at + 2 <= start <= stop <= end
