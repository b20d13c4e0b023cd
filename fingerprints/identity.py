"""Addresses and identifiers that stand for no hardware of their own: `identity.toml`, read as strictly as the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fingerprints.strict import Part, toml

PATH = Path(__file__).parent / "identity.toml"


@dataclass(frozen=True, slots=True)
class Identity:
    """routers, machines: name of the protocol or software by the beginning of the MACs it gives; shared: see the file."""

    routers: Mapping[str, str]
    machines: Mapping[str, str]
    shared: frozenset[str]

    def virtual_router(self, mac: str) -> str:
        """The protocol whose virtual router MAC this is, "" if it is none."""
        return _longest(self.routers, mac)

    def virtual_machine(self, mac: str) -> str:
        """The software that gives such MACs to virtual machines or containers, "" if none does."""
        return _longest(self.machines, mac)


def _longest(names: Mapping[str, str], mac: str) -> str:
    return next((names[mac[:size]] for size in range(len(mac), 0, -1) if mac[:size] in names), "")


@cache
def load(path: Path = PATH) -> Identity:
    """The table. Raises TableError."""
    part = toml(path)
    routers, machines = (dict(_rows(part, kind, "prefix")) for kind in ("virtual_router", "virtual_machine"))
    shared = frozenset(value for value, _ in _rows(part, "shared", "value"))
    part.close()
    return Identity(routers, machines, shared)


def _rows(part: Part, kind: str, key: str) -> Iterator[tuple[str, str]]:
    for row in part.rows(kind):
        name, values = row.text("id"), row.texts(key)
        row.text("source")
        for value in values:
            if value != value.lower():
                row.wrong(key, f"{value!r} has capital letters", "Write it in lower case, as it is compared.")
            yield value, name
        row.close()
