"""Sample inventories: a small office (`office.toml`), a crowd of any size, an empty one, and a hostile one."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    ClaimKind,
    Device,
    Finding,
    Guard,
    Inventory,
    Limit,
    Listing,
    Status,
    TableVersion,
    Tie,
    Verdict,
    Waiver,
)

START = 1_793_606_400_000_000_000  # 2026-11-02 08:00:00 UTC
SECOND = 1_000_000_000
LAN, GUEST = "office/lan.pcapng", "office/guest wifi's.pcap"
OFFICE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("office.toml").read_text(encoding="utf-8"))


def claim_from(row: dict[str, Any], capture: str) -> Claim:
    """A claim as `office.toml` writes it."""
    kind, value, country, probability, status = row["is"]
    signs = []
    for channel, seen, weight, frame, signature, source in row["signs"]:
        octets = seen.encode() if isinstance(seen, str) else bytes.fromhex(seen["hex"])
        shown = seen if isinstance(seen, str) else seen["hex"]
        signs.append(Citation(channel, shown, octets, weight, capture, frame, START + frame * SECOND // 7, signature, source))
    entity = value.lower().replace(" ", "_")
    return Claim(ClaimKind(kind), value, entity, country, probability, Status(status), tuple(signs), row.get("note", ""))


def device_from(row: dict[str, Any]) -> Device:
    """A device as `office.toml` writes it: the last byte of its MAC gives its address and its times."""
    mac, capture, frames = row["mac"], row.get("capture", LAN), row.get("frames", 40)
    number = int(mac[-2:], 16)
    first = START + number * 37 * SECOND
    verdict, level, confidence, reason = row["finding"]
    registrant, country = row.get("registrant", ("", ""))
    listings = OFFICE["listing"] if row.get("listed") else []
    return Device(
        id=mac,
        mac=mac,
        segment=row.get("segment", ""),
        macs=(Tie(mac, "sender", first, capture, number + 1),),
        ips=(Tie(f"192.168.0.{number}", "arp", first + SECOND, capture, number + 4),),
        names=tuple(row.get("names", ())),
        device_class=row.get("class", ""),
        registrant=registrant,
        registrant_country=country,
        claims=tuple(claim_from(each, capture) for each in row.get("claim", ())),
        listings=tuple(Listing(**each, via=row.get("via", "")) for each in listings),
        finding=Finding(Verdict(verdict), level, confidence, reason),
        first_seen=first,
        last_seen=first + 7_000 * SECOND,
        frames=frames,
        bytes=frames * 214,
    )


def plain_device(mac: str, name: str, device_class: str, maker: str, country: str) -> Device:
    """A device of a maker from elsewhere, or of nobody known."""
    row: dict[str, Any] = {"mac": mac, "class": device_class, "names": [name] if name else []}
    row["finding"] = ["unknown", None, 0.0, "nothing it sent names its maker"]
    if maker:
        row["finding"] = ["clear", 0, 0.97, f"confirmed made by {maker}, not a PRC company"]
        row["registrant"] = [f"{maker} Inc.", country]
        sign = ["lldp.manufacturer", maker, 6.0, 700, "maker.lldp", "IEEE 802.1AB"]
        row["claim"] = [{"is": ["maker", maker, country, 0.97, "confirmed"], "signs": [sign]}]
    return device_from(row)


def record(capture: str, *, problem: str = "") -> CaptureRecord:
    """The ledger of one capture; the hash is that of its name."""
    digest, end = hashlib.sha256(capture.encode()).hexdigest(), START + 36_000 * SECOND
    counts = {"frames": 214_330, "decoded": 31_002, "malformed": 17, "unsupported": 204}
    return CaptureRecord(
        capture, digest, 48_203_114, "pcapng", ("Ethernet",), **counts,
        first_seen=START, last_seen=end, complete=not problem, problem=problem, held=("unicast",),
    )  # fmt: skip


SAMPLE = Inventory(
    devices=(*map(device_from, OFFICE["device"]), *(plain_device(*row) for row in OFFICE["plain"]["devices"])),
    captures=(record(GUEST, problem="cut in a packet block at byte 48203000, after frame 214330"), record(LAN)),
    limits=tuple(Limit(**{"capture": "", "count": 0, "first_frame": 0, **row}) for row in OFFICE["limit"]),
    tables=tuple(TableVersion(**row) for row in OFFICE["table"]),
    as_of="2026-11-22",
    tool="fieldmark 0.1.0",
    notes=("weights are set by hand, not yet fitted on labelled captures",),
)


def crowd(many: int) -> Inventory:
    """`many` devices: a quarter flagged, the rest like the office's others."""
    flagged = [each for each in SAMPLE.devices if each.finding.verdict is Verdict.FLAGGED]
    others = [each for each in SAMPLE.devices if each.finding.verdict is not Verdict.FLAGGED]
    devices = []
    for number in range(many):
        model = flagged[number // 4 % len(flagged)] if number % 4 == 0 else others[number % len(others)]
        low = number.to_bytes(3, "big")
        mac, ip = f"{model.mac[:8]}:{low.hex(':')}", f"10.{low[0]}.{low[1]}.{low[2]}"
        macs, ips = (replace(model.macs[0], address=mac),), (replace(model.ips[0], address=ip),)
        devices.append(replace(model, id=mac, mac=mac, macs=macs, ips=ips))
    return replace(SAMPLE, devices=tuple(devices))


@pytest.fixture(scope="session")
def sample() -> Inventory:
    """The office."""
    return SAMPLE


@pytest.fixture(scope="session")
def empty() -> Inventory:
    """Nothing read, nothing found."""
    return replace(SAMPLE, devices=(), captures=(), limits=())


@pytest.fixture(scope="session")
def make_crowd() -> Callable[[int], Inventory]:
    """An inventory of any size."""
    return crowd


def hostile_names() -> tuple[str, ...]:
    """Names a device might choose to harm whoever shows them, and one of 64 kB."""
    known: list[str] = json.loads(Path(__file__).with_name("hostile_names.json").read_text(encoding="ascii"))
    return (*known, "<b>" * 21_846)


def named(names: Iterable[str]) -> Inventory:
    """One device a name, which stands in every text of its own, and in every text of the scan as a whole.

    Our own tables may link to https addresses, so there a name never looks like one. All devices have the same shape.
    """
    known = [(name, name.replace("https:", "http:")) for name in names]
    first = known[0][0]
    return Inventory(
        devices=tuple(_named_device(number, name, ours) for number, (name, ours) in enumerate(known)),
        captures=tuple(
            replace(record(f"{name}.pcap", problem=name), format=name, link_types=(name, name)) for name, _ in known
        ),
        limits=tuple(Limit(f"{name}.pcap", name, 2, 1, name) for name, _ in known),
        tables=tuple(TableVersion(ours, first, first, 1, ours) for _, ours in known),
        as_of=first,
        tool=first,
        notes=tuple(name for name, _ in known),
    )


def _named_device(number: int, name: str, ours: str) -> Device:
    piece = Citation(name, name, name.encode(), 1.5, f"{name}.pcap", 3, START, ours, ours)
    kinds = (*((kind, Status.LIKELY) for kind in ClaimKind), (ClaimKind.MAKER, Status.WEAK))
    tie = Tie(name, name, START, f"{name}.pcap", 1)
    return Device(
        id=f"{number}{name}",
        mac=name,
        segment=name,
        macs=(tie, tie),
        ips=(tie,),
        names=(name, name),
        device_class=f"{number}{name}",
        registrant=name,
        registrant_country=name,
        claims=tuple(Claim(kind, name, ours, name, 0.9, status, (piece,), note=name) for kind, status in kinds),
        listings=(Listing(ours, ours, ours, ours, ours, ours, ours, via=ours),),
        finding=Finding((Verdict.FLAGGED, Verdict.REVIEW)[number % 2], 4, 0.9, name),
        first_seen=START,
        last_seen=START,
        frames=1,
        bytes=1,
        guards=tuple(Guard),
        waivers=(Waiver(name, name, name, name, in_force=True), Waiver(name, name, name, name, in_force=False)),
    )


@pytest.fixture(scope="session")
def names() -> tuple[str, ...]:
    """The hostile names."""
    return hostile_names()


@pytest.fixture(scope="session")
def hostile() -> Inventory:
    """Every hostile name in every text."""
    return named(hostile_names())


@pytest.fixture(scope="session")
def harmless() -> Inventory:
    """The same shape with names that harm nobody."""
    return named(f"name{number}" for number in range(len(hostile_names())))
