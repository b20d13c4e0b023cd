"""Addresses and identifiers that stand for no hardware of their own: `identity.toml`, read as strictly as the rest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fingerprints.strict import Part, toml

_PREFIX = re.compile(r"([0-9a-f]{2}:)+[0-9a-f]?")
_MOST_MACS = 1 << 14
PATH = Path(__file__).parent / "identity.toml"


@dataclass(frozen=True, slots=True)
class Identity:
    """routers, machines: name of the protocol or software by the beginning of the MACs it gives; shared: see the file, each
    value also without its punctuation."""

    routers: "Prefixes"
    machines: "Prefixes"
    shared: frozenset[str]

    def virtual_router(self, mac: str) -> str:
        """The protocol whose virtual router MAC this is, "" if it is none."""
        return self.routers.longest(mac)

    def virtual_machine(self, mac: str) -> str:
        """The software that gives such MACs to virtual machines or containers, "" if none does."""
        return self.machines.longest(mac)


class Prefixes:
    """Names by the beginning of an address. Every MAC of a scan is asked about, several times."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._sizes = sorted({len(prefix) for prefix in names}, reverse=True)
        self.longest = lru_cache(maxsize=_MOST_MACS)(self._longest)

    def _longest(self, mac: str) -> str:
        """The name of the longest beginning there is, "" if there is none."""
        return next((self.names[mac[:size]] for size in self._sizes if mac[:size] in self.names), "")


@cache
def load(path: Path = PATH) -> Identity:
    """The table. Raises TableError."""
    part = toml(path)
    routers, machines = (dict(_rows(part, kind, "prefix")) for kind in ("virtual_router", "virtual_machine"))
    written = [value for value, _ in _rows(part, "shared", "value")]
    shared = frozenset(written) | frozenset(re.sub(r"[^0-9a-z]", "", value) for value in written)
    part.close()
    return Identity(Prefixes(routers), Prefixes(machines), shared)


def _rows(part: Part, kind: str, key: str) -> Iterator[tuple[str, str]]:
    for row in part.rows(kind):
        name, values = row.text("id"), row.texts(key)
        row.text("source")
        for value in values:
            if value != value.lower() or (key == "prefix" and not _PREFIX.fullmatch(value)):
                row.wrong(key, f"{value!r} is not written as it is compared", "Write it in lower case, a MAC with colons.")
            yield value, name
        row.close()
