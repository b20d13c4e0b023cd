"""`merge`, `reassess` and `diff`: what databases can do without any capture."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import packets
import pytest

from scanner import store
from scanner.judgement.policy import DEFAULT

ROOT = Path(__file__).parents[3]
CASES = ("arp_spoofer", "tuya_on_espressif", "vlan_twins", "router_with_hosts")


def fieldmark(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captures of four cases, each scanned by its own sensor, and all together."""
    folder = tmp_path_factory.mktemp("sensors")
    for case in CASES:
        shutil.copy(ROOT / "pcaps" / case / "traffic.pcap", folder / f"{case}.pcap")
        assert fieldmark("scan", "-q", f"{case}.pcap", "--db", f"{case}.db", cwd=folder).returncode == 0
    assert fieldmark("scan", "-q", *(f"{case}.pcap" for case in CASES), "--db", "all.db", cwd=folder).returncode == 0
    return folder


def test_merging_the_sensors_is_scanning_all_of_it(desk: Path) -> None:
    assert fieldmark("merge", "-q", *(f"{case}.db" for case in reversed(CASES)), "--db", "merged.db", cwd=desk).returncode == 0
    assert (desk / "merged.db").read_bytes() == (desk / "all.db").read_bytes()


def test_judging_again_by_the_same_tables_changes_nothing(desk: Path) -> None:
    assert fieldmark("reassess", "-q", "all.db", "--db", "again.db", cwd=desk).returncode == 0
    assert (desk / "again.db").read_bytes() == (desk / "all.db").read_bytes()


def test_judging_again_by_another_policy_or_date(desk: Path) -> None:
    (desk / "strict.toml").write_text(DEFAULT.read_text().replace('3 = "flagged"', '3 = "review"'))
    assert fieldmark("reassess", "-q", "all.db", "--policy", "strict.toml", "--db", "strict.db", cwd=desk).returncode == 0
    verdicts = {device.finding.verdict for device in store.read(desk / "strict.db").devices if device.finding.level == 3}
    assert verdicts == {"review"}
    assert fieldmark("reassess", "-q", "all.db", "--as-of", "2019-01-01", "--db", "early.db", cwd=desk).returncode == 0
    assert not any(device.listings for device in store.read(desk / "early.db").devices), "no list named anybody yet"


def test_evidence_comes_back_as_it_was(desk: Path) -> None:
    for case in CASES:
        evidence = store.read_evidence(desk / f"{case}.db")
        assert evidence.traffic
        assert evidence.ledgers[f"{case}.pcap"].sha256


def test_evidence_of_the_form_before_hops_were_kept_can_be_read(desk: Path, tmp_path: Path) -> None:
    whole = store.read_evidence(desk / "router_with_hosts.db")
    shutil.copy(desk / "router_with_hosts.db", tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("ALTER TABLE traffic DROP COLUMN ttls")
        connection.execute("DROP TABLE once")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    old = store.read_evidence(tmp_path / "old.db")
    assert any(sent.ttls for sent in whole.traffic.values())
    assert old.traffic == {sender: sent._replace(ttls=0) for sender, sent in whole.traffic.items()}
    assert store.read(tmp_path / "old.db") == store.read(desk / "router_with_hosts.db")


def test_the_same_capture_twice_is_refused(desk: Path) -> None:
    done = fieldmark("merge", "all.db", "vlan_twins.db", "--db", "x.db", cwd=desk)
    assert done.returncode == 2
    assert "vlan_twins.pcap" in done.stderr
    assert not (desk / "x.db").exists()


def test_captures_of_one_name_are_told_apart_by_their_database(tmp_path: Path) -> None:
    for site, last in (("north", 1), ("south", 2)):
        (tmp_path / "eth0.pcap").write_bytes(packets.pcap([packets.arp((f"00:1a:22:00:00:0{last}", "10.0.0.1"), "10.0.0.2")]))
        assert fieldmark("scan", "-q", "eth0.pcap", "--db", f"{site}.db", cwd=tmp_path).returncode == 0
    assert fieldmark("merge", "-q", "north.db", "south.db", cwd=tmp_path).returncode == 0
    made = store.read(tmp_path / "fieldmark.db")
    assert [record.capture for record in made.captures] == ["north:eth0.pcap", "south:eth0.pcap"]
    assert {tie.capture for device in made.devices for tie in device.macs} == {"north:eth0.pcap", "south:eth0.pcap"}


def test_captures_of_one_name_in_databases_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for site, last in (("north", 1), ("south", 2)):
        (tmp_path / site).mkdir()
        frames = packets.pcap([packets.arp((f"00:1a:22:00:00:0{last}", "10.0.0.1"), "10.0.0.2")])
        (tmp_path / site / "eth0.pcap").write_bytes(frames)
        assert fieldmark("scan", "-q", "eth0.pcap", cwd=tmp_path / site).returncode == 0
    assert fieldmark("merge", "-q", "north/fieldmark.db", "south/fieldmark.db", cwd=tmp_path).returncode == 0
    made = store.read(tmp_path / "fieldmark.db")
    assert [record.capture for record in made.captures] == ["north/fieldmark:eth0.pcap", "south/fieldmark:eth0.pcap"]
    twice = fieldmark("merge", "-q", "north/fieldmark.db", "./north/fieldmark.db", cwd=tmp_path)
    assert twice.returncode == 2


def test_diff_tells_what_is_new_gone_and_changed(desk: Path) -> None:
    same = fieldmark("diff", "all.db", "all.db", cwd=desk)
    assert same.stdout == "No device is new, gone or changed.\n"
    done = fieldmark("diff", "all.db", "vlan_twins.db", "--ndjson", cwd=desk)
    gone = {json.loads(line)["device_id"] for line in done.stdout.splitlines() if json.loads(line)["what"] == "gone"}
    with sqlite3.connect(desk / "all.db") as connection:
        everyone = {name for (name,) in connection.execute("SELECT device_id FROM inventory")}
    kept = {device.id for device in store.read(desk / "vlan_twins.db").devices}
    assert gone == everyone - kept
    (desk / "strict.toml").write_text(DEFAULT.read_text().replace('3 = "flagged"', '3 = "review"'))
    fieldmark("reassess", "-q", "all.db", "--policy", "strict.toml", "--db", "strict.db", cwd=desk)
    assert "verdict: flagged -> review" in fieldmark("diff", "all.db", "strict.db", cwd=desk).stdout


def test_tables_and_check(tmp_path: Path) -> None:
    said = fieldmark("tables", cwd=tmp_path).stdout
    assert "list us-ndaa-889" in said
    assert "mainland China" in said
    assert fieldmark("tables", "--registry", cwd=tmp_path).stdout.count("\n") == 1
    done = fieldmark("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


WAIVER = """
[[waiver]]
device = "10-5A-17-00-00-01"
reason = "plug of the canteen"
owner = "facilities"
expires = 2026-06-30
"""


@pytest.fixture(scope="module")
def waived(desk: Path) -> Path:
    """The same desk with a policy that waives one device, and the scan of everything under it."""
    (desk / "waived.toml").write_text(DEFAULT.read_text() + WAIVER)
    scan = ("scan", "-q", *(f"{case}.pcap" for case in CASES), "--policy", "waived.toml", "--as-of", "2026-06-01")
    assert fieldmark(*scan, "--db", "waived.db", cwd=desk).returncode == 0
    return desk


def test_merging_and_judging_again_with_waivers_is_scanning_with_them(waived: Path) -> None:
    options = ("-q", "--policy", "waived.toml", "--as-of", "2026-06-01")
    assert fieldmark("merge", *(f"{case}.db" for case in CASES), *options, "--db", "m.db", cwd=waived).returncode == 0
    assert (waived / "m.db").read_bytes() == (waived / "waived.db").read_bytes()
    assert fieldmark("reassess", "all.db", *options, "--db", "r.db", cwd=waived).returncode == 0
    assert (waived / "r.db").read_bytes() == (waived / "waived.db").read_bytes()


def test_judging_again_later_says_that_a_waiver_expired(waived: Path) -> None:
    options = ("--policy", "waived.toml", "--as-of", "2026-07-01")
    assert fieldmark("reassess", "-q", "all.db", *options, "--db", "late.db", cwd=waived).returncode == 0
    with sqlite3.connect(waived / "late.db") as connection:
        rows = connection.execute("SELECT device_id, verdict, expires, in_force FROM waivers").fetchall()
    assert rows == [("10:5a:17:00:00:01", "flagged", "2026-06-30", 0)]
    said = fieldmark("diff", "waived.db", "late.db", cwd=waived).stdout
    assert "waivers: waived until 2026-06-30 by facilities" in said
    assert "waiver expired on 2026-06-30" in said


@pytest.mark.parametrize("form", ["terminal", "html", "json", "ndjson", "csv"])
def test_every_format_shows_a_waiver_with_its_verdict(waived: Path, form: str) -> None:
    said = fieldmark("report", "waived.db", "-f", form, cwd=waived).stdout
    assert "plug of the canteen" in said
    assert "facilities" in said
    assert "2026-06-30" in said


def test_fail_on_passes_over_a_device_only_while_its_waiver_is_in_force(waived: Path) -> None:
    shutil.copy(ROOT / "pcaps" / "sadp_reply" / "traffic.pcap", waived / "cameras.pcap")
    assert fieldmark("scan", "-q", "cameras.pcap", "--db", "cameras.db", "--fail-on", "4", cwd=waived).returncode == 10
    flagged = [device.id for device in store.read(waived / "cameras.db").devices if (device.finding.level or 0) >= 4]
    every = "".join(WAIVER.replace("10-5A-17-00-00-01", each) for each in flagged)
    (waived / "cameras.toml").write_text(DEFAULT.read_text() + every)
    again = ("reassess", "-q", "cameras.db", "--db", "c.db", "--policy", "cameras.toml", "--fail-on", "4", "--as-of")
    assert fieldmark(*again, "2026-06-30", cwd=waived).returncode == 0
    assert fieldmark(*again, "2026-07-01", cwd=waived).returncode == 10


def test_a_broken_policy_is_one_line_before_any_work(desk: Path) -> None:
    (desk / "broken.toml").write_text(DEFAULT.read_text().replace("categories = []", 'categories = ["toasters"]'))
    for command in (["scan", "vlan_twins.pcap"], ["reassess", "all.db"], ["merge", "all.db"], ["lookup", "Apple, Inc."]):
        where = [] if command[0] == "lookup" else ["--db", "never.db"]
        done = fieldmark(*command, "--policy", "broken.toml", *where, cwd=desk)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert "broken.toml: [review] categories: 'toasters' is not known" in done.stderr
    assert not (desk / "never.db").exists()


def test_judging_again_with_newer_tables_names_what_was_unknown(tmp_path: Path) -> None:
    mac = "fc:fc:fc:00:00:01"  # a block nobody holds yet
    (tmp_path / "a.pcap").write_bytes(packets.pcap([packets.arp((mac, "10.0.0.1"), "10.0.0.2")]))
    assert fieldmark("scan", "-q", "a.pcap", "--db", "old.db", cwd=tmp_path).returncode == 0
    row = 'MA-L,FCFCFC,"Hangzhou Hikvision Digital Technology Co.,Ltd.",Hangzhou CN 310052\n'
    (tmp_path / "oui.csv").write_text("Registry,Assignment,Organization Name,Organization Address\n" + row)
    assert fieldmark("reassess", "-q", "old.db", "--oui", "oui.csv", "--db", "new.db", cwd=tmp_path).returncode == 0
    (before,), (after,) = store.read(tmp_path / "old.db").devices, store.read(tmp_path / "new.db").devices
    assert (before.finding.verdict, after.finding.verdict) == ("unknown", "flagged")
    assert fieldmark("scan", "-q", "a.pcap", "--oui", "oui.csv", "--db", "scan.db", cwd=tmp_path).returncode == 0
    assert (tmp_path / "new.db").read_bytes() == (tmp_path / "scan.db").read_bytes()
