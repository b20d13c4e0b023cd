"""From claims to the finding: the highest level that has enough evidence, and one sentence that says why."""

from collections.abc import Iterable, Sequence

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Attribution, covers
from scanner.judgement.policy import Policy
from scanner.model import Claim, ClaimKind, Finding, Listing, Status

MOST_LISTS = 3
"""Lists that a sentence names; the rest it counts. All of them stand beside it with their scopes and dates."""

_FITS = ("equipment", "company")
"""What an entry must be about to speak for a device of the company, the closest first."""

_SHARED = {
    "hk": "is controlled from Hong Kong or Macao",
    "contested": "is of contested control",
    "jv": "is a joint venture with a PRC party",
}


def finding(
    claims: Sequence[Claim], listings: Sequence[Listing], block: Attribution | None, catalogue: Catalogue, policy: Policy
) -> Finding:
    """The finding for one device. block: what its address block says, if it has one."""
    level, p, reason = _level([c for c in claims if c.status is not Status.WEAK], listings, block, catalogue)
    return Finding(policy.verdict(level), level, p, reason)


def _level(
    claims: Sequence[Claim], listings: Sequence[Listing], block: Attribution | None, catalogue: Catalogue
) -> tuple[int | None, float, str]:
    makers = _best(claims, ClaimKind.MAKER)
    inside = _best(claims, ClaimKind.COMPONENT, ClaimKind.PLATFORM)
    registrant = _best(claims, ClaimKind.REGISTRANT)
    controls = {c.entity: catalogue.controller(c.entity) for c in (*makers, *inside)}
    # Two unrelated makers, and the likelier one is no PRC company: that is for a person to settle, not a flag.
    first = makers[0] if makers else None
    disputed = first is not None and controls[first.entity] == "none"
    for claim in () if disputed else makers:
        if controls[claim.entity] == "prc":
            listed = _listed(claim.entity, listings)
            reason = f"{claim.status} made by {claim.value}, a PRC company{listed}"
            return (5 if listed else 4), claim.probability, reason
    for claim in inside:
        if controls[claim.entity] == "prc":
            what = "contains a component by" if claim.kind is ClaimKind.COMPONENT else "lives on the platform of"
            return 3, claim.probability, f"{claim.status} {what} {claim.value}, a PRC company"
    by_country = block is not None and block.entity is None
    if by_country and block and block.origin == "prc" and registrant:
        where = f"its address block is registered to {registrant[0].value} in mainland China"
        if makers:
            return 1, registrant[0].probability, f"made by {makers[0].value}, but {where}"
        return 2, registrant[0].probability, f"{where}; the maker is not identified"
    for claim in makers:
        if first and disputed and controls[claim.entity] == "prc":
            return (
                1,
                claim.probability,
                f"{first.status} made by {first.value}, but {claim.status} by {claim.value}, a PRC company",
            )
    for claim in (*makers, *inside):
        if controls[claim.entity] in _SHARED:
            return 1, claim.probability, f"{claim.status} made by {claim.value}, which {_SHARED[controls[claim.entity]]}"
    if by_country and block and block.origin in _SHARED and registrant and not makers:
        name = registrant[0].value
        known = f"{name} in Hong Kong or Macao" if block.origin == "hk" else f"{name}, which {_SHARED[block.origin]}"
        return 1, registrant[0].probability, f"its address block is registered to {known}"
    if makers:
        return 0, makers[0].probability, f"{makers[0].status} made by {makers[0].value}, not a PRC company"
    return None, 0.0, "nothing it sent names its maker"


def _listed(maker: str, listings: Iterable[Listing]) -> str:
    """On which lists the maker of a device is, "" if on none: a few by name, those about its devices first, then the oldest.

    An entry about parts or services names the company for something else than the device.
    """
    fitting = [entry for entry in listings if entry.entity == maker and covers(entry.scope) in _FITS]
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
