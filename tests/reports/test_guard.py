"""The last guard, one function for each kind of output."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import guard

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ANY = st.text(st.characters(exclude_categories=()))


@settings(max_examples=200)
@given(ANY)
def test_shown_text_holds_no_hidden_character_and_is_guarded_once(value: str) -> None:
    for keep in (guard.for_html, guard.for_terminal, guard.for_csv):
        shown = keep(value)
        assert not [char for char in shown if unicodedata.category(char) in HIDDEN]
        assert keep(shown) == shown


@settings(max_examples=200)
@given(ANY)
def test_json_reads_back_as_it_was_and_holds_no_hidden_character(value: str) -> None:
    document = guard.for_json(json.dumps({"name": value}, ensure_ascii=False, indent=1))
    assert json.loads(document) == {"name": value}
    assert not [char for char in document if unicodedata.category(char) in HIDDEN and char != "\n"]
    document.encode()


@settings(max_examples=200)
@given(st.text("=+-@＝＋－＠﹢﹣﹦﹫ \t\r\n\0;'a"))  # noqa: RUF001 the other widths are what is tested
def test_no_cell_starts_a_formula(value: str) -> None:
    shown = guard.for_csv(value)
    for part in (shown, *shown.split(";")):
        assert unicodedata.normalize("NFKC", part).lstrip()[:1] not in {"=", "+", "-", "@", "\t", "\r", "\0"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("cam-1", "cam-1"),
        ("Küche 中文", "Küche 中文"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b", "\\x9b"),
        ("\u202egnp", "\\u202egnp"),
        ("\U000e0041", "\\U000e0041"),
        ("a\nb", "a\\x0ab"),
        ("\ud800", "\\ud800"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_a_reader_sees(value: str, shown: str) -> None:
    assert guard.for_html(value) == guard.for_terminal(value) == shown


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("a;=1", "a;'=1"),
        ("＝1", "'＝1"),  # noqa: RUF001 full width is what is tested
        ("a=1", "a=1"),
        ("\t=1", "\\x09=1"),
        ("a4:14:37:00:00:0c", "a4:14:37:00:00:0c"),
        ("", ""),
    ],
)
def test_cells(value: str, cell: str) -> None:
    assert guard.for_csv(value) == cell


def test_length_is_bounded_and_the_cut_is_marked() -> None:
    assert guard.for_html("a" * guard.LONGEST) == "a" * guard.LONGEST
    assert len(guard.for_html("a" * 65_536)) == guard.LONGEST
    assert guard.for_html("a" * 65_536).endswith("…")
    assert len(guard.for_html("\x1b" * 65_536)) == guard.LONGEST
    assert len(guard.for_csv(";=" * 65_536)) <= guard.LONGEST_CELL
