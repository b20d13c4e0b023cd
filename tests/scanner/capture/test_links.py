"""Every link type we support, against what tshark and tcpdump see in captures of other people."""

import json
from pathlib import Path
from typing import Any

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
    "dlt_null",  # one of its frames has a Cisco HDLC header where the address family should be
)  # fmt: skip
ADDRESSES_OTHERWISE = {
    "dlt_brcm_prepend": {"68:05:ca:18:47:70", "8a:62:38:14:5d:0b"},  # tcpdump's table leaves them out; read from its hex dump
    "dlt_nflog": {"52:55:0a:00:02:02"},  # NFULA_HWADDR, no field of tshark's eth.src
    "dlt_ble_nordic": {"e0:7d:ea:eb:2f:1c"},  # btle.advertising_address
}
NO_IP_KNOWN = ("dlt_brcm", "dlt_dsa", "dlt_edsa")  # files tshark cannot open: the table has no IP addresses


def supported() -> list[Any]:
    if not LINKS.is_dir():
        return [pytest.param({}, id="none", marks=pytest.mark.skip(reason="no captures at hand (../shared/captures)"))]
    rows = json.loads((LINKS / "expected.json").read_text())
    return [pytest.param(row | {"file": name}, id=name) for name, row in sorted(rows.items()) if not name.startswith(LEFT_OUT)]


@pytest.mark.parametrize("row", supported())
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
def test_the_captures_show_most_link_types() -> None:
    seen = set()
    for path in LINKS.glob("*.pcap*"):
        try:
            with open_source(str(path), "x") as source:
                seen |= {link for batch in source.batches() for link in batch.links}
        except (Damaged, Unreadable):
            continue
    assert len(seen & READERS.keys()) >= 20


def test_every_link_type_we_read_has_a_name() -> None:
    assert [link for link in READERS if link_name(link).startswith("LINKTYPE")] == []
    assert link_name(9999) == "LINKTYPE 9999"
