"""What the tables say about a MAC, a registered name or a domain, without any capture: the same rules as for a device."""

import re
from dataclasses import dataclass

from fingerprints.catalogue import Catalogue
from fingerprints.oui import Registrant
from fingerprints.rows import Attribution
from scanner.judgement import explain
from scanner.judgement.claims import block_claims, listings
from scanner.judgement.policy import Policy
from scanner.judgement.signs import Fact, supports
from scanner.judgement.weighing import sign_claims
from scanner.model import Claim, Role, Sighting

_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}\.?", re.IGNORECASE)
_NOWHERE = Sighting(0, "", 0, b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; field names are the contract of `lookup --ndjson`. listings: ids of lists in force."""

    query: str
    registrant: str
    registrant_country: str
    vendor: str
    role: str
    verdict: str
    level: int | None
    listings: tuple[str, ...]
    reason: str


def answer(query: str, catalogue: Catalogue, policy: Policy, as_of: str) -> Answer:
    """Answer one query: a MAC in any usual spelling, a domain, else the name of a registrant or vendor."""
    asked = query.strip()
    if _MAC.fullmatch(asked):
        digits = re.sub(r"[^0-9a-f]", "", asked.lower())
        return _by_mac(asked, ":".join(digits[i : i + 2] for i in range(0, 12, 2)), catalogue, policy, as_of)
    registrant = catalogue.named(asked)
    if registrant:
        return _by_block(asked, registrant, "00:00:00:00:00:00", catalogue, policy, as_of)
    if _DOMAIN.fullmatch(asked):
        return _by_domain(asked, catalogue, policy, as_of)
    return _by_block(asked, Registrant(asked, "", "", "", 0, "name"), "00:00:00:00:00:00", catalogue, policy, as_of)


def _by_mac(query: str, mac: str, catalogue: Catalogue, policy: Policy, as_of: str) -> Answer:
    registrant = catalogue.registrant(mac)
    if registrant is None:
        return _answered(query, None, None, [], catalogue, policy, as_of)
    return _by_block(query, registrant, mac, catalogue, policy, as_of)


def _by_block(query: str, registrant: Registrant, mac: str, catalogue: Catalogue, policy: Policy, as_of: str) -> Answer:
    found = catalogue.attribute(registrant)
    signs, claim = block_claims(registrant, found, _NOWHERE, mac, catalogue)
    return _answered(query, registrant, found, [*sign_claims(signs, catalogue), claim], catalogue, policy, as_of)


def _by_domain(query: str, catalogue: Catalogue, policy: Policy, as_of: str) -> Answer:
    fact = Fact("dns.query", Role.ASKED, query.lower().rstrip("."), _NOWHERE)
    pairs = [(fact, row) for row in catalogue.hits(fact.channel, fact.role, fact.value)]
    return _answered(
        query, None, None, sign_claims(supports(pairs, catalogue, guarded=False), catalogue), catalogue, policy, as_of
    )


def _answered(
    query: str,
    registrant: Registrant | None,
    found: Attribution | None,
    claims: list[Claim],
    catalogue: Catalogue,
    policy: Policy,
    as_of: str,
) -> Answer:
    listed = listings(claims, catalogue, as_of)
    finding = explain.finding(claims, listed, found, catalogue, policy)
    named = next((claim for claim in claims if claim.entity), None)
    return Answer(
        query,
        registrant.name if registrant else "",
        registrant.country if registrant else "",
        named.value if named else "",
        found.role if found else named.kind if named else "",
        finding.verdict,
        finding.level,
        tuple(sorted({entry.list_id for entry in listed})),
        finding.reason,
    )
