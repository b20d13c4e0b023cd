"""Whose address it is, and who only carries it: scripted cases, each a few frames through the whole line."""

from collections.abc import Callable

import messages
import packets
import pytest

from scanner.model import Device, Inventory

Judge = Callable[..., Inventory]

HOST = ("e8:80:88:00:00:01", "192.168.1.20")
PEER = ("00:1b:77:00:00:01", "192.168.1.21")
ROUTER = ("28:c6:8e:00:00:01", "192.168.1.1")
CAMERA = ("bc:ad:28:00:00:01", "192.168.1.64")
EXTENDER = ("50:c7:bf:00:00:01", "192.168.1.50")
SERIAL = "DS-EXAMPLE20260101AAWR123456789"


def device(inventory: Inventory, name: str) -> Device:
    """The device of an id, MAC or address."""
    (found,) = [d for d in inventory.devices if name in {d.id, *(tie.address for tie in (*d.macs, *d.ips))}]
    return found


def ips(inventory: Inventory, name: str) -> dict[str, str]:
    return {tie.address: tie.proof for tie in device(inventory, name).ips}


# Proofs of an address


def test_a_lease_ties_an_address(judge: Judge) -> None:
    assert ips(judge(messages.leased(ROUTER, HOST[0], HOST[1]), messages.ask(HOST, ROUTER)), HOST[0]) == {HOST[1]: "dhcp"}


def test_a_lease_alone_does_not_show_that_anybody_is_there(judge: Judge) -> None:
    assert [each.id for each in judge(messages.leased(ROUTER, HOST[0], HOST[1])).devices] == [ROUTER[0]]


def test_a_relayed_request_is_the_clients_not_the_relays(judge: Judge) -> None:
    found = judge(
        packets.arp(ROUTER, PEER[1]), messages.dhcp(CAMERA[0], (12, b"yard-cam"), source=ROUTER[0]),
        messages.leased(PEER, CAMERA[0], CAMERA[1], to=ROUTER[0]),
    )  # fmt: skip
    assert (device(found, CAMERA[0]).mac, device(found, CAMERA[0]).names) == ("", ("yard-cam",))
    assert "yard-cam" not in device(found, ROUTER[0]).names


def test_what_a_leased_client_sends_through_a_router_is_the_clients(judge: Judge) -> None:
    found = judge(
        messages.leased(PEER, CAMERA[0], CAMERA[1], to=ROUTER[0]),
        messages.sadp_to((ROUTER[0], CAMERA[1]), PEER, SERIAL, ttl=63),
    )
    assert device(found, CAMERA[0]).finding.level == 5
    assert device(found, ROUTER[0]).finding.level == 0


def test_further_addresses_a_host_announces_are_its_own(judge: Judge) -> None:
    found = judge(messages.named(HOST, "desk", messages.address("desk.local", "2001:db8::7")))
    assert ips(found, HOST[0]) == {HOST[1]: "link", "2001:db8::7": "mdns"}


def test_an_inner_address_that_many_hosts_announce_is_nobodys(judge: Judge) -> None:
    found = judge(
        *[
            messages.named(host, name, messages.address(f"{name}.local", "172.17.0.1"))
            for host, name in ((HOST, "a"), (PEER, "b"))
        ]
    )
    assert all(tie.address != "172.17.0.1" for each in found.devices for tie in each.ips)


def test_a_proof_outweighs_an_announcement(judge: Judge) -> None:
    found = judge(messages.named(HOST, "desk", messages.address("desk.local", PEER[1])), packets.arp(PEER, HOST[1]))
    assert ips(found, PEER[0]) == {PEER[1]: "arp"}
    assert PEER[1] not in ips(found, HOST[0])


# Routers


def test_the_first_forwarded_packet_shows_a_router_already(judge: Judge) -> None:
    found = judge(packets.arp(ROUTER, HOST[1]), messages.sadp_to((ROUTER[0], "10.9.9.9"), HOST, SERIAL, ttl=63))
    assert device(found, "10.9.9.9").macs == ()
    assert device(found, "10.9.9.9").registrant == ""
    assert device(found, "10.9.9.9").finding.level == 5, "by what it says itself"
    assert device(found, ROUTER[0]).finding.level == 0


def test_a_forwarded_packet_of_a_silent_host_gets_no_maker(judge: Judge) -> None:
    chinese = ("bc:ad:28:00:00:fe", "192.168.1.1")
    found = judge(packets.arp(chinese, HOST[1]), messages.ask((chinese[0], "10.9.9.9"), HOST, ttl=127))
    assert device(found, "10.9.9.9").finding.verdict == "unknown"


def test_a_host_with_an_unusual_ttl_is_no_router(judge: Judge) -> None:
    found = judge(messages.ask(CAMERA, PEER, ttl=100), messages.ask(CAMERA, PEER, ttl=100))
    assert ips(found, CAMERA[0]) == {CAMERA[1]: "sender"}


def test_hosts_behind_a_router_are_named_by_segment_and_address(judge: Judge) -> None:
    frames = [messages.ask((ROUTER[0], "10.9.9.9"), HOST, ttl=63, vlans=[vlan]) for vlan in (10, 20)]
    assert {"vlan 10/10.9.9.9", "vlan 20/10.9.9.9"} <= {each.id for each in judge(*frames).devices}


def test_names_asked_for_behind_a_router_are_not_the_routers(judge: Judge) -> None:
    found = judge(packets.arp(ROUTER, HOST[1]), messages.ask((ROUTER[0], "10.9.9.9"), HOST, "m1.tuyaeu.com", ttl=63))
    assert not [claim for claim in device(found, ROUTER[0]).claims if claim.kind == "platform"]
    assert [claim.value for claim in device(found, "10.9.9.9").claims if claim.kind == "platform"] == ["Tuya"]


# Bridges and extenders that write their own MAC


def test_an_extender_is_none_of_the_hosts_that_name_themselves_behind_it(judge: Judge) -> None:
    behind = [(EXTENDER[0], "192.168.1.61"), (EXTENDER[0], "192.168.1.62")]
    found = judge(packets.arp(EXTENDER, HOST[1]), *[messages.named(host, f"desk-{host[1][-1]}") for host in behind])
    for _, ip in behind:
        assert device(found, ip).macs == ()
        assert device(found, ip).registrant == ""
    assert (ips(found, EXTENDER[0]), device(found, EXTENDER[0]).names) == ({EXTENDER[1]: "arp"}, ())


def test_a_host_with_two_addresses_and_one_name_is_one_host(judge: Judge) -> None:
    found = judge(messages.named(HOST, "desk"), messages.named((HOST[0], "192.168.1.99"), "desk"))
    assert ips(found, HOST[0]) == {HOST[1]: "link", "192.168.1.99": "link"}


def test_a_bridge_that_rewrites_macs_is_not_the_card_that_got_the_lease(judge: Judge) -> None:
    found = judge(
        messages.dhcp(CAMERA[0], (12, b"yard-cam"), source=EXTENDER[0]), messages.leased(ROUTER, CAMERA[0], CAMERA[1]),
        packets.arp((EXTENDER[0], CAMERA[1]), ROUTER[1]), messages.sadp((EXTENDER[0], CAMERA[1]), SERIAL),
    )  # fmt: skip
    camera = device(found, CAMERA[0])
    assert (camera.names, camera.finding.level) == (("yard-cam",), 5)
    assert [tie.address for tie in camera.ips] == [CAMERA[1]]
    assert not [claim for claim in device(found, EXTENDER[0]).claims if claim.value == "Hikvision"]
    assert not {limit.code for limit in found.limits} & {"address_conflict", "address_moved", "arp_spoofing"}


@pytest.mark.parametrize("first", [True, False])
def test_who_claims_a_routers_address_does_not_get_what_the_router_says(judge: Judge, first: bool) -> None:
    camera_router = ("bc:ad:28:00:00:01", ROUTER[1])
    claim, claimed = packets.arp((PEER[0], ROUTER[1]), HOST[1]), packets.arp(camera_router, HOST[1])
    found = judge(
        *((claim, claimed) if first else (claimed, claim)),
        messages.ask((camera_router[0], "93.184.216.20"), HOST), messages.sadp(camera_router, "DS-EXAMPLE20260101AAWR1"),
    )  # fmt: skip
    assert not any(claim.value == "Hikvision" for claim in device(found, PEER[0]).claims)
    assert device(found, camera_router[0]).finding.confidence > 0.99


# MACs that are no card's


@pytest.mark.parametrize(
    ("virtual", "proof"), [("00:00:5e:00:01:07", "vrrp"), ("00:00:0c:9f:f0:07", "hsrp"), ("00:07:b4:00:07:01", "glbp")]
)
def test_a_virtual_router_is_its_router(judge: Judge, virtual: str, proof: str) -> None:
    found = judge(
        packets.arp(ROUTER, HOST[1]), messages.vrrp(virtual, ROUTER[1]), packets.arp((virtual, "192.168.1.254"), HOST[1])
    )
    router = device(found, ROUTER[0])
    assert {tie.address: tie.proof for tie in router.macs} == {ROUTER[0]: "sender", virtual: proof}
    assert {tie.address for tie in router.ips} == {ROUTER[1], "192.168.1.254"}
    assert router.registrant == "NETGEAR"


@pytest.mark.parametrize(
    "virtual", ["00:00:5e:00:01:07", "00:00:5e:00:02:07", "00:00:0c:07:ac:07", "00:05:73:a0:00:07", "00:07:b4:03:ff:01"]
)
def test_a_virtual_router_whose_router_does_not_show_has_no_maker(judge: Judge, virtual: str) -> None:
    found = device(judge(packets.arp((virtual, ROUTER[1]), HOST[1])), virtual)
    assert (found.registrant, found.claims, found.finding.verdict) == ("", (), "unknown")


def test_a_virtual_router_that_changed_hands_is_neither_routers(judge: Judge) -> None:
    second, virtual = (PEER[0], "192.168.1.2"), "00:00:5e:00:01:07"
    found = judge(
        packets.arp(ROUTER, HOST[1]), packets.arp(second, HOST[1]),
        messages.vrrp(virtual, ROUTER[1]), messages.vrrp(virtual, second[1]),
    )  # fmt: skip
    assert [tie.address for tie in device(found, virtual).macs] == [virtual]
    assert not {limit.code for limit in found.limits} & {"address_conflict", "address_moved", "arp_spoofing"}


def test_who_claims_the_address_of_a_virtual_router_is_not_that_router(judge: Judge) -> None:
    virtual, gateway = "00:00:5e:00:01:07", "192.168.1.254"
    found = judge(packets.arp((virtual, gateway), HOST[1]), packets.arp((PEER[0], gateway), HOST[1], reply=True))
    assert [tie.address for tie in device(found, PEER[0]).macs] == [PEER[0]], "only the router speaks for its group"
    assert [tie.address for tie in device(found, virtual).macs] == [virtual]


@pytest.mark.parametrize(
    "mac", ["52:54:00:00:00:01", "02:42:ac:11:00:02", "00:15:5d:00:00:01", "00:0c:29:00:00:01", "08:00:27:00:00:01"]
)
def test_a_virtual_machine_has_no_maker_of_hardware(judge: Judge, mac: str) -> None:
    found = judge(packets.arp((mac, HOST[1]), PEER[1]))
    machine = device(found, mac)
    assert (machine.registrant, machine.claims, machine.device_class) == ("", (), "virtual_machine")
    assert {limit.code: limit.count for limit in found.limits}["virtual_mac"] == 1


def test_what_runs_in_a_virtual_machine_still_speaks_for_itself(judge: Judge) -> None:
    found = judge(messages.sadp(("52:54:00:00:00:01", HOST[1]), SERIAL))
    assert device(found, HOST[1]).finding.level == 5


@pytest.mark.parametrize("mac", ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33:33:00:00:00:01", "00:00:00:00:00:00"])
def test_group_and_zero_addresses_are_nobody(judge: Judge, mac: str) -> None:
    found = judge(messages.ask((mac, HOST[1]), PEER), packets.arp((mac, HOST[1]), PEER[1]))
    assert mac not in {tie.address for each in found.devices for tie in each.macs}


def test_a_mac_heard_in_one_frame_is_counted_as_such(judge: Judge) -> None:
    found = judge(messages.ask(HOST, PEER), messages.ask(PEER, HOST), messages.ask(PEER, HOST))
    assert {limit.code: limit.count for limit in found.limits}["one_frame"] == 1


# Scope


def test_equal_addresses_in_a_tunnel_and_outside_are_two(judge: Judge) -> None:
    inner = packets.arp((CAMERA[0], HOST[1]), PEER[1])
    vxlan = packets.datagram(ROUTER, ("28:c6:8e:00:00:02", "192.168.1.2"), (50000, 4789), b"\x08\0\0\0\0\0\x07\0" + inner)
    found = judge(packets.arp(HOST, PEER[1]), vxlan)
    assert device(found, CAMERA[0]).segment == "vxlan 7"
    assert not {limit.code for limit in found.limits} & {"address_conflict", "address_moved"}


def test_one_card_in_two_vlans_is_one_device(judge: Judge) -> None:
    found = judge(messages.ask(HOST, PEER, vlans=[10]), messages.ask((HOST[0], "10.0.0.5"), PEER, vlans=[20]))
    assert set(ips(found, HOST[0])) == {HOST[1], "10.0.0.5"}
