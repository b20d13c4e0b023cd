"""Numbers, times and names of things as people read them."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import wording
from scanner.model import ClaimKind, Guard, Status, Verdict, Waiver

NANOSECONDS = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=200)
@given(NANOSECONDS)
def test_iso_is_the_microsecond_in_utc_for_every_64_bit_time(time: int) -> None:
    shown = wording.iso(time)
    moment = datetime.fromisoformat(shown)
    assert shown.endswith("Z")
    assert len(shown) == len("2026-11-02T08:15:00.123456Z")
    since = moment - datetime.fromisoformat("1970-01-01T00:00:00Z")
    assert (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds == time // 1000


@given(NANOSECONDS, NANOSECONDS)
def test_iso_sorts_as_time_does(one: int, other: int) -> None:
    assert (wording.iso(one) < wording.iso(other)) == (one // 1000 < other // 1000)


def test_times_for_people() -> None:
    assert wording.iso(1_793_607_300_123_456_789) == "2026-11-02T08:15:00.123456Z"
    assert wording.second(1_793_607_300_123_456_789) == "2026-11-02 08:15:00 UTC"
    assert wording.minute(1_793_607_300_123_456_789) == "2026-11-02 08:15"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.954, "95 %"), (0.99, "99 %"), (0.9999, "> 99 %"), (1.0, "100 %")],
)
def test_percent_never_rounds_doubt_away(share: float, shown: str) -> None:
    assert wording.percent(share) == shown


@pytest.mark.parametrize(
    ("device_class", "shown"),
    [
        ("ip_camera", "IP camera"),
        ("router", "Router"),
        ("olt_onu", "OLT ONU"),
        ("wifi_module", "Wi-Fi module"),
        ("iot_gateway", "IoT gateway"),
        ("", "Not known"),
        ("   ", "Not known"),
    ],
)
def test_classes(device_class: str, shown: str) -> None:
    assert wording.kind(device_class) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "no devices"), (1, "1 device"), (2, "2 devices"), (12_345, "12,345 devices")]
)
def test_quantities(value: int, shown: str) -> None:
    assert wording.quantity(value, "device") == shown


@pytest.mark.parametrize(
    ("octets", "shown"),
    [(0, "no bytes"), (1, "1 byte"), (999, "999 bytes"), (48_203_114, "48.2 MB"), (7 * 10**15, "7,000.0 TB")],
)
def test_sizes(octets: int, shown: str) -> None:
    assert wording.size(octets) == shown


def test_lists_and_sentences() -> None:
    assert [wording.listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert wording.sentence("made by Axis") == "Made by Axis."
    assert wording.sentence("Is it?") == "Is it?"


def test_every_word_of_the_model_has_one_of_ours() -> None:
    assert set(wording.VERDICTS) == set(wording.VERDICT_MEANINGS) == set(Verdict)
    assert set(wording.CLAIMS) == set(ClaimKind)
    assert set(wording.STATUSES) == set(Status)
    assert [wording.level(number) for number in (5, 2, None)] == [
        "maker named on an official list",
        "registered in mainland China, maker not identified",
        "not known",
    ]
    assert wording.level(9) == "level 9"
    assert (wording.country("CN"), wording.country("TW"), wording.country("US")) == ("mainland China", "Taiwan", "US")
    assert (wording.proof("arp"), wording.proof("other")) == ("said so in ARP", "other")


def test_every_guard_and_claim_has_words() -> None:
    assert set(wording.GUARDS) == set(Guard)
    assert set(wording.CLAIMS) == set(ClaimKind)


def test_a_waiver_says_what_it_is_worth() -> None:
    waiver = Waiver("x", "lobby", "facilities", "2026-06-30", in_force=True)
    assert wording.waiver(waiver) == "waived until 2026-06-30 by facilities: lobby"
    assert wording.waiver(replace(waiver, in_force=False)) == "waiver expired on 2026-06-30 by facilities: lobby"
