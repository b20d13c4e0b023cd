"""From claims to the finding: the highest level that has enough evidence, and one sentence that says why."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Attribution, covers
from scanner.judgement.policy import Doubt, Policy
from scanner.judgement.remarks import Remark
from scanner.model import Claim, ClaimKind, Finding, Listing, Status, Verdict

MOST_LISTS = 3
"""Lists that a sentence names; the rest it counts. All of them stand beside it with their scopes and dates."""

_FITS = ("equipment", "company")
"""What an entry must be about to speak for a device of the company, the closest first."""

_SHARED = {
    "hk": (Doubt.HONG_KONG, "is controlled from Hong Kong or Macao"),
    "contested": (Doubt.CONTESTED, "is of contested control"),
    "jv": (Doubt.JOINT_VENTURE, "is a joint venture with a PRC party"),
}


_HOW = {
    ClaimKind.MAKER: "made by",
    ClaimKind.COMPONENT: "contains a component by",
    ClaimKind.PLATFORM: "lives on the platform of",
}


class Answer(NamedTuple):
    """Level (None: nothing known), probability of the claim that set it, one sentence, and at level 1 what is in doubt."""

    level: int | None
    p: float
    reason: str
    doubt: Doubt | None = None


def finding(
    claims: Sequence[Claim], listings: Sequence[Listing], block: Attribution | None, catalogue: Catalogue, policy: Policy
) -> Finding:
    """The finding for one device. block: what its address block says, if it has one."""
    found = _answer([c for c in claims if c.status is not Status.WEAK], listings, block, catalogue)
    return Finding(policy.verdict(found.level, found.doubt), found.level, found.p, found.reason)


def reviewed(found: Finding, remarks: Iterable[Remark], policy: Policy) -> Finding:
    """The finding, moved to review where the policy asks for that by what stands beside it. Level and confidence stay."""
    asked = [remark.claim.value for remark in remarks if policy.reviews(remark.claim.kind, remark.id)]
    if not asked or found.verdict not in (Verdict.CLEAR, Verdict.UNKNOWN):
        return found
    reason = f"{found.reason}; the policy asks for review: {', '.join(asked)}"
    return replace(found, verdict=Verdict.REVIEW, reason=reason)


def _answer(claims: Sequence[Claim], listings: Sequence[Listing], block: Attribution | None, catalogue: Catalogue) -> Answer:
    makers = _best(claims, ClaimKind.MAKER)
    brands = _best(claims, ClaimKind.BRAND)
    inside = _best(claims, ClaimKind.COMPONENT, ClaimKind.PLATFORM)
    controls = {c.entity: catalogue.controller(c.entity) for c in (*makers, *brands, *inside)}
    # Two unrelated makers, and the likelier one is no PRC company: that is for a person to settle, not a flag.
    first = makers[0] if makers else None
    disputed = first is not None and controls[first.entity] == "none"
    for claim in () if disputed else makers:
        if controls[claim.entity] == "prc":
            sold = f", sold as {brands[0].value}" if brands else ""
            reason = f"{claim.status} made by {claim.value}, a PRC company{_listed(claim.entity, listings)}{sold}"
            return Answer(5 if _fitting(claim.entity, listings) else 4, claim.probability, reason)
    for claim in inside:
        if controls[claim.entity] == "prc":
            return Answer(3, claim.probability, f"{claim.status} {_HOW[claim.kind]} {claim.value}, a PRC company")
    if answer := _by_country(makers, _best(claims, ClaimKind.REGISTRANT), block, "prc"):
        return answer
    for claim in (*makers, *brands):
        if controls[claim.entity] == "prc":
            made = f"{first.status} made by {first.value}, but" if first else "its maker is not identified, but it is"
            other = f"{claim.status} by" if claim.kind is ClaimKind.MAKER else "sold as"
            return Answer(1, claim.probability, f"{made} {other} {claim.value}, a PRC company", Doubt.DISAGREEMENT)
    for claim in (*makers, *inside):
        if controls[claim.entity] in _SHARED:
            doubt, how = _SHARED[controls[claim.entity]]
            return Answer(1, claim.probability, f"{claim.status} {_HOW[claim.kind]} {claim.value}, which {how}", doubt)
    if answer := _by_country(makers, _best(claims, ClaimKind.REGISTRANT), block, *_SHARED):
        return answer
    if first:
        return Answer(0, first.probability, f"{first.status} made by {first.value}, not a PRC company")
    return Answer(None, 0.0, "nothing it sent names its maker")


def _by_country(
    makers: Sequence[Claim], registrant: Sequence[Claim], block: Attribution | None, *origins: str
) -> Answer | None:
    """What an address block says whose registrant is no company of the tables, if its origin is one of these."""
    if block is None or block.entity is not None or block.origin not in origins or not registrant:
        return None
    name, p = registrant[0].value, registrant[0].probability
    if block.origin == "prc":
        where = f"its address block is registered to {name} in mainland China"
        if makers:
            return Answer(1, p, f"made by {makers[0].value}, but {where}", Doubt.DISAGREEMENT)
        return Answer(2, p, f"{where}; the maker is not identified")
    if makers:
        return None
    doubt, how = _SHARED[block.origin]
    known = f"{name} in Hong Kong or Macao" if block.origin == "hk" else f"{name}, which {how}"
    return Answer(1, p, f"its address block is registered to {known}", doubt)


def _fitting(maker: str, listings: Iterable[Listing]) -> list[Listing]:
    """The entries that speak for a device of this maker: one about parts or services names it for something else."""
    return [entry for entry in listings if entry.entity == maker and covers(entry.scope) in _FITS]


def _listed(maker: str, listings: Iterable[Listing]) -> str:
    """On which lists the maker is, "" if on none: a few by name, those about its devices first, then the oldest."""
    fitting = _fitting(maker, listings)
    named = [entry for entry in fitting if not entry.via] or fitting
    named.sort(key=lambda entry: (_FITS.index(covers(entry.scope)), entry.since, entry.title))
    titles = list(dict.fromkeys(entry.title for entry in named))
    if not titles:
        return ""
    if more := len(titles[MOST_LISTS:]):
        titles = [*titles[:MOST_LISTS], f"{more} more official list{'s' if more > 1 else ''}"]
    lists = " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))
    through = " and ".join(dict.fromkeys(entry.via for entry in named if entry.via))
    return f" covered by {lists} through {through}" if through else f" named on {lists}"


def _best(claims: Iterable[Claim], *kinds: ClaimKind) -> list[Claim]:
    """Claims of these kinds, most probable first."""
    return sorted((c for c in claims if c.kind in kinds), key=lambda c: (-c.probability, c.kind, c.value))
