"""What is said beside the verdict and never moves it: class rules that may apply, published campaigns a model fits."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fingerprints.catalogue import Catalogue
from fingerprints.rows import ClassRule
from scanner.judgement.signs import Fact, cite
from scanner.model import Citation, Claim, ClaimKind, Role, Status

OPEN = 0.5
"""Probability written on a remark: whether it holds for this very device hangs on what no packet shows. Nothing is weighed."""


def categories(
    device_class: str, shown_by: Iterable[Citation], claims: Iterable[Claim], catalogue: Catalogue, as_of: str
) -> Iterator[Claim]:
    """Class rules in force on an ISO date that may touch the device: by its class, or by a component inside it.

    shown_by: what tells the class of the device. One claim for each rule.
    """
    found: dict[ClassRule, tuple[Citation, ...]] = {}
    claims = list(claims)
    for rule in catalogue.categories(device_class, (), as_of, _makers(claims)):
        found[rule] = tuple(shown_by)
    for claim in claims:
        if claim.kind is ClaimKind.COMPONENT and claim.status is not Status.WEAK:
            for rule in catalogue.categories("", (claim.entity,), as_of):
                found.setdefault(rule, claim.evidence)
    for rule, evidence in found.items():
        note = f"{rule.says}. Open: {rule.check}. In force since {rule.since}; {rule.citation}"
        weightless = tuple(replace(cited, weight=0.0) for cited in evidence)
        yield Claim(ClaimKind.CATEGORY, rule.title, "", "", OPEN, Status.POSSIBLE, weightless, note)


def exposures(facts: Iterable[Fact], claims: Iterable[Claim], catalogue: Catalogue, as_of: str) -> Iterator[Claim]:
    """Campaigns published by an ISO date that went after a model the device is said to be, if its maker is the one they mean.

    One claim for each product of a campaign, with the first fact that names it.
    """
    makers = _makers(claims)
    told: set[str] = set()
    for fact in facts:
        if fact.role is Role.ASKED:
            continue
        for row in catalogue.exposures(fact.channel, fact.role, fact.value):
            if row.entity in makers and row.published <= as_of and row.id not in told:
                told.add(row.id)
                title = f"{row.campaign}: {catalogue.entity(row.entity).name} {row.model}"
                note = f"{row.says}; not that anything happened to this one. Published {row.published}; {row.source}"
                evidence = (cite(fact, row.id, row.source, 0.0),)
                yield Claim(ClaimKind.EXPOSURE, title, "", "", OPEN, Status.POSSIBLE, evidence, note)


def _makers(claims: Iterable[Claim]) -> set[str]:
    """Companies that are said to have made the device."""
    return {claim.entity for claim in claims if claim.kind is ClaimKind.MAKER and claim.status is not Status.WEAK}
