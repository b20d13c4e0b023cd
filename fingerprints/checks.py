"""The data proves itself: every function lists what is wrong with the tables, each complaint with the row and the remedy.

An empty list is a pass. `everything` is what the tests and `fieldmark check` run; nothing here knows the clock, the scanner
or what anybody captured, so channels and dates are handed in.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby

from fingerprints.age import STALE
from fingerprints.catalogue import Catalogue
from fingerprints.match import matches, normalise
from fingerprints.oui import Registrant
from fingerprints.rows import Knowledge, OfficialList, Rule, Signature

_CLASSES = """
    access_control access_point accessory alarm_panel appliance audio audio_video building cable_modem camera cloud
    cnc cpe crane crypto_miner dcs display doorbell drive drone energy energy_storage ev_charger firewall game_console
    gateway gnss handheld hvac ics intercom kvm lab laptop lidar lighting load_balancer medical meter nas nvr
    optical_access optics pa_system pc peripheral phone photo_camera plc pos power_supply powerline price_tag printer
    printer_3d projector radio rail robot robot_vacuum router sbc scale scanner sensor serial_server server
    set_top_box smart_home smart_lock solar_inverter speaker storage switch tablet telecom telematics test_instrument
    thermal thermostat token tracker tv ups vehicle vehicle_diag video_conferencing virtual_machine voip vr wearable
"""
CLASSES = frozenset(_CLASSES.split())
"""One spelling for each sort of device."""

_CITIES = "beijing chengdu chongqing dongguan guangzhou hangzhou nanjing ningbo qingdao shanghai shenzhen suzhou tianjin wuhan"
CITIES = frozenset(_CITIES.split())
"""Cities of the mainland, as words of an address that can mean nothing else."""

WEIGHED = frozenset({"maker", "brand", "component", "platform"})
"""Claims that signs are weighed for."""

MOST_UNBOUNDED = 3
"""Open repeats one expression may have: on a value of 255 characters that stays far below a second, whatever it says."""

_PAIRS = r"\b[0-9a-f]{2}([:-])[0-9a-f]{2}\1[0-9a-f]{2}\b"
_BARE = r"\b(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{6}\b"  # six digits with at least one letter and one figure
_ADDRESS = re.compile(f"{_PAIRS}|{_BARE}", re.IGNORECASE)
_UNBOUNDED = re.compile(r"[*+]|\{\d+,\}")


def everything(catalogue: Catalogue, channels: Collection[str], as_of: str) -> list[str]:
    """All complaints. channels: names the observers may report; as_of: ISO date for the age of lists."""
    knowledge = catalogue.knowledge
    return [
        *identities(knowledge),
        *companies(knowledge),
        *registrants(knowledge, catalogue.registry.organisations()),
        *exceptions(catalogue),
        *misplaced(catalogue),
        *signatures(knowledge, channels),
        *examples(catalogue),
        *addresses(knowledge),
        *lists(knowledge, as_of),
        *class_rules(knowledge, as_of),
        *exposures(catalogue, channels),
    ]


def identities(knowledge: Knowledge) -> list[str]:
    """Ids that name two rows."""
    rows = Counter(name for name, _ in groupby(one.id for one in knowledge.signatures))
    rows.update(Counter(entity.id for entity in knowledge.entities))
    rows.update(f"list {one.id}" for one in knowledge.lists)
    rows.update(f"rule {rule.id}" for rule in knowledge.class_rules)
    rows.update(f"exposure {row.id}" for row in knowledge.exposures)
    return [f"{name}: {count} rows have this id. Rename all but one." for name, count in sorted(rows.items()) if count > 1]


def companies(knowledge: Knowledge) -> list[str]:
    """Unknown classes, roles that do not fit the registered names, control that contradicts country or parent."""
    found = []
    by_id = {entity.id: entity for entity in knowledge.entities}
    roles = defaultdict(set)
    for rule in knowledge.rules:
        roles[rule.entity].add(rule.role)
    for entity in knowledge.entities:
        place = f"vendors/{entity.id}.toml"
        strange, missing = {*entity.classes} - CLASSES, roles[entity.id] - {*entity.roles}
        found += [f"{place}: class {name!r} is not in checks.CLASSES. Use a known one, or add it." for name in strange]
        found += [f"{place}: registrants.{role}, but roles lacks it. Add it to roles." for role in missing]
        strangers = {past.parent for past in entity.before} - {*by_id, ""}
        found += [f"{place}: before, parent {name!r} has no file. Add it, or leave parent out." for name in strangers]
        if entity.control == "none" and entity.country in {"CN", "HK", "MO"}:
            found.append(f"{place}: a head office in {entity.country} is not control = 'none'. Say who controls it.")
        parent = by_id.get(entity.parent)
        if parent and parent.control == "prc" and entity.control in {"none", "hk"}:
            found.append(f"{place}: control {entity.control!r} under a parent with 'prc'. Leave it out, or call it contested.")
    return sorted(found)


def registrants(knowledge: Knowledge, registered: Iterable[str]) -> list[str]:
    """Registered names that are not in the registry, belong to two companies, or say again what a prefix says."""
    names = set(map(normalise, registered))
    heads = {name[:size] for name in names for size in range(1, len(name) + 1)}
    found = []
    owners: dict[tuple[str, tuple[str, ...]], list[Rule]] = defaultdict(list)
    prefixes = {normalise(rule.name): rule for rule in knowledge.rules if rule.match == "prefix"}
    for rule in knowledge.rules:
        words = normalise(rule.name)
        place = f"vendors/{rule.entity}.toml: registrants.{rule.role} {rule.match} {rule.name!r}"
        owners[rule.match, words].append(rule)
        if words not in (names if rule.match == "exact" else heads):
            found.append(f"{place} is not in the registry. Write it as the registry prints it, or leave it out.")
        longest = len(words) - (rule.match == "prefix")
        shorter = next((prefixes[words[:size]] for size in range(longest, 0, -1) if words[:size] in prefixes), None)
        if shorter and (shorter.entity, shorter.role) == (rule.entity, rule.role):
            found.append(f"{place} is already covered by the prefix {shorter.name!r}. Leave one of the two out.")
    for rules in owners.values():
        if len(rules) > 1:
            whose = ", ".join(sorted(f"{rule.entity} ({rule.role})" for rule in rules))
            found.append(f"registered name {rules[0].name!r} ({rules[0].match}) belongs to {whose}. Keep one.")
    return found


def exceptions(catalogue: Catalogue) -> list[str]:
    """Exceptions that the registry does not have, that contradict each other, or that a vendor file contradicts."""
    found = []
    organisations = catalogue.registry.organisations()
    known = {(normalise(name), country) for name, countries in organisations.items() for country in countries}
    origins: dict[tuple[tuple[str, ...], str], str] = {}
    for row in catalogue.knowledge.corrections:
        place, key = f"exceptions.csv: {row.name!r} ({row.country or 'no country'})", (normalise(row.name), row.country)
        if key not in known:
            found.append(f"{place} is not in the registry. Write it as the registry prints it, or leave it out.")
        if origins.setdefault(key, row.origin) != row.origin:
            found.append(f"{place} stands there twice with different origins. Keep the right one.")
        given = catalogue.attribute(Registrant(row.name, row.country, "", "", 24, "exceptions.csv"))
        if given.entity and given.origin != row.origin:
            found.append(f"{place} says {row.origin!r}, vendors/{given.entity.id}.toml {given.origin!r}. Make them agree.")
    return found


def misplaced(catalogue: Catalogue) -> list[str]:
    """Holders with an address in a mainland city under the country code of another land, of whom nothing else is known."""
    found = set()
    for block in catalogue.registry.blocks():
        away = block.country not in {"CN", "HK", "MO", "TW", ""} and CITIES & {*normalise(block.city)}
        if away and catalogue.attribute(block).rule == "country":
            found.add(f"registry: {block.name!r} ({block.country}) has its address in {block.city}. Add it to exceptions.csv.")
    return sorted(found)


def signatures(knowledge: Knowledge, channels: Collection[str]) -> list[str]:
    """Signs on channels nobody reports, of kinds nobody weighs, with claims their company or kind cannot carry."""
    kinds = knowledge.weights.kinds
    roles = {entity.id: {*entity.roles} for entity in knowledge.entities}
    found = {
        f"weights.toml: kind.{kind.name} is guarded by {kind.guarded!r}, which is no kind. Add it."
        for kind in kinds.values()
        if kind.guarded and kind.guarded not in kinds
    }
    for sign in knowledge.signatures:
        complaints = _sign(sign, knowledge, channels, roles.get(sign.entity, set()))
        found.update(f"{sign.id}: {complaint}" for complaint in complaints)
    return sorted(found)


def _sign(sign: Signature, knowledge: Knowledge, channels: Collection[str], roles: Collection[str]) -> Iterator[str]:
    """What is wrong with one sign; roles: what its company does."""
    claims, kind = {*sign.claims}, knowledge.weights.kinds.get(sign.kind)
    if sign.channel not in channels:
        yield f"no observer reports channel {sign.channel!r}. Correct its spelling."
    if kind is None:
        yield f"weights.toml has no kind {sign.kind!r}. Use one it has."
    elif idle := [claim for claim in sorted(claims & WEIGHED) if not kind.weight(claim)]:
        yield f"kind {sign.kind} adds nothing to {', '.join(idle)}. Leave the claim out."
    if sign.device_class not in CLASSES | {""} or ("class" in claims and not sign.device_class):
        yield f"device_class {sign.device_class!r} is not in checks.CLASSES. Use a known one."
    if not sign.entity and claims != {"class"}:
        yield "a sign of no company claims only a class. Move it to a vendor file."
    if "maker" in claims and not {"maker", "contract"} & {*roles}:
        yield "claims the maker, but its company makes no devices. Claim component or platform."
    if (sign.kind == "network_only") != ("network" in claims) or claims > {"network"}:
        yield "a network claim stands alone, with kind network_only. Split the row."
    if sign.match == "regex" and not linear(sign.pattern):
        yield f"{sign.pattern!r} may take long on hostile text. No repeat inside a repeat, at most three open ones."


def linear(pattern: str) -> bool:
    """Whether a regular expression is free of repeats inside repeats, and of more than three unbounded ones."""
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    if len(_UNBOUNDED.findall(bare)) > MOST_UNBOUNDED:
        return False
    inside = [False]
    for at, char in enumerate(bare):
        if char == "(":
            inside.append(False)
        elif char == ")":
            repeats = inside.pop()
            if repeats and _UNBOUNDED.match(bare, at + 1):
                return False
            inside[-1] |= repeats
        elif _UNBOUNDED.match(bare, at):
            inside[-1] = True
    return True


def examples(catalogue: Catalogue) -> list[str]:
    """Examples and misses, replayed against the whole matcher on every channel and role of their row.

    Every pattern needs an example, and no example may name the maker of a second company.
    """
    found = []
    for _, group in groupby(catalogue.knowledge.signatures, key=lambda one: one.id):
        rows = list(group)
        sign = rows[0]
        mute = [row.pattern for row in rows if not any(matches(row, value) for value in sign.examples)]
        found += [f"{sign.id}: no example shows the pattern {pattern!r}. Add one." for pattern in mute]
        for channel, role in sorted({(row.channel, role) for row in rows for role in row.roles}):
            found += [f"{sign.id} on {channel}: {complaint}" for complaint in _replayed(catalogue, sign, channel, role)]
    return list(dict.fromkeys(found))


def _replayed(catalogue: Catalogue, sign: Signature, channel: str, role: str) -> Iterator[str]:
    for value in sign.examples:
        hits = catalogue.hits(channel, role, value)
        if sign.id not in {hit.id for hit in hits}:
            yield f"example {value!r} does not match. Mend the pattern or the example."
        makers = {hit.entity for hit in hits if "maker" in hit.claims}
        if len(makers) > 1:
            yield f"example {value!r} names {' and '.join(sorted(makers))} as maker. Narrow a pattern."
    for value in sign.misses:
        if sign.id in {hit.id for hit in catalogue.hits(channel, role, value)}:
            yield f"miss {value!r} matches. Narrow the pattern."


def addresses(knowledge: Knowledge) -> list[str]:
    """Hand-typed address prefixes: whose an address is comes from the registry, never from here."""
    texts = [(f"{sign.id}: pattern", sign.pattern) for sign in knowledge.signatures]
    texts += [(f"vendors/{rule.entity}.toml: registrant", rule.name) for rule in knowledge.rules]
    texts += [(f"vendors/{one.id}.toml: brand", brand) for one in knowledge.entities for brand in one.brands]
    found = [(place, text) for place, text in texts if _ADDRESS.search(text)]
    return [f"{place} {text!r} looks like an address prefix. Name the registrant instead." for place, text in found]


def lists(knowledge: Knowledge, as_of: str) -> list[str]:
    """Lists that lost a row, name unknown companies, run backwards, or were not looked at for a year."""
    known = {entity.id for entity in knowledge.entities} | {""}
    return [f"lists/{one.id}: {complaint}" for one in knowledge.lists for complaint in _list(one, known, as_of)]


def _list(one: OfficialList, known: Collection[str], as_of: str) -> Iterator[str]:
    if len(one.entries) != one.expected:
        yield f"{len(one.entries)} entries, expected {one.expected}. Restore the lost line, or correct `expected`."
    if date.fromisoformat(as_of) - date.fromisoformat(one.last_checked) > STALE:
        yield f"last checked {one.last_checked}. Compare it with the official text, and set last_checked."
    for entry in one.entries:
        if entry.entity not in known:
            yield f"{entry.entry!r} points to {entry.entity!r}, which has no file. Add it, or leave the cell empty."
        if entry.until and entry.until <= entry.since:
            yield f"{entry.entry!r} ends {entry.until}, before it begins. Correct a date."
        if entry.since > max(one.last_checked, one.in_force):
            yield f"{entry.entry!r} begins after the list was last checked. Correct a date, or set in_force."
    # One printed name may stand for two companies, where the text does not say which.
    for (name, *_), count in Counter((entry.entry, entry.since, entry.entity) for entry in one.entries).items():
        if count > 1:
            yield f"{name!r} stands there {count} times. Keep one."


def class_rules(knowledge: Knowledge, as_of: str) -> list[str]:
    """Rules about classes nobody uses or lists that are not there, that run backwards, or were not looked at for a year."""
    found = []
    lists_known = {one.id for one in knowledge.lists} | {""}
    for rule in knowledge.class_rules:
        place = f"categories.toml: {rule.id}"
        found += [f"{place}: class {name!r} is not in checks.CLASSES. Use a known one." for name in {*rule.classes} - CLASSES]
        if rule.component_on not in lists_known:
            found.append(f"{place}: there is no list {rule.component_on!r}. Correct its id.")
        if rule.until and rule.until <= rule.since:
            found.append(f"{place}: ends {rule.until}, before it begins. Correct a date.")
        if date.fromisoformat(as_of) - date.fromisoformat(rule.last_checked) > STALE:
            found.append(
                f"{place}: last checked {rule.last_checked}. Compare it with the official text, and set last_checked."
            )
    return sorted(found)


def exposures(catalogue: Catalogue, channels: Collection[str]) -> list[str]:
    """Exposures of unknown makers, on channels nobody reports, whose pattern is slow or does not do what its examples say."""
    found = []
    known = {entity.id for entity in catalogue.knowledge.entities}
    for row in catalogue.knowledge.exposures:
        place = f"exposures.toml: {row.id}"
        if row.entity not in known:
            found.append(f"{place}: {row.entity!r} has no file. Add it, or leave the row out.")
        if not linear(row.pattern):
            found.append(f"{place}: {row.pattern!r} may take long on hostile text. No repeat inside a repeat.")
        for channel in row.channels:
            if channel not in channels:
                found.append(f"exposures.toml: no observer reports channel {channel!r}. Correct its spelling.")
            for value, fits in [*((one, True) for one in row.examples), *((one, False) for one in row.misses)]:
                if (row in catalogue.exposures(channel, "self", value)) is not fits:
                    found.append(
                        f"{place}: {value!r} {'does not match' if fits else 'matches'}. Mend the pattern or the value."
                    )
    return list(dict.fromkeys(found))
