"""Devices and catalogue to claims and findings: what can be said about each device, how sure, by which evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution
from scanner.evidence import Evidence
from scanner.judgement import explain, remarks
from scanner.judgement.identity import Resolution, Thing
from scanner.judgement.policy import Policy
from scanner.judgement.signs import (
    Fact,
    Support,
    app_host,
    cite,
    device_class,
    domains,
    facts_signs,
    oui_citation,
    oui_support,
    supports,
)
from scanner.judgement.weights import Sign, probability, status, total
from scanner.model import Claim, ClaimKind, Device, Listing, Sighting, Status

NAME_CHANNELS = (
    "dhcp.hostname",
    "dhcp.fqdn",
    "dhcpv6.fqdn",
    "mdns.name",
    "llmnr.name",
    "nbns.name",
    "eapol.host",
    "lldp.system_name",
    "cdp.device_id",
    "browse.name",
    "edp.name",
    "fdp.device_id",
    "profinet.name",
    "bacnet.name",
    "snmp.name",
    "mndp.identity",
    "softbus.name",
    "ble.name",
    "dns.name",
)
"""Where a device's names come from, the most telling first."""

COUNTER = -5.0
"""Log-odds against a maker when better evidence names another, unrelated one: what the device itself says against its
address block, and its address block against names it only asked for (set by hand)."""

REGISTERED = 0.96
"""Probability of a registrant claim: the share of blocks whose registered country is that of who is in control (measured
over the registry, 2026-11: at least 4.2 % of the blocks registered in CN are foreign companies' plants)."""

_ORDER = tuple(ClaimKind)


def assess(found: Resolution, evidence: Evidence, catalogue: Catalogue, policy: Policy, as_of: str) -> tuple[Device, ...]:
    """Every device with its claims and finding, sorted by id. as_of: ISO date the lists are read at."""
    facts = _facts_by_thing(found, evidence)
    return tuple(
        _device(thing, facts.get(thing.id, []), catalogue, policy, as_of) for _, thing in sorted(found.things.items())
    )


def _facts_by_thing(found: Resolution, evidence: Evidence) -> Mapping[str, list[Fact]]:
    """Facts of each thing; one said on several of its addresses counts once, where it was seen first."""
    earliest: dict[str, dict[tuple[str, str, str], Fact]] = defaultdict(dict)
    for (subject, channel), group in evidence.facts.items():
        if thing := found.owner.get(subject):
            for (role, value), seen in group.values.items():
                known = earliest[thing].get((channel, role, value))
                if known is None or seen < known.seen:
                    earliest[thing][channel, role, value] = Fact(channel, role, value, seen)
    return {thing: sorted(facts.values()) for thing, facts in earliest.items()}


def _device(thing: Thing, facts: list[Fact], catalogue: Catalogue, policy: Policy, as_of: str) -> Device:
    pairs = facts_signs(facts, catalogue)
    mac = thing.macs[0] if thing.macs else None
    registrant = catalogue.registrant(mac.address) if mac else None
    attribution = catalogue.attribute(registrant) if registrant else None
    signs: list[Support] = []
    classes: tuple[str, ...] = ()
    kind = device_class(pairs)
    seen = Sighting(mac.time, mac.capture, mac.frame, b"") if mac else Sighting(0, "", 0, b"")
    registered: list[Claim] = []
    if mac and registrant and attribution:
        signs, claim = block_claims(registrant, attribution, seen, mac.address, catalogue)
        registered.append(claim)
        classes = attribution.entity.classes if attribution.entity else ()
    guarded = app_host(kind, mac.address if mac else "", classes, pairs, domains(facts), catalogue)
    if not kind and not guarded:
        kind = device_class(pairs, asked=True)
    # A carrier asks for nothing itself: names under its MAC are asked for by hosts behind it.
    heard = [(fact, row) for fact, row in pairs if fact.role != "asked"] if thing.carrier else pairs
    signs.extend(supports(heard, catalogue, guarded=guarded))
    claims = [*sign_claims(signs, catalogue), *registered]
    makes = any(sign.claim is ClaimKind.MAKER for sign in signs)
    entries = listings(claims, catalogue, as_of)
    shown = kind or (classes[0] if len(classes) == 1 and makes else "")
    # Remarks come after all that is judged, so that nothing can be judged by them.
    finding = explain.finding(claims, entries, attribution, catalogue, policy)
    shown_by = {row.id: cite(fact, row.id, row.source, 0.0) for fact, row in reversed(pairs) if row.device_class == shown}
    cited = [*reversed(shown_by.values())] or [each for claim in registered for each in claim.evidence]
    claims += [
        *remarks.categories(shown, cited, claims, catalogue, as_of),
        *remarks.exposures(facts, claims, catalogue, as_of),
    ]
    claims.sort(key=lambda c: (_ORDER.index(c.kind), -c.probability, c.value))
    return Device(
        id=thing.id,
        mac=thing.mac,
        segment=thing.segment,
        macs=thing.macs,
        ips=thing.ips,
        names=_names(facts),
        device_class=shown,
        registrant=registrant.name if registrant else "",
        registrant_country=registrant.country if registrant else "",
        claims=tuple(claims),
        listings=entries,
        finding=finding,
        first_seen=thing.first.time,
        last_seen=thing.last,
        frames=thing.frames,
        bytes=thing.bytes,
    )


def block_claims(
    registrant: Registrant, found: Attribution, seen: Sighting, mac: str, catalogue: Catalogue
) -> tuple[list[Support], Claim]:
    """What an address block says: signs for maker or component, and the registrant claim."""
    support = oui_support(registrant, found, seen, mac, catalogue)
    return [support] if support else [], _registrant_claim(registrant, found, seen, mac)


def sign_claims(signs: Iterable[Support], catalogue: Catalogue) -> list[Claim]:
    """One claim for each (kind, entity) any sign speaks for."""
    best: dict[tuple[ClaimKind, str], dict[tuple[str, str], Sign]] = defaultdict(dict)
    for claim, entity, sign in signs:
        said = sign.citation.signature, sign.citation.channel
        known = best[claim, entity].get(said)
        if known is None or _rank(sign) < _rank(known):
            best[claim, entity][said] = sign
    grouped = {key: _once(mine.values()) for key, mine in best.items()}
    makers = {entity: _strength(mine) for (claim, entity), mine in grouped.items() if claim is ClaimKind.MAKER}
    made = []
    for (claim, entity), mine in sorted(grouped.items()):
        row = catalogue.entity(entity)
        decoded = any(sign.decoded for sign in mine)
        odds = catalogue.weights.prior + total(mine, catalogue.weights.caps.get(claim, {}))
        rivals = _rivals(entity, makers, catalogue) if claim is ClaimKind.MAKER else []
        note = ""
        if rivals:
            odds += COUNTER
            note = f"better evidence names {', '.join(catalogue.entity(rival).name for rival in rivals)}"
        p = probability(odds)
        made.append(
            Claim(
                claim,
                row.name,
                entity,
                _country(entity, catalogue),
                p,
                _status(claim, p, decoded),
                tuple(sign.citation for sign in mine),
                note,
            )
        )
    return made


def _strength(signs: Iterable[Sign]) -> int:
    """2: the device itself names this maker; 1: its address block or some other sign of its own does; 0: it only asked."""
    return max(2 if sign.decoded else int(sign.own) for sign in signs)


def _rivals(entity: str, makers: Mapping[str, int], catalogue: Catalogue) -> list[str]:
    """Unrelated makers that stronger evidence names."""
    return sorted(r for r, strength in makers.items() if strength > makers[entity] and not _related(r, entity, catalogue))


def _status(claim: ClaimKind, p: float, decoded: bool) -> Status:  # noqa: FBT001 - private
    """A network claim says only whom the device talks to; it is never more than that."""
    return Status.WEAK if claim is ClaimKind.NETWORK else status(p, decoded=decoded)


def _once(signs: Iterable[Sign]) -> list[Sign]:
    """Signs in order, each signature's weight given once: that it shows in several fields proves nothing more."""
    weighed: set[str] = set()
    kept = []
    for sign in sorted(signs, key=_rank):
        name = sign.citation.signature
        kept.append(sign._replace(weight=0.0, citation=replace(sign.citation, weight=0.0)) if name in weighed else sign)
        weighed.add(name)
    return sorted(kept, key=_rank)


def _rank(sign: Sign) -> tuple[object, ...]:
    """Order of signs for one claim: heaviest first, what the device decodedly says before the rest, then the earliest."""
    cited = sign.citation
    place = (cited.time, cited.capture, cited.frame, cited.signature, cited.channel, cited.raw_bytes)
    return (-sign.weight, not sign.decoded, not sign.own, *place)


def _country(entity: str, catalogue: Catalogue) -> str:
    """From where an entity is controlled; "" where that is disputed or shared."""
    control = catalogue.controller(entity)
    return {"prc": "CN", "hk": "HK", "none": catalogue.entity(entity).country}.get(control, "")


def _related(one: str, other: str, catalogue: Catalogue) -> bool:
    """True if the two are one company, or have a parent in common."""
    return bool({row.id for row in catalogue.lineage(one)} & {row.id for row in catalogue.lineage(other)})


def _registrant_claim(registrant: Registrant, found: Attribution, seen: Sighting, mac: str) -> Claim:
    citation = oui_citation(registrant, found, seen, mac, 0.0)
    place = f"{registrant.city}, {registrant.country}".strip(", ")
    return Claim(
        ClaimKind.REGISTRANT,
        registrant.name,
        "",
        registrant.country,
        REGISTERED,
        status(REGISTERED, decoded=False),
        (citation,),
        place,
    )


def listings(claims: Iterable[Claim], catalogue: Catalogue, as_of: str) -> tuple[Listing, ...]:
    """Entries, in force at `as_of`, that name the maker or component maker of the device."""
    entities = {c.entity for c in claims if c.kind in (ClaimKind.MAKER, ClaimKind.COMPONENT) and c.status is not Status.WEAK}
    rows = {
        Listing(e.list_id, e.title, e.entry, entity, e.scope, e.since, e.citation, e.via)
        for entity in entities
        for e in catalogue.listings(entity, as_of)
    }
    return tuple(sorted(rows, key=lambda r: (r.list_id, r.entity, r.entry, r.since)))


def _names(facts: Iterable[Fact]) -> tuple[str, ...]:
    """What the device is called, each name once, the most telling channel first."""
    named = [
        (NAME_CHANNELS.index(fact.channel), fact.seen, _plain(fact))
        for fact in facts
        if fact.channel in NAME_CHANNELS and fact.role != "asked"
    ]
    return tuple(dict.fromkeys(name for _, _, name in sorted(named)))


def _plain(fact: Fact) -> str:
    """NetBIOS names carry a type suffix in our notation that is no part of the name."""
    return fact.value.partition("<")[0] if fact.channel == "nbns.name" else fact.value
