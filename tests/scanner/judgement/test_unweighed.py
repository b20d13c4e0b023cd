"""What is left when all claims have their evidence: every other fact, once, with its reason."""

import packets

from fingerprints.catalogue import load
from scanner.engine import finish
from scanner.judgement.policy import load as load_policy
from scanner.judgement.unweighed import SOFTWARE, unweighed
from scanner.observers import observers

MAC, PEER = "00:1a:22:00:00:01", ("00:1a:22:00:00:02", "192.168.1.1")


def reasons(*frames: bytes) -> dict[str, str]:
    evidence = packets.evidence([packets.arp((MAC, "192.168.1.10"), PEER[1]), *frames])
    inventory = finish(evidence, load(), load_policy())
    device = next(each for each in inventory.devices if each.id == MAC)
    return {fact.channel: why for fact, why in unweighed(device, evidence)}


def dhcp(*options: tuple[int, bytes]) -> bytes:
    return packets.datagram((MAC, "0.0.0.0"), (packets.BROADCAST, "255.255.255.255"), (68, 67), packets.dhcp(MAC, options))


def test_each_kind_of_fact_has_its_reason() -> None:
    query = packets.datagram((MAC, "192.168.1.10"), PEER, (4000, 53), packets.dns_query("printer.example"))
    found = reasons(dhcp((12, b"desk"), (55, b"\1\3\6")), query)
    assert found["arp.ip"] == "ties an address to the device"
    assert found["dhcp.hostname"] == "a name somebody chose; no signature knows it"
    assert found["dhcp.params"] == "tells which software speaks, and no origin"
    assert found["dns.query"] == "it only asked, and asking is not being"


def test_what_a_claim_cites_is_not_told_again() -> None:
    assert "dhcp.vendor_class" not in reasons(dhcp((60, b"yealink")))
    assert reasons(dhcp((60, b"nothing we know")))["dhcp.vendor_class"] == "no signature fits"


def test_software_channels_are_channels_there_are() -> None:
    assert {channel.name for observer in observers() for channel in observer.CHANNELS} >= SOFTWARE
