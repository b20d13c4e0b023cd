"""Addresses that several cards claim: scripted cases, each a few frames through the whole line."""

import tracemalloc
from collections.abc import Callable

import messages
import packets
import pytest

from scanner.evidence import Evidence, Place
from scanner.judgement import identity
from scanner.judgement.limits import MOST_EVENTS
from scanner.model import Inventory, Limit, Observation, Subject

Judge = Callable[..., Inventory]

HOST = ("e8:80:88:00:00:01", "192.168.1.20")
PEER = ("00:1b:77:00:00:01", "192.168.1.21")
ROUTER = ("28:c6:8e:00:00:01", "192.168.1.1")
THIEF = "34:e6:d7:00:00:01"
CODES = ("address_conflict", "address_moved", "arp_spoofing")


def events(inventory: Inventory) -> list[Limit]:
    return [limit for limit in inventory.limits if limit.code in CODES]


def test_a_conflict_is_told_with_both_sides_and_their_frames(judge: Judge) -> None:
    (event,) = events(judge(packets.arp(HOST, PEER[1]), packets.arp((PEER[0], HOST[1]), PEER[1]), packets.arp(HOST, PEER[1])))
    assert (event.capture, event.code, event.count, event.first_frame) == ("test.pcap", "address_conflict", 2, 2)
    assert f"{HOST[0]} (arp, frame 1 of test.pcap), {PEER[0]} (arp, frame 2 of test.pcap)" in event.text


def test_an_address_that_went_from_a_card_that_left_is_no_conflict(judge: Judge) -> None:
    (event,) = events(judge(packets.arp(HOST, PEER[1]), packets.arp((PEER[0], HOST[1]), ROUTER[1])))
    assert event.code == "address_moved"


def test_an_address_leased_to_the_next_is_no_conflict_though_the_first_is_still_there(judge: Judge) -> None:
    found = judge(
        packets.arp(HOST, PEER[1]), messages.leased(ROUTER, PEER[0], HOST[1]), messages.ask((PEER[0], HOST[1]), ROUTER),
        packets.arp((HOST[0], "192.168.1.99"), PEER[1]),
    )  # fmt: skip
    assert [event.code for event in events(found)] == ["address_moved"]


def test_contradictory_leases_are_both_told(judge: Judge) -> None:
    frames = [messages.leased(ROUTER, host[0], HOST[1]) for host in (HOST, PEER)]
    (event,) = events(judge(packets.arp(HOST, ROUTER[1]), messages.ask(PEER, ROUTER), *frames, messages.ask(HOST, ROUTER)))
    assert event.code == "address_conflict"
    assert HOST[0] in event.text
    assert PEER[0] in event.text


def test_one_that_claims_the_addresses_of_several_is_told_as_spoofing(judge: Judge) -> None:
    found = judge(
        packets.arp(HOST, ROUTER[1]), packets.arp(ROUTER, HOST[1]),
        packets.arp((THIEF, HOST[1]), ROUTER[1], reply=True), packets.arp((THIEF, ROUTER[1]), HOST[1], reply=True),
        packets.arp(HOST, ROUTER[1]), packets.arp(ROUTER, HOST[1]),
    )  # fmt: skip
    assert [(event.code, event.first_frame) for event in events(found)] == [("arp_spoofing", 4), ("arp_spoofing", 3)]
    assert all(THIEF in event.text for event in events(found))


def test_three_devices_with_one_factory_address_are_a_conflict_and_no_spoofing(judge: Judge) -> None:
    macs = [f"bc:ad:28:00:00:0{n}" for n in (1, 2, 3)]
    frames = [packets.arp((mac, "192.168.1.108"), ROUTER[1]) for mac in macs]
    (event,) = events(judge(*frames, *frames))
    assert (event.code, event.count) == ("address_conflict", 3)


def test_two_cards_of_one_device_do_not_dispute(judge: Judge) -> None:
    duid = bytes.fromhex("000400112233445566778899aabbccddee01")
    first, after = "da:a1:19:00:00:01", "da:a1:19:00:00:02"
    found = judge(
        messages.dhcpv6(first, duid), packets.arp((first, HOST[1]), ROUTER[1]),
        messages.dhcpv6(after, duid), packets.arp((after, HOST[1]), ROUTER[1]),
    )  # fmt: skip
    assert events(found) == []


def test_a_flood_of_conflicts_is_counted(judge: Judge) -> None:
    claims = [
        (f"e8:80:88:00:{n // 256:02x}:{n % 256:02x}", f"192.168.{n // 250}.{n % 250 + 1}") for n in range(MOST_EVENTS + 50)
    ]
    frames = [packets.arp((mac, ip), ROUTER[1]) for mac, ip in claims]
    found = events(judge(*frames, *[packets.arp((THIEF, ip), ROUTER[1]) for _, ip in claims]))
    assert len(found) == MOST_EVENTS + 1
    assert {limit.count for limit in found} == {2, 50}


@pytest.mark.slow
def test_the_work_for_an_address_that_all_claim_grows_with_their_number_only() -> None:
    many = 10_000
    evidence = Evidence()
    for number in range(many):
        mac = f"00:1a:22:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        place = Place(number, "test.pcap", number + 1)
        evidence.add(Subject("", mac, ""), Observation("arp.ip", ROUTER[1]), place)
    tracemalloc.start()
    (dispute,) = identity.resolve(evidence).disputes
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(dispute.sides) == many
    assert peak < 100 << 20, "each pair of them remembered would be 100 million"
