"""Chains of small fields: walked to their end, and never past it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire.elements import (
    BEACON,
    PROBE_REQUEST,
    PROBE_RESPONSE,
    SSID,
    VENDOR,
    advertising_structures,
    information_elements,
    vendor_elements,
)

NAME = bytes((SSID, 4)) + b"name"
OURS = bytes((VENDOR, 5)) + b"OUI\x01x"
THEIRS = bytes((VENDOR, 5)) + b"oui\x01y"


@pytest.mark.parametrize(("subtype", "fixed"), [(BEACON, 12), (PROBE_RESPONSE, 12), (PROBE_REQUEST, 0)])
def test_elements_stand_behind_the_fixed_fields(subtype: int, fixed: int) -> None:
    body = bytes(fixed) + NAME + bytes((1, 0)) + OURS
    assert list(information_elements(subtype, body, cut=False)) == [(SSID, b"name"), (1, b""), (VENDOR, b"OUI\x01x")]


@pytest.mark.parametrize("cut", [1, 3, 5])
def test_an_element_that_does_not_fit_is_the_senders_fault_or_the_captures(cut: int) -> None:
    body = NAME + NAME[:cut]
    assert list(information_elements(PROBE_REQUEST, body, cut=True)) == [(SSID, b"name")]
    with pytest.raises(Malformed):
        list(information_elements(PROBE_REQUEST, body, cut=False))
    with pytest.raises(Malformed):
        list(information_elements(BEACON, b"short", cut=False))


def test_vendor_elements_are_those_of_one_organisation() -> None:
    body = NAME + THEIRS + OURS + OURS
    assert list(vendor_elements(PROBE_REQUEST, body, b"OUI", cut=False)) == [b"\x01x", b"\x01x"]
    assert list(vendor_elements(PROBE_REQUEST, body, b"OUI\x02", cut=False)) == []
    assert list(vendor_elements(PROBE_REQUEST, bytes((SSID, 3)) + b"OUI", b"OUI", cut=False)) == []


def test_advertising_data_ends_at_a_length_of_zero() -> None:
    assert list(advertising_structures(b"\x02\x01\x06\x03\x09ab\0\0\0")) == [(1, b"\x06"), (9, b"ab")]
    assert list(advertising_structures(b"\x01\x0a")) == [(10, b"")]
    with pytest.raises(Malformed):
        list(advertising_structures(b"\x02\x01\x06\x05\x09ab"))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([BEACON, PROBE_REQUEST]), st.binary(max_size=80), st.booleans())
def test_any_bytes_give_pieces_of_themselves_or_malformed(subtype: int, body: bytes, cut: bool) -> None:
    for walk in (information_elements(subtype, body, cut=cut), advertising_structures(body)):
        try:
            for _, content in walk:
                assert content in body
        except Malformed:
            continue
