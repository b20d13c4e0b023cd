"""CoAP messages: options by distance, then content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire import coap


def test_a_message_as_rfc_7252_draws_it() -> None:
    message = coap.read(b"\x41\x02\x12\x34t\xb2rd\x11\x28\x35ep=ab\xff</1>")
    assert message == coap.Message(2, [(11, b"rd"), (12, b"\x28"), (15, b"ep=ab")], b"</1>")
    assert message.all(coap.URI_QUERY) == [b"ep=ab"]
    assert message.all(coap.URI_HOST) == []


@pytest.mark.parametrize(
    ("data", "code"), [(b"", -1), (b"\x40\1\0", -1), (b"\x40\1\0\0", 1), (b"\x80\1\0\0", -1), (b"\x49\1\0\0", -1)]
)
def test_what_may_be_a_message(data: bytes, code: int) -> None:
    assert coap.code(data) == code


@pytest.mark.parametrize(
    "data", [b"\x42\1\0\0t", b"\x40\1\0\0\xf0", b"\x40\1\0\0\xe0\0", b"\x40\1\0\0\xb2r", b"\x40\1\0\0" + bytes(40)]
)
def test_broken_options_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        coap.read(data)


@given(st.binary(max_size=60))
def test_any_options_are_in_order_and_within_the_message(rest: bytes) -> None:
    try:
        message = coap.read(b"\x40\1\0\0" + rest)
    except Malformed:
        return
    numbers = [number for number, _ in message.options]
    assert numbers == sorted(numbers)
    assert all(value in rest for _, value in message.options)
    assert rest.endswith(message.content)
