"""How much of the registry the tables explain: blocks by registered country, and by what is known of their registrant."""

from collections import Counter
from typing import NamedTuple

from fingerprints.catalogue import Catalogue


class Share(NamedTuple):
    """Blocks registered in one place: all of them, those of an entity of the tables, those an exception explains."""

    place: str
    blocks: int
    entity: int
    exception: int


def shares(catalogue: Catalogue) -> list[Share]:
    """Mainland China, Hong Kong and Macao, elsewhere, and blocks without a country, in this order."""
    counts: Counter[tuple[str, str]] = Counter()
    known: dict[tuple[str, str], str] = {}
    for block in catalogue.registry.blocks():
        # A name decides, and there are far fewer names than blocks.
        key = block.name, block.country
        if key not in known:
            known[key] = catalogue.attribute(block).rule
        counts[_place(block.country), known[key]] += 1
    return [
        Share(
            place,
            sum(count for (where, _), count in counts.items() if where == place),
            counts[place, "exact"] + counts[place, "prefix"],
            counts[place, "exception"],
        )
        for place in ("mainland China", "Hong Kong and Macao", "elsewhere", "no country")
    ]


def _place(country: str) -> str:
    return {"CN": "mainland China", "HK": "Hong Kong and Macao", "MO": "Hong Kong and Macao", "": "no country"}.get(
        country, "elsewhere"
    )


class Held(NamedTuple):
    """What is here of an official list: printed names in force on the day asked for, those that ended or are yet to begin, and
    how many the official text prints (0: not counted)."""

    id: str
    edition: str
    last_checked: str
    in_force: int
    other: int
    printed: int


def lists(catalogue: Catalogue, as_of: str) -> list[Held]:
    """Every official list on an ISO date."""
    found = []
    for one in catalogue.knowledge.lists:
        # One printed name may stand there twice, where the text leaves open which of two companies it means.
        live = {entry.entry for entry in one.entries if entry.in_force(as_of)}
        other = {entry.entry for entry in one.entries} - live
        found.append(Held(one.id, one.edition, one.last_checked, len(live), len(other), one.printed))
    return found


def countries(catalogue: Catalogue) -> list[tuple[str, Counter[str]]]:
    """How many entities have their head office where ("" not established), by role."""
    found: dict[str, Counter[str]] = {}
    for entity in catalogue.knowledge.entities:
        for role in entity.roles:
            found.setdefault(role, Counter())[entity.country] += 1
    return sorted(found.items())


def classes(catalogue: Catalogue) -> Counter[str]:
    """How many entities make devices of each class."""
    return Counter(name for entity in catalogue.knowledge.entities for name in entity.classes)


def roles(catalogue: Catalogue) -> list[tuple[str, str, int]]:
    """(role, who is in control, how many entities), by role and control; an entity with several roles counts in each."""
    counts = Counter((role, entity.control) for entity in catalogue.knowledge.entities for role in entity.roles)
    return [(role, control, count) for (role, control), count in sorted(counts.items())]
