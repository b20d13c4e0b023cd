"""Every link type we support, against what tshark and tcpdump see in captures of other people."""

import contextlib
import json
from pathlib import Path
from typing import Any
from zlib import crc32

import packets
import pytest

from scanner.capture.headers import Tally, scan
from scanner.capture.links import READERS, link_name
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence

LINKS = packets.SHARED / "links"
LEFT_OUT = (
    # Which addresses are outermost, and what lies under these headers, is the business of tunnels, not of link layers.
    "ether_macsec", "ether_mpls", "ether_pppoe", "ether_vntag", "tun_",
)  # fmt: skip
ADDRESSES_OTHERWISE = {
    "dlt_brcm_prepend": {"68:05:ca:18:47:70", "8a:62:38:14:5d:0b"},  # tcpdump's table leaves them out; read from its hex dump
    "dlt_nflog": {"52:55:0a:00:02:02"},  # NFULA_HWADDR, no field of tshark's eth.src
    "dlt_ble_nordic": {"e0:7d:ea:eb:2f:1c"},  # btle.advertising_address
}
NOT_READ = {"DBUS", "USER3", "USER13"}
"""Messages on one machine, and numbers everybody may use for what he likes."""

NO_IP_KNOWN = ("dlt_brcm", "dlt_dsa", "dlt_edsa")  # files tshark cannot open: the table has no IP addresses


IN_IPV6 = {"tun_4in6": {"70.55.213.211"}, "tun_gre_ppp": {"16.0.0.200", "192.52.166.154"}}
"""IPv4 addresses the table has as outer ones, for it lists IPv4 apart: there they lie inside IPv6, and so in a tunnel."""


def rows(*, tunnels: bool) -> list[Any]:
    if not LINKS.is_dir():
        return [pytest.param({}, id="none", marks=pytest.mark.skip(reason="no captures at hand (../shared/captures)"))]
    table = json.loads((LINKS / "expected.json").read_text())
    return [
        pytest.param(row | {"file": name}, id=name)
        for name, row in sorted(table.items())
        if name.startswith(LEFT_OUT) is tunnels
    ]


@pytest.mark.parametrize("row", rows(tunnels=False))
def test_addresses_and_vlans_are_those_tshark_sees(row: dict[str, Any]) -> None:
    evidence = walked(LINKS / row["file"])
    if evidence is None or evidence.ledgers["x"].unsupported:
        assert not row["file"].startswith("ether_")
        return
    macs = {sender.mac for sender in evidence.traffic} - {""}
    known = {mac for start, found in ADDRESSES_OTHERWISE.items() if row["file"].startswith(start) for mac in found}
    if not row["wlan_ta"]:  # test_wifi compares these frame by frame: who first sent a frame did not always transmit it
        assert macs == {*row["src_mac_outer"], *row["sll_src"]} | known
    if not row["file"].startswith(NO_IP_KNOWN):
        found = {sender.ip for sender in evidence.traffic if sender.ip and ":" not in sender.ip}
        assert found == {*row["ip_src_outer"]} - {"0.0.0.0"}
        assert {sender.ip for sender in evidence.traffic if ":" in sender.ip} <= {*row["ipv6_all"]}
    tags = {tag for sender in evidence.traffic for tag in sender.segment.removeprefix("vlan ").split(".")} - {""}
    assert tags <= {*row["vlan"]} | {"200", "201"}, "tshark's field holds the innermost tag of 802.1ad"
    assert tags or not {*row["vlan"]} - {"0"}


@pytest.mark.parametrize("row", rows(tunnels=True))
def test_outside_of_tunnels_are_the_senders_tshark_sees_there(row: dict[str, Any]) -> None:
    """What is inside is compared in test_tunnels."""
    evidence = walked(LINKS / row["file"])
    assert evidence is not None
    outer = [
        sender
        for sender in evidence.traffic
        if all(part.startswith("vlan ") for part in sender.segment.split(", ") if part)  # a tag is no tunnel
    ]
    assert {sender.mac for sender in outer} - {""} == {*row["src_mac_outer"]}
    within = {ip for start, found in IN_IPV6.items() if row["file"].startswith(start) for ip in found}
    assert {sender.ip for sender in outer if sender.ip and ":" not in sender.ip} == {*row["ip_src_outer"]} - {
        "0.0.0.0"
    } - within
    assert within <= {sender.ip for sender in evidence.traffic}


def walked(path: Path) -> Evidence | None:
    """What the fast lane counts in a capture; None if it is compressed or no capture."""
    tally = Tally("x")
    try:
        with open_source(str(path), "x") as source:
            for batch in source.batches():
                assert list(scan(batch, Selector([]), tally)) == []
    except Damaged:
        pass  # some files are there for how they end
    except Unreadable:
        return None
    evidence = Evidence()
    tally.settle(evidence)
    return evidence


@pytest.mark.skipif(not LINKS.is_dir(), reason="no captures at hand (../shared/captures)")
def test_at_most_a_few_captures_are_of_link_types_we_do_not_read() -> None:
    seen, not_read = set(), {}
    for path in sorted(LINKS.glob("*.pcap*")):
        with contextlib.suppress(Damaged), open_source(str(path), path.name) as source:
            for batch in source.batches():
                seen |= set(batch.links)
                if unknown := set(batch.links) - READERS.keys():
                    not_read[path.name] = {link_name(link) for link in unknown}
    assert len(seen & READERS.keys()) >= 32
    assert len(not_read) <= 3
    assert set().union(*not_read.values()) == NOT_READ


def test_every_link_type_we_read_has_a_name() -> None:
    assert [link for link in READERS if link_name(link).startswith("LINKTYPE")] == []
    assert link_name(9999) == "LINKTYPE 9999"
    assert [link_name(link) for link in (147, 162)] == ["USER0", "USER15"]


def test_a_frame_with_a_wrong_checksum_is_malformed_under_a_reason_of_its_own() -> None:
    beacon = b"\x80\0\0\0" + b"\2" * 18 + b"\0\0" + bytes(12)
    radiotap = b"\0\0\x0a\0\2\0\0\0\x10\0"
    tally = Tally("x")
    whole = radiotap + beacon + crc32(beacon).to_bytes(4, "little")
    assert list(scan(packets.batch([whole, whole[:-1] + b"?", whole], link=127), Selector([]), tally)) == []
    assert tally.malformed == {"bad frame check sequence": [1, 2]}
    assert tally.ledger.malformed == 1
    assert [counts[0] for counts in tally.senders.values()] == [2]


def test_a_frame_cut_by_the_capture_is_read_without_its_checksum() -> None:
    beacon = b"\x80\0\0\0" + b"\2" * 18 + b"\0\0" + bytes(12)
    batch = packets.batch([b"\0\0\x0a\0\2\0\0\0\x10\0" + beacon], link=127)
    batch.wire_sizes[0] += 100
    tally = Tally("x")
    assert list(scan(batch, Selector([]), tally)) == []
    assert tally.malformed == {}
    assert len(tally.senders) == 1
