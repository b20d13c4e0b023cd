"""Docs that cannot lie: every command of the README runs, every table in it is generated, every command is documented.

`FIELDMARK_WRITE_DOCS=1 pytest tests/test_docs.py` writes the generated parts anew.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from typer.main import get_command

from fingerprints.catalogue import load
from fingerprints.match import SAME_MEANING
from scanner.capture.frames import BLE, LLC, WIFI
from scanner.capture.wants import EtherType, Icmp6, Protocol, Snap, Tcp, TcpPort, Udp
from scanner.cli.app import app
from scanner.engine import Input, read_all
from scanner.judgement.policy import DEFAULT
from scanner.observers import observers

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
COMMANDS = [
    line[2:]
    for block in re.findall(r"(?ms)^```console\n(.*?)^```", TEXT)
    for line in block.splitlines()
    if line.startswith("$ ")
]
PROTOCOLS = ROOT / "docs" / "protocols.md"
VIEWS = ("inventory", "flagged", "evidence", "captures", "limits", "waivers")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it: a capture, a folder of captures, `fieldmark` on the path."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "captures").mkdir()
    (folder / "bin").mkdir()
    demo = ROOT / "scanner" / "demo" / "office.pcap"
    shutil.copy(demo, folder / "office.pcap")
    shutil.copy(demo, folder / "captures" / "monday.pcap")
    program = folder / "bin" / "fieldmark"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m scanner "$@"\n')
    program.chmod(0o755)
    return folder


def run(command: str, desk: Path) -> subprocess.CompletedProcess[str]:
    path = f"{desk / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", command], cwd=desk, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_every_command_of_the_readme_runs(desk: Path) -> None:
    """In order, in one folder: later ones use what earlier ones wrote."""
    assert len(COMMANDS) >= 9
    for command in COMMANDS:
        if command.startswith("sqlite3 ") and not shutil.which("sqlite3"):
            database, query = re.fullmatch(r'sqlite3 (\S+) "(.*)"', command).groups()  # type: ignore[union-attr] # it must match
            with sqlite3.connect(desk / database) as connection:
                assert connection.execute(query).fetchall()
            continue
        done = run(command, desk)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr


def generated(desk: Path) -> dict[str, str]:
    """What belongs between the markers of the README, by their names."""
    table = run("fieldmark scan --demo --html report.html", desk).stdout
    views = ["| view | columns |", "|---|---|"]
    with sqlite3.connect(desk / "fieldmark.db") as connection:
        for view in VIEWS:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({view})")]
            views.append(f"| `{view}` | {', '.join(f'`{column}`' for column in columns)} |")
    policy = f"```toml\n{DEFAULT.read_text(encoding='utf-8').strip()}\n```"
    return {"policy": policy, "demo table": f"```\n{table}```", "views": "\n".join(views)}


def test_generated_parts_are_current(desk: Path) -> None:
    wanted = TEXT
    for name, content in generated(desk).items():
        pattern = rf"(?s)(<!-- generated: {name} -->\n).*?(<!-- end -->)"
        assert re.search(pattern, wanted), f"the README has no place for {name!r}"
        wanted = re.sub(pattern, lambda found, content=content: f"{found[1]}{content}\n{found[2]}", wanted)  # type: ignore[misc]
    if os.environ.get("FIELDMARK_WRITE_DOCS"):
        README.write_text(wanted, encoding="utf-8")
        return
    assert wanted == TEXT, "run FIELDMARK_WRITE_DOCS=1 pytest tests/test_docs.py"


def test_every_command_and_option_is_documented() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined] # a group of commands
        assert f"`fieldmark {name}" in TEXT, f"the README does not know `fieldmark {name}`"
        for parameter in command.params:
            if options := [one for one in parameter.opts if one.startswith("-")]:
                words = [rf"(?<![\w-]){re.escape(option)}(?![\w-])" for option in options]
                assert any(re.search(word, TEXT) for word in words), f"the README does not know {options} of {name}"


def test_every_exit_code_is_documented() -> None:
    codes: set[int] = {0}
    for path in (ROOT / "scanner").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        codes |= {int(code) for code in re.findall(r"exit_code = (\d+)", text)}
        codes |= {
            int(code) for line in re.findall(r"(?m)^(?:DONE|BUG).*= [\d, ]+$", text) for code in re.findall(r"\d+", line)
        }
    for code in codes:
        assert f"| {code} |" in TEXT, f"exit code {code} is not in the README"


def test_links_lead_somewhere() -> None:
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page.name} links to {target}"


def protocols() -> str:
    """The page of protocols: the observers' own CHANNELS and WANTS, the signatures on them, the cases that show them."""
    claims: dict[str, set[str]] = defaultdict(set)
    for row in load().knowledge.signatures:
        claims[row.channel] |= set(row.claims)
    for name, same in SAME_MEANING.items():
        claims[name] |= claims[same]
    shown: dict[str, set[str]] = defaultdict(set)
    for case in sorted((ROOT / "pcaps").glob("*/traffic.pcap")):
        for _, heard in read_all([Input(str(case), "traffic.pcap")]).facts:
            shown[heard].add(case.parent.name)
    lines = [
        "# What Fieldmark hears",
        "",
        "Generated from the observers, the signatures and the cases (`tests/test_docs.py`). *Claims*: what a signature on",
        "this channel can support; none: it names or ties addresses, or is kept for the reader. *Case*: a folder of `pcaps/`",
        "that shows it.",
    ]
    for observer in observers():
        short = observer.__name__.rpartition(".")[2]
        lines += ["", f"## {short}", "", f"Asks for: {'; '.join(map(wanted, observer.WANTS))}", ""]
        lines += ["| channel | meaning | claims | case |", "|---|---|---|---|"]
        for channel in observer.CHANNELS:
            cases = sorted(shown[channel.name], key=lambda name: (name == "demo", name))
            supports = ", ".join(sorted(claims[channel.name] - {"class"}))
            lines.append(f"| `{channel.name}` | {channel.meaning} | {supports} | {cases[0] if cases else ''} |")
    return "\n".join(lines) + "\n"


_NAMED = 12  # beginnings of payloads listed one by one


def wanted(want: object) -> str:
    """One want in words."""
    match want:
        case EtherType(value) if value & WIFI:
            return f"802.11 management subtype {value & 0xFF}"
        case EtherType(value) if value & BLE:
            return f"Bluetooth LE advertisement type {value & 0xFF}"
        case EtherType(value) if value & LLC:
            return f"802.2 access points {value & 0xFFFF:#06x}"
        case EtherType(value):
            return f"Ethernet type {value:#06x}"
        case Snap(organisation, protocol):
            return f"SNAP {organisation:06x} {protocol:#06x}"
        case Udp(ports, heads):
            return f"UDP {', '.join(map(str, ports))}{begun(heads)}"
        case TcpPort(ports, _, heads):
            return f"TCP {', '.join(map(str, ports))}{begun(heads)}"
        case Tcp(prefixes):
            return f"TCP{begun(prefixes)}"
        case Protocol(numbers):
            return f"IP protocol {', '.join(map(str, numbers))}"
        case Icmp6(types):
            return f"ICMPv6 {', '.join(map(str, types))}"
        case _:
            return repr(want)


def begun(heads: tuple[bytes, ...]) -> str:
    """What a payload must begin with, in words."""
    named, others = heads[:_NAMED], len(heads[_NAMED:])
    more = f" or one of {others} others" if others else ""
    return f" that begins {', '.join(repr(head)[1:] for head in named)}{more}" if heads else ""


def test_the_page_of_protocols_is_current() -> None:
    page = protocols()
    if os.environ.get("FIELDMARK_WRITE_DOCS"):
        PROTOCOLS.write_text(page, encoding="utf-8")
        return
    assert PROTOCOLS.read_text(encoding="utf-8") == page, "run FIELDMARK_WRITE_DOCS=1 pytest tests/test_docs.py"
