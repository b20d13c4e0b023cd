"""Class rules and campaigns beside the verdict: said where they may apply, dated, with their frame, and never judged by."""

import packets
import pytest

from fingerprints.catalogue import load
from scanner.engine import finish
from scanner.judgement import remarks
from scanner.judgement.policy import load as load_policy
from scanner.judgement.signs import Fact
from scanner.model import Citation, Claim, ClaimKind, Device, Role, Sighting, Status

CATALOGUE = load()
TODAY = "2026-11-22"
SEEN = Sighting(1, "test.pcap", 1, b"")
CITED = Citation("eth.oui", "raw", b"raw", 5.0, "test.pcap", 1, 1, "row", "source")


def claim(kind: ClaimKind, entity: str, status: Status = Status.LIKELY) -> Claim:
    return Claim(kind, entity, entity, "", 0.9, status, (CITED,))


def titles(device_class: str, *claims: Claim, as_of: str = TODAY) -> list[str]:
    shown = remarks.Shown(device_class, remarks.TOLD, (CITED,))
    return [each.claim.value for each in remarks.categories(shown, claims, CATALOGUE, as_of)]


DRONES = "FCC Covered List, drones produced in a foreign country"
ROUTERS = "FCC Covered List, consumer routers produced in a foreign country"
MODULES = "FCC rule on covered modular transmitters"
VEHICLES = "US rule on connected vehicles"
ASDA = "American Security Drone Act"
UK = "United Kingdom statement on surveillance equipment"


@pytest.mark.parametrize(
    ("device_class", "found"),
    [
        ("drone", [DRONES]),
        ("router", [ROUTERS]),
        ("cpe", [ROUTERS]),
        ("vehicle", [VEHICLES]),
        ("telematics", [VEHICLES]),
        ("camera", []),
        ("solar_inverter", []),  # seen in one source only
        ("robot", []),
        ("", []),
    ],
)
def test_a_class_rule_is_said_of_its_classes(device_class: str, found: list[str]) -> None:
    assert titles(device_class) == found


@pytest.mark.parametrize(("as_of", "found"), [("2026-03-22", []), ("2026-03-23", [ROUTERS])])
def test_a_class_rule_is_said_from_its_day_on(as_of: str, found: list[str]) -> None:
    assert titles("router", as_of=as_of) == found


@pytest.mark.parametrize(
    ("device_class", "maker", "as_of", "found"),
    [
        ("camera", "hikvision", "2022-11-23", []),
        ("camera", "hikvision", "2022-11-24", [UK]),
        ("camera", "axis", TODAY, []),
        ("drone", "dji", "2023-12-21", []),
        ("drone", "dji", "2023-12-22", [ASDA]),
        ("drone", "dji", TODAY, [DRONES, ASDA]),
        ("drone", "dji", "2028-12-22", [DRONES]),
        ("drone", "parrot", TODAY, [DRONES]),
    ],
)
def test_a_rule_about_makers_of_one_country_is_said_of_these_only(
    device_class: str, maker: str, as_of: str, found: list[str]
) -> None:
    assert titles(device_class, claim(ClaimKind.MAKER, maker), as_of=as_of) == found


def test_a_covered_component_is_said_by_the_list_of_its_maker() -> None:
    assert titles("camera", claim(ClaimKind.COMPONENT, "hisilicon")) == [MODULES]  # through Huawei
    assert titles("camera", claim(ClaimKind.COMPONENT, "hisilicon"), as_of="2025-12-25") == []
    assert titles("camera", claim(ClaimKind.COMPONENT, "hisilicon", Status.WEAK)) == []
    assert titles("camera", claim(ClaimKind.COMPONENT, "quectel")) == []  # on another list
    assert titles("camera", claim(ClaimKind.COMPONENT, "china_mobile")) == []  # on the list for services
    assert titles("switch", claim(ClaimKind.MAKER, "huawei")) == []
    both = [claim(ClaimKind.COMPONENT, "hisilicon"), claim(ClaimKind.COMPONENT, "zte")]
    assert titles("router", *both) == [ROUTERS, MODULES]


def test_a_category_says_what_must_be_checked_and_weighs_nothing() -> None:
    (remark,) = remarks.categories(remarks.Shown("router", remarks.TOLD, (CITED,)), [], CATALOGUE, TODAY)
    found = remark.claim
    assert (remark.id, found.kind, found.status) == ("us-fcc-routers", ClaimKind.CATEGORY, Status.LIKELY)
    assert "the place of production must be checked" in found.note
    assert "2026-03-23" in found.note
    assert [cited.weight for cited in found.evidence] == [0.0]


def exposed(
    value: str, maker: str, *, role: Role = Role.SELF, as_of: str = TODAY, status: Status = Status.LIKELY
) -> list[str]:
    facts = [Fact("upnp.model", role, value, SEEN), Fact("snmp.description", role, value, SEEN)]
    makers = [claim(ClaimKind.MAKER, maker, status)]
    return [each.claim.value for each in remarks.exposures(facts, makers, CATALOGUE, as_of)]


def test_a_remark_is_as_sure_as_what_it_hangs_on() -> None:
    inside = claim(ClaimKind.COMPONENT, "hisilicon")
    for p, how in ((remarks.DECODED, Status.CONFIRMED), (remarks.TOLD, Status.LIKELY), (remarks.GUESSED, Status.POSSIBLE)):
        by_class, by_part = remarks.categories(remarks.Shown("router", p, (CITED,)), [inside], CATALOGUE, TODAY)
        assert (by_class.claim.probability, by_class.claim.status) == (p, how)
        assert by_part.claim.probability == inside.probability
    facts = [Fact("upnp.model", Role.SELF, "RV320", SEEN)]
    (found,) = remarks.exposures(facts, [claim(ClaimKind.MAKER, "cisco", Status.CONFIRMED)], CATALOGUE, TODAY)
    assert (found.id, found.claim.probability, found.claim.status) == ("kv-botnet", 0.9, Status.CONFIRMED)


def test_a_campaign_is_said_of_the_model_and_maker_it_went_after() -> None:
    assert exposed("RV320", "cisco") == ["KV-botnet: Cisco RV320"]
    assert exposed("Vigor2960", "draytek") == ["Raptor Train: DrayTek Vigor", "KV-botnet: DrayTek Vigor"]
    assert exposed("RV340", "cisco") == []
    assert exposed("RV320", "netgear") == []  # the same letters on another maker's product
    assert exposed("RV320", "cisco", status=Status.WEAK) == []


def test_asking_for_a_model_is_not_being_it() -> None:
    assert exposed("RV320", "cisco", role=Role.ASKED) == []
    assert exposed("RV320", "cisco", role=Role.TOLD) == ["KV-botnet: Cisco RV320"]


def test_a_campaign_is_said_from_the_day_of_its_report_on() -> None:
    assert exposed("RV320", "cisco", as_of="2023-12-12") == []
    assert exposed("RV320", "cisco", as_of="2023-12-13") == ["KV-botnet: Cisco RV320"]


def judge(mac: str, *frames: bytes, as_of: str = TODAY) -> Device:
    inventory = finish(
        packets.evidence([packets.arp((mac, "192.168.1.10"), "192.168.1.1"), *frames]), CATALOGUE, load_policy(), as_of
    )
    return next(device for device in inventory.devices if device.id == mac)


def block(name: str) -> str:
    """An address in a block registered under this name."""
    return next(f"{row.prefix}:00:00:01" for row in CATALOGUE.registry.blocks() if row.name == name and row.bits == 24)


def test_the_whole_line_says_a_category_and_judges_the_same_without_it() -> None:
    mac = block("XAG")
    before, after = judge(mac, as_of="2025-12-21"), judge(mac, as_of="2025-12-22")
    assert [each.value for each in after.claims if each.kind is ClaimKind.CATEGORY] == [ASDA, DRONES]
    assert [each.value for each in before.claims if each.kind is ClaimKind.CATEGORY] == [ASDA]
    assert before.finding.level == after.finding.level == 4
    assert before.finding.confidence == after.finding.confidence


def test_every_remark_points_to_a_frame() -> None:
    device = judge(block("XAG"))
    found = [each for each in device.claims if each.kind is ClaimKind.CATEGORY]
    assert found
    assert all(each.evidence and all(cited.frame == 1 for cited in each.evidence) for each in found)
