"""`fieldmark tables` and `fieldmark check`: what a person reads about the tables, and that they are proven."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OVERLAY = "Registry,Assignment,Organization Name,Organization Address\nMA-L,FCA64C,Acme,1 Main St Springfield US 12345\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def printed() -> str:
    result = run("tables")
    assert result.returncode == 0
    return result.stdout


@pytest.mark.parametrize(
    "expected",
    [
        r"registry: 58\d{3} rows, version oui-data \S+ \+ ieee-data \S+, 20\d\d-\d\d-\d\d \(-?\d+ days ago\); IEEE",
        r"  maker +prc +\d{3}\n",  # by role and control
        r"  module +CN \d+, US \d+",  # by role and country
        r"Entities by class of device: \w+ \d+, ",
        r"  us-dod-1260h +188 entries in force of 188 printed; 33 ended or to come; edition 2026-06-08, last checked 20",
        r"  us-tx-prohibited +26 entries in force of 26 printed; 0 ended",
        r"  us-ndaa-5949 +0 entries in force of 3 printed; 3 ended or to come",
        r"  mainland China +\d+ blocks; +\d+ \(6\d\.\d%\) of an entity, \d+ explained",
        r"  Hong Kong and Macao +\d+ blocks",
        r"  elsewhere +\d+ blocks; +\d+ \(4\d\.\d%\)",
    ],
)
def test_what_tables_prints(printed: str, expected: str) -> None:
    assert re.search(expected, printed), expected


def test_lists_are_counted_on_the_day_asked_for() -> None:
    found = run("tables", "--as-of", "2021-06-03").stdout
    assert re.search(r"us-dod-1260h +47 entries in force of 188 printed", found)
    assert re.search(r"us-fcc-covered +5 entries in force", found)


def test_only_the_registry_and_what_lies_over_it(tmp_path: Path) -> None:
    file = tmp_path / "newer.csv"
    file.write_text(OVERLAY)
    assert run("tables", "--registry").stdout.count("\n") == 1
    first, second = run("tables", "--registry", "--oui", str(file)).stdout.splitlines()
    assert first.startswith("registry: ")
    assert re.fullmatch(r"overlay: 1 rows, version sha256:[0-9a-f]{64}, date unknown; newer\.csv", second)


def test_the_tables_prove_themselves() -> None:
    result = run("check")
    assert (result.returncode, result.stdout) == (0, "")
    assert re.search(r"^\d{3} signatures and \d{4} registrants checked, 0 complaints", result.stderr)


def test_a_year_later_the_lists_want_another_look() -> None:
    result = run("check", "--as-of", "2028-01-01")
    assert result.returncode == 1
    says = "lists/us-ndaa-889: last checked 2026-11-22. Compare it with the official text, and set last_checked."
    assert f"fingerprints/lists/us-ndaa-889/list.toml:10: {says}" in result.stdout
