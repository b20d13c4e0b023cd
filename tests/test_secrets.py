"""No secret that a capture holds is in anything the program writes, except `--evidence-pcap`, which copies frames as they are.

Every case that names a `secret` is fed through the whole line; `secrets_in_clear` says one over thirty protocols.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from base64 import b64encode
from pathlib import Path

import pytest

from fingerprints.catalogue import load
from reports import FORMATS
from scanner import store
from scanner.engine import Input, finish, read_all
from scanner.judgement.policy import load as load_policy

ROOT = Path(__file__).parents[1]
SECRETS = {
    path.parent.name: secret
    for path in sorted((ROOT / "pcaps").glob("*/case.toml"))
    if (secret := tomllib.loads(path.read_text(encoding="utf-8")).get("secret"))
}
CARRIERS = """
    arp coap dhcp dhip eapol govee http kasa mdns migateway miio mqtt opcua pppoe radius snmp softbus ssdp telnet vstarcam
    wsdiscovery xiongmai xmpp
"""


def forms(secret: str) -> list[bytes]:
    """How a secret may stand in a file: as it is, in hexadecimal, in base64 wherever a group of three bytes may begin."""
    raw = secret.encode()
    coded = [b64encode(raw[start : start + (len(raw) - start) // 3 * 3]) for start in range(min(3, len(raw)))]
    return [raw, raw.hex().encode(), raw.hex(":").encode(), raw.hex(" ").encode(), *(part for part in coded if len(part) >= 8)]


def leaks(secret: str, written: bytes) -> list[bytes]:
    folded = written.lower()
    return [form for form in forms(secret) if form in written or form.lower() in folded]


def test_the_search_finds_every_form() -> None:
    assert len(leaks("Opensesame1", b"x" + b64encode(b"Opensesame1"))) == len(leaks("Opensesame1", b"OPENSESAME1")) == 1
    assert leaks("Opensesame1", b64encode(b"admin:Opensesame1"))
    assert leaks("Opensesame1", b"raw 4f70656e736573616d6531")
    assert not leaks("Opensesame1", b"Opensesame2")


def test_every_carrier_is_read() -> None:
    """A secret that never reached an observer proves nothing: each of these said something beside it."""
    path = ROOT / "pcaps" / "secrets_in_clear" / "traffic.pcap"
    evidence = read_all([Input(str(path), path.name)])
    assert {channel.partition(".")[0] for _, channel in evidence.facts} == set(CARRIERS.split())
    assert not evidence.troubles
    assert path.read_bytes().count(SECRETS["secrets_in_clear"].encode()) >= 30


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_no_format_shows_a_secret(name: str, tmp_path: Path) -> None:
    secret, path = SECRETS[name], ROOT / "pcaps" / name / "traffic.pcap"
    evidence = read_all([Input(str(path), path.name)])
    found = finish(evidence, load(), load_policy())
    store.write(tmp_path / "a.db", found, evidence)
    assert leaks(secret, (tmp_path / "a.db").read_bytes()) == []
    for form, drawn in sorted(FORMATS.items()):
        assert leaks(secret, drawn.render(found).encode()) == [], form


@pytest.mark.slow
def test_no_command_shows_a_secret(tmp_path: Path) -> None:
    """The commands as a user runs them, with everything they print and every file they leave."""
    name = "secrets_in_clear"
    capture = str(ROOT / "pcaps" / name / "traffic.pcap")
    shutil.copy(ROOT / "pcaps" / "service_banners" / "traffic.pcap", tmp_path / "other.pcap")  # to merge and compare with
    commands = (
        ["scan", capture, "--db", "a.db", "--html", "a.html", "--csv", "a.csv"],
        ["scan", "other.pcap", "--db", "b.db", "--json"],
        ["scan", "other.pcap", "--db", "b.db", "--ndjson", "--workers", "2"],
        ["merge", "a.db", "b.db", "--db", "both.db"],
        ["reassess", "a.db"],
        ["diff", "a.db", "b.db"],
        ["why", "a.db", "02:00:5e:00:00:61"],
        ["why", "a.db", "34:e6:d7:00:00:01"],
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "scanner", *command], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        assert done.returncode in (0, 10), (command, done.stderr)
        assert leaks(SECRETS[name], done.stdout + done.stderr) == [], command
    written = sorted(path for path in tmp_path.iterdir() if path.suffix != ".pcap")
    assert {path.name for path in written} >= {"a.db", "a.html", "a.csv", "b.db", "both.db"}
    for path in written:
        assert leaks(SECRETS[name], path.read_bytes()) == [], path.name
