"""The sentence and the level: which entries of which lists make a listed maker, and how they are named."""

from collections.abc import Iterable

import pytest

from fingerprints.catalogue import load
from scanner.judgement import explain
from scanner.judgement.policy import load as load_policy
from scanner.model import Claim, ClaimKind, Finding, Listing, Status, Verdict

CATALOGUE, POLICY = load(), load_policy()


def claim(kind: ClaimKind, entity: str, probability: float = 0.9, status: Status = Status.LIKELY) -> Claim:
    return Claim(kind, CATALOGUE.entity(entity).name, entity, "", probability, status, ())


def listing(entity: str, scope: str, title: str = "A list", via: str = "") -> Listing:
    return Listing(title.lower(), title, entity, entity, scope, "2020-01-01", "cited", via)


def judged(claims: Iterable[Claim], listings: Iterable[Listing] = ()) -> Finding:
    return explain.finding([*claims], [*listings], None, CATALOGUE, POLICY)


MAKER = claim(ClaimKind.MAKER, "hikvision")


@pytest.mark.parametrize(
    ("scope", "level"),
    [
        ("equipment", 5),
        ("equipment; video surveillance", 5),
        ("company; export control only", 5),
        ("services", 4),
        ("services; telecommunications under section 214", 4),
        ("components; batteries bought from 2027-10-01", 4),
    ],
)
def test_only_an_entry_about_devices_or_the_company_makes_a_listed_maker(scope: str, level: int) -> None:
    found = judged([MAKER], [listing("hikvision", scope)])
    assert found.level == level
    assert ("A list" in found.reason) is (level == 5)


def test_an_entry_of_a_component_maker_says_nothing_about_the_maker() -> None:
    inside = claim(ClaimKind.COMPONENT, "huawei", 0.95)
    assert judged([MAKER, inside], [listing("huawei", "equipment")]).level == 4
    assert judged([inside], [listing("huawei", "equipment")]).level == 3


def test_a_list_flags_nobody_who_is_not_controlled_from_the_mainland() -> None:
    contested = judged([claim(ClaimKind.MAKER, "tplink_sys")], [listing("tplink_sys", "equipment")])
    assert (contested.level, contested.verdict) == (1, Verdict.REVIEW)
    elsewhere = judged([claim(ClaimKind.MAKER, "axis")], [listing("axis", "equipment")])
    assert (elsewhere.level, elsewhere.verdict) == (0, Verdict.CLEAR)


@pytest.mark.parametrize(
    ("scopes", "says"),
    [
        (["company", "equipment"], "named on List 1 and List 0"),
        (["company", "services", "company"], "named on List 0 and List 2"),
        (["equipment"] * 3, "named on List 0, List 1 and List 2"),
        (["equipment"] * 4, "named on List 0, List 1, List 2 and 1 more official list"),
        (["company"] * 3 + ["equipment"] * 2, "named on List 3, List 4, List 0 and 2 more official lists"),
    ],
)
def test_lists_about_devices_come_first_and_many_are_counted(scopes: list[str], says: str) -> None:
    found = judged([MAKER], [listing("hikvision", scope, f"List {n}") for n, scope in enumerate(scopes)])
    assert found.reason == f"likely made by Hikvision, a PRC company {says}"


def test_two_entries_of_one_list_are_one_list() -> None:
    found = judged([MAKER], [listing("hikvision", "equipment"), listing("hikvision", "company")])
    assert found.reason.endswith("a PRC company named on A list")


def test_an_affiliate_is_not_said_to_be_named() -> None:
    affiliate = claim(ClaimKind.MAKER, "ezviz")
    parents = [listing("ezviz", "equipment", title, "Hikvision") for title in ("List 1", "List 2")]
    assert judged([affiliate], parents).reason.endswith("a PRC company covered by List 1 and List 2 through Hikvision")
    both = [*parents, listing("ezviz", "company", "List 3")]
    assert judged([affiliate], both).reason.endswith("a PRC company named on List 3")


def test_the_shipped_lists_in_a_sentence() -> None:
    entries = [
        Listing(e.list_id, e.title, e.entry, "hikvision", e.scope, e.since, e.citation, e.via)
        for e in CATALOGUE.listings("hikvision", "2022-06-01")
    ]
    assert judged([MAKER], entries).reason == (
        "likely made by Hikvision, a PRC company named on US NDAA Section 889, US FCC Covered List, US BIS Entity List "
        "and 1 more official list"
    )


def test_weak_claims_set_no_level() -> None:
    assert judged([claim(ClaimKind.MAKER, "hikvision", 0.3, Status.WEAK)]).level is None


def test_remarks_set_no_level() -> None:
    remarks = [claim(kind, "hikvision", 0.99) for kind in (ClaimKind.CATEGORY, ClaimKind.EXPOSURE, ClaimKind.NETWORK)]
    assert judged(remarks).level is None
    assert judged([claim(ClaimKind.MAKER, "axis"), *remarks]).level == 0


def test_a_white_label_is_flagged_for_its_maker_and_reviewed_for_its_brand() -> None:
    foreign, prc = claim(ClaimKind.BRAND, "amcrest", 0.96), claim(ClaimKind.BRAND, "hikvision", 0.96)
    sold = judged([MAKER, foreign])
    assert (sold.level, sold.reason.endswith(", sold as Amcrest")) == (4, True)
    assert judged([claim(ClaimKind.MAKER, "axis"), foreign]).level == 0
    other = judged([claim(ClaimKind.MAKER, "axis", 0.97), prc])
    assert (other.level, other.verdict) == (1, Verdict.REVIEW)
    assert other.reason == "likely made by Axis Communications, but sold as Hikvision, a PRC company"
    assert judged([prc]).reason == "its maker is not identified, but it is sold as Hikvision, a PRC company"
    assert judged([foreign]).level is None
