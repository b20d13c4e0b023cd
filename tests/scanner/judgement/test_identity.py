"""Who is who: each test is a small network, sent through the real line."""

from collections.abc import Callable

import messages
import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.evidence import merge
from scanner.judgement.identity import Resolution, resolve
from scanner.model import ClaimKind, Inventory

HOST = ("00:1a:22:00:00:01", "192.168.1.10")
PEER = ("00:1a:22:00:00:02", "192.168.1.11")
ROUTER = ("00:1a:22:00:00:fe", "192.168.1.1")
ALL = "01:00:5e:00:00:fb"


def found(*frames: bytes, link: int = 1) -> Resolution:
    return resolve(packets.evidence(frames, link=link))


def ips(result: Resolution, thing: str) -> dict[str, str]:
    return {tie.address: tie.proof for tie in result.things[thing].ips}


def talk(src: tuple[str, str], dst: tuple[str, str], name: str = "example.org", vlans: tuple[int, ...] = ()) -> bytes:
    return packets.datagram(src, dst, (4000, 53), packets.dns_query(name), vlans)


def test_arp_ties_an_address_to_a_card() -> None:
    assert ips(found(packets.arp(HOST, ROUTER[1])), HOST[0]) == {HOST[1]: "arp"}


def test_a_card_that_is_only_sent_to_is_a_thing_too() -> None:
    result = found(talk(HOST, PEER))
    thing = result.things[PEER[0]]
    assert (thing.mac, thing.frames, thing.ips) == (PEER[0], 0, ())
    assert thing.macs[0].proof == "addressed"


def test_an_arp_question_says_nothing_about_its_target() -> None:
    assert set(found(packets.arp(HOST, PEER[1])).things) == {HOST[0]}


def test_a_link_scope_multicast_ties_its_sender() -> None:
    frame = packets.datagram(HOST, (ALL, "224.0.0.251"), (5353, 5353), packets.dns_query("x.local"))
    assert ips(found(frame), HOST[0]) == {HOST[1]: "link"}


def test_a_link_local_source_ties_its_sender_even_in_unicast() -> None:
    frame = packets.datagram((HOST[0], "fe80::1"), (PEER[0], "fe80::2"), (1, 2), b"x")
    assert ips(found(frame), HOST[0]) == {"fe80::1": "link"}


def test_an_interface_id_made_from_the_mac_ties_it() -> None:
    frame = packets.datagram((HOST[0], "2001:db8::21a:22ff:fe00:1"), (PEER[0], "2001:db8::2"), (1, 2), b"x")
    assert ips(found(frame), HOST[0]) == {"2001:db8::21a:22ff:fe00:1": "eui64"}


def test_the_only_address_a_card_sends_from_is_listed_as_not_proven() -> None:
    assert ips(found(talk(HOST, ROUTER)), HOST[0]) == {HOST[1]: "sender"}


def test_a_router_owns_none_of_the_addresses_it_carries() -> None:
    web = [talk((ROUTER[0], f"203.0.113.{n}"), HOST) for n in range(5)]
    result = found(packets.arp(ROUTER, HOST[1], reply=True), *web)
    assert ips(result, ROUTER[0]) == {ROUTER[1]: "arp"}
    assert result.things[ROUTER[0]].carrier
    assert set(result.things) == {ROUTER[0], HOST[0]}, "Internet hosts are no things of this network"


def test_hosts_behind_a_router_are_things_known_by_address() -> None:
    behind = ("", "10.9.9.9")
    result = found(packets.arp(ROUTER, HOST[1]), talk((ROUTER[0], "198.51.100.7"), HOST), talk((ROUTER[0], behind[1]), HOST))
    assert result.things["10.9.9.9"].macs == ()
    assert ips(result, ROUTER[0]) == {ROUTER[1]: "arp"}
    owner = {subject: thing for subject, thing in result.owner.items() if subject.ip == "10.9.9.9"}
    assert set(owner.values()) == {"10.9.9.9"}


def test_one_that_spoofs_arp_does_not_get_what_its_victim_says() -> None:
    thief = "00:1a:22:00:00:66"
    result = found(
        packets.arp(HOST, ROUTER[1]),
        packets.arp(ROUTER, HOST[1]),
        packets.arp((thief, HOST[1]), ROUTER[1], reply=True),
        packets.arp((thief, ROUTER[1]), HOST[1], reply=True),
        talk((thief, HOST[1]), ROUTER, "victim.example"),
        talk((thief, "198.51.100.7"), HOST, "answer.example"),
    )
    assert {(d.code, d.ip, *(side.mac for side in d.sides)) for d in result.disputes} == {
        ("arp_spoofing", HOST[1], HOST[0], thief),
        ("arp_spoofing", ROUTER[1], ROUTER[0], thief),
    }
    victims = [subject for subject, thing in result.owner.items() if thing == HOST[0] and subject.mac == thief]
    assert [subject.ip for subject in victims] == [HOST[1]]
    assert HOST[1] not in ips(result, thief)


def test_a_dhcp_client_behind_a_relay_is_its_own_thing() -> None:
    relayed = packets.datagram(ROUTER, (PEER[0], PEER[1]), (67, 67), packets.dhcp(HOST[0], [(12, b"camera")]))
    result = found(relayed)
    assert result.things[HOST[0]].mac == "", "it sent no frame here"
    assert result.things[HOST[0]].macs[0].proof == "message"


def test_equal_addresses_in_two_vlans_are_two_devices() -> None:
    one, two = ("", "10.0.0.5"), ("", "10.0.0.5")
    frames = [
        talk((ROUTER[0], "198.51.100.7"), HOST),
        talk((ROUTER[0], one[1]), HOST, vlans=(7,)),
        talk((ROUTER[0], two[1]), HOST, vlans=(8,)),
    ]
    assert {"vlan 7/10.0.0.5", "vlan 8/10.0.0.5"} <= set(found(*frames).things)


def test_raw_ip_hosts_are_known_by_address() -> None:
    body = packets.ipv4("192.168.1.10", "8.8.8.8", 17, packets.udp(1, 53, packets.dns_query("a.example")))
    answer = packets.ipv4("8.8.8.8", "192.168.1.10", 17, packets.udp(53, 1, b"x" * 20))
    assert set(found(body, answer, link=101).things) == {"192.168.1.10"}


def test_changing_ipv6_addresses_of_one_network_do_not_make_a_router() -> None:
    frames = [
        packets.datagram((HOST[0], f"2001:db8::{n:x}:1"), (ROUTER[0], "2001:db8:1::1"), (1, 2), b"x") for n in range(1, 9)
    ]
    result = found(*frames)
    assert not result.things[HOST[0]].carrier


@pytest.mark.parametrize("mac", ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "00:00:00:00:00:00"])
def test_group_and_zero_senders_are_nobody(mac: str) -> None:
    assert mac not in found(packets.datagram((mac, "10.0.0.1"), HOST, (1, 2), b"x")).things


def test_the_earliest_of_two_senders_of_one_address_counts_whatever_the_order() -> None:
    """Found by the law below: two carriers send from one local address, and a merge meets the later one first."""
    frames = [talk((PEER[0], "192.168.1.1"), HOST), talk((HOST[0], "192.168.1.1"), PEER)]
    frames += [talk((mac, ip), ROUTER) for mac in (HOST[0], PEER[0]) for ip in ("93.184.216.1", "93.184.216.2")]
    parts = [packets.evidence(frames[1:], first=2), packets.evidence(frames[:1])]
    assert resolve(merge(parts)) == resolve(packets.evidence(frames))
    assert resolve(merge(parts)).things["192.168.1.1"].ips[0].frame == 1


MACS = st.sampled_from([HOST[0], PEER[0], ROUTER[0]])
ADDRESSES = st.sampled_from(["192.168.1.1", "192.168.1.10", "192.168.1.11", "10.9.9.9", "203.0.113.5"])
FRAMES = st.one_of(
    st.builds(lambda mac, ip, other: packets.arp((mac, ip), other), MACS, ADDRESSES, ADDRESSES),
    st.builds(lambda mac, ip, other: talk((mac, ip), (PEER[0], other)), MACS, ADDRESSES, ADDRESSES),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(FRAMES, max_size=12), st.integers(0, 12))
def test_splitting_the_capture_changes_nobody(frames: list[bytes], cut: int) -> None:
    whole = packets.evidence(frames)
    parts = [packets.evidence(frames[cut:], first=cut + 1), packets.evidence(frames[:cut])]
    assert merge(parts) == whole
    assert resolve(merge(parts)) == resolve(whole)


def test_the_class_of_a_device_is_a_claim_with_its_frame(judge: Callable[..., Inventory]) -> None:
    camera = ("bc:ad:28:00:00:01", "192.168.1.64")
    (device,) = judge(packets.arp(camera, HOST[1]), messages.sadp(camera, "DS-EXAMPLE20260101AAWR123456789")).devices
    (claim,) = [claim for claim in device.claims if claim.kind is ClaimKind.CLASS]
    assert (claim.value, device.device_class) == ("camera", "camera")
    assert claim.evidence
    assert all(cited.frame and not cited.weight for cited in claim.evidence)
