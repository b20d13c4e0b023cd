"""What is said beside the verdict: class rules that may apply, published campaigns a model fits. Nothing is judged by them.

Their probability is their own and says how sure we are of what the remark hangs on: that the device is of the class, has the
component, or is the model. Whether the rule applies to this very device, or whether anything happened to it, no packet shows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from fingerprints.catalogue import Catalogue
from fingerprints.rows import ClassRule
from scanner.judgement.signs import Fact, cite
from scanner.judgement.weights import status
from scanner.model import Citation, Claim, ClaimKind, Role, Status

DECODED, TOLD, GUESSED = 0.95, 0.8, 0.6
"""How sure a device class is (set by hand): told in a decoded message or a banner of the device itself; told some other way;
guessed from what it asked for or what the holder of its address block makes."""


class Remark(NamedTuple):
    """A claim beside the verdict, and the id of the class rule or campaign it comes from."""

    id: str
    claim: Claim


class Shown(NamedTuple):
    """The class of a device ("" unknown), how sure that is, and what shows it."""

    device_class: str
    p: float
    evidence: tuple[Citation, ...]


def classes(shown: Shown) -> Iterator[Claim]:
    """The class of a device as a claim with what shows it; none where nothing in a frame does."""
    if shown.device_class and shown.evidence:
        weightless = tuple(replace(cited, weight=0.0) for cited in shown.evidence)
        how = status(shown.p, decoded=shown.p >= DECODED)
        yield Claim(ClaimKind.CLASS, shown.device_class.replace("_", " "), "", "", shown.p, how, weightless)


def categories(shown: Shown, claims: Iterable[Claim], catalogue: Catalogue, as_of: str) -> Iterator[Remark]:
    """Class rules in force on an ISO date that may touch the device: by its class, or by a component inside it.

    One remark for each rule.
    """
    found: dict[ClassRule, Shown] = {}
    claims = list(claims)
    for rule in catalogue.categories(shown.device_class, (), as_of, set(_makers(claims))):
        found[rule] = shown
    for claim in claims:
        if claim.kind is ClaimKind.COMPONENT and claim.status is not Status.WEAK:
            for rule in catalogue.categories("", (claim.entity,), as_of):
                found.setdefault(rule, Shown("", claim.probability, claim.evidence))
    for rule, by in found.items():
        note = f"{rule.says}. Open: {rule.check}. In force since {rule.since}; {rule.citation}"
        weightless = tuple(replace(cited, weight=0.0) for cited in by.evidence)
        how = status(by.p, decoded=by.p >= DECODED)
        yield Remark(rule.id, Claim(ClaimKind.CATEGORY, rule.title, "", "", by.p, how, weightless, note))


def exposures(facts: Iterable[Fact], claims: Iterable[Claim], catalogue: Catalogue, as_of: str) -> Iterator[Remark]:
    """Campaigns published by an ISO date that went after a model the device is said to be, if its maker is the one they mean.

    One remark for each product of a campaign, with the first fact that names it, as sure as the maker is.
    """
    makers = _makers(claims)
    told: set[str] = set()
    for fact in facts:
        if fact.role is Role.ASKED:
            continue
        for row in catalogue.exposures(fact.channel, fact.role, fact.value):
            maker = makers.get(row.entity)
            if maker and row.published <= as_of and row.id not in told:
                told.add(row.id)
                title = f"{row.campaign}: {catalogue.entity(row.entity).name} {row.model}"
                note = f"{row.says}; not that anything happened to this one. Published {row.published}; {row.source}"
                evidence = (cite(fact, row.id, row.source, 0.0),)
                claim = Claim(ClaimKind.EXPOSURE, title, "", "", maker.probability, maker.status, evidence, note)
                yield Remark(row.id.partition(".")[0], claim)


def _makers(claims: Iterable[Claim]) -> dict[str, Claim]:
    """Companies that are said to have made the device, with the claims that say so."""
    return {claim.entity: claim for claim in claims if claim.kind is ClaimKind.MAKER and claim.status is not Status.WEAK}
