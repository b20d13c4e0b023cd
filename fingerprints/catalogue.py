"""Everything we know, ready to be asked: whose address, whose sign, who controls whom, on which list.

A registered name is attributed by the first rule that fits: an exact name of a vendor file, the longest prefix of whole
words, an exception, the registered country. `fingerprints.checks` shows that the rules do not contradict each other.

    python -m fingerprints.catalogue --build     write catalogue.json anew after an edit (see `fingerprints.index`)
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path

from fingerprints import index, reading
from fingerprints.match import Matcher, normalise
from fingerprints.oui import Registrant, Registry, Table
from fingerprints.overlay import lay_over
from fingerprints.rows import (
    Attribution,
    ClassRule,
    Correction,
    Entity,
    Exposure,
    Knowledge,
    ListEntry,
    Past,
    Rule,
    Signature,
    Weights,
    covers,
)

_BY_COUNTRY = {"CN": "prc", "HK": "hk", "MO": "hk", "": ""}
"""What a registered country says about control when nothing else is known. Every other country: none."""

Words = tuple[str, ...]

_MOST_NAMES = 1 << 12
"""Answers of one kind that are remembered: a few MiB of what is in the tables anyway."""


class Catalogue:
    """The tables, indexed. Immutable; `load` keeps one for each process."""

    def __init__(self, registry: Registry, knowledge: Knowledge, overlays: tuple[Table, ...] = ()) -> None:
        self.registry = registry
        self.knowledge = knowledge
        self._overlays = overlays
        self.weights: Weights = knowledge.weights
        own = (registry.table, *_tables(knowledge))
        self.tables: tuple[Table, ...] = (registry.table, *overlays, *own[1:])
        self.date: str = max(table.date for table in own)
        self._entities = {entity.id: entity for entity in knowledge.entities}
        self._exact = {normalise(rule.name): rule for rule in knowledge.rules if rule.match == "exact"}
        self._prefix = {normalise(rule.name): rule for rule in knowledge.rules if rule.match == "prefix"}
        self._longest = max(map(len, self._prefix), default=0)
        self._corrections = {(normalise(row.name), row.country): row for row in knowledge.corrections}
        self._matcher = Matcher(knowledge.signatures)
        self._exposures = {row.id: row for row in knowledge.exposures}
        self._models = Matcher(signature for row in knowledge.exposures for signature in row.signatures())
        self._entries: dict[str, list[ListEntry]] = {}
        for entry in (entry for one in knowledge.lists for entry in one.entries):
            self._entries.setdefault(entry.entity, []).append(entry)
        # A network has many devices of few makers: what is asked for each is found once.
        self._attribution = lru_cache(maxsize=_MOST_NAMES)(self._attribute)
        self._listings = lru_cache(maxsize=_MOST_NAMES)(self._list)
        self._categories = lru_cache(maxsize=_MOST_NAMES)(self._categorise)

    def at(self, as_of: str) -> "Catalogue":
        """The tables with every company under those who controlled it on an ISO date; the same tables if nothing differs."""
        then = {
            entity.id: past for entity in self.knowledge.entities for past in reversed(entity.before) if as_of < past.until
        }
        if not then:
            return self
        entities = tuple(self._before(entity, then) for entity in self.knowledge.entities)
        return Catalogue(self.registry, replace(self.knowledge, entities=entities), self._overlays)

    def _before(self, entity: Entity, then: Mapping[str, Past]) -> Entity:
        """A company as it was. One below a company that changed hands goes with it if it is controlled as that one is."""
        changed = next((above for above in self.lineage(entity.id) if above.id in then), None)
        if changed is None or changed.control != entity.control:
            return entity
        past = then[changed.id]
        parent = past.parent if changed is entity else entity.parent
        return replace(entity, parent=parent, control=past.control, before=())

    def registrant(self, mac: str) -> Registrant | None:
        """Who holds the block of an address: see `Registry.lookup`."""
        return self.registry.lookup(mac)

    def named(self, name: str) -> Registrant | None:
        """Who holds blocks under this name, however it is spelled; for a company's own name its largest holder.

        Where one name is registered in several countries, the country with the most blocks. None if there is no such holder.
        """
        words = normalise(name)
        holder = self._holders.get(words)
        if holder:
            return holder
        called = {one.id for one in self.knowledge.entities if words in (normalise(one.name), normalise(one.legal_name))}
        given = ((self.attribute(one), one) for one in self._holders.values()) if words and called else ()
        its_own = [(found.role != "maker", one) for found, one in given if found.entity and found.entity.id in called]
        return min(its_own, key=itemgetter(0))[1] if its_own else None

    @cached_property
    def _holders(self) -> Mapping[Words, Registrant]:
        """A block of every registered name, largest holders first. Built when first asked for: it takes part of a second."""
        blocks: dict[tuple[str, str], list[Registrant]] = defaultdict(list)
        for block in self.registry.blocks():
            blocks[block.name, block.country].append(block)
        holders: dict[Words, Registrant] = {}
        for _, mine in sorted(blocks.items(), key=lambda item: (-len(item[1]), item[0])):
            holders.setdefault(normalise(mine[0].name), mine[0])
        return holders

    def attribute(self, registrant: Registrant) -> Attribution:
        """Whose a registered name is, and who controls that."""
        return self._attribution(registrant.name, registrant.country, registrant.source)

    def _attribute(self, name: str, country: str, source: str) -> Attribution:
        words = normalise(name)
        rule = self._rule(words)
        if rule:
            entity = self._entities[rule.entity]
            return Attribution(entity, rule.role, entity.control, rule.match, "; ".join(entity.sources))
        correction: Correction | None = self._corrections.get((words, country))
        if correction:
            return Attribution(None, "", correction.origin, "exception", correction.reason)
        origin = _BY_COUNTRY.get(country, "none")
        return Attribution(None, "", origin, "country" if country else "none", source)

    def _rule(self, words: Words) -> Rule | None:
        exact = self._exact.get(words)
        if exact:
            return exact
        heads = (words[:size] for size in range(min(len(words), self._longest), 0, -1))
        return next((self._prefix[head] for head in heads if head in self._prefix), None)

    def hits(self, channel: str, role: str, value: str) -> tuple[Signature, ...]:
        """Signatures a value matches, in the order of the tables, each id once."""
        return self._matcher.hits(channel, role, value)

    def entity(self, entity_id: str) -> Entity:
        """A company. Raises KeyError for an id that is not in the tables."""
        return self._entities[entity_id]

    def controller(self, entity_id: str) -> str:
        """Who controls a company in the end: one of `rows.CONTROLS`. Raises KeyError as `entity` does."""
        return self._entities[entity_id].control

    def listings(self, entity_id: str, as_of: str) -> tuple[ListEntry, ...]:
        """List entries in force on an ISO date that name a company, or a parent of it where the text covers affiliates.

        A parent's entry has the parent's name in `via`. Raises KeyError as `entity` does.
        """
        return self._listings(entity_id, as_of)

    def _list(self, entity_id: str, as_of: str) -> tuple[ListEntry, ...]:
        own, *parents = self.lineage(entity_id)
        found = list(self._entries.get(own.id, ()))
        for parent in parents:
            entries = self._entries.get(parent.id, ())
            found += [replace(entry, via=parent.name) for entry in entries if entry.covers_affiliates(as_of)]
        in_force = [entry for entry in found if entry.in_force(as_of)]
        return tuple(sorted(in_force, key=lambda entry: (entry.list_id, entry.via, entry.since, entry.entry)))

    def categories(
        self, device_class: str, components: Iterable[str], as_of: str, makers: Iterable[str] = ()
    ) -> tuple[ClassRule, ...]:
        """Class rules in force on an ISO date that may touch a device: of its class, or with such a component.

        device_class: "" not known; components: ids of the companies whose parts are inside; makers: of those that may have
        made it. Raises KeyError as `entity` does.
        """
        return self._categories(device_class, tuple(components), as_of, frozenset(makers))

    def _categorise(
        self, device_class: str, components: tuple[str, ...], as_of: str, makers: frozenset[str]
    ) -> tuple[ClassRule, ...]:
        controls = {"", *map(self.controller, makers)}
        entries = [entry for part in components for entry in self.listings(part, as_of)]
        inside = {entry.list_id for entry in entries if covers(entry.scope) == "equipment"}
        return tuple(
            rule
            for rule in self.knowledge.class_rules
            if rule.in_force(as_of)
            and rule.control in controls
            and (device_class in rule.classes or rule.component_on in inside)
        )

    def exposures(self, channel: str, role: str, value: str) -> list[Exposure]:
        """Products published campaigns went after that a value names, in the order of the table."""
        return [self._exposures[hit.id] for hit in self._models.hits(channel, role, value)]

    def lineage(self, entity_id: str) -> Iterator[Entity]:
        """A company, its parent, its parent's parent …"""
        while entity_id:
            entity = self._entities[entity_id]
            yield entity
            entity_id = entity.parent


def _tables(knowledge: Knowledge) -> Iterator[Table]:
    version = f"sha256:{knowledge.digest[:12]}"
    reviewed = max((entity.reviewed for entity in knowledge.entities), default="")
    rows: Mapping[str, int] = {
        "vendors": len(knowledge.entities),
        "registrants": len(knowledge.rules),
        "exceptions": len(knowledge.corrections),
        "signatures": len({signature.id for signature in knowledge.signatures}),
    }
    for name, count in rows.items():
        yield Table(name, version, reviewed, count, "Fieldmark")
    for one in knowledge.lists:
        yield Table(f"list {one.id}", one.edition, one.last_checked, len(one.entries), one.citation)
    checked = max((rule.last_checked for rule in knowledge.class_rules), default="")
    yield Table("categories", version, checked, len(knowledge.class_rules), "Fieldmark")
    published = max((row.published for row in knowledge.exposures), default="")
    yield Table("exposures", version, published, len(knowledge.exposures), "Fieldmark")
    yield Table("weights", version, knowledge.weights.reviewed, len(knowledge.weights.kinds), knowledge.weights.source)


@lru_cache(maxsize=4)
def load(overlay: Path | None = None) -> Catalogue:
    """The tables that ship with the program, a newer registry file of the user's laid over them. Raises TableError."""
    knowledge = index.read() or reading.read()
    registry = Registry.load()
    if overlay is None:
        return Catalogue(registry, knowledge)
    registry, table = lay_over(registry, overlay)
    return Catalogue(registry, knowledge, (table,))


def main(folder: Path = reading.FOLDER) -> None:
    """Write the index anew: the only thing this module does when run."""
    if sys.argv[1:] != ["--build"]:
        sys.exit("usage: python -m fingerprints.catalogue --build")
    text = index.write(reading.read(folder), folder)
    (folder / index.INDEX).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
