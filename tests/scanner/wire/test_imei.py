"""Equipment identities: the type is told, the device never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wire import imei

WHOLE = "490154203237518"  # 49-015420-323751-8, which handbooks print as an example


@pytest.mark.parametrize("digits", ["", WHOLE[:-1], WHOLE + "0", WHOLE[:-1] + "9", "a" * 15, "٤90154203237518"])
def test_other_digits_are_no_identity(digits: str) -> None:
    assert imei.type_code(digits) == ""


def test_a_name_keeps_the_code_alone() -> None:
    assert imei.type_code(WHOLE) == "49015420"
    assert imei.split(f"ME-{WHOLE}-0") == ("49015420", "ME-49015420-0")
    assert imei.split(f"1{WHOLE}") == ("", f"1{WHOLE}")
    assert imei.split("lamp") == ("", "lamp")
    assert imei.type_code("460001234567890") == "46000123"
    assert imei.split("460001234567890") == ("", "460001234567890")  # no body gives out codes that begin so: an IMSI


@given(
    st.text(st.characters(codec="ascii", categories=["Lu", "Pd"]), max_size=5),
    st.sampled_from(["35", "86"]),
    st.integers(0, 10**12 - 1),
)
def test_no_identity_survives(before: str, body: str, number: int) -> None:
    digits = next(found for last in range(10) if imei.type_code(found := f"{body}{number:012}{last}"))
    code, left = imei.split(before + digits)
    assert (code, left) == (digits[:8], before + digits[:8])
