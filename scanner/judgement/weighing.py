"""Signs to claims: everything that speaks for one statement about one company, and how sure that makes it.

Two unrelated makers are both told, with their reasons. Which one speaks louder is decided by what each rests on: what the
device says of itself outweighs its address block, and its address block outweighs names it only asked for. Where the device
speaks one company's own protocol but bears another's name, the first made it and the second sells it: a white label.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from fingerprints.catalogue import Catalogue
from fingerprints.rows import Weights
from scanner.judgement.signs import Support
from scanner.judgement.weights import Sign, probability, shares, status, total
from scanner.model import Citation, Claim, ClaimKind, Status

_PROTOCOL = "discovery"
"""Group of the signs that only the maker's own software sends; a name in a banner or a setting anybody can change."""


class Case(NamedTuple):
    """What speaks for one claim: its signs, heaviest first, each signature's weight given once; and makers that stronger
    evidence names (ids, unrelated to this one)."""

    claim: ClaimKind
    entity: str
    signs: tuple[Sign, ...]
    rivals: tuple[str, ...]

    def odds(self, weights: Weights) -> float:
        """Log-odds of the claim."""
        return weights.prior + total(self.signs, weights.caps.get(self.claim, {})) + (weights.rival if self.rivals else 0.0)


def cases(signs: Iterable[Support], catalogue: Catalogue) -> list[Case]:
    """One case for each (kind of claim, company) any sign speaks for, in a fixed order."""
    best: dict[tuple[ClaimKind, str], dict[tuple[str, str], Sign]] = defaultdict(dict)
    for claim, entity, sign in signs:
        said = sign.citation.signature, sign.citation.channel
        known = best[claim, entity].get(said)
        if known is None or _rank(sign) < _rank(known):
            best[claim, entity][said] = sign
    makers = {entity: [*mine.values()] for (claim, entity), mine in best.items() if claim is ClaimKind.MAKER}
    for entity in [entity for entity in makers if _white_label(entity, makers, catalogue)]:
        best[ClaimKind.BRAND, entity] |= best.pop((ClaimKind.MAKER, entity))
        del makers[entity]
    strengths = {entity: _strength(mine) for entity, mine in makers.items()}
    made = []
    for (claim, entity), mine in sorted(best.items()):
        rivals = _rivals(entity, strengths, catalogue) if claim is ClaimKind.MAKER else ()
        made.append(Case(claim, entity, tuple(_once(mine.values())), rivals))
    return made


def sign_claims(signs: Iterable[Support], catalogue: Catalogue) -> list[Claim]:
    """One claim for each (kind, company) any sign speaks for."""
    found = cases(signs, catalogue)
    others = {case.entity for case in found if case.claim is ClaimKind.MAKER}
    return [_claim(case, others, catalogue) for case in found]


def _claim(case: Case, makers: Iterable[str], catalogue: Catalogue) -> Claim:
    p = probability(case.odds(catalogue.weights))
    return Claim(
        case.claim,
        catalogue.entity(case.entity).name,
        case.entity,
        _country(case.entity, catalogue),
        p,
        # A network claim says only whom the device talks to; it is never more than that.
        Status.WEAK if case.claim is ClaimKind.NETWORK else status(p, decoded=any(sign.decoded for sign in case.signs)),
        _cited(case, catalogue.weights),
        _note(case, makers, catalogue),
    )


def _cited(case: Case, weights: Weights) -> tuple[Citation, ...]:
    """The evidence of a claim with what each piece added: prior, pieces and counter-weight make up its log-odds."""
    added = shares(case.signs, weights.caps.get(case.claim, {}))
    return tuple(
        sign.citation if sign.citation.weight == share else replace(sign.citation, weight=share)
        for sign, share in zip(case.signs, added, strict=True)
    )


def _note(case: Case, makers: Iterable[str], catalogue: Catalogue) -> str:
    """What stands against a claim, or beside it, in words."""
    if case.rivals:
        return f"better evidence names {_named(case.rivals, catalogue)}"
    others = [each for each in sorted(makers) if not related(each, case.entity, catalogue)]
    if case.claim is ClaimKind.BRAND:
        return "the name it bears" + (f"; {_named(others, catalogue)} made it" if others else "")
    return f"the device also names {_named(others, catalogue)}" if case.claim is ClaimKind.MAKER and others else ""


def _named(entities: Iterable[str], catalogue: Catalogue) -> str:
    return ", ".join(catalogue.entity(each).name for each in entities)


def _strength(signs: Iterable[Sign]) -> int:
    """2: the device itself names this maker; 1: its address block or some other sign of its own does; 0: it only asked."""
    return max(2 if sign.decoded else int(sign.own) for sign in signs)


def _rivals(entity: str, makers: Mapping[str, int], catalogue: Catalogue) -> tuple[str, ...]:
    """Unrelated makers that stronger evidence names."""
    stronger = (rival for rival, strength in makers.items() if strength > makers[entity])
    return tuple(sorted(rival for rival in stronger if not related(rival, entity, catalogue)))


def _white_label(entity: str, makers: Mapping[str, list[Sign]], catalogue: Catalogue) -> bool:
    """True if the device bears this company's name, but speaks only another's, unrelated one's own protocol."""
    named = any(sign.decoded for sign in makers[entity])
    others = (mine for other, mine in makers.items() if not related(other, entity, catalogue))
    return named and not _speaks(makers[entity]) and any(_speaks(mine) for mine in others)


def _speaks(signs: Iterable[Sign]) -> bool:
    return any(sign.decoded and sign.group == _PROTOCOL for sign in signs)


def related(one: str, other: str, catalogue: Catalogue) -> bool:
    """True if the two are one company, or have a parent in common."""
    return bool({row.id for row in catalogue.lineage(one)} & {row.id for row in catalogue.lineage(other)})


def _once(signs: Iterable[Sign]) -> list[Sign]:
    """Signs in order, each signature's weight given once: that it shows in several fields proves nothing more."""
    weighed: set[str] = set()
    kept = []
    for sign in sorted(signs, key=_rank):
        name = sign.citation.signature
        kept.append(sign._replace(weight=0.0) if name in weighed else sign)
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
