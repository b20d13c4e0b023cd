"""What each kind of match means, and that the index answers exactly as the plain meaning does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.catalogue import load
from fingerprints.match import Matcher, compiled, first_character, matches, normalise
from fingerprints.rows import Signature

SIGNATURES = load().knowledge.signatures
CHANNELS = sorted({(row.channel, role) for row in SIGNATURES for role in row.roles})
VALUES = sorted({value for row in SIGNATURES for value in (*row.examples, *row.misses, row.pattern)})


def sign(match: str, pattern: str, name: str = "a.one", roles: tuple[str, ...] = ("self",)) -> Signature:
    return Signature(name, "a", "dns.query", roles, match, pattern, ("maker",), "discovery", "", "made up", (), ())


def plain(signatures: tuple[Signature, ...], channel: str, role: str, value: str) -> list[Signature]:
    """The judge: ask every row, keep the first of each id."""
    hits = [row for row in signatures if row.channel == channel and role in row.roles and matches(row, value)]
    return [row for at, row in enumerate(hits) if row.id not in {before.id for before in hits[:at]}]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Hangzhou Hikvision Digital Technology Co.,Ltd.", ("hangzhou", "hikvision", "digital", "technology", "co", "ltd")),
        ("TP-LINK_TECHNOLOGIES", ("tp", "link", "technologies")),
        ("Wingtech Group (HongKong）Limited", ("wingtech", "group", "hongkong", "limited")),  # noqa: RUF001 - full-width bracket
        ("Weidmüller", ("weidmüller",)),
        ("STRASSE Straße", ("strasse", "strasse")),
        ("ＡＢＣ １２", ("abc", "12")),  # noqa: RUF001 - full-width letters
        ("주식회사 삼성", ("주식회사", "삼성")),
        ("--- …", ()),
    ],
)  # fmt: skip
def test_normalise(name: str, words: tuple[str, ...]) -> None:
    assert normalise(name) == words


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_normalised_words_are_their_own_normal_form(name: str) -> None:
    assert normalise(" ".join(normalise(name))) == normalise(name)


@pytest.mark.parametrize(
    ("match", "pattern", "hits", "misses"),
    [
        ("any", "", ["", "anything"], []),
        ("exact", "MSFT 5.0", ["msft 5.0", "MSFT 5.0"], ["MSFT 5.01", " MSFT 5.0"]),
        ("prefix", "HUAWEI:android:", ["huawei:ANDROID:VTR"], ["xHUAWEI:android:"]),
        ("domain", "dji.com", ["dji.com", "www.DJI.com"], ["zildji.com", "dji.com.example.org", "dji.co"]),
        ("words", "TP LINK", ["TP-Link Systems", "by tp link"], ["TPLINK", "TP for LINK", "LINK TP"]),
        ("regex", "^ESP_[0-9A-F]{6}", ["esp_1a2b3c", "ESP_1A2B3C.local"], ["my ESP_1A2B3C", "ESP_1A2B"]),
    ],
)
def test_kinds_of_match(match: str, pattern: str, hits: list[str], misses: list[str]) -> None:
    row = sign(match, pattern)
    matcher = Matcher([row])
    assert [value for value in (*hits, *misses) if matches(row, value)] == hits
    assert [value for value in (*hits, *misses) if matcher.hits("dns.query", "self", value)] == hits


def test_an_unknown_kind_of_match_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of match"):
        matches(sign("glob", "*"), "x")


def test_channel_and_role_must_fit() -> None:
    matcher = Matcher([sign("any", "", roles=("asked",))])
    assert matcher.hits("dns.query", "asked", "x")
    assert not matcher.hits("dns.query", "self", "x")
    assert not matcher.hits("tls.sni", "asked", "x")


def test_a_name_asked_for_over_quic_means_what_it_means_over_tls() -> None:
    rows = [replace(sign("domain", "example.org", roles=("asked",)), channel=channel) for channel in ("tls.sni", "dns.query")]
    assert Matcher(rows[:1]).hits("quic.sni", "asked", "a.example.org") == (rows[0],)
    assert Matcher(rows[:1]).hits("quic.sni", "self", "a.example.org") == ()
    assert Matcher(rows[1:]).hits("quic.sni", "asked", "a.example.org") == ()


def test_hits_come_in_table_order_and_an_id_only_once() -> None:
    rows = [sign("domain", "b.c", "a.second"), sign("domain", "c", "a.third"), sign("exact", "a.b.c", "a.second")]
    rows += [sign("regex", "^a", "a.fourth")]
    assert [row.id for row in Matcher(rows).hits("dns.query", "self", "a.b.c")] == ["a.second", "a.third", "a.fourth"]


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("^HUAWEI[_-]", "h"),
        ("^(a|b)", ""),
        ("^a|b", ""),
        ("^a(b|c)", "a"),
        ("^a[|]b", "a"),
        ("^a\\|b", "a"),
        ("^a?b", ""),
        ("^a*", ""),
        ("^a{0,2}b", ""),
        ("^a+b", "a"),
        ("a", ""),
        ("^\\w", ""),
    ],
)
def test_first_character(pattern: str, first: str) -> None:
    assert first_character(pattern) == first


@given(st.sampled_from(sorted({row.pattern for row in SIGNATURES if row.match == "regex"})), st.text(max_size=8), st.data())
@settings(max_examples=300)
def test_the_first_character_is_necessary(pattern: str, noise: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(VALUES)) + noise
    if compiled(pattern).search(value) and first_character(pattern):
        assert value[0].casefold() == first_character(pattern)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A value from the tables, changed as a device, a typist or an attacker might."""
    value = draw(st.sampled_from(VALUES))
    at = draw(st.integers(0, len(value)))
    match draw(st.integers(0, 6)):
        case 0:
            return value
        case 1:
            return value.swapcase()
        case 2:
            return value[:at] + draw(st.text(alphabet="aSſKİıß.-_ '\\\n<0", max_size=3)) + value[at:]  # noqa: RUF001
        case 3:
            return value[:at] + value[at + 1 :]
        case 4:
            return draw(st.sampled_from(["www.", "x", "-", "my "])) + value
        case 5:
            return value + draw(st.sampled_from([".local", ".example.org", "2", "<20>"]))
        case _:
            return value[:at] + draw(st.sampled_from(VALUES))[at:]


@given(st.sampled_from(CHANNELS), mutated() | st.text(max_size=30))
@settings(max_examples=500, deadline=None)
def test_the_index_equals_the_plain_meaning(where: tuple[str, str], value: str) -> None:
    assert [*load().hits(*where, value)] == plain(SIGNATURES, *where, value)


def test_the_index_equals_the_plain_meaning_on_every_example() -> None:
    for row in SIGNATURES:
        for value in (*row.examples, *row.misses):
            for role in row.roles:
                assert [*load().hits(row.channel, role, value)] == plain(SIGNATURES, row.channel, role, value), (row.id, value)


@given(st.sampled_from(sorted({row.pattern for row in SIGNATURES if row.match == "regex"})), st.sampled_from(VALUES))
@settings(max_examples=100, deadline=200)
def test_no_expression_takes_long_on_hostile_text(pattern: str, value: str) -> None:
    hostile = (value * 255)[:255]
    compiled(pattern).search(hostile)
    compiled(pattern).search("-" * 255)
