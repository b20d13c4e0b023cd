"""Claims whose truth is known: what the line makes of the labelled captures and of the project's own cases, with the answer.

Of a labelled device the truth is a text ("Smarter (UK), Espressif ESP8266 radio") and whether its origin is the PRC, a
module's only, or neither. A maker, component or platform that the text names, by the company's name or one of its brands,
is right; a maker it does not name is wrong, unless the device's block is that company's and the origin agrees: then the text
may name the brand and the block the maker, and the claim is left out. A component or platform it does not name is wrong where
the origin says so, and else left out. Rows labelled by the address block alone are left out: they would only confirm it.
"""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import packets

from fingerprints.catalogue import Catalogue
from fingerprints.match import normalise
from scanner.engine import Input, read_all
from scanner.judgement import identity
from scanner.judgement.claims import facts_by_thing, hear
from scanner.judgement.weighing import Case, cases, related
from scanner.model import ClaimKind

LABELLED = packets.SHARED / "labelled"
CASES = Path(__file__).parents[2] / "pcaps"
WEIGHED = (ClaimKind.MAKER, ClaimKind.COMPONENT, ClaimKind.PLATFORM)


@dataclass(frozen=True, slots=True)
class Known:
    """A case and whether its claim is right. network: where it was captured; what one network shows is not independent."""

    network: str
    capture: str
    device: str
    case: Case
    right: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled device: what speaks for claims about it, and whether it, a part of it or its platform is of PRC origin."""

    network: str
    cases: tuple[Case, ...]
    prc: bool


def labelled(catalogue: Catalogue) -> tuple[list[Known], list[Judged]]:
    """Claims and devices of the labelled captures, in a fixed order."""
    with (LABELLED / "truth.csv").open(newline="", encoding="utf-8-sig") as file:
        truth = [row for row in csv.DictReader(file) if row["score"] == "yes"]
    networks = {Path(row["file"]).stem: row["set"] for row in truth if row["set"] != "derived"}
    wanted: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in truth:
        wanted[row["file"]].append(row)
    claims: list[Known] = []
    devices: list[Judged] = []
    for path in sorted(path for path in LABELLED.rglob("*") if path.name in wanted):
        network = networks[path.stem.partition("__")[0]]  # a twin belongs to the network it was made from
        heard = _heard(path, catalogue)
        for row in wanted[path.name]:
            mine = heard.get(row["mac"] or row["ip"], ())
            devices.append(Judged(network, mine, row["prc_origin"] in ("yes", "module")))
            claims += [
                Known(network, path.name, row["mac"] or row["ip"], case, right)
                for case in mine
                if (right := _labelled_right(case, row["vendor"], row["prc_origin"], catalogue)) is not None
            ]
    return claims, devices


def made(catalogue: Catalogue) -> list[Known]:
    """Claims of the project's own cases that `case.toml` calls right or wrong."""
    found: list[Known] = []
    for folder in sorted(path.parent for path in CASES.glob("*/case.toml")):
        heard = _heard(folder / "traffic.pcap", catalogue)
        for row in tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["device"]:
            device = row.get("mac") or row["ip"]
            found += [
                Known(folder.name, folder.name, device, case, right)
                for case in heard.get(device, ())
                if (right := _made_right(case, row, catalogue)) is not None
            ]
    return found


def _heard(path: Path, catalogue: Catalogue) -> Mapping[str, tuple[Case, ...]]:
    """The cases of every device in a capture, by each of its addresses."""
    evidence = read_all([Input(str(path), path.name)])
    found = identity.resolve(evidence)
    facts = facts_by_thing(found, evidence)
    heard: dict[str, tuple[Case, ...]] = {}
    for thing in found.things.values():
        signs = hear(thing, facts.get(thing.id, []), catalogue).signs
        mine = tuple(case for case in cases(signs, catalogue) if case.claim in WEIGHED)
        for tie in (*thing.macs, *thing.ips):
            heard.setdefault(tie.address, mine)
    return heard


def _labelled_right(case: Case, vendor: str, origin: str, catalogue: Catalogue) -> bool | None:
    prc = catalogue.controller(case.entity) == "prc"
    named = any(_names(each.name, vendor) or any(_names(brand, vendor) for brand in each.brands)
                for each in catalogue.lineage(case.entity))  # fmt: skip
    if case.claim is ClaimKind.MAKER:
        if prc == (origin == "yes") and not named and any(sign.kind == "oui_maker" for sign in case.signs):
            return None
        return named and prc == (origin == "yes")
    if named:
        return True
    return False if origin == "no" and prc else None


def _names(name: str, text: str) -> bool:
    """True if the first word of a company's name stands in the text, whole: labels leave out "Systems" and "Lighting"."""
    return bool(set(normalise(name)[:1]) & set(normalise(text)))


def _made_right(case: Case, row: Mapping[str, object], catalogue: Catalogue) -> bool | None:
    said = row.get(case.claim.value)
    name = catalogue.entity(case.entity).name
    if said == name:
        return True
    if said == "" or (row.get("verdict") == "clear" and catalogue.controller(case.entity) == "prc"):
        return False
    if said is None or case.claim is ClaimKind.COMPONENT:
        return None  # nothing is said about it; and a device has several components
    return None if any(related(case.entity, each, catalogue) for each in _called(str(said), catalogue)) else False


def _called(name: str, catalogue: Catalogue) -> Iterator[str]:
    return (each.id for each in catalogue.knowledge.entities if each.name == name)
