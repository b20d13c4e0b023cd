"""Complaints of the checks, with the line of the row they are about."""

from dataclasses import replace

import pytest

from fingerprints import checks
from fingerprints.catalogue import load
from fingerprints.reading import FOLDER
from fingerprints.rows import Rule
from fingerprints.where import located

KNOWN = load().knowledge


def line(place: str) -> str:
    """The line a "file:line" points to."""
    name, number = place.split(":")
    return (FOLDER.parent / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]


@pytest.mark.parametrize(
    ("complaint", "file", "mark"),
    [
        ("hikvision.sadp: no observer reports channel 'sad'.", "vendors/hikvision.toml", 'id = "sadp"'),
        ("hikvision.sadp on sadp.model: example 'x' does not match.", "vendors/hikvision.toml", 'id = "sadp"'),
        ("vendors/hikvision.toml: class 'cam' is not known; 'thermal' is.", "vendors/hikvision.toml", "thermal"),
        ("exceptions.csv: 'ANKER-EAST' (RU) is not in the registry.", "exceptions.csv", "ANKER-EAST,RU"),
        ("lists/us-ndaa-889: 4 entries, expected 5.", "lists/us-ndaa-889/list.toml", "expected = 5"),
        ("lists/us-ndaa-889: 'ZTE Corporation' ends 2019-01-01, before", "lists/us-ndaa-889/entries.csv", "ZTE Corporation"),
        ("categories.toml: us-fcc-drones: ends 2020-01-01, before", "categories.toml", 'id = "us-fcc-drones"'),
        ("exposures.toml: raptor-train.qnap: 'x' matches.", "exposures.toml", 'id = "qnap"'),
        (
            "registered name 'Hikvision' (prefix) belongs to hikvision (maker), b (maker).",
            "vendors/hikvision.toml",
            "Hikvision",
        ),
    ],
)
def test_a_complaint_gets_its_line(complaint: str, file: str, mark: str) -> None:
    place, _, said = located(complaint).partition(": ")
    assert said == complaint
    assert place.startswith(f"fingerprints/{file}:")
    assert mark in line(place)


def test_what_no_line_is_about_keeps_its_words() -> None:
    assert (
        located("registry: 'Acme' (US) has its address in Shenzhen.") == "registry: 'Acme' (US) has its address in Shenzhen."
    )
    assert located("nobody.nothing: is wrong.") == "nobody.nothing: is wrong."
    assert located("vendors/dji.toml: says nothing we can find.").startswith("fingerprints/vendors/dji.toml: vendors/dji.toml")


def test_real_complaints_are_located() -> None:
    doubled = replace(KNOWN, rules=(*KNOWN.rules, Rule("dahua", "maker", "prefix", "Hangzhou Hikvision")))
    (complaint,) = [found for found in checks.registrants(doubled, ["Hangzhou Hikvision Digital"]) if "belongs to" in found]
    place = located(complaint).partition(": ")[0]
    assert place.startswith("fingerprints/vendors/dahua.toml") or "Hangzhou Hikvision" in line(place)
