"""Signs to claims: who wins, who is told beside, and when a second name is a brand."""

from dataclasses import replace

import pytest

from fingerprints.catalogue import load
from scanner.judgement.signs import Support
from scanner.judgement.weighing import sign_claims
from scanner.judgement.weights import Sign, probability
from scanner.model import Citation, Claim, ClaimKind, Status

CATALOGUE = load()


def support(entity: str, kind: str, claim: ClaimKind = ClaimKind.MAKER, *, own: bool = True) -> Support:
    row = CATALOGUE.weights.kinds[kind]
    weight = row.weight(claim)
    cited = Citation("x.y", entity, entity.encode(), weight, "c", 1, 1, f"{entity}.{kind}", "source")
    return Support(claim, entity, Sign(kind, row.group, weight, row.decoded and own, own, cited))


def claims(*signs: Support) -> dict[tuple[ClaimKind, str], Claim]:
    return {(claim.kind, claim.entity): claim for claim in sign_claims(signs, CATALOGUE)}


def test_a_white_label_has_a_brand_and_a_maker() -> None:
    found = claims(support("dahua", "discovery"), support("amcrest", "named_banner"), support("amcrest", "oui_maker"))
    maker, brand = found[ClaimKind.MAKER, "dahua"], found[ClaimKind.BRAND, "amcrest"]
    assert maker.status is Status.CONFIRMED
    assert "Dahua" in brand.note
    assert (ClaimKind.MAKER, "amcrest") not in found


def test_a_name_of_the_tables_for_a_brand_joins_what_else_names_it() -> None:
    found = claims(
        support("dahua", "discovery"),
        support("amcrest", "named_banner"),
        support("amcrest", "hostname_model", ClaimKind.BRAND),
    )
    assert len(found[ClaimKind.BRAND, "amcrest"].evidence) == 2
    assert found[ClaimKind.MAKER, "dahua"].note == ""


@pytest.mark.parametrize(
    "signs",
    [
        (support("hikvision", "named_banner"), support("dahua", "named_banner")),
        (support("hikvision", "discovery"), support("dahua", "discovery")),
    ],
    ids=["two names", "two protocols"],
)
def test_two_makers_of_equal_evidence_are_both_told_with_the_other_beside(signs: tuple[Support, ...]) -> None:
    found = claims(*signs)
    one, other = found[ClaimKind.MAKER, "hikvision"], found[ClaimKind.MAKER, "dahua"]
    assert (one.status, other.status) == (Status.CONFIRMED, Status.CONFIRMED)
    assert "Dahua" in one.note
    assert "Hikvision" in other.note
    assert one.evidence
    assert other.evidence


def test_a_parent_and_its_daughter_do_not_contradict_each_other() -> None:
    found = claims(support("hikvision", "discovery"), support("ezviz", "named_banner"))
    assert not any(claim.note for claim in found.values())
    assert {kind for kind, _ in found} == {ClaimKind.MAKER}


def test_a_block_gives_way_to_what_the_device_says_and_says_to_whom() -> None:
    found = claims(support("netgear", "oui_maker"), support("yealink", "named_banner"))
    assert found[ClaimKind.MAKER, "netgear"].status is Status.WEAK
    assert found[ClaimKind.MAKER, "netgear"].note == "better evidence names Yealink"
    assert found[ClaimKind.MAKER, "yealink"].status is Status.CONFIRMED


def test_a_name_only_asked_for_never_outweighs_the_block() -> None:
    found = claims(support("netgear", "oui_maker"), support("hikvision", "device_cloud", own=False))
    assert found[ClaimKind.MAKER, "hikvision"].status is Status.WEAK
    assert found[ClaimKind.MAKER, "netgear"].status is Status.LIKELY


def test_one_signature_in_two_fields_weighs_once() -> None:
    sign = support("hikvision", "named_banner")
    cited = replace(sign.sign.citation, channel="x.z")
    again = sign._replace(sign=sign.sign._replace(citation=cited))
    (once,) = sign_claims([sign], CATALOGUE)
    (twice,) = sign_claims([sign, again], CATALOGUE)
    assert once.probability == twice.probability
    assert [each.weight for each in twice.evidence] == [sign.sign.weight, 0.0]


@pytest.mark.parametrize(
    "signs",
    [
        (support("hikvision", "discovery"),),
        (support("hikvision", "named_banner"), support("hikvision", "user_agent"), support("hikvision", "oui_maker")),
        (support("hikvision", "device_cloud"), support("hikvision", "portal_check"), support("hikvision", "iot_platform")),
        (support("netgear", "oui_maker"), support("yealink", "named_banner")),
    ],
    ids=["one sign", "two of a group", "a capped group", "a rival"],
)
def test_prior_evidence_and_counter_weight_add_up_to_the_probability(signs: tuple[Support, ...]) -> None:
    for claim in sign_claims(signs, CATALOGUE):
        odds = CATALOGUE.weights.prior + sum(cited.weight for cited in claim.evidence)
        if claim.note.startswith("better evidence"):
            odds += CATALOGUE.weights.rival
        assert probability(odds) == claim.probability
