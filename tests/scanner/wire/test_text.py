"""The one place where captured bytes become text."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.wire.text import LONGEST, raw_text, safe, text


@given(st.binary(max_size=2000))
def test_any_bytes_become_text_that_is_safe_and_bounded(raw: bytes) -> None:
    shown = text(raw)
    assert shown.isprintable() or not shown
    assert len(shown) <= LONGEST


@given(st.text(max_size=400))
def test_text_that_is_safe_stays_as_it_is(value: str) -> None:
    once = safe(value)
    assert safe(once) == once
    assert once.isprintable() or not once


def test_what_a_reader_must_not_meet_is_shown_as_an_escape() -> None:
    assert text(b"a\x1b[2Jb") == "a\\x1b[2Jb"
    assert text("\u202egnp.exe".encode()) == "\\u202egnp.exe"
    assert text("no\u00a0break".encode()) == "no\\xa0break"
    assert text(b"caf\xe9") == "café", "not UTF-8: each byte is a Latin-1 character"
    assert text("cafe\u0301".encode()) == "café", "composed, so that equal names are equal"
    assert text(b"\x9b31m") == "\\x9b31m"


def test_our_own_cut_does_not_make_text_latin() -> None:
    assert text(("é" * 400).encode()) == "é" * LONGEST


def test_evidence_bytes_are_shown_as_what_they_are() -> None:
    assert raw_text(b"printable") == "printable"
    assert raw_text(b"\x00\xff") == "00ff"
