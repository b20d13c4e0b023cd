"""Devices and catalogue to claims and findings: what can be said about each device, how sure, by which evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution, Signature
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
from scanner.judgement.weighing import sign_claims
from scanner.judgement.weights import status
from scanner.model import Claim, ClaimKind, Device, Guard, Listing, Role, Sighting, Status
from scanner.wire.addresses import is_local_mac

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

REGISTERED = 0.96
"""Probability of a registrant claim: the share of blocks whose registered country is that of who is in control (measured
over the registry, 2026-11: at least 4.2 % of the blocks registered in CN are foreign companies' plants)."""

_ORDER = {kind: place for place, kind in enumerate(ClaimKind)}
_NAMED = {channel: place for place, channel in enumerate(NAME_CHANNELS)}


def assess(found: Resolution, evidence: Evidence, catalogue: Catalogue, policy: Policy, as_of: str) -> tuple[Device, ...]:
    """Every device with its claims and finding, sorted by id. as_of: ISO date the lists are read at."""
    facts = facts_by_thing(found, evidence)
    return tuple(
        _device(thing, facts.get(thing.id, []), catalogue, policy, as_of) for _, thing in sorted(found.things.items())
    )


def facts_by_thing(found: Resolution, evidence: Evidence) -> Mapping[str, list[Fact]]:
    """Facts of each thing; one said on several of its addresses counts once, where it was seen first."""
    earliest: dict[str, dict[tuple[str, str, str], Fact]] = defaultdict(dict)
    for (subject, channel), group in evidence.facts.items():
        if thing := found.owner.get(subject):
            for (role, value), seen in group.values.items():
                known = earliest[thing].get((channel, role, value))
                if known is None or seen < known.seen:
                    earliest[thing][channel, role, value] = Fact(channel, role, value, seen)
    return {thing: sorted(facts.values()) for thing, facts in earliest.items()}


class Heard(NamedTuple):
    """What the facts of one device mean, before anything is weighed.

    pairs: every fact and a signature it fits; kind: its class by what it says of itself, "" none; guarded: names of vendor
    clouds may come from apps on it or hosts behind it; signs: what speaks for a claim; classes: what the holder of its
    address block makes; guards: what kept signs from counting in full.
    """

    pairs: list[tuple[Fact, Signature]]
    kind: str
    guarded: bool
    signs: list[Support]
    registrant: Registrant | None
    block: Attribution | None
    registered: tuple[Claim, ...]
    classes: tuple[str, ...]
    guards: tuple[Guard, ...]


def hear(thing: Thing, facts: list[Fact], catalogue: Catalogue) -> Heard:
    """Look up what a device said, and whose its address block is."""
    pairs = facts_signs(facts, catalogue)
    blocks = [(card, known) for card in thing.cards if (known := catalogue.registrant(card.address))]
    registrant = blocks[0][1] if blocks else None
    block = catalogue.attribute(registrant) if registrant else None
    signs: list[Support] = []
    registered: dict[str, Claim] = {}
    for card, known in blocks:
        seen = Sighting(card.time, card.capture, card.frame, b"")
        more, claim = block_claims(known, catalogue.attribute(known), seen, card.address, catalogue)
        signs.extend(more)
        registered.setdefault(claim.value, claim)
    classes = block.entity.classes if block and block.entity else ()
    kind = device_class(pairs)
    guarded = app_host(kind, thing.macs[0].address if thing.macs else "", classes, pairs, domains(facts), catalogue)
    signs.extend(supports(pairs, catalogue, guarded=guarded, carrier=thing.carrier))
    guards = _guards(thing, guarded=guarded)
    return Heard(pairs, kind, guarded, signs, registrant, block, tuple(registered.values()), classes, guards)


def _guards(thing: Thing, *, guarded: bool) -> tuple[Guard, ...]:
    """What kept signs of this device from counting in full."""
    held = (
        (Guard.RANDOM_MAC, bool(thing.macs) and all(is_local_mac(tie.address) for tie in thing.macs)),
        (Guard.APPS, guarded),
        (Guard.CARRIER, thing.carrier),
    )
    return tuple(guard for guard, there in held if there)


def _device(thing: Thing, facts: list[Fact], catalogue: Catalogue, policy: Policy, as_of: str) -> Device:
    heard = hear(thing, facts, catalogue)
    kind = heard.kind or ("" if heard.guarded else device_class(heard.pairs, asked=True))
    claims = [*sign_claims(heard.signs, catalogue), *heard.registered]
    makes = any(sign.claim is ClaimKind.MAKER for sign in heard.signs)
    entries = listings(claims, catalogue, as_of)
    shown = kind or (heard.classes[0] if len(heard.classes) == 1 and makes else "virtual_machine" if thing.machine else "")
    # Remarks come after all that is judged, so that nothing can be judged by them.
    finding = explain.finding(claims, entries, heard.block, catalogue, policy)
    sort = _class_shown(shown, heard, catalogue)
    beside = [
        *remarks.categories(sort, claims, catalogue, as_of),
        *remarks.exposures(facts, claims, catalogue, as_of),
    ]
    claims += [*remarks.classes(sort), *(remark.claim for remark in beside)]
    claims.sort(key=lambda c: (_ORDER[c.kind], -c.probability, c.value))
    return Device(
        id=thing.id,
        mac=thing.mac,
        segment=thing.segment,
        macs=thing.macs,
        ips=thing.ips,
        names=_names(facts),
        device_class=shown,
        registrant=heard.registrant.name if heard.registrant else "",
        registrant_country=heard.registrant.country if heard.registrant else "",
        claims=tuple(claims),
        listings=entries,
        finding=explain.reviewed(finding, beside, policy),
        first_seen=thing.first.time,
        last_seen=thing.last,
        frames=thing.frames,
        bytes=thing.bytes,
        guards=heard.guards,
        waivers=policy.waived({thing.id, *(tie.address for tie in thing.macs), *_serials(facts)}, as_of),
    )


def _class_shown(shown: str, heard: Heard, catalogue: Catalogue) -> remarks.Shown:
    """The class of a device with what shows it: signs that tell the class, else its address block."""
    telling = [(fact, row) for fact, row in heard.pairs if row.device_class == shown]
    cited = {row.id: cite(fact, row.id, row.source, 0.0) for fact, row in reversed(telling)}
    evidence = (*reversed(cited.values()),) or tuple(each for claim in heard.registered for each in claim.evidence)
    own = [row for fact, row in telling if fact.role is Role.SELF]
    if any(catalogue.weights.kinds[row.kind].decoded for row in own):
        return remarks.Shown(shown, remarks.DECODED, evidence)
    return remarks.Shown(shown, remarks.TOLD if own else remarks.GUESSED, evidence)


def block_claims(
    registrant: Registrant, found: Attribution, seen: Sighting, mac: str, catalogue: Catalogue
) -> tuple[list[Support], Claim]:
    """What an address block says: signs for maker or component, and the registrant claim."""
    support = oui_support(registrant, found, seen, mac, catalogue)
    return [support] if support else [], _registrant_claim(registrant, found, seen, mac)


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
        (_NAMED[fact.channel], fact.seen, _plain(fact))
        for fact in facts
        if fact.channel in _NAMED and fact.role is not Role.ASKED
    ]
    return tuple(dict.fromkeys(name for _, _, name in sorted(named)))


_SERIAL = frozenset({"serial", "device_id", "gwid", "duid", "logger", "id", "sid"})


def _serials(facts: Iterable[Fact]) -> Iterator[str]:
    """Serial numbers and device ids it tells of itself: the last word of their channels says which these are."""
    return (fact.value for fact in facts if fact.role is Role.SELF and fact.channel.rpartition(".")[2] in _SERIAL)


def _plain(fact: Fact) -> str:
    """NetBIOS names carry a type suffix in our notation that is no part of the name."""
    return fact.value.partition("<")[0] if fact.channel == "nbns.name" else fact.value
