"""From signs to a probability: log-odds, where signs that come from one source do not count twice.

p = 1 / (1 + exp(-(prior + sum))), natural logarithm. Signs fall into groups (address block, host name, banner, domain …):
of each group the heaviest counts in full, the next heaviest a quarter, the rest nothing, because one firmware speaks in
all of them. A group may also have a cap. The numbers are a table (`fingerprints/weights.toml`), not code.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scanner.model import Citation, Status

SECOND = 0.25
"""How much the second heaviest sign of a group still adds: it is not independent of the first."""

CONFIRMED, LIKELY, POSSIBLE = 0.95, 0.80, 0.50


class Sign(NamedTuple):
    """One piece of evidence for one claim.

    kind: row of weights.toml; group, weight: see above; decoded: it satisfies the gate for `confirmed`; own: the device says
    it of itself, it is not only a name the device asked for.
    """

    kind: str
    group: str
    weight: float
    decoded: bool
    own: bool
    citation: Citation


def shares(signs: Sequence[Sign], caps: Mapping[str, float]) -> list[float]:
    """What each sign adds to one claim, in the order given. caps: by group. Of equal signs the first is the heaviest."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, sign in enumerate(signs):
        groups[sign.group].append(place)
    given = [0.0] * len(signs)
    for group, places in groups.items():
        left = caps.get(group, math.inf)
        heaviest = sorted(places, key=lambda place: -abs(signs[place].weight))
        for place, part in zip(heaviest, (1.0, SECOND), strict=False):
            given[place] = min(left, part * signs[place].weight)
            left -= given[place]
    return given


def total(signs: Iterable[Sign], caps: Mapping[str, float]) -> float:
    """Summed log-odds of signs for one claim."""
    return math.fsum(shares([*signs], caps))


def probability(log_odds: float) -> float:
    """Probability of a log-odds figure, to 4 digits and never 0 or 1: more would be a pretence."""
    p = 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))
    return min(0.9999, max(0.0001, round(p, 4)))


def status(p: float, *, decoded: bool) -> Status:
    """How a claim of probability p is called. decoded: a sign was decoded from, or names the maker in, what it sent."""
    if p >= CONFIRMED and decoded:
        return Status.CONFIRMED
    if p >= LIKELY:
        return Status.LIKELY
    return Status.POSSIBLE if p >= POSSIBLE else Status.WEAK
