"""What a new edition of the registry may not do to the entities without somebody looking: lose their blocks, move country.

A company that loses a fifth of its blocks was renamed or sold; one that turns up in a new country may be another company of
the same name. Either way its file in vendors/ wants a look before the table ships.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant

LOSS = 0.20
"""Share of an entity's blocks that may be gone."""

FEW = 5
"""Blocks below which a share means little."""


def complaints(catalogue: Catalogue, old: Iterable[Registrant], new: Iterable[Registrant]) -> list[str]:
    """Entities that lost more than LOSS of their blocks, and rules that meet a country they never met; by entity."""
    before, after = _by_entity(catalogue, old), _by_entity(catalogue, new)
    found = []
    for entity, countries in sorted(before.items()):
        had, has = countries.total(), after.get(entity, Counter()).total()
        if had >= FEW and has < had * (1 - LOSS):
            found.append(f"{entity}: {had} blocks before, {has} now. Look for its new name, and add it to its file.")
    for entity, countries in sorted(after.items()):
        strange = sorted(country or "none" for country in set(countries) - set(before.get(entity, countries)))
        if strange:
            where = ", ".join(strange)
            found.append(f"{entity}: first block registered in {where}. If that is another company, narrow its rule.")
    return found


def _by_entity(catalogue: Catalogue, blocks: Iterable[Registrant]) -> dict[str, Counter[str]]:
    """How many blocks each entity has in each registered country. A name decides, so each is asked for once."""
    names: dict[tuple[str, str], list[Registrant]] = defaultdict(list)
    for block in blocks:
        names[block.name, block.country].append(block)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, country), mine in names.items():
        entity = catalogue.attribute(mine[0]).entity
        if entity:
            counts[entity.id][country] += len(mine)
    return dict(counts)
