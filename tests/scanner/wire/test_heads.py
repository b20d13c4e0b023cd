"""Heads shaped like HTTP (RFC 9112, section 2): what counts as a line, and what does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Malformed
from scanner.wire import heads

HEAD = b"GET /a HTTP/1.1\r\nHost: camera.example\r\nX-Empty:\r\nSERVER:  Boa/0.94 \r\n\r\n"


def test_start_and_fields() -> None:
    head = heads.read(HEAD + b"Body: no field\r\n", whole=True)
    assert head.start == b"GET /a HTTP/1.1"
    assert head.fields == [(b"host", b"camera.example"), (b"x-empty", b""), (b"server", b"Boa/0.94")]


def test_names_are_lower_case_and_the_first_of_two_counts() -> None:
    head = heads.read(b"S\r\nSerVer: one\r\nserver: two\r\n\r\n", whole=True)
    assert head.value(b"server") == b"one"
    assert head.value(b"location") == b""


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n"])
def test_line_ends_devices_use(end: bytes) -> None:
    line = end.removesuffix(b"\n").rstrip(b"\r") or b"\n"
    head = heads.read(b"S" + line + b"Server: x" + end + b"\0binary\n\nbody: 1\r\n\r\n", whole=False)
    assert head == heads.Head(b"S", [(b"server", b"x")])


def test_lines_that_are_no_fields_are_passed_over() -> None:
    head = heads.read(b"S\r\nnonsense\r\n folded: into the line before\r\n\tso: too\r\nName : value\r\n\r\n", whole=True)
    assert head.fields == [(b"name", b"value")]


def test_a_line_that_goes_on_elsewhere_does_not_count() -> None:
    segment = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nSet-Coo"
    assert heads.read(segment, whole=False).fields == [(b"server", b"nginx")]
    assert heads.read(segment + b"kie: x", whole=False).fields == [(b"server", b"nginx")]
    assert heads.read(b"GET /long", whole=False) == heads.Head(b"", [])


def test_the_last_line_of_a_whole_datagram_needs_no_end() -> None:
    assert heads.read(b"S\r\nST: ssdp:all", whole=True).fields == [(b"st", b"ssdp:all")]


def test_bounds() -> None:
    many = heads.read(b"S\r\n" + b"A: b\r\n" * 1000, whole=True)
    assert len(many.fields) == heads.MOST_LINES - 1
    long = heads.read(b"S\r\nA: " + b"x" * heads.LONGEST_HEAD, whole=True)
    assert long.fields == []


@pytest.mark.parametrize("head", [b"S\0\r\nA: b\r\n\r\n", b"S\r\nA: b\0\r\n\r\n", b"S\r\n\0A: b"])
def test_nul_in_the_head_is_malformed(head: bytes) -> None:
    with pytest.raises(Malformed, match="NUL"):
        heads.read(head, whole=True)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from([b"A: b", b":", b" ", b"\r", b"\n", b"\0", b"S"])).map(b"".join))
def test_any_bytes_give_a_head_or_malformed(message: bytes) -> None:
    for whole in (True, False):
        try:
            head = heads.read(message, whole=whole)
        except Malformed:
            continue
        assert head.start in message
        assert all(name == name.lower() and value in message for name, value in head.fields)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(HEAD)))
def test_cut_anywhere_it_tells_a_part_of_the_same(size: int) -> None:
    complete = heads.read(HEAD, whole=True).fields
    assert heads.read(HEAD[:size], whole=False).fields == complete[: len(heads.read(HEAD[:size], whole=False).fields)]


@pytest.mark.parametrize(
    ("message", "kind", "goes_on"),
    [
        (b"HTTP/1.1 200 OK\r\nServer: x", b"", True),
        (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>", b"html", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>123", b"html", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", b"html", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html></title", b"html", False),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n", b"html", False),
        (b"HTTP/1.1 200 OK\r\n" + b"x" * heads.LONGEST_HEAD, b"", False),
    ],
)
def test_how_far_a_message_goes(message: bytes, kind: bytes, goes_on: bool) -> None:
    assert (heads.size(message, kind, (b"</title",)) > len(message)) is goes_on


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"camera.example", b"camera.example"),
        (b"camera.example:8080", b"camera.example"),
        (b"[fe80::1]:80", b"fe80::1"),
        (b"user@host", b""),
        (b"", b""),
    ],
)
def test_host_without_its_port(value: bytes, name: bytes) -> None:
    assert heads.host(value) == name
