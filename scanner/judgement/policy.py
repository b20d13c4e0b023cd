"""The policy: which verdict a finding leads to, and which devices somebody answers for. Data, so that a site can decide
otherwise without touching code.

A waiver changes no verdict: it is shown with it, in force or expired, and only `--fail-on` heeds it.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from fingerprints.catalogue import Catalogue
from scanner.errors import PolicyFault
from scanner.model import ClaimKind, Device, Limit, Verdict, Waiver

DEFAULT = Path(__file__).with_name("policy.toml")
ALL = "all"


class Doubt(StrEnum):
    """What makes a device ambiguous (level 1)."""

    HONG_KONG = "hong_kong"
    CONTESTED = "contested"
    JOINT_VENTURE = "joint_venture"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver as the policy file has it: `device` as written, `key` as it is compared."""

    device: str
    key: str
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A named mapping from every level (5..0), and every doubt of level 1, to a verdict; what else moves a device to review
    (ids of class rules and campaigns, or "all"); and the waivers."""

    name: str
    verdicts: tuple[tuple[int, Verdict], ...]
    doubts: tuple[tuple[Doubt, Verdict], ...] = ()
    categories: tuple[str, ...] = ()
    exposures: tuple[str, ...] = ()
    waivers: tuple[Waived, ...] = ()

    def verdict(self, level: int | None, doubt: Doubt | None = None) -> Verdict:
        """The verdict for a level, and at level 1 for what is in doubt; nothing known is unknown whatever the policy."""
        if level is None:
            return Verdict.UNKNOWN
        by_level = dict(self.verdicts)[level]
        return dict(self.doubts).get(doubt, by_level) if doubt else by_level

    def reviews(self, kind: ClaimKind, remark: str) -> bool:
        """Whether a class rule or a campaign, by its id, moves a device to review."""
        named = {ClaimKind.CATEGORY: self.categories, ClaimKind.EXPOSURE: self.exposures}.get(kind, ())
        return ALL in named or remark in named

    def waived(self, names: Collection[str], as_of: str) -> tuple[Waiver, ...]:
        """The waivers for a device that goes by these names (MACs, id, serial numbers), on an ISO date."""
        keys = {_key(name) for name in names} if self.waivers else set()
        return tuple(
            Waiver(each.device, each.reason, each.owner, each.expires, as_of <= each.expires)
            for each in self.waivers
            if each.key in keys
        )

    def notes(self) -> tuple[str, ...]:
        """What is to be said of the policy with a result: which it is, if not the default."""
        return () if self.name == "default" else (f"policy: {self.name}",)

    def unused(self, devices: Iterable[Device]) -> Iterator[Limit]:
        """The waivers that fit no device: the device may be gone, or spelt wrongly."""
        fitting = {waiver.device for device in devices for waiver in device.waivers}
        for each in self.waivers:
            if each.device not in fitting:
                text = f"the policy waives {each.device} ({each.owner}, until {each.expires}): no such device was seen"
                yield Limit("", "waiver_unused", 1, 0, text)

    def check(self, path: Path, catalogue: Catalogue) -> None:
        """Raise PolicyFault if it names a class rule or campaign that the tables do not have: it would never apply."""
        tables = (
            ("categories", self.categories, {rule.id for rule in catalogue.knowledge.class_rules}),
            ("exposures", self.exposures, {row.id.partition(".")[0] for row in catalogue.knowledge.exposures}),
        )
        for key, named, known in tables:
            for name in named:
                if name != ALL and name not in known:
                    raise PolicyFault(
                        f"{path}: [review] {key}: {name!r} is not known; use {', '.join(sorted(known))}, or {ALL}"
                    )


def load(path: Path = DEFAULT) -> Policy:
    """Read a policy file. Raises PolicyFault naming file, key and remedy."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise PolicyFault(f"{path}: {fault}; start from the default policy, it is printed in the README") from None
    return _Reader(path).policy(rows)


class _Reader:
    """Reads the parsed file; every complaint names the file, the key and what to write instead."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def policy(self, rows: Mapping[str, Any]) -> Policy:
        self._known("", rows, ("name", "verdict", "ambiguous", "review", "waiver"))
        levels = rows.get("verdict")
        if not isinstance(levels, dict) or set(levels) != set("012345"):
            self._wrong("needs a table [verdict] with exactly the keys 0 to 5")
        doubts, review = self._table(rows, "ambiguous", [*Doubt]), self._table(rows, "review", ["categories", "exposures"])
        waivers = rows.get("waiver", [])
        if not isinstance(waivers, list):
            self._wrong("waiver: write each as [[waiver]]")
        return Policy(
            self._text("name", rows.get("name", self._path.stem)),
            tuple((int(key), self._verdict(f"[verdict] {key}", value)) for key, value in sorted(levels.items())),
            tuple((Doubt(key), self._verdict(f"[ambiguous] {key}", value)) for key, value in sorted(doubts.items())),
            self._ids("categories", review),
            self._ids("exposures", review),
            self._distinct([self._waiver(number, row) for number, row in enumerate(waivers, 1)]),
        )

    def _wrong(self, complaint: str) -> NoReturn:
        raise PolicyFault(f"{self._path}: {complaint}")

    def _known(self, table: str, row: Mapping[str, Any], keys: Collection[str]) -> None:
        for key in row:
            if key not in keys:
                self._wrong(f"{table}{key}: is not a key we know; use {', '.join(keys)}")

    def _table(self, rows: Mapping[str, Any], name: str, keys: Collection[str]) -> dict[str, Any]:
        found = rows.get(name, {})
        if not isinstance(found, dict):
            self._wrong(f"{name}: write a table [{name}]")
        self._known(f"[{name}] ", found, keys)
        return found

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self._wrong(f"{key}: write a text of one line")
        return value.strip()

    def _verdict(self, key: str, value: object) -> Verdict:
        if value not in [*Verdict]:
            self._wrong(f"{key}: {value!r} is no verdict; use {', '.join(Verdict)}")
        return Verdict(str(value))

    def _ids(self, key: str, review: Mapping[str, Any]) -> tuple[str, ...]:
        found = review.get(key, [])
        if found == ALL:
            return (ALL,)
        if not isinstance(found, list):
            self._wrong(f'[review] {key}: write a list of ids, or "{ALL}"')
        return tuple(self._text(f"[review] {key}", each) for each in found)

    def _waiver(self, number: int, row: object) -> Waived:
        name, keys = f"[[waiver]] {number}, ", ("device", "reason", "owner", "expires")
        if not isinstance(row, dict):
            self._wrong("waiver: write each as [[waiver]]")
        self._known(name, row, keys)
        for key in keys:
            if key not in row:
                self._wrong(f"{name}{key}: is missing; a waiver needs {', '.join(keys)}")
        expires = row["expires"]
        if not isinstance(expires, date) or isinstance(expires, datetime):
            self._wrong(f"{name}expires: write a day as YYYY-MM-DD, without quotes")
        device, reason, owner = (self._text(f"{name}{key}", row[key]) for key in keys[:3])
        return Waived(device, _key(device), reason, owner, expires.isoformat())

    def _distinct(self, waivers: list[Waived]) -> tuple[Waived, ...]:
        seen: set[str] = set()
        for number, each in enumerate(waivers, 1):
            if each.key in seen:
                self._wrong(f"[[waiver]] {number}, device: {each.device} has one already; keep the one that holds")
            seen.add(each.key)
        return tuple(waivers)


_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")


def _key(name: str) -> str:
    """A name as it is compared: case folded, and a MAC in whatever spelling as its twelve digits."""
    folded = name.casefold()
    return re.sub(r"[^0-9a-f]", "", folded) if _MAC.fullmatch(folded) else folded
