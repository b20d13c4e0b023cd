"""Every maker, module and registry exception of the facts the tables were built from has its place in them.

Needs ../shared/facts (not part of the project). Where research since then found otherwise, the difference is named here.
"""

import csv
from pathlib import Path

import pytest

from fingerprints.catalogue import load
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution

FACTS = Path(__file__).parents[3] / "shared" / "facts"
pytestmark = pytest.mark.skipif(not FACTS.is_dir(), reason="no facts at hand (../shared/facts)")

CATALOGUE = load()
ORGANISATIONS = CATALOGUE.registry.organisations()
ENTITIES = {entity.id: entity for entity in CATALOGUE.knowledge.entities}
CALLED = {"xiaomi_eco_yeelight": "yeelight", "tianyu": "tianyu_information_wuhan", "tuya_mod": "tuya"}
"""Ids of the facts that go by another one here."""

ELSEWHERE = {
    "Qingdao Hisense Hitachi Air-conditioning Systems Co.,Ltd.": "hisense_hitachi",  # a joint venture, not Hisense
    "Sichuan AI-Link Technology Co., Ltd.": "ailink",  # makes modules for others; its parent is Changhong
    "Sichuan\xa0AI-Link\xa0Technology\xa0Co.,\xa0Ltd.": "ailink",
    "Hasselblad": "",  # the block is from 2000 and another company's; see exceptions.csv
    "Hasselblad (Shenzhen) Trading CompanyLimited": "",
    "Innolight Technology Corporation": "",  # Cupertino; could not be tied to the company in Suzhou
}
"""Registered names that belong to another company than the facts say, "" for none."""


def rows(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def attributed(name: str, country: str) -> Attribution:
    """What a name says. The facts spell out countries that have no code of two letters there."""
    lands = {land for land in ORGANISATIONS.get(name, ()) if len(country) != 2 or land == country}
    return CATALOGUE.attribute(Registrant(name, country if len(country) == 2 else min(lands, default=""), "", "", 24, "facts"))


@pytest.mark.parametrize(("name", "count"), [("vendors.csv", 509), ("modules.csv", 72), ("makers_elsewhere.csv", 361)])
def test_every_company_has_a_file(name: str, count: int) -> None:
    ids = [CALLED.get(row["id"], row["id"]) for row in rows(name)]
    assert len(ids) == count
    assert not [one for one in ids if one not in ENTITIES]


@pytest.mark.parametrize("name", ["vendors.csv", "modules.csv"])
def test_head_offices_agree_and_nobody_is_cleared(name: str) -> None:
    for row in rows(name):
        entity = ENTITIES[CALLED.get(row["id"], row["id"])]
        assert entity.country == row["hq_country"], entity.id
        assert entity.control in {"prc", "contested"}, entity.id


def test_registered_names_of_makers_are_theirs() -> None:
    for row in rows("vendor_oui_orgs.csv"):
        name = row["org_name_in_registry"]
        found = attributed(name, row["registry_country"])
        expected = ELSEWHERE.get(name, CALLED.get(row["vendor_id"], row["vendor_id"]))
        assert (found.entity.id if found.entity else "") == expected, name


def test_registered_names_of_makers_elsewhere_are_theirs() -> None:
    for row in rows("makers_elsewhere.csv"):
        for name in row["registry_name_patterns"].split("|" if "|" in row["registry_name_patterns"] else ";"):
            found = attributed(name.strip(), "")
            assert found.entity is not None, name
            assert found.entity.id == row["id"], name


@pytest.mark.parametrize(
    ("fact", "allowed"),
    [
        ("CN", {"prc"}),
        ("CN (contested or second-hand)", {"prc", "contested"}),
        ("HK", {"hk"}),
        ("TW", {"none"}),
        ("US", {"none", ""}),
        ("DE", {"none", ""}),
    ],
)
def test_registry_exceptions_lead_where_the_facts_say(fact: str, allowed: set[str]) -> None:
    """ "" stands for: not the company its name suggests, and the registered country is right."""
    wrong = {"Coagent International Enterprise Limited", "Hasselblad", "Enensys"}  # researched since
    for row in rows("oui_exceptions.csv"):
        if row["true_origin"] == fact and row["org_name"] not in wrong:
            assert attributed(row["org_name"], row["registry_country"]).origin in allowed, row["org_name"]


def test_every_registry_exception_is_known() -> None:
    known = {row.name for row in CATALOGUE.knowledge.corrections} | {rule.name for rule in CATALOGUE.knowledge.rules}
    missing = {row["org_name"] for row in rows("oui_exceptions.csv")} - known
    assert not {name for name in missing if attributed(name, "").entity is None}
