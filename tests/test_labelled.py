"""Real captures with known devices: how many of the PRC-origin ones are flagged, and whether anything else is.

Also: every row of the `evidence` view is true. Its frame exists, it was sent by or speaks of the device, and tshark shows
the value in it. Needs ../shared/captures (not part of the project) and, for the second part, tshark.
"""

import csv
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import packets
import pytest

from fingerprints.catalogue import load
from scanner import store
from scanner.engine import Input, finish, read_all
from scanner.judgement.policy import load as load_policy

LABELLED = packets.SHARED / "labelled"
SCORE = packets.SHARED.parent / "tools" / "score.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LABELLED.is_dir(), reason="no labelled captures at hand (../shared/captures/labelled)"),
]


def captures() -> list[Path]:
    return sorted(path for path in LABELLED.rglob("*") if path.suffix in {".pcap", ".pcapng"})


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Each labelled capture scanned on its own into a database."""
    folder = tmp_path_factory.mktemp("labelled")
    made = {}
    for number, path in enumerate(captures()):
        db = folder / f"{number}.db"
        store.write(db, finish(read_all([Input(str(path), path.name)]), load(), load_policy()))
        made[path] = db
    return made


def test_recall_and_precision(
    databases: dict[Path, Path], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with (tmp_path / "result.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["file", "mac", "ip", "verdict", "prc"])
        for path, db in databases.items():
            with sqlite3.connect(db) as connection:
                for mac, ips, verdict in connection.execute("SELECT mac, ips, verdict FROM inventory"):
                    rows.writerow([path.name, mac, ips, verdict, int(verdict == "flagged")])
    command = [sys.executable, str(SCORE), str(LABELLED / "truth.csv"), str(tmp_path / "result.csv")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    score = json.loads(said.splitlines()[-1])
    record_property("figure", f"labelled captures: {json.dumps(score)}")
    assert score["precision"] == 1.0, said
    assert score["recall"] >= 0.96, said


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_every_row_of_evidence_is_true(databases: dict[Path, Path]) -> None:
    checked = 0
    for path, db in databases.items():
        wanted = defaultdict(set)
        with sqlite3.connect(db) as connection:
            for frame, channel, raw in connection.execute("SELECT DISTINCT frame, channel, raw FROM evidence"):
                wanted[frame].add((channel, raw))
        shown = dissect(path, sorted(wanted))
        for frame, values in wanted.items():
            assert frame in shown, f"{path.name} has no frame {frame}"
            for channel, raw in values:
                checked += 1
                assert is_shown(raw, *shown[frame]), (
                    f"{path.name} frame {frame}: {channel} {raw!r} is not in what tshark shows"
                )
    assert checked > 250, "the captures hold far more evidence than this"


def dissect(path: Path, frames: list[int]) -> dict[int, tuple[str, str]]:
    """What tshark prints about frames: (details, bytes as hexadecimal), both in lower case."""
    if not frames:
        return {}
    numbers = " or ".join(f"frame.number=={number}" for number in frames)
    command = ["tshark", "-n", "-r", str(path), "-Y", numbers, "-V", "-x"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    found = {}
    for part in re.split(r"(?m)^Frame (?=\d+: )", said)[1:]:
        number = int(part.partition(":")[0])
        dump = re.findall(r"(?m)^[0-9a-f]{4}  ((?:[0-9a-f]{2} ){1,16})", part)
        found[number] = part.lower(), "".join(dump).replace(" ", "")
    return found


def is_shown(raw: str, details: str, dump: str) -> bool:
    """The evidence as tshark words it, or as the very bytes of the frame."""
    text = raw.lower()
    return text in details or text.replace(":", "") in dump or text.encode().hex() in dump
