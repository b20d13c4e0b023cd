"""Order, grouping and the columns every format shares."""

import random
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import FORMATS, view
from scanner.model import ClaimKind, Device, Inventory, Status, Verdict

WORDS_WE_NEVER_USE = re.compile(r"backdoor|spy|spies|compromised|malicious|chinese device", re.IGNORECASE)


def by_name(inventory: Inventory, name: str) -> Device:
    return next(device for device in inventory.devices if view.name(device) == name)


def test_formats_are_found_by_their_names() -> None:
    assert sorted(FORMATS) == ["csv", "html", "json", "ndjson", "terminal"]
    assert all(each.SUFFIX.startswith(".") for each in FORMATS.values())
    assert [each.NAME for each in FORMATS.values()] == list(FORMATS)


def test_same_bytes_whatever_the_order_of_devices(sample: Inventory) -> None:
    devices = list(sample.devices)
    random.Random(7).shuffle(devices)
    for each in FORMATS.values():
        assert each.render(replace(sample, devices=tuple(devices))).encode() == each.render(sample).encode()


def test_no_format_uses_a_word_of_blame(sample: Inventory, empty: Inventory) -> None:
    for each in FORMATS.values():
        for inventory in (sample, empty):
            assert not WORDS_WE_NEVER_USE.search(each.render(inventory))


def test_flagged_come_first_then_by_level_and_confidence(sample: Inventory) -> None:
    ordered = view.ordered(sample.devices)
    ranks = [(view.VERDICTS.index(d.finding.verdict), -(d.finding.level or 0), -d.finding.confidence) for d in ordered]
    assert ranks == sorted(ranks)
    assert {device.id for device in ordered} == {device.id for device in sample.devices}


@pytest.mark.parametrize(
    ("name", "vendor", "role"),
    [
        ("cam-loading-dock", "Hikvision", ""),
        ("ESP_4F21C0", "Espressif", "component"),
        ("Device on Tuya platform", "Tuya", "platform"),
        ("c0:35:32:00:00:2c", "Shenzhen Skyworth Digital Technology CO., Ltd", "registrant"),
        ("02:00:5e:00:00:5c", "", ""),
    ],
)
def test_company_beside_a_device(sample: Inventory, name: str, vendor: str, role: str) -> None:
    device = by_name(sample, name)
    assert (view.vendor(device), view.vendor_role(device)) == (vendor, role)


def test_a_module_never_stands_where_the_maker_of_a_product_would(sample: Inventory) -> None:
    assert view.name(replace(by_name(sample, "ESP_4F21C0"), names=())) == "Device with Espressif component"
    assert view.name(replace(by_name(sample, "axis-gate"), names=())) == "Axis IP camera"


def test_long_names_are_cut_and_marked(sample: Inventory) -> None:
    assert view.name(replace(sample.devices[0], names=("n" * 300,))) == "n" * (view.NAME_SHOWN - 1) + "…"


def test_weak_claims_are_kept_apart_and_lead_nothing(sample: Inventory) -> None:
    device = by_name(sample, "cam-loading-dock")
    assert [claim.kind for claim in view.claims(device)] == [ClaimKind.MAKER, ClaimKind.EXPOSURE, ClaimKind.NETWORK]
    assert [claim.status for claim in view.claims(device, weak=True)] == [Status.WEAK]
    assert view.leading(device, ClaimKind.COMPONENT) is None
    assert [claim.kind for claim in view.remarks(device)] == [ClaimKind.EXPOSURE]


def test_the_claim_that_set_the_level_comes_first(sample: Inventory) -> None:
    device = by_name(sample, "R7000")
    category = next(claim for claim in device.claims if claim.kind is ClaimKind.CATEGORY)
    louder = replace(category, probability=0.97)
    assert view.claims(replace(device, claims=(louder, device.claims[0])))[0].kind is ClaimKind.MAKER


def test_row_has_the_columns_of_the_contract(sample: Inventory) -> None:
    assert all(tuple(view.row(device)) == view.COLUMNS for device in sample.devices)
    row = view.row(by_name(sample, "cam-loading-dock"))
    assert (row["maker"], row["maker_country"], row["component"], row["level"]) == ("Hikvision", "CN", None, 5)
    assert row["listings"] == "us-1260h,us-fcc-covered,us-ndaa-889"
    assert row["first_seen"] == "2026-11-02T08:07:24.000000Z"
    unknown = view.row(by_name(sample, "02:00:5e:00:00:5c"))
    assert (unknown["hostname"], unknown["vendor"], unknown["level"], unknown["class"]) == (None, None, None, None)


def test_an_address_proven_twice_is_one_address(sample: Inventory) -> None:
    device = sample.devices[0]
    twice = replace(device, ips=(device.ips[0], replace(device.ips[0], proof="dhcp")))
    assert view.row(twice)["ips"] == device.ips[0].address
    assert {address: len(proofs) for address, proofs in view.addresses(twice.ips).items()} == {device.ips[0].address: 2}


def test_bars_count_every_device_once_and_fold_the_rest(sample: Inventory) -> None:
    bars = view.bars(sample.devices, view.class_name, 5)
    assert len(bars) == 5
    assert sum(bar.total for bar in bars) == len(sample.devices)
    assert bars[0] == view.Bar("IP camera", (2, 0, 1, 0))
    assert bars[-1].label.endswith("others together")
    assert view.bars(sample.devices, view.class_name, 500)[-1].label != bars[-1].label


def test_limits_of_the_whole_scan_come_first_and_what_was_absent_before_what_was_counted(sample: Inventory) -> None:
    assert [limit.code for limit in view.limits(sample)] == ["no-dhcp", "encrypted-names", "one-direction", "malformed"]


def test_troubled_captures_and_period(sample: Inventory, empty: Inventory) -> None:
    assert [record.complete for record in view.troubled(sample.captures)] == [False]
    assert view.period(sample) == (sample.captures[0].first_seen, sample.captures[0].last_seen)
    assert view.period(empty) is None


@pytest.mark.parametrize(
    ("capture", "command"),
    [
        ("lan.pcap", "tshark -r lan.pcap -Y 'frame.number==7' -V"),
        ("guest wifi's.pcap", "tshark -r 'guest wifi'\"'\"'s.pcap' -Y 'frame.number==7' -V"),
        ("$(reboot).pcap", "tshark -r '$(reboot).pcap' -Y 'frame.number==7' -V"),
        ("-V", "tshark -r ./-V -Y 'frame.number==7' -V"),
        ("-", ""),
        ("", ""),
    ],
)
def test_tshark_line(capture: str, command: str) -> None:
    assert view.tshark(capture, 7) == command


@pytest.mark.parametrize(
    ("capture", "command", "unit"),
    [
        ("lan.pcap", "tshark -r lan.pcap -Y 'frame.number==7' -V", "frame"),
        ("neigh.txt", "sed -n 7p neigh.txt", "line"),
        ("old one.log.gz", "gzip -dc 'old one.log.gz' | sed -n 7p", "line"),
        ("stdin", "", "line"),
    ],
)
def test_the_command_for_a_line_of_a_log(capture: str, command: str, unit: str) -> None:
    logs = {"neigh.txt": "", "old one.log.gz": "gzip -dc", "stdin": ""}
    assert view.command(capture, 7, logs) == command
    assert view.unit(capture, logs) == unit


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(lambda name: name != "-"))
def test_a_shell_gives_tshark_the_very_name(capture: str) -> None:
    command = view.tshark(capture, 7)
    assert command.isprintable()
    if capture.isprintable():
        assert shlex.split(command)[2] in {capture, f"./{capture}"}


@pytest.mark.parametrize("capture", ["a\nb.pcap", "\x1b[31m.pcap", "it's\t\\x.pcap", "\u202egnp.pcap", "caf\udce9.pcap"])
def test_bash_gives_tshark_the_very_name_even_with_control_characters(capture: str, tmp_path: Path) -> None:
    quoted = view.tshark(capture, 7).removeprefix("tshark -r ").removesuffix(" -Y 'frame.number==7' -V")
    assert quoted.isprintable()
    script = tmp_path / "show.sh"
    script.write_text(f"printf %s {quoted}", encoding="ascii")
    shown = subprocess.run(["bash", str(script)], check=True, capture_output=True).stdout
    assert shown == capture.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("91 FR 35189; https://www.federalregister.gov/d/1", ["https://www.federalregister.gov/d/1"]),
        ("see (https://example.org/a), and https://example.org/b.", ["https://example.org/a", "https://example.org/b"]),
        ("http://example.org javascript:alert(1) //example.org data:text/html,x", []),
        ("https://", []),
        ("", []),
    ],
)
def test_only_https_addresses_become_links_and_no_letter_is_lost(text: str, addresses: list[str]) -> None:
    pieces = view.links(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [address for _, address in pieces if address] == addresses


def test_by_verdict(sample: Inventory) -> None:
    assert [len(view.by_verdict(sample.devices, verdict)) for verdict in Verdict] == [6, 2, 8, 4]
