"""Attribution in its order, lists with their dates and parents, and what a report may print about the tables."""

from dataclasses import replace
from pathlib import Path

import pytest

from fingerprints.catalogue import Catalogue, load
from fingerprints.oui import Registrant, Registry
from fingerprints.rows import Correction, Entity, Knowledge, ListEntry, OfficialList, Past, Rule

REGISTRY = Registry.load()
WEIGHTS = load().weights


def entity(name: str, control: str = "prc", parent: str = "") -> Entity:
    sources = ("made up", "unchecked")
    return Entity(name, name.title(), "", "CN", "", control, parent, ("maker",), (), (), "low", "2026-01-01", sources)


def official(affiliates: bool, *entries: tuple[str, str, str]) -> OfficialList:
    title = "Covers affiliates" if affiliates else "Names only"
    rows = tuple(
        ListEntry(title, title, name.upper(), name, "equipment", since, until, "cited", affiliates)
        for name, since, until in entries
    )
    size = len(rows)
    return OfficialList(title, title, "", "", "cited", "", "2026-01-01", "2026-02-01", size, 0, affiliates, "", rows)


def tables(
    entities: tuple[Entity, ...] = (),
    rules: tuple[Rule, ...] = (),
    corrections: tuple[Correction, ...] = (),
    lists: tuple[OfficialList, ...] = (),
) -> Catalogue:
    return Catalogue(REGISTRY, Knowledge(entities, rules, (), corrections, lists, WEIGHTS, "0" * 64))


def asked(catalogue: Catalogue, name: str, country: str = "US") -> tuple[str, str, str, str]:
    found = catalogue.attribute(Registrant(name, country, "", "00:00:5e", 24, "registry"))
    return found.entity.id if found.entity else "", found.role, found.origin, found.rule


RULED = tables(
    (entity("acme"), entity("rival", "none"), entity("joint", "jv")),
    (
        Rule("acme", "maker", "prefix", "Acme"),
        Rule("acme", "module", "prefix", "Acme Modules"),
        Rule("rival", "maker", "prefix", "Acme Modules of Ohio"),
        Rule("joint", "maker", "exact", "ACME & Rival Co., Ltd."),
    ),
    (
        Correction("Acme Plant", "CN", "TW", "none", "foreign_owned", "part of somebody", "high"),
        Correction("Bobsled GmbH", "CN", "DE", "none", "foreign_owned", "part of Bob", "high"),
        Correction("Bobsled GmbH", "DE", "CN", "contested", "prc_owned_abroad", "part of another Bob", "low"),
    ),
)


@pytest.mark.parametrize(
    ("name", "country", "answer"),
    [
        ("acme and rival co ltd", "CN", ("acme", "maker", "prc", "prefix")),  # "&" separates, "and" is a word
        ("ACME  Rival CO LTD", "CN", ("joint", "maker", "jv", "exact")),
        ("Acme Holdings", "KY", ("acme", "maker", "prc", "prefix")),
        ("Acme Modules Ltd", "US", ("acme", "module", "prc", "prefix")),
        ("Acme Modules of Ohio, Inc.", "US", ("rival", "maker", "none", "prefix")),
        ("Acme Plant", "CN", ("acme", "maker", "prc", "prefix")),  # a rule outranks an exception
        ("Bobsled GmbH", "CN", ("", "", "none", "exception")),
        ("Bobsled GmbH", "DE", ("", "", "contested", "exception")),
        ("Bobsled GmbH", "FR", ("", "", "none", "country")),
        ("Acmeology", "CN", ("", "", "prc", "country")),
        ("The Acme", "HK", ("", "", "hk", "country")),
        ("Somebody", "MO", ("", "", "hk", "country")),
        ("Somebody", "TW", ("", "", "none", "country")),
        ("Somebody", "", ("", "", "", "none")),
        ("", "CN", ("", "", "prc", "country")),
    ],
)
def test_the_first_rule_that_fits_attributes(name: str, country: str, answer: tuple[str, str, str, str]) -> None:
    assert asked(RULED, name, country) == answer


def test_an_attribution_says_where_it_comes_from() -> None:
    assert RULED.attribute(Registrant("Acme", "CN", "", "", 24, "registry")).source == "made up; unchecked"
    assert RULED.attribute(Registrant("Bobsled GmbH", "CN", "", "", 24, "registry")).source == "part of Bob"
    assert RULED.attribute(Registrant("Somebody", "CN", "", "", 24, "oui.csv")).source == "oui.csv"


LISTED = tables(
    (entity("parent"), entity("child", parent="parent"), entity("grandchild", parent="child"), entity("stranger")),
    lists=(
        official(True, ("parent", "2019-08-13", "")),
        official(False, ("parent", "2021-01-01", ""), ("child", "2021-01-01", "2024-01-01"), ("child", "2025-01-01", "")),
    ),
)


@pytest.mark.parametrize(
    ("name", "as_of", "entries"),
    [
        ("parent", "2019-08-12", []),
        ("parent", "2022-01-01", [("Covers affiliates", "PARENT", ""), ("Names only", "PARENT", "")]),
        ("child", "2022-01-01", [("Covers affiliates", "PARENT", "Parent"), ("Names only", "CHILD", "")]),
        ("child", "2024-06-01", [("Covers affiliates", "PARENT", "Parent")]),
        ("grandchild", "2025-06-01", [("Covers affiliates", "PARENT", "Parent")]),
        ("stranger", "2025-06-01", []),
    ],
)
def test_listings_by_date_and_parent(name: str, as_of: str, entries: list[tuple[str, str, str]]) -> None:
    assert [(row.list_id, row.entry, row.via) for row in LISTED.listings(name, as_of)] == entries


def test_an_unknown_id_is_a_key_error() -> None:
    for call in (LISTED.entity, LISTED.controller, lambda name: LISTED.listings(name, "2026-01-01")):
        with pytest.raises(KeyError):
            call("nobody")


def test_every_table_has_a_name_a_date_and_a_source() -> None:
    catalogue = load()
    assert [table.name for table in catalogue.tables] == [
        *("registry", "vendors", "registrants", "exceptions", "signatures"),
        *(f"list {one.id}" for one in catalogue.knowledge.lists),
        *("categories", "exposures", "weights"),
    ]
    for table in catalogue.tables:
        assert table.rows > 0
        assert table.version
        assert table.date <= catalogue.date
        assert table.source
    assert catalogue.date == max(table.date for table in catalogue.tables)


def test_named_finds_holders_and_companies_whatever_the_spelling() -> None:
    catalogue = load()
    for name, registered, country in (
        ("hangzhou hikvision digital technology co ltd", "Hangzhou Hikvision Digital Technology Co.,Ltd.", "CN"),
        ("Hikvision", "Hangzhou Hikvision Digital Technology Co.,Ltd.", "CN"),  # no holder is called just so: the company is
        ("TP-Link Systems Inc.", "TP-Link Systems Inc.", "US"),  # also registered in Hong Kong and Singapore
        ("BYD", "BYD Auto lndustry Co.,Ltd", "CN"),  # not its contract plants, which hold more blocks
    ):
        found = catalogue.named(name)
        assert found is not None
        assert (found.name, found.country) == (registered, country)
    for name in ("Growatt", "Hikvisio", "", "--"):  # a company without blocks, and no companies
        assert catalogue.named(name) is None


def test_a_users_registry_file_is_laid_over_and_named(tmp_path: Path) -> None:
    path = tmp_path / "oui.csv"
    path.write_text(
        "Registry,Assignment,Organization Name,Organization Address\r\n"
        "MA-L,00005E,Hangzhou Hikvision Digital Technology Co. Ltd.,No.555 Hangzhou  CN 310052 \r\n"
    )
    catalogue = load(path)
    found = catalogue.registrant("00:00:5e:00:53:01")
    assert found is not None
    assert found.source == "oui.csv"
    assert catalogue.attribute(found).entity == catalogue.entity("hikvision")
    assert [table.name for table in catalogue.tables][:2] != [table.name for table in load().tables][:2]
    assert load().registrant("00:00:5e:00:53:01") != found


def test_the_catalogue_is_loaded_once() -> None:
    assert load() is load()


def test_a_sign_of_the_catalogue_is_found() -> None:
    hits = load().hits("dns.query", "asked", "litedev.hik-connect.com")
    assert [(row.id, row.entity) for row in hits] == [("hikvision.device_cloud", "hikvision")]
    assert hits[0].claims == ("maker", "platform")


def test_control_is_a_parents_where_the_child_is_silent() -> None:
    catalogue = load()
    assert catalogue.controller("ezviz") == catalogue.controller("hikvision") == catalogue.controller("cetc") == "prc"
    assert catalogue.controller("hisense_hitachi") == "jv"  # its own word outranks the parent's


@pytest.mark.parametrize(
    ("company", "day", "control"),
    [
        ("irobot", "2026-01-22", "none"),
        ("irobot", "2026-01-23", "prc"),
        ("lorex", "2022-11-23", "prc"),
        ("lorex", "2022-11-24", "none"),
        ("lexmark", "2024-01-01", "prc"),
        ("motorola_mobility", "2014-01-01", "none"),
        ("hikvision", "2014-01-01", "prc"),
    ],
)
def test_control_is_that_of_the_day(company: str, day: str, control: str) -> None:
    assert load().at(day).controller(company) == control


def test_a_company_that_was_another_ones_part_shared_its_listings() -> None:
    """Honor was Huawei's until November 2020: the lists that cover affiliates covered it until then."""
    assert {entry.list_id for entry in load().at("2020-11-16").listings("honor", "2020-11-16")} == {"us-ndaa-889"}
    assert not load().at("2020-11-17").listings("honor", "2020-11-17")


def test_today_nothing_is_rebuilt() -> None:
    assert load().at(load().date) is load()


def test_a_company_below_one_that_changed_hands_goes_with_it() -> None:
    past = Past("2020-01-01", "", "none", "made up")
    above, below, apart = entity("above"), entity("below", parent="above"), entity("apart", "contested", "above")
    then = tables(entities=(replace(above, before=(past,)), below, apart)).at("2019-12-31")
    assert [then.controller(name) for name in ("above", "below", "apart")] == ["none", "none", "contested"]
