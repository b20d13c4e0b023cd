"""The summary in words."""

import inspect
from dataclasses import replace

from reports import summary
from scanner.model import Inventory, Verdict, Waiver

OFFICE = r"""
    20 devices were found in 2 captures with 428,660 frames, sent between 2026-11-02 08:00 and 2026-11-02 18:00 UTC.
    6 (30 %) were flagged as of PRC origin: 2 whose maker an official list names, 1 of another PRC maker, \
    2 with a PRC component or platform and 1 registered in mainland China, maker not identified.
    Of the others, 2 need review, 8 are clear (the maker is identified and not of PRC origin), \
    and for 4 nothing was seen that names a maker.
    Among the flagged devices the companies seen most are Espressif (1), EZVIZ (1), Hikvision (1), \
    Shenzhen Skyworth Digital Technology CO., Ltd (1), Tuya (1) and others.
    Official lists name the maker or component maker of 2 devices: FCC Covered List (2), \
    NDAA 2019, Section 889 (2) and Section 1260H list of Chinese military companies (2).
    1 of 2 captures could not be read whole.
    Limits of this scan: no DHCP was seen: host names and vendor classes sent at start-up are missing; \
    server names in QUIC and in an encrypted ClientHello, which were not read; \
    only one direction of most conversations was seen; 1 more limit.
"""


def test_the_office_in_words(sample: Inventory) -> None:
    assert "\n".join(summary.sentences(sample)) == inspect.cleandoc(OFFICE).replace(" \\\n", " ")


def test_nothing_flagged_is_not_said_to_be_nothing_there(sample: Inventory) -> None:
    clear = tuple(device for device in sample.devices if device.finding.verdict is Verdict.CLEAR)
    words = summary.sentences(replace(sample, devices=clear))
    assert words[1] == "None is flagged, which does not show that none is of PRC origin: see what this scan could not show."
    assert not any("companies seen most" in sentence or "Official lists" in sentence for sentence in words)


def test_one_flagged_device_and_a_level_of_the_users_policy(sample: Inventory) -> None:
    one = sample.devices[0]
    odd = replace(one, finding=replace(one.finding, level=1))
    words = summary.sentences(replace(sample, devices=(odd,)))
    assert words[0].startswith("1 device was found in 2 captures")
    assert words[1] == "1 (all of them) was flagged as of PRC origin: 1 by the policy in use."
    assert not any("Of the others" in sentence for sentence in words)


def test_an_empty_inventory_says_why(sample: Inventory, empty: Inventory) -> None:
    assert summary.sentences(empty) == ("No capture was read, so there is nothing to report.",)
    silent = replace(sample, devices=(), limits=(), captures=(sample.captures[1],))
    assert summary.sentences(silent)[1].startswith("No frame came from an address that can name a device.")
    nothing = replace(silent, captures=(replace(sample.captures[0], frames=0),))
    assert summary.sentences(nothing)[1:] == (
        "No frame could be read, so nothing can be said about any device.",
        "The capture could not be read whole.",
    )


def test_waivers_are_counted_by_what_they_are_worth(sample: Inventory) -> None:
    states = [(True,), (True, False), (False,)]
    waived = [
        replace(device, waivers=tuple(Waiver("x", "why", "who", "2026-06-30", in_force=state) for state in each))
        for device, each in zip(sample.devices, states, strict=False)
    ]
    words = summary.sentences(replace(sample, devices=(*waived, *sample.devices[3:])))
    assert "Devices the policy has a waiver for: 2 waived and 1 waiver expired. A waiver changes no verdict." in words
