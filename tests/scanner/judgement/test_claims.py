"""What may be said about a device, and what not: small networks through the real line and the real tables."""

import packets
import pytest

from fingerprints.catalogue import load
from scanner.engine import finish
from scanner.judgement.claims import NAME_CHANNELS
from scanner.judgement.identifiers import RULES
from scanner.judgement.joining import NAMES
from scanner.judgement.policy import load as load_policy
from scanner.judgement.proofs import ANNOUNCED, LINK_NAMES, TIES
from scanner.judgement.signs import Fact, domains
from scanner.model import Claim, ClaimKind, Device, Guard, Role, Sighting, Status, Verdict
from scanner.observers import observers

PEER = ("00:1a:22:00:00:02", "192.168.1.1")
TUYA_CLOUD = "m1.tuyaeu.com"


def block(name: str) -> str:
    """An address in a block registered under this name."""
    for row in load().registry.blocks():
        if row.name == name and row.bits == 24 and not int(row.prefix[1], 16) & 2:
            return f"{row.prefix}:00:00:01"
    raise LookupError(name)


def asks(mac: str, *names: str, ip: str = "192.168.1.10") -> list[bytes]:
    return [packets.datagram((mac, ip), PEER, (4000 + n, 53), packets.dns_query(name)) for n, name in enumerate(names)]


def dhcp(mac: str, *options: tuple[int, bytes]) -> bytes:
    return packets.datagram((mac, "0.0.0.0"), (packets.BROADCAST, "255.255.255.255"), (68, 67), packets.dhcp(mac, options))


def judge(mac: str, *frames: bytes) -> Device:
    inventory = finish(packets.evidence([packets.arp((mac, "192.168.1.10"), PEER[1]), *frames]), load(), load_policy())
    return next(device for device in inventory.devices if device.id == mac)


def claim(device: Device, kind: ClaimKind, value: str) -> Claim | None:
    return next((each for each in device.claims if each.kind is kind and each.value == value), None)


RANDOM = "02:00:00:00:00:99"


def test_a_makers_block_alone_is_likely_and_never_confirmed() -> None:
    device = judge(block("Hangzhou Hikvision Digital Technology Co.,Ltd."))
    maker = claim(device, ClaimKind.MAKER, "Hikvision")
    assert maker is not None
    assert (maker.status, device.finding.level, device.finding.verdict) == (Status.LIKELY, 5, Verdict.FLAGGED)


def test_a_modules_block_names_the_component_and_no_maker() -> None:
    device = judge(block("Espressif Inc."))
    assert [each.kind for each in device.claims] == [ClaimKind.COMPONENT, ClaimKind.REGISTRANT]
    assert device.finding.level == 3


def test_a_card_in_a_computer_clears_nobody() -> None:
    assert judge(block("Intel Corporate")).finding.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("mac", "frames"),
    [
        (block("Samsung Electronics Co.,Ltd"), []),
        (block("Intel Corporate"), []),
        (RANDOM, []),
        (block("AzureWave Technology Inc."), [dhcp(block("AzureWave Technology Inc."), (60, b"MSFT 5.0"))]),
        (block("NETGEAR"), []),
    ],
    ids=["phone maker", "computer card", "random address", "Windows", "router maker"],
)
def test_the_app_of_a_cloud_is_not_its_device(mac: str, frames: list[bytes]) -> None:
    device = judge(mac, *frames, *asks(mac, TUYA_CLOUD))
    assert device.finding.verdict is not Verdict.FLAGGED, device.finding.reason


def test_one_that_visits_many_domains_is_no_gadget() -> None:
    mac = block("AzureWave Technology Inc.")
    assert judge(mac, *asks(mac, TUYA_CLOUD)).finding.level == 3
    many = [f"www.site{n}.example{n}.com" for n in range(20)]
    assert judge(mac, *asks(mac, TUYA_CLOUD, *many)).finding.verdict is not Verdict.FLAGGED


def test_web_sites_and_apps_say_nothing_about_a_device() -> None:
    mac = block("AzureWave Technology Inc.")
    device = judge(mac, *asks(mac, "www.xiaomi.com", "www.baidu.com", "weixin.qq.com", "www.hikvision.com"))
    assert device.finding.verdict is Verdict.UNKNOWN
    assert all(each.status is Status.WEAK for each in device.claims if each.kind is ClaimKind.NETWORK)


def test_what_the_device_says_outweighs_its_card() -> None:
    mac = block("Intel Corporate")
    device = judge(mac, dhcp(mac, (60, b"HUAWEI:android:VTR"), (12, b"HUAWEI_P20_lite-0123456789abcdef")))
    maker = claim(device, ClaimKind.MAKER, "Huawei")
    assert maker is not None
    assert maker.status is Status.CONFIRMED
    assert device.finding.level == 5


def test_of_two_makers_the_one_the_device_names_wins_and_the_other_is_noted() -> None:
    mac = block("NETGEAR")
    device = judge(mac, dhcp(mac, (60, b"yealink")))
    ours, other = claim(device, ClaimKind.MAKER, "Yealink"), claim(device, ClaimKind.MAKER, "NETGEAR")
    assert ours is not None
    assert other is not None
    assert ours.probability > 0.9
    assert other.status is Status.WEAK
    assert "Yealink" in other.note


def test_a_random_address_has_no_registrant_but_may_name_itself() -> None:
    assert judge(RANDOM).finding.verdict is Verdict.UNKNOWN
    device = judge(RANDOM, dhcp(RANDOM, (12, b"HUAWEI_P20_lite-0123456789abcdef")))
    assert (device.registrant, device.finding.verdict) == ("", Verdict.FLAGGED)


def test_asking_often_weighs_once() -> None:
    mac = block("AzureWave Technology Inc.")
    once = claim(judge(mac, *asks(mac, TUYA_CLOUD)), ClaimKind.PLATFORM, "Tuya")
    often = claim(judge(mac, *asks(mac, *[TUYA_CLOUD, "a1.tuyaeu.com", "m2.tuyaeu.com"] * 5)), ClaimKind.PLATFORM, "Tuya")
    assert once is not None
    assert often is not None
    assert once.probability == often.probability


def test_every_citation_weighs_what_the_table_says_and_points_to_a_frame() -> None:
    mac = block("NETGEAR")
    for each in judge(mac, dhcp(mac, (60, b"yealink")), *asks(mac, TUYA_CLOUD)).claims:
        assert each.evidence
        assert all(cited.frame >= 1 and cited.capture == "test.pcap" for cited in each.evidence)


def test_names_and_ties_come_from_channels_there_are() -> None:
    channels = {channel.name for observer in observers() for channel in observer.CHANNELS}
    assert {*NAME_CHANNELS, *TIES, *ANNOUNCED, *LINK_NAMES, *RULES, *NAMES} <= channels


def test_names_asked_for_over_quic_count_as_asked_for() -> None:
    seen = Sighting(1, "test.pcap", 1, b"")
    assert domains(Fact("quic.sni", Role.ASKED, f"www.site{n}.example{n}.com", seen) for n in range(3)) == 3


# -- guards ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [(60, b"android-dhcp-9"), (60, b"MSFT 5.0")], ids=["phone", "computer"])
def test_a_phone_or_computer_is_guarded_and_says_so(option: tuple[int, bytes]) -> None:
    mac = block("AzureWave Technology Inc.")
    bare, guarded = judge(mac, *asks(mac, TUYA_CLOUD)), judge(mac, dhcp(mac, option), *asks(mac, TUYA_CLOUD))
    assert bare.guards == ()
    assert guarded.guards == (Guard.APPS,)
    unguarded, held = claim(bare, ClaimKind.PLATFORM, "Tuya"), claim(guarded, ClaimKind.PLATFORM, "Tuya")
    assert unguarded is not None
    assert held is not None
    assert (unguarded.status, held.status) == (Status.LIKELY, Status.WEAK)


def test_a_random_address_never_gets_a_maker_from_the_block_it_looks_like() -> None:
    own = block("Hangzhou Hikvision Digital Technology Co.,Ltd.")
    random = f"{int(own[:2], 16) | 2:02x}{own[2:]}"
    device = judge(random)
    assert (device.registrant, device.claims, device.finding.verdict) == ("", (), Verdict.UNKNOWN)
    assert Guard.RANDOM_MAC in device.guards


def test_a_random_address_that_shows_itself_decodedly_is_no_longer_guarded_as_a_phone() -> None:
    bare = judge(RANDOM, *asks(RANDOM, TUYA_CLOUD))
    shown = judge(RANDOM, dhcp(RANDOM, (60, b"yealink")), *asks(RANDOM, TUYA_CLOUD))
    assert Guard.APPS in bare.guards
    assert Guard.APPS not in shown.guards


def test_names_asked_for_behind_a_carrier_only_show_whom_somebody_talks_to() -> None:
    mac = block("NETGEAR")
    inside = [packets.datagram((mac, f"93.184.216.{n}"), PEER, (4000, 53), packets.dns_query(TUYA_CLOUD)) for n in (1, 2)]
    device = judge(mac, *inside)
    assert claim(device, ClaimKind.PLATFORM, "Tuya") is None
    network = claim(device, ClaimKind.NETWORK, "Tuya")
    assert network is None or network.status is Status.WEAK
    assert Guard.CARRIER in device.guards


def test_a_contradiction_is_told_on_both_sides_with_reasons() -> None:
    device = judge(RANDOM, dhcp(RANDOM, (60, b"yealink")), dhcp(RANDOM, (12, b"HUAWEI_P20_lite-0123456789abcdef")))
    makers = {each.value: each for each in device.claims if each.kind is ClaimKind.MAKER}
    assert {"Yealink", "Huawei"} <= set(makers)
    assert all(each.note and each.evidence for each in makers.values())
