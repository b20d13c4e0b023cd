"""Which cards are one device: scripted cases, each a few frames through the whole line."""

from collections.abc import Callable
from time import process_time

import messages
import packets
import pytest

from scanner.evidence import Evidence, Place, Traffic
from scanner.judgement import identity
from scanner.model import Device, Inventory, Observation, Subject

Judge = Callable[..., Inventory]

PEER = ("28:c6:8e:00:00:01", "192.168.1.1")
WIRED = ("e8:80:88:00:00:01", "192.168.1.20")
RADIO = ("00:1b:77:00:00:01", "192.168.1.21")
RANDOM = ("da:a1:19:00:00:01", "192.168.1.30")
NEXT = ("da:a1:19:00:00:02", "192.168.1.31")
LAST = ("da:a1:19:00:00:03", "192.168.1.32")
CAMERA = ("bc:ad:28:00:00:01", "192.168.1.64")
NEIGHBOUR = ("bc:ad:28:00:00:02", "192.168.1.65")
FAR = ("bc:ad:28:77:00:02", "192.168.1.66")
DUID = bytes.fromhex("000400112233445566778899aabbccddee01")
OTHER_DUID = bytes.fromhex("0004ffeeddccbbaa99887766554433221100")
SERIAL = "DS-EXAMPLE20260101AAWR123456789"
UUID = "4d696e69-444c-164e-9d41-a1b2c3d4e5f6"
GWID = "bf5e1b7c9a2d4e6f8a0b1c"
ENGINE = bytes.fromhex("8000000904a1b2c3d4e5f60718")


def together(inventory: Inventory, *macs: str) -> dict[str, str]:
    """Proof by MAC of the device that has all these MACs, empty if there is none."""
    for device in inventory.devices:
        proofs = {tie.address: tie.proof for tie in device.macs}
        if proofs.keys() >= set(macs):
            return proofs
    return {}


def one(inventory: Inventory, mac: str) -> Device:
    (found,) = [device for device in inventory.devices if any(tie.address == mac for tie in device.macs)]
    return found


def client_id(duid: bytes, card: int = 1) -> tuple[int, bytes]:
    return 61, b"\xff" + card.to_bytes(4, "big") + duid


# A phone that changes its random MAC


def test_random_macs_in_turn_with_one_duid_are_one_device(judge: Judge) -> None:
    found = judge(messages.dhcpv6(RANDOM[0], DUID), messages.dhcpv6(NEXT[0], DUID), messages.dhcpv6(LAST[0], DUID))
    assert together(found, RANDOM[0], NEXT[0], LAST[0]) == {RANDOM[0]: "sender", NEXT[0]: "duid", LAST[0]: "duid"}


def test_the_device_keeps_the_id_it_had_first_and_the_proof_names_its_frame(judge: Judge) -> None:
    found = judge(messages.dhcpv6(RANDOM[0], DUID), messages.dhcpv6(NEXT[0], DUID))
    device = one(found, NEXT[0])
    assert (device.id, device.mac, device.frames) == (RANDOM[0], RANDOM[0], 2)
    assert [(tie.proof, tie.frame) for tie in device.macs] == [("sender", 1), ("duid", 2)]


def test_a_duid_in_the_client_id_of_dhcp_is_the_same_duid(judge: Judge) -> None:
    found = judge(messages.dhcpv6(RANDOM[0], DUID), messages.dhcp(NEXT[0], client_id(DUID, 7)))
    assert together(found, RANDOM[0], NEXT[0])[NEXT[0]] == "duid"


def test_a_client_id_made_from_the_mac_joins_nobody(judge: Judge) -> None:
    copied = (61, b"\x01" + packets.mac(RANDOM[0]))
    assert not together(judge(messages.dhcp(RANDOM[0], copied), messages.dhcp(NEXT[0], copied)), RANDOM[0], NEXT[0])


def test_a_client_id_that_is_only_a_text_joins_nobody(judge: Judge) -> None:
    named = (61, b"\0android-device-1")
    assert not together(judge(messages.dhcp(RANDOM[0], named), messages.dhcp(NEXT[0], named)), RANDOM[0], NEXT[0])


def test_random_macs_without_proof_stay_apart(judge: Judge) -> None:
    found = judge(packets.arp(RANDOM, PEER[1]), packets.arp((NEXT[0], RANDOM[1]), PEER[1]))
    assert not together(found, RANDOM[0], NEXT[0]), "one address after the other proves nothing"


def test_the_same_host_name_is_no_proof(judge: Judge) -> None:
    found = judge(messages.dhcp(RANDOM[0], (12, b"iPhone")), messages.dhcp(NEXT[0], (12, b"iPhone")))
    assert not together(found, RANDOM[0], NEXT[0])


def test_a_random_mac_and_the_burned_in_one_with_one_duid_are_one_device(judge: Judge) -> None:
    found = judge(messages.dhcpv6(RANDOM[0], DUID), messages.dhcpv6(WIRED[0], DUID))
    assert one(found, RANDOM[0]).registrant.startswith("LCFC"), "its block is now known"


# Wired and wireless card at once


def test_two_cards_at_once_with_duid_and_a_name_defended_on_the_link(judge: Judge) -> None:
    found = judge(
        messages.dhcpv6(WIRED[0], DUID), messages.dhcpv6(RADIO[0], DUID),
        messages.named(WIRED, "accounts"), messages.named(RADIO, "accounts"),
    )  # fmt: skip
    assert together(found, WIRED[0], RADIO[0])[RADIO[0]] == "duid"


def test_two_cards_at_once_with_duid_and_netbios_name(judge: Judge) -> None:
    found = judge(
        messages.dhcpv6(WIRED[0], DUID), messages.dhcpv6(RADIO[0], DUID),
        messages.netbios(WIRED, "accounts"), messages.netbios(RADIO, "accounts"),
    )  # fmt: skip
    assert together(found, WIRED[0], RADIO[0])


def test_two_machines_from_one_image_stay_two(judge: Judge) -> None:
    """One DUID and one DHCP name on both, at the same time: nothing defends either."""
    frames = [messages.dhcpv6(host[0], DUID, name="raspberrypi.lan") for host in (WIRED, RADIO, WIRED)]
    assert not together(judge(*frames), WIRED[0], RADIO[0])


def test_two_machines_from_one_image_with_names_of_their_own_stay_two_also_in_turn(judge: Judge) -> None:
    found = judge(
        messages.dhcpv6(WIRED[0], DUID), messages.dhcp(WIRED[0], (12, b"till-1")),
        messages.dhcpv6(NEXT[0], DUID), messages.dhcp(NEXT[0], (12, b"till-2")),
    )  # fmt: skip
    assert not together(found, WIRED[0], NEXT[0])


def test_two_burned_in_macs_in_turn_need_more_than_a_duid(judge: Judge) -> None:
    frames = [messages.dhcpv6(WIRED[0], DUID), messages.dhcpv6(RADIO[0], DUID)]
    assert not together(judge(*frames), WIRED[0], RADIO[0])
    named = [messages.dhcp(WIRED[0], (12, b"accounts")), *frames, messages.dhcp(RADIO[0], (12, b"accounts"))]
    assert together(judge(named[0], named[1], named[2], named[3]), WIRED[0], RADIO[0])


def test_cloned_virtual_machines_are_never_one(judge: Judge) -> None:
    one_vm, other = ("52:54:00:00:00:01", "192.168.1.40"), ("52:54:00:00:00:02", "192.168.1.41")
    frames = [messages.dhcpv6(host[0], DUID) for host in (one_vm, other, one_vm)]
    found = judge(*frames, messages.named(one_vm, "node"), messages.named(other, "node"))
    assert not together(found, one_vm[0], other[0])


def test_one_duid_on_many_at_once_is_a_default(judge: Judge) -> None:
    frames = [messages.dhcpv6(host[0], DUID) for host in (RANDOM, NEXT, LAST)]
    assert len(judge(*frames, *frames).devices) == 3


def test_a_dock_that_several_laptops_use_joins_none_of_them(judge: Judge) -> None:
    dock = "00:13:3b:00:00:01"
    found = judge(
        messages.dhcpv6(RANDOM[0], DUID), messages.dhcpv6(dock, DUID),
        messages.dhcpv6(NEXT[0], OTHER_DUID), messages.dhcpv6(dock, OTHER_DUID),
    )  # fmt: skip
    assert len(found.devices) == 3


# Serial numbers and other names given by the maker


def test_a_camera_with_two_neighbouring_cards(judge: Judge) -> None:
    found = judge(*[messages.sadp(host, SERIAL) for host in (CAMERA, NEIGHBOUR, CAMERA, NEIGHBOUR)])
    assert together(found, CAMERA[0], NEIGHBOUR[0]) == {CAMERA[0]: "sender", NEIGHBOUR[0]: "serial"}
    assert [tie.address for tie in one(found, CAMERA[0]).ips] == [CAMERA[1], NEIGHBOUR[1]]


def test_two_cameras_with_one_serial_at_once_stay_two(judge: Judge) -> None:
    assert not together(judge(*[messages.sadp(host, SERIAL) for host in (CAMERA, FAR, CAMERA)]), CAMERA[0], FAR[0])


def test_a_serial_in_turn_on_two_cards_is_one_device(judge: Judge) -> None:
    assert together(judge(messages.sadp(CAMERA, SERIAL), messages.sadp(FAR, SERIAL)), CAMERA[0], FAR[0])


@pytest.mark.parametrize(
    "serial", ["0000000000", "123456789", "To Be Filled By O.E.M.", "none", "(unimplemented)", "11-11-11-11"]
)
def test_placeholders_join_nobody(judge: Judge, serial: str) -> None:
    assert not together(judge(messages.sadp(CAMERA, serial), messages.sadp(NEIGHBOUR, serial)), CAMERA[0], NEIGHBOUR[0])


def test_the_serial_of_another_maker_is_another_serial(judge: Judge) -> None:
    found = judge(messages.sadp(CAMERA, SERIAL), messages.lldp(FAR[0], FAR[0], serial=SERIAL))
    assert not together(found, CAMERA[0], FAR[0])


def test_different_serials_speak_against_one_duid(judge: Judge) -> None:
    found = judge(
        messages.sadp(RANDOM, SERIAL), messages.dhcpv6(RANDOM[0], DUID),
        messages.dhcpv6(NEXT[0], DUID), messages.sadp(NEXT, SERIAL[::-1]),
    )  # fmt: skip
    assert not together(found, RANDOM[0], NEXT[0])


def test_a_tuya_device_with_a_new_random_mac(judge: Judge) -> None:
    assert together(judge(messages.tuya(RANDOM, GWID), messages.tuya(NEXT, GWID)), RANDOM[0], NEXT[0])[NEXT[0]] == "gwid"


def test_two_tuya_devices_stay_two(judge: Judge) -> None:
    assert not together(judge(messages.tuya(RANDOM, GWID), messages.tuya(NEXT, GWID[::-1])), RANDOM[0], NEXT[0])


def test_a_upnp_uuid_on_a_new_random_mac(judge: Judge) -> None:
    assert together(judge(messages.ssdp(RANDOM, UUID), messages.ssdp(NEXT, UUID)), RANDOM[0], NEXT[0])[NEXT[0]] == "uuid"


@pytest.mark.parametrize("uuid", ["00000000-0000-0000-0000-000000000000", "00010203-0405-0607-0809-0a0b0c0d0e0f"])
def test_a_uuid_of_the_firmware_joins_nobody(judge: Judge, uuid: str) -> None:
    assert not together(judge(messages.ssdp(RANDOM, uuid), messages.ssdp(NEXT, uuid)), RANDOM[0], NEXT[0])


def test_one_uuid_in_two_sets_of_one_model_stays_two(judge: Judge) -> None:
    frames = [messages.ssdp(host, UUID) for host in (CAMERA, FAR, CAMERA)]
    assert not together(judge(*frames), CAMERA[0], FAR[0])


def test_a_router_that_announces_for_another_is_not_that_other(judge: Judge) -> None:
    found = judge(messages.ssdp(CAMERA, UUID), messages.ssdp(PEER, UUID, location=CAMERA[1]))
    assert not together(found, CAMERA[0], PEER[0])


def test_an_snmp_engine_that_moved_to_a_neighbouring_card(judge: Judge) -> None:
    frames = [messages.engine(host, PEER, ENGINE) for host in (CAMERA, NEIGHBOUR, CAMERA)]
    assert together(judge(*frames), CAMERA[0], NEIGHBOUR[0])[NEIGHBOUR[0]] == "engine_id"


def test_an_engine_id_of_the_firmware_joins_nobody(judge: Judge) -> None:
    built_in = bytes.fromhex("800000090300000000000000")
    frames = [messages.engine(host, PEER, built_in) for host in (CAMERA, NEIGHBOUR, CAMERA)]
    assert not together(judge(*frames), CAMERA[0], NEIGHBOUR[0])


def test_the_ports_of_a_switch_are_one_device_by_its_chassis(judge: Judge) -> None:
    chassis = "f4:74:88:00:00:00"
    ports = [f"f4:74:88:00:00:{port:02x}" for port in range(1, 5)]
    frames = [messages.lldp(port, chassis, name="floor-1") for port in ports]
    assert set(together(judge(*frames, *frames), *ports).values()) == {"sender", "chassis"}


def test_an_instance_with_a_serial_on_the_same_link(judge: Judge) -> None:
    found = judge(
        *[messages.mdns(host, messages.instance("Printer CN93K1X2Y4._ipp._tcp.local", "npi")) for host in (WIRED, RADIO)]
    )
    assert together(found, WIRED[0], RADIO[0])[RADIO[0]] == "instance"


def test_an_instance_repeated_into_another_vlan_is_not_the_repeaters(judge: Judge) -> None:
    record = messages.instance("Printer CN93K1X2Y4._ipp._tcp.local", "npi")
    found = judge(messages.mdns(WIRED, record, vlans=[10]), messages.mdns((PEER[0], "192.168.2.1"), record, vlans=[20]))
    assert not together(found, WIRED[0], PEER[0])


def test_an_instance_without_a_serial_joins_nobody(judge: Judge) -> None:
    frames = [messages.mdns(host, messages.instance("Living Room._raop._tcp.local", "x")) for host in (RANDOM, NEXT)]
    assert not together(judge(*frames), RANDOM[0], NEXT[0])


# More than two, and addresses


def test_one_doubt_keeps_all_apart(judge: Judge) -> None:
    """RANDOM and NEXT share a DUID, NEXT and LAST a gwId, RANDOM and LAST nothing."""
    found = judge(
        messages.dhcpv6(RANDOM[0], DUID), messages.dhcpv6(NEXT[0], DUID), messages.tuya(NEXT, GWID), messages.tuya(LAST, GWID)
    )
    assert len(found.devices) == 3


def test_one_host_seen_on_both_sides_of_a_router_is_one_device(judge: Judge) -> None:
    router = (PEER[0], CAMERA[1])
    found = judge(
        messages.sadp_to(CAMERA, PEER, SERIAL, vlans=[10]),
        messages.sadp_to(router, ("00:1b:77:00:00:09", "192.168.2.9"), SERIAL, ttl=63, vlans=[20]),
    )
    device = one(found, CAMERA[0])
    assert [(tie.address, tie.proof) for tie in device.ips] == [(CAMERA[1], "sender")]
    assert f"vlan 20/{CAMERA[1]}" not in {other.id for other in found.devices}
    assert one(found, PEER[0]).ips == ()


def test_asking_for_a_device_by_its_identifier_is_not_being_it(judge: Judge) -> None:
    asked = packets.datagram(RADIO, messages.MDNS, (5353, 5353), packets.dns_query("Printer CN93K1X2Y4._ipp._tcp.local"))
    found = judge(messages.mdns(WIRED, messages.instance("Printer CN93K1X2Y4._ipp._tcp.local", "npi")), asked)
    assert not together(found, WIRED[0], RADIO[0])


@pytest.mark.slow
def test_a_long_chain_of_shared_identifiers_costs_no_more_than_its_length() -> None:
    """Each forged card shares one instance name with the card before and one with the next."""
    many = 30_000
    evidence = Evidence()
    for number in range(many):
        subject = Subject("", f"00:1a:22:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}", "")
        for name in (number, number + 1):
            seen = Observation("mdns.instance", f"cam sn{10_000_000 + 7919 * name:010d}._http._tcp.local")
            evidence.add(subject, seen, Place(number, "test.pcap", number + 1))
        evidence.count(subject, Traffic(2, 120, Place(number, "test.pcap", number + 1), number, None))
    began = process_time()
    found = identity.resolve(evidence)
    assert len(found.things) == many
    assert process_time() - began < 15, "comparing every two of them takes minutes"
