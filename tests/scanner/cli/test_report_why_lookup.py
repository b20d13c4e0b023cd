"""`report`, `why` and `lookup` as a user runs them: from a database or the tables alone, without any capture."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reports import FORMATS
from scanner import store

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "scanner" / "demo" / "office.pcap"


def fieldmark(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, input=stdin, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(DEMO, folder / "office.pcap")
    assert fieldmark("scan", "-q", "office.pcap", "--html", "first.html", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_is_drawn_from_the_database_alone(desk: Path, form: str) -> None:
    done = fieldmark("report", "fieldmark.db", "-f", form, cwd=desk)
    assert done.returncode == 0, done.stderr
    wanted = FORMATS[form].render(store.read(desk / "fieldmark.db"))
    assert done.stdout == wanted.replace("\r\n", "\n"), "subprocess reads text with universal newlines"


def test_a_report_drawn_later_is_the_one_drawn_at_once(desk: Path) -> None:
    assert fieldmark("report", "fieldmark.db", "-f", "html", "-o", "later.html", "--force", cwd=desk).returncode == 0
    assert (desk / "later.html").read_bytes() == (desk / "first.html").read_bytes()


def test_a_report_replaces_nothing_unless_told(desk: Path) -> None:
    (desk / "mine.txt").write_text("mine")
    done = fieldmark("report", "fieldmark.db", "-f", "csv", "-o", "mine.txt", cwd=desk)
    assert done.returncode == 5
    assert (desk / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(("arguments", "code"), [(["fieldmark.db", "-f", "docx"], 2), (["no.db"], 5), (["office.pcap"], 5)])
def test_a_wrong_format_or_database_is_one_line(desk: Path, arguments: list[str], code: int) -> None:
    done = fieldmark("report", *arguments, cwd=desk)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("bc:ad:28:00:00:01", "BC-AD-28-00-00-01", "bcad28000001", "BCAD.2800.0001", " bc:ad:28:00:00:01 "),
        *("192.168.20.15", "yard-cam", "YARD-CAM"),
    ],
)
def test_why_finds_a_device_by_any_of_its_names(desk: Path, name: str) -> None:
    done = fieldmark("why", "fieldmark.db", name, cwd=desk)
    assert done.returncode == 0, done.stderr
    assert "Flagged" in done.stdout


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_the_commands_of_why_show_the_frame(desk: Path) -> None:
    said = fieldmark("why", "fieldmark.db", "yard-cam", cwd=desk).stdout
    commands = set(re.findall(r"(?m)^ +(tshark .*)$", said))
    assert commands
    for command in commands:
        shown = subprocess.run(["sh", "-c", command], cwd=desk, capture_output=True, text=True, check=True).stdout
        assert shown.startswith("Frame "), command


def test_why_tells_what_was_seen_and_has_no_weight(desk: Path) -> None:
    said = fieldmark("why", "fieldmark.db", "yard-cam", cwd=desk).stdout
    assert re.search(r"(?m)^  tls\.ja4: \S+ \(office\.pcap frame \d+\): tells which software speaks, and no origin$", said)
    assert re.search(r"(?m)^ +wireshark -r office\.pcap -g \d+$", said)
    assert "Brier score" in said


def test_why_lists_several_that_go_by_one_name(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pcaps" / "vlan_twins" / "traffic.pcap", tmp_path / "twins.pcap")
    assert fieldmark("scan", "-q", "twins.pcap", cwd=tmp_path).returncode == 0
    by_address: dict[str, list[str]] = {}
    for device in store.read(tmp_path / "fieldmark.db").devices:
        for tie in device.ips:
            by_address.setdefault(tie.address, []).append(device.id)
    address, twins = next((ip, ids) for ip, ids in by_address.items() if len(ids) > 1)
    done = fieldmark("why", "fieldmark.db", address, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(f"  {twin}  " in done.stderr for twin in twins)
    assert f"{len(twins)} devices go by '{address}'" in done.stderr
    for twin in twins:
        assert fieldmark("why", "fieldmark.db", twin, cwd=tmp_path).returncode == 0


def test_why_without_the_evidence_says_so(tmp_path: Path) -> None:
    shutil.copy(DEMO, tmp_path / "office.pcap")
    assert fieldmark("scan", "-q", "office.pcap", cwd=tmp_path).returncode == 0
    store.write(tmp_path / "bare.db", store.read(tmp_path / "fieldmark.db"))
    done = fieldmark("why", "bare.db", "yard-cam", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert "WHAT SPEAKS FOR IT" in done.stdout
    assert "SEEN, AND GIVEN NO WEIGHT" not in done.stdout


def test_why_nobody(desk: Path) -> None:
    done = fieldmark("why", "fieldmark.db", "nobody", cwd=desk)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


LOOKUPS = [
    ("bc:ad:28:00:00:01", "flagged", 5, "Hikvision"),
    ("BCAD28000001", "flagged", 5, "Hikvision"),
    ("Espressif Inc.", "flagged", 3, "Espressif Systems"),
    ("m1.tuyaeu.com", "flagged", 3, "Tuya"),
    ("Apple, Inc.", "clear", 0, "Apple"),
    ("Intel Corporate", "unknown", None, "Intel"),
    ("02:11:22:33:44:55", "unknown", None, ""),
    ("www.xiaomi.com", "unknown", None, "Xiaomi"),
    ("Zildjian", "clear", 0, "Zildjian"),
]


@pytest.mark.parametrize(("query", "verdict", "level", "vendor"), LOOKUPS)
def test_lookup(tmp_path: Path, query: str, verdict: str, level: int | None, vendor: str) -> None:
    done = fieldmark("lookup", "--ndjson", query, cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert (answer["query"], answer["verdict"], answer["level"], answer["vendor"]) == (query, verdict, level, vendor)
    assert {"registrant", "registrant_country", "role", "listings"} <= set(answer)


def test_lookup_reads_many_from_standard_input(tmp_path: Path) -> None:
    done = fieldmark("lookup", "--ndjson", "-", cwd=tmp_path, stdin="bc:ad:28:00:00:01\n\nApple, Inc.\n")
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["flagged", "clear"]


def test_an_overlay_names_newer_blocks_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    head = "Registry,Assignment,Organization Name,Organization Address\n"
    (tmp_path / "oui.csv").write_text(
        head + 'MA-L,FCFCFC,"Hangzhou Hikvision Digital Technology Co.,Ltd.",Hangzhou CN 310052\n'
    )
    done = fieldmark("lookup", "--ndjson", "--oui", "oui.csv", "fc:fc:fc:00:00:01", cwd=tmp_path)
    assert json.loads(done.stdout)["vendor"] == "Hikvision"
    (tmp_path / "oui.csv").write_text(head + "MA-L,nonsense,X,Y\n")
    done = fieldmark("lookup", "--oui", "oui.csv", "fc:fc:fc:00:00:01", cwd=tmp_path)
    assert done.returncode == 1
    assert "oui.csv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_version_names_the_program_and_every_table(tmp_path: Path) -> None:
    said = fieldmark("--version", cwd=tmp_path).stdout
    assert said.startswith("fieldmark ")
    for table in ("registry", "vendors", "list us-ndaa-889", "list us-dod-1260h", "weights"):
        assert table in said
