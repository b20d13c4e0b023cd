"""JSON objects: members of the type asked for, safe; anything else reads as empty, and hostile bodies are Malformed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire import objects
from scanner.wire.text import safe

FOUND = objects.read(
    b'{"model": "X1\\u202e", "inner": {"a": "b"}, "list": ["a"], "number": 5, "none": null,'
    b' "mac": "02-00-00-AB-CD-EF", "bare": "020000abcdef", "group": "53:75:31:00:00:01", "short": "02:00",'
    b' "zero": "000000000000",'
    b' "ip": "192.0.2.9", "nobody": "0.0.0.0", "words": "no address"}'
)


def test_members_are_read_by_name_and_type() -> None:
    assert objects.text(FOUND, "model") == "X1\\u202e"
    assert objects.inner(FOUND, "inner") == {"a": "b"}
    for name in ("inner", "list", "number", "none", "absent"):
        assert objects.text(FOUND, name) == ""
    for name in ("model", "list", "number", "none", "absent"):
        assert objects.inner(FOUND, name) == {}


def test_addresses_are_canonical_or_absent() -> None:
    assert objects.mac(FOUND, "mac") == objects.mac(FOUND, "bare") == "02:00:00:ab:cd:ef"
    assert [objects.mac(FOUND, name) for name in ("group", "short", "zero", "number", "words")] == [""] * 5
    assert objects.ip(FOUND, "ip") == "192.0.2.9"
    assert [objects.ip(FOUND, name) for name in ("nobody", "words", "number", "absent")] == [""] * 4


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b"null", b'{"a": \xff}', b'{"a":' * 30000, b"[" * 60000, b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_what_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        objects.read(body)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda inside: ('{"a": "' + inside + '"}').encode("utf-8", "replace"))
)
def test_any_body_is_an_object_of_safe_texts_or_malformed(body: bytes) -> None:
    try:
        found = objects.read(body)
    except Malformed:
        return
    for name in found:
        shown = objects.text(found, name)
        assert shown == safe(shown)


def test_names_in_any_charset_are_read_where_the_observer_allows_them() -> None:
    body = b'{"name": "K\xfcche", "mac": " 02:00:00:AB:CD:EF "}'
    with pytest.raises(Malformed):
        objects.read(body)
    found = objects.read(body, any_charset=True)
    assert objects.text(found, "name") == safe("K\ufffdche")
    assert objects.mac(found, "mac") == "02:00:00:ab:cd:ef"
