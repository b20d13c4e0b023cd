"""`fieldmark scan` of logs as a user runs it, and what `why` says of them."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CARD = "bc:ad:28:00:00:01"  # Hangzhou Hikvision Digital Technology Co.,Ltd.
DHCP = (
    f"#separator \\x09\n#path\tdhcp\n#fields\tts\tmac\thost_name\trequested_addr\n1767225600.5\t{CARD}\tyard\t192.168.1.5\n"
).encode()
NEIGHBOURS = f"192.168.1.5 dev eth0 lladdr {CARD} REACHABLE\n".encode()


def run(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(["sh", "-c", command], cwd=cwd, capture_output=True, text=True, check=False, env=environment)


FIELDMARK = f"{sys.executable} -m scanner"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "dhcp.2026-01-01-00.log.gz").write_bytes(gzip.compress(DHCP, mtime=0))
    (tmp_path / "logs" / "neigh.txt").write_bytes(NEIGHBOURS)
    (tmp_path / "logs" / "weird.log").write_bytes(b"#separator \\x09\n#path\tweird\n")
    return tmp_path


def test_zeek_takes_the_zeek_logs_of_a_folder_only(desk: Path) -> None:
    done = run(f"{FIELDMARK} scan --zeek logs --ndjson", desk)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "neigh.txt" not in run(f"{FIELDMARK} why fieldmark.db {CARD}", desk).stdout
    (desk / "none").mkdir()
    assert run(f"{FIELDMARK} scan --zeek none", desk).returncode == 2


def test_a_folder_gives_all_its_logs_and_why_shows_the_very_lines(desk: Path) -> None:
    done = run(f"cd logs && {FIELDMARK} scan . --db ../fieldmark.db --html ../report.html -q", desk)
    assert done.returncode == 0, done.stderr
    assert "weird.log: not a capture, passed over" in done.stderr
    said = run(f"{FIELDMARK} why fieldmark.db {CARD}", desk).stdout
    assert "neigh.txt line 1" in said
    assert "tshark" not in said
    commands = set(re.findall(r"(?m)^ +((?:gzip|sed) .*)$", said))
    assert commands
    assert all(CARD in run(command, desk / "logs").stdout for command in commands)
    page = (desk / "report.html").read_text(encoding="utf-8")
    assert "sed -n 1p neigh.txt" in page
    assert "line&nbsp;1" in page


def test_a_log_has_no_frames_to_give_out(desk: Path) -> None:
    done = run(f"{FIELDMARK} scan logs/neigh.txt -q --evidence-pcap cited.pcapng", desk)
    assert done.returncode == 0
    assert done.stderr == "fieldmark: neigh.txt: a log has no frames: none of it is in cited.pcapng\n"


def test_a_cut_log_is_told_in_lines(desk: Path) -> None:
    packed = gzip.compress(NEIGHBOURS * 20_000, mtime=0)
    (desk / "cut.gz").write_bytes(packed[: len(packed) // 2])
    done = run(f"{FIELDMARK} scan cut.gz -q", desk)
    assert done.returncode == 3
    assert re.search(r"gzip data ends early at byte \d+, after line \d+; the \d+ lines before it were kept", done.stderr)


def test_a_log_by_a_pipe(desk: Path) -> None:
    done = run(f"{FIELDMARK} scan - -q < logs/neigh.txt && {FIELDMARK} why fieldmark.db {CARD}", desk)
    assert done.returncode == 0, done.stderr
    assert "stdin line 1" in done.stdout
    assert "sed" not in done.stdout


def test_a_log_without_frames_can_be_judged_again_and_merged(desk: Path) -> None:
    """A table names cards and nobody counted what they sent."""
    assert run(f"{FIELDMARK} scan -q logs/neigh.txt --db table.db", desk).returncode == 0
    again = run(f"{FIELDMARK} reassess -q table.db --db again.db", desk)
    assert again.returncode == 0, again.stderr
    assert (desk / "again.db").read_bytes() == (desk / "table.db").read_bytes()
    assert "SEEN, AND GIVEN NO WEIGHT" in run(f"{FIELDMARK} why table.db {CARD}", desk).stdout
