"""What each fact of a device means by the tables: signs for and against claims. No arithmetic, no verdict."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution, Signature
from scanner.judgement.weights import Sign
from scanner.model import Citation, ClaimKind, Role, Sighting
from scanner.wire.addresses import is_local_mac
from scanner.wire.text import raw_text

_NAMES = frozenset({"dns.query", "tls.sni", "quic.sni", "http.host"})

MANY = 12
"""Domains beyond which a device is one people use: a gadget asks for its cloud, the time and an update. (Labelled captures:
gadgets up to 8, computers and phones 13 and more within minutes.)"""

OUI = "eth.oui"
"""Channel of the sign that comes from the address block itself."""

_OUI_KINDS = {
    "maker": (ClaimKind.MAKER, "oui_maker"),
    "contract": (ClaimKind.COMPONENT, "oui_contract"),
    "module": (ClaimKind.COMPONENT, "oui_module"),
    "soc": (ClaimKind.COMPONENT, "oui_module"),
}
_CLAIMS = {
    kind.value: kind for kind in (ClaimKind.MAKER, ClaimKind.BRAND, ClaimKind.COMPONENT, ClaimKind.PLATFORM, ClaimKind.NETWORK)
}

GUARDED = frozenset({"phone", "tablet", "laptop", "pc", "server", "router", "access_point", "firewall"})
"""Classes of device on or behind which people use apps: a vendor cloud's name from there says little about the device."""


class Fact(NamedTuple):
    """One observed value about one device."""

    channel: str
    role: Role
    value: str
    seen: Sighting


class Support(NamedTuple):
    """A sign, and the claim about which entity it speaks for."""

    claim: ClaimKind
    entity: str
    sign: Sign


def facts_signs(facts: Iterable[Fact], catalogue: Catalogue) -> list[tuple[Fact, Signature]]:
    """Every (fact, signature) pair that fits, in a fixed order."""
    pairs = [(fact, row) for fact in facts for row in catalogue.hits(fact.channel, fact.role, fact.value)]
    return sorted(pairs, key=lambda pair: (pair[1].id, pair[0].seen, pair[0].value))


def device_class(pairs: Iterable[tuple[Fact, Signature]], *, asked: bool = False) -> str:
    """The class most signatures name, "" if none does; ties go to the first in the alphabet.

    Only what a device says of itself counts: a phone that asks for a plug's cloud is no plug. asked: count that too, for
    a device on which no apps run.
    """
    votes: dict[str, set[str]] = {}
    for fact, row in pairs:
        if row.device_class and (asked or fact.role is Role.SELF):
            votes.setdefault(row.device_class, set()).add(row.id)
    return min(votes, key=lambda name: (-len(votes[name]), name), default="")


def supports(
    pairs: Iterable[tuple[Fact, Signature]], catalogue: Catalogue, *, guarded: bool, carrier: bool = False
) -> Iterator[Support]:
    """The signs of a device's facts. guarded: names of vendor clouds come from a device people use apps on.

    carrier: it asks for nothing itself; names under its MAC are asked for by hosts behind it, and only show who is talked to.
    """
    kinds = catalogue.weights.kinds
    for fact, row in pairs:
        kind = kinds[row.kind]
        if guarded and kind.guarded:
            kind = kinds[kind.guarded]
        own = fact.role is Role.SELF
        if carrier and fact.role is Role.ASKED:
            if row.entity:
                seen = Sign(kind.name, kind.group, 0.0, decoded=False, own=False, citation=cite(fact, row.id, row.source, 0.0))
                yield Support(ClaimKind.NETWORK, row.entity, seen)
            continue
        for name in row.claims:
            claim = _CLAIMS.get(name)
            weight = kind.weight(name)
            if claim is None or not row.entity or (not weight and claim is not ClaimKind.NETWORK):
                continue
            yield Support(
                claim,
                row.entity,
                Sign(kind.name, kind.group, weight, kind.decoded and own, own, cite(fact, row.id, row.source, weight)),
            )


def cite(fact: Fact, signature: str, source: str, weight: float) -> Citation:
    """A fact as evidence: where it was seen, which row gave it meaning, and the document that row cites."""
    seen = fact.seen
    shown = raw_text(seen.raw) if seen.raw else fact.value
    return Citation(fact.channel, shown, seen.raw, weight, seen.capture, seen.frame, seen.time, signature, source)


def oui_support(registrant: Registrant, found: Attribution, seen: Sighting, mac: str, catalogue: Catalogue) -> Support | None:
    """What the address block says about maker or component; None if its registrant is no entity of the tables."""
    if found.entity is None:
        return None
    claim, row = _OUI_KINDS.get(found.role, (ClaimKind.COMPONENT, "oui_contract"))
    kind = catalogue.weights.kinds[row]
    weight = kind.weight(claim)
    return Support(
        claim,
        found.entity.id,
        Sign(row, kind.group, weight, kind.decoded, own=True, citation=oui_citation(registrant, found, seen, mac, weight)),
    )


def oui_citation(registrant: Registrant, found: Attribution, seen: Sighting, mac: str, weight: float) -> Citation:
    """The frame that shows the address, and the table rows that say whose block it is."""
    source = f"{registrant.source}: {registrant.prefix} is registered to {registrant.name}"
    return Citation(
        OUI, mac, bytes.fromhex(mac.replace(":", "")), weight, seen.capture, seen.frame, seen.time,
        f"registry.{found.rule}", f"{source}; {found.source}" if found.source else source,
    )  # fmt: skip


def app_host(
    kind: str, mac: str, classes: Iterable[str], pairs: Iterable[tuple[Fact, Signature]], names: int, catalogue: Catalogue
) -> bool:
    """True if names of vendor clouds may come from an app on this device or a host behind it.

    kind: its class by what it says of itself, "" unknown; classes: what the holder of its address block makes; names: how
    many companies' domains it asked for. Also one that asks as an operating system with apps does, and one that hides its
    address as phones do and shows nothing decodable of itself.
    """
    if kind:
        return kind in GUARDED
    asked = {row.device_class for fact, row in pairs if fact.role is Role.ASKED}
    if names > MANY or GUARDED & (set(classes) | asked):
        return True
    shown = any(fact.role is Role.SELF and row.entity and catalogue.weights.kinds[row.kind].decoded for fact, row in pairs)
    return bool(mac) and is_local_mac(mac) and not shown


def domains(facts: Iterable[Fact]) -> int:
    """How many different domains, by their last two labels, a device asked for."""
    return len({tuple(fact.value.split(".")[-2:]) for fact in facts if fact.role is Role.ASKED and fact.channel in _NAMES})
