"""The proof: logs a Zeek would write of our own captures lead to the same verdicts, where they hold the evidence.

The logs are written by `zeek_logs.py`, which sees the frames with scapy's eyes, not with ours.
"""

from functools import cache
from pathlib import Path

import pytest
import zeek_logs

from fingerprints.catalogue import Catalogue, load
from scanner.engine import Input, finish, read_all
from scanner.judgement.policy import load as load_policy
from scanner.model import Inventory

PCAPS = Path(__file__).parents[3] / "pcaps"
WHOLE = (
    "asking_is_not_being", "clear_text_iot", "dhcp_relay", "hostile_names", "miio_answer", "nat_uplink", "quic_names",
    "random_mac_dhcp_name", "software_is_not_origin", "tp_link_search", "trackers", "tuya_app_only", "tuya_on_espressif",
    "visitor_of_prc_sites",
)  # fmt: skip
"""Cases whose evidence is in addresses, leases and names: a Zeek with mac-logging writes all of it down."""
PARTLY = ("demo", "bambu_printer", "camera_searches", "router_with_hosts", "taiwanese_camera", "vlan_twins", "yeelight_lamp")
"""Cases with evidence that no Zeek log holds."""


@cache
def catalogue() -> Catalogue:
    return load()


def judged(sources: list[Input]) -> Inventory:
    return finish(read_all(sources), catalogue(), load_policy())


def both(case: str, folder: Path) -> tuple[Inventory, Inventory]:
    """What the capture shows, and what its logs show."""
    capture = PCAPS / case / "traffic.pcap"
    sources = []
    for name, content in sorted(zeek_logs.logs(capture).items()):
        (folder / name).write_bytes(content)
        sources.append(Input(str(folder / name), name))
    return judged([Input(str(capture), "traffic.pcap")]), judged(sources)


def verdicts(found: Inventory) -> dict[str, tuple[str, int | None]]:
    return {device.id: (device.finding.verdict, device.finding.level) for device in found.devices}


@pytest.mark.parametrize("case", WHOLE)
def test_the_verdicts_are_those_of_the_capture(case: str, tmp_path: Path) -> None:
    by_capture, by_logs = both(case, tmp_path)
    assert verdicts(by_logs) == verdicts(by_capture)
    assert all(record.is_log and record.complete and not record.malformed for record in by_logs.captures)


@pytest.mark.parametrize("case", PARTLY)
def test_less_evidence_never_says_more(case: str, tmp_path: Path) -> None:
    by_capture, by_logs = both(case, tmp_path)
    known = verdicts(by_capture)
    told = [(device, known[device]) for device in verdicts(by_logs) if device in known]
    assert len(told) > 1
    for device, (_, level) in told:
        assert (verdicts(by_logs)[device][1] or 0) <= (level or 0), device


@pytest.mark.parametrize("case", ["tuya_app_only", "nat_uplink", "visitor_of_prc_sites"])
def test_what_is_cited_stands_in_the_line(case: str, tmp_path: Path) -> None:
    _, found = both(case, tmp_path)
    cited = [each for device in found.devices for claim in device.claims for each in claim.evidence]
    assert {each.channel for each in cited} - {"eth.oui"}
    for each in cited:
        line = (tmp_path / each.capture).read_bytes().split(b"\n")[each.frame - 1]
        assert (each.raw.encode() in line) or each.channel == "eth.oui", each
