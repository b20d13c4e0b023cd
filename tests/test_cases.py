"""Every folder of `pcaps/` through the whole engine, against what its `case.toml` says (format: `pcaps/README.md`).

Also: each capture is what its make.py makes, no part of it is malformed to us or to tshark, and the checks can fail.
"""

import importlib
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fingerprints.catalogue import load
from scanner.engine import Input, finish, read_all
from scanner.judgement.policy import load as load_policy
from scanner.model import ClaimKind, Device, Inventory, Status
from scanner.wire.text import safe

ROOT = Path(__file__).parents[1]
PCAPS = ROOT / "pcaps"
SHIPPED = ROOT / "scanner/demo/office.pcap"
CASES = sorted(path.name for path in PCAPS.iterdir() if path.is_dir() and path.name != "__pycache__")
FILES = {"case.toml", "make.py", "traffic.pcap"}
MOST_BYTES = {"demo": 150_000}
MOST_BYTES_OTHERWISE = 20_000

Shape = dict[str, tuple[type, ...]]
CASE: Shape = {"shows": (str,), "source": (str,), "secret": (str,), "device": (list,), "absent": (list,), "limit": (list,)}
ABSENT: Shape = {"ip": (str,)}
LIMIT: Shape = {"code": (str,), "present": (bool,)}
DEVICE: Shape = {
    "mac": (str,),
    "ip": (str,),
    "registrant": (str,),
    "verdict": (str, list),
    "level": (int,),
    "maker": (str,),
    "brand": (str,),
    "component": (str,),
    "platform": (str,),
    "ips": (list,),
    "without_ips": (list,),
    "hostname": (str,),
    "class": (str,),
    "segment": (str,),
    "listed": (bool,),
    "cites": (list,),
    "sends": (bool,),
}


class CaseError(Exception):
    """A case folder that breaks the format."""


def read(folder: Path) -> dict[str, Any]:
    """The case in a folder. Raises CaseError naming what is wrong with it."""
    present = {path.name for path in folder.iterdir()} - {"__pycache__"}
    if present != FILES:
        raise CaseError(f"{folder.name}: has {sorted(present)}, needs {sorted(FILES)}")
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    _shaped(folder.name, case, CASE, ("shows", "source", "device"))
    for number, row in enumerate(case["device"], 1):
        name = f"{folder.name}, device {number}"
        _shaped(name, row, DEVICE, ("mac", "registrant") if "mac" in row else ("ip",))
        if not row.keys() - {"mac", "ip", "registrant"}:
            raise CaseError(f"{name}: expects nothing")
    for row in case.get("absent", []):
        _shaped(f"{folder.name}, absent", row, ABSENT, ("ip",))
    for row in case.get("limit", []):
        _shaped(f"{folder.name}, limit", row, LIMIT, ("code",))
    return case


def _shaped(name: str, row: dict[str, Any], shape: Shape, needed: tuple[str, ...]) -> None:
    unknown, missing = row.keys() - shape.keys(), set(needed) - row.keys()
    wrong = sorted(key for key in row.keys() & shape.keys() if type(row[key]) not in shape[key])
    if unknown or missing or wrong:
        raise CaseError(f"{name}: unknown {sorted(unknown)}, missing {sorted(missing)}, of the wrong type {wrong}")


@cache
def inventory(case: str) -> Inventory:
    """What the engine makes of a case."""
    path = PCAPS / case / "traffic.pcap"
    return finish(read_all([Input(str(path), path.name)]), load(), load_policy())


def complaints(case: dict[str, Any], found: Inventory) -> Iterator[str]:
    """Everything in which an inventory differs from what a case expects."""
    for row in case["device"]:
        name = row.get("mac") or row["ip"]
        device = _device(row, found)
        if device is None:
            yield f"{name}: not found"
            continue
        for key in [key for key in row if key not in ("mac", "ip")]:
            got = CHECKS[key](device)
            if not _agrees(key, row[key], got):
                yield f"{name}: {key} is {got!r}, expected {row[key]!r} ({device.finding.reason})"
    for row in case.get("absent", []):
        holders = [device.id for device in found.devices if row["ip"] in _ips(device)]
        if holders:
            yield f"{row['ip']}: belongs to {holders}"
    codes = {limit.code for limit in found.limits}
    for row in case.get("limit", []):
        if (row["code"] in codes) is not row.get("present", True):
            yield f"limits are {sorted(codes)}, expected {row}"
    secret = case.get("secret", "")
    if secret and any(secret in value for value in _texts(found)):
        yield f"{secret} was stored"


def _device(row: dict[str, Any], found: Inventory) -> Device | None:
    for device in found.devices:
        macs = [tie.address for tie in device.macs]
        if row["mac"] in macs if "mac" in row else not macs and row["ip"] in _ips(device):
            return device
    return None


def _agrees(key: str, expected: Any, got: Any) -> bool:
    if key == "verdict" and isinstance(expected, list):
        return got in expected
    if key == "ips":
        return sorted(got) == sorted(expected)
    if key == "without_ips":
        return not set(got) & set(expected)
    if key == "cites":
        return set(expected) <= set(got)
    if key == "component" and expected:
        return expected in got
    return bool(got == expected)


def _ips(device: Device) -> list[str]:
    return [tie.address for tie in device.ips]


def _claimed(kind: ClaimKind, device: Device) -> list[str]:
    """Values of the claims of a kind above "weak", the most probable first."""
    claims = [claim for claim in device.claims if claim.kind is kind and claim.status is not Status.WEAK]
    return [claim.value for claim in sorted(claims, key=lambda claim: -claim.probability)]


def _best(kind: ClaimKind) -> Callable[[Device], str]:
    return lambda device: next(iter(_claimed(kind, device)), "")


CHECKS: dict[str, Callable[[Device], Any]] = {
    "registrant": lambda device: device.registrant,
    "verdict": lambda device: device.finding.verdict.value,
    "level": lambda device: device.finding.level,
    "maker": _best(ClaimKind.MAKER),
    "brand": _best(ClaimKind.BRAND),
    "component": lambda device: _claimed(ClaimKind.COMPONENT, device) or "",
    "platform": _best(ClaimKind.PLATFORM),
    "ips": _ips,
    "without_ips": _ips,
    "hostname": lambda device: next(iter(device.names), ""),
    "class": lambda device: device.device_class,
    "segment": lambda device: device.segment,
    "listed": lambda device: bool(device.listings),
    "cites": lambda device: [citation.channel for claim in device.claims for citation in claim.evidence],
    "sends": lambda device: bool(device.mac),
}


def _texts(value: object) -> Iterator[str]:
    """Every text in a tree of frozen values; bytes as Latin-1."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, bytes):
            yield one.decode("latin-1")
        elif isinstance(one, tuple):
            todo += one
        elif is_dataclass(one) and not isinstance(one, type):
            todo += [getattr(one, field.name) for field in fields(one)]


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    assert list(complaints(read(PCAPS / name), inventory(name))) == []


@pytest.mark.parametrize("name", CASES)
def test_every_frame_is_read(name: str) -> None:
    (capture,) = inventory(name).captures
    assert (capture.complete, capture.malformed, capture.unsupported) == (True, 0, 0)


@pytest.mark.parametrize("name", CASES)
def test_shown_text_is_safe(name: str) -> None:
    found = inventory(name)
    shown = {value for device in found.devices for value in (*device.names, device.registrant, device.finding.reason)}
    shown |= {citation.raw for device in found.devices for claim in device.claims for citation in claim.evidence}
    assert [value for value in sorted(shown) if safe(value, len(value)) != value or not value.isprintable()] == []


@pytest.mark.parametrize("name", CASES)
def test_capture_is_what_make_py_makes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)  # the scripts import pcaps.making
    script = importlib.import_module(f"pcaps.{name}.make")
    made = (PCAPS / name / "traffic.pcap").read_bytes()
    assert script.make() == made
    assert len(made) < MOST_BYTES.get(name, MOST_BYTES_OTHERWISE)


def test_demo_is_shipped() -> None:
    assert SHIPPED.read_bytes() == (PCAPS / "demo/traffic.pcap").read_bytes()


@pytest.mark.skipif(not shutil.which("tshark"), reason="no tshark to referee the bytes")
@pytest.mark.parametrize("name", CASES)
def test_tshark_finds_no_malformed_packet(name: str) -> None:
    bad = "_ws.malformed || _ws.expert.severity == error"
    command = ["tshark", "-n", "-r", str(PCAPS / name / "traffic.pcap"), "-Y", bad]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == ""


# -- the checks themselves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(CHECKS))
def test_each_check_can_fail(key: str) -> None:
    """A device of the demo, expected to be something it is not, is complained about."""
    device = inventory("demo").devices[0]
    got = CHECKS[key](device)
    other: Any = {"without_ips": _ips(device), "ips": [], "cites": ["no.channel"]}.get(key)
    if other is None:
        other = not got if isinstance(got, bool) else 9 if key == "level" else f"not {got}"
    case = {"device": [{"mac": device.id, key: other}]}
    assert len(list(complaints(case, inventory("demo")))) == 1


def test_what_should_be_absent_is_complained_about() -> None:
    found = inventory("demo")
    ip = next(tie.address for device in found.devices for tie in device.ips)
    case = {
        "device": [{"mac": "02:00:00:00:00:09", "level": 5}],
        "absent": [{"ip": ip}],
        "limit": [{"code": "no_such_limit"}, {"code": found.limits[0].code, "present": False}],
        "secret": found.devices[0].id,
    }
    assert len(list(complaints(case, found))) == 5
    assert len(list(complaints(case, replace(found, devices=(), limits=())))) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('shows = "x"\nsource = "y"\n[[device]]\nip = "10.0.0.1"\nlevle = 5\n', "unknown ['levle']"),
        ('shows = "x"\nsource = "y"\n[[device]]\nmac = "34:e6:d7:00:00:01"\nlevel = 5\n', "missing ['registrant']"),
        ('shows = "x"\nsource = "y"\n[[device]]\nip = "10.0.0.1"\nlevel = "5"\n', "wrong type ['level']"),
        ('shows = "x"\nsource = "y"\n[[device]]\nip = "10.0.0.1"\n', "expects nothing"),
        ('shows = "x"\n[[device]]\nip = "10.0.0.1"\nlevel = 5\n', "missing ['source']"),
        ('shows = "x"\nsource = "y"\ndevice = []\n[[limit]]\ncode = "a"\ncount = 1\n', "unknown ['count']"),
    ],
)
def test_a_broken_case_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    for name in FILES:
        (tmp_path / name).write_text(text)
    with pytest.raises(CaseError) as caught:
        read(tmp_path)
    assert fault in str(caught.value)


def test_a_folder_with_a_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("")
    with pytest.raises(CaseError, match=r"needs \['case.toml', 'make.py', 'traffic.pcap'\]"):
        read(tmp_path)
