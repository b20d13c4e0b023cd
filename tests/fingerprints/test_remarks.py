"""Class rules, campaigns and categories of risk as the files say them, read strictly."""

import re
from pathlib import Path

import pytest

from fingerprints import remarks
from fingerprints.catalogue import load
from fingerprints.checks import CLASSES
from fingerprints.errors import TableError

KNOWN = load().knowledge
RULE = """
[[rule]]
id = "a-rule"
title = "A rule"
classes = ["drone"]
since = 2026-01-01
says = "something"
check = "something else"
citation = "made up"
last_checked = 2026-11-22
"""
CAMPAIGN = """
channels = ["upnp.model"]

[[campaign]]
id = "acme"
name = "Acme"
published = 2026-01-01
says = "something"
source = "made up"

[[campaign.target]]
id = "one"
entity = "cisco"
model = "One"
pattern = '^One'
examples = ["One 1"]
misses = ["Two"]
"""


def test_a_rule_is_read(tmp_path: Path) -> None:
    path = tmp_path / "categories.toml"
    path.write_text(RULE + "until = 2026-02-01\n")
    (rule,) = remarks.class_rules(path)
    assert (rule.id, rule.classes, rule.component_on) == ("a-rule", ("drone",), "")
    assert [rule.in_force(day) for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('classes = ["drone"]', "", "both given or both missing"),
        ('classes = ["drone"]', 'classes = ["drone"]\ncomponent_on = "a-list"', "both given or both missing"),
        ("since = 2026-01-01", "", "rule a-rule: since: is missing"),
        ("since =", "begins =", "since: is missing"),
        ('says = "something"', 'says = "something"\nweight = 3', "weight: is not a key we know"),
        ("[[rule]]", "[[rules]]", "rules: is not a key we know"),
    ],
)
def test_a_rule_is_read_strictly(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "categories.toml"
    path.write_text(RULE.replace(old, new))
    with pytest.raises(TableError, match=says):
        remarks.class_rules(path)


def test_a_campaign_is_read(tmp_path: Path) -> None:
    path = tmp_path / "exposures.toml"
    path.write_text(CAMPAIGN)
    (row,) = remarks.exposures(path)
    assert (row.id, row.campaign, row.entity, row.published) == ("acme.one", "Acme", "cisco", "2026-01-01")
    (signature,) = row.signatures()
    assert (signature.channel, signature.match, signature.claims) == ("upnp.model", "regex", ())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("'^One'", "'(One'", "is no regular expression"),
        ('entity = "cisco"', "", "target one: entity: is missing"),
        ('misses = ["Two"]', "", "misses: is missing"),
        ("published = 2026-01-01", 'published = "lately"', "published: 'lately' is no date"),
        ('model = "One"', 'model = "One"\nmodle = "One"', "modle: is not a key we know"),
    ],
)
def test_a_campaign_is_read_strictly(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "exposures.toml"
    path.write_text(CAMPAIGN.replace(old, new))
    with pytest.raises(TableError, match=says):
        remarks.exposures(path)


def test_what_ships() -> None:
    assert [rule.id for rule in KNOWN.class_rules] == [
        "us-fcc-drones",
        "us-fcc-routers",
        "us-fcc-modules",
        "us-icts-vehicles",
        "us-asda-drones",
        "uk-surveillance-statement",
    ]
    assert len(KNOWN.exposures) == 14
    for rule in KNOWN.class_rules:
        assert "must be checked" in rule.check
        assert re.search(r"\d{4}-\d\d-\d\d", rule.citation)


def test_categories_of_risk() -> None:
    risks = remarks.risks()
    assert [risk.severity for risk in risks] == [5, 5, 4, 4, 4, 3, 3, 2]
    assert len({risk.category for risk in risks}) == 8
    assert all(risk.mechanism and risk.shown and risk.never and risk.roles for risk in risks)
    assert {name for risk in risks for name in risk.classes} <= CLASSES
    assert [risk.category for risk in risks if risk.assessable == "no"] == ["Regulatory and normative pressure"]


@pytest.mark.parametrize(
    ("device_class", "category"),
    [
        ("router", "Cyber pre-positioning for disruption"),
        ("camera", "Strategic data exfiltration"),
        ("solar_inverter", "Supply chain coercion"),
        ("drone", "Intelligence mapping via sensors"),
        ("tv", "Consumer privacy breaches"),
    ],
)
def test_a_class_of_devices_touches_a_category(device_class: str, category: str) -> None:
    assert category in {risk.category for risk in remarks.risks() if device_class in risk.classes}


@pytest.mark.parametrize("severity", ["0", "6", "high", ""])
def test_a_severity_is_one_to_five(tmp_path: Path, severity: str) -> None:
    with pytest.raises(TableError, match="severity"):
        remarks.risks(risk(tmp_path, severity=severity))


@pytest.mark.parametrize("change", [{"assessable": "perhaps"}, {"roles": "maker wizard"}])
def test_a_risk_is_read_strictly(tmp_path: Path, change: dict[str, str]) -> None:
    with pytest.raises(TableError, match=next(iter(change))):
        remarks.risks(risk(tmp_path, **change))


def risk(folder: Path, **change: str) -> Path:
    names = ("category", "severity", "mechanism", "classes", "roles", "assessable", "shown", "never")
    usual = {"severity": "3", "classes": "camera", "roles": "maker", "assessable": "no"} | change
    path = folder / "risk.csv"
    path.write_text(",".join(names) + "\n" + ",".join(usual.get(name, "x") for name in names) + "\n")
    return path
