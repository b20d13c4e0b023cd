"""Fit the weights of signs on claims whose truth is known (`make weights`), and say how good they are.

Logistic regression whose penalty pulls every weight back to the figure set by hand (tests/data/weights_by_hand.toml): a kind
of sign the captures say little about keeps that figure. No weight moves further from it than REACH, none changes its sign,
and where the meaning of two kinds says that one is the stronger it stays so. Equal rows of one network are one row. The
project's own cases count a quarter: they show what must not be said, but we wrote them. The prior is fixed, not fitted.

The figures are cross-validated by network: no claim is predicted by weights fitted on its own network. Pure Python, no
randomness: the same captures give the same table.

    python tests/fit_weights.py            print the table by hand, fitted, and what each is worth
    python tests/fit_weights.py --write    and put the fitted figures into fingerprints/weights.toml
"""

import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import known_claims
from known_claims import Judged, Known

from fingerprints import reading
from fingerprints.catalogue import load
from fingerprints.rows import Weights
from scanner.judgement.weighing import Case
from scanner.judgement.weights import CONFIRMED, SECOND, probability

TABLE = reading.FOLDER / "weights.toml"
BY_HAND = Path(__file__).parent / "data" / "weights_by_hand.toml"

STIFFNESS = 1.0
"""How hard a weight is pulled back: as by a normal prior around the figure by hand with a deviation of 1 (log-odds)."""
REACH = 1.5
"""The furthest a weight may move, in log-odds: a few dozen rows are no reason to turn the meaning of a sign over."""
CASES_COUNT = 0.25
"""Of a row made by ourselves, against one of a real network."""

STRONGER = (
    ("discovery", "named_banner"),
    ("named_banner", "hostname_model"),
    ("hostname_model", "hostname_generic"),
    ("device_cloud", "device_cloud_guarded"),
    ("iot_platform", "device_cloud_guarded"),
)
"""Pairs of kinds: for every claim where the figures by hand say so, the first weighs at least as much as the second."""

Weight = tuple[str, str]  # kind of sign and claim; RIVAL for the counter-weight
RIVAL: Weight = ("", "rival")
Values = Mapping[Weight, float]


@dataclass(frozen=True, slots=True)
class Row:
    """What one or more equal claims count in the fit: parts: how often each weight goes in; share: how much the row counts."""

    parts: tuple[tuple[Weight, float], ...]
    right: bool
    share: float


def values(weights: Weights) -> dict[Weight, float]:
    """The figures of a table that a fit may move: all that are not 0."""
    found = {
        (kind.name, claim.value): kind.weight(claim)
        for kind in weights.kinds.values()
        for claim in known_claims.WEIGHED
        if kind.weight(claim)
    }
    return found | {RIVAL: weights.rival}


def table(by_hand: Weights, fitted: Values) -> Weights:
    """The table with fitted figures in it."""
    kinds = {
        name: replace(
            kind,
            maker=fitted.get((name, "maker"), kind.maker),
            component=fitted.get((name, "component"), kind.component),
            platform=fitted.get((name, "platform"), kind.platform),
        )
        for name, kind in by_hand.kinds.items()
    }
    return replace(by_hand, kinds=kinds, rival=fitted[RIVAL])


def predicted(case: Case, weights: Weights) -> float:
    """Probability of a claim by a table, by the arithmetic of the scanner itself."""
    signs = tuple(s._replace(weight=weights.kinds[s.kind].weight(case.claim) if s.weight else 0.0) for s in case.signs)
    return probability(case._replace(signs=signs).odds(weights))


def parts(case: Case, weights: Weights) -> tuple[tuple[Weight, float], ...]:
    """How often each weight goes into the log-odds of a claim: of each group the heaviest once, the next by SECOND."""
    groups: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for sign in case.signs:
        if sign.weight:
            groups[sign.group].append((-weights.kinds[sign.kind].weight(case.claim), sign.kind))
    found: dict[Weight, float] = defaultdict(float)
    for signs in groups.values():
        for (_, kind), often in zip(sorted(signs), (1.0, SECOND), strict=False):
            found[kind, case.claim.value] += often
    if case.rivals:
        found[RIVAL] = 1.0
    return tuple(sorted(found.items()))


def rows(claims: Iterable[Known], made: Iterable[Known], weights: Weights) -> list[Row]:
    """The rows of a fit; what is equal in one network is one row."""
    real = {(known.network, parts(known.case, weights), known.right) for known in claims}
    ours = {(known.network, parts(known.case, weights), known.right) for known in made}
    shares = ((real, 1.0), (ours, CASES_COUNT))
    return [Row(said, right, share) for found, share in shares for _, said, right in sorted(found)]


def fit(found: Sequence[Row], by_hand: Weights) -> dict[Weight, float]:
    """The weights with the smallest penalised loss, one at a time by Newton's step until none moves."""
    centre = values(by_hand)
    now = dict(centre)
    touching: dict[Weight, list[tuple[int, float]]] = defaultdict(list)
    for number, row in enumerate(found):
        for weight, often in row.parts:
            touching[weight].append((number, often))
    odds = [by_hand.prior + sum(now[weight] * often for weight, often in row.parts) for row in found]
    for _ in range(500):
        furthest = 0.0
        for weight, uses in sorted(touching.items()):
            slope, bend = STIFFNESS * (now[weight] - centre[weight]), STIFFNESS
            for number, often in uses:
                row, p = found[number], 1 / (1 + math.exp(-odds[number]))
                slope += row.share * often * (p - row.right)
                bend += row.share * often * often * p * (1 - p)
            moved = _bounded(weight, now[weight] - slope / bend, now, centre) - now[weight]
            now[weight] += moved
            for number, often in uses:
                odds[number] += moved * often
            furthest = max(furthest, abs(moved))
        if furthest < 1e-7:
            break
    return {weight: round(value, 1) for weight, value in now.items()}


def _bounded(weight: Weight, value: float, now: Values, centre: Values) -> float:
    """A weight kept within its reach, on its side of 0, and in its order with weaker and stronger kinds."""
    low, high = centre[weight] - REACH, centre[weight] + REACH
    if centre[weight] > 0:
        low = max(low, 0.1)
        low = max([low, *(now[each] for each in _pairs(weight, centre) if centre[each] <= centre[weight])])
        high = min([high, *(now[each] for each in _pairs(weight, centre) if centre[each] > centre[weight])])
    else:
        high = min(high, -0.1)
    return min(max(value, low), high)


def _pairs(weight: Weight, centre: Values) -> list[Weight]:
    """The weights that one must stay in order with."""
    kind, claim = weight
    pairs = [((strong, claim), (weak, claim)) for strong, weak in STRONGER if kind in (strong, weak)]
    return [
        weak if weight == strong else strong
        for strong, weak in pairs
        if strong in centre and weak in centre and centre[strong] >= centre[weak]
    ]


@dataclass(frozen=True, slots=True)
class Figures:
    """How good predictions are. brier: mean squared error of claims; origin: the same of devices, for being of PRC origin;
    confirmed: how many claims are called confirmed and how many of these are right; bands: (lower bound, claims, mean
    probability, share that is right)."""

    claims: int
    brier: float
    origin: float
    confirmed: tuple[int, int]
    bands: tuple[tuple[float, int, float, float], ...]


def figures(predictions: Sequence[tuple[float, Known]], devices: Sequence[tuple[float, bool]]) -> Figures:
    """Figures of predicted claims, and of predicted devices (probability of PRC origin, whether it is)."""
    sure = [k.right for p, k in predictions if p >= CONFIRMED and any(sign.decoded for sign in k.case.signs)]
    bands = []
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01)):
        inside = [(p, known.right) for p, known in predictions if low <= p < high]
        if inside:
            mean = sum(p for p, _ in inside) / len(inside)
            bands.append((float(low), len(inside), mean, sum(right for _, right in inside) / len(inside)))
    return Figures(
        len(predictions),
        sum((p - known.right) ** 2 for p, known in predictions) / len(predictions),
        sum((p - prc) ** 2 for p, prc in devices) / max(1, len(devices)),
        (len(sure), sum(sure)),
        tuple(bands),
    )


def origin(cases: Iterable[Case], weights: Weights) -> float:
    """Probability that a device, a part or its platform is of PRC origin: that of the likeliest such claim, else the prior."""
    prc = [case for case in cases if load().controller(case.entity) == "prc"]
    return max([predicted(case, weights) for case in prc], default=probability(weights.prior))


def judged(claims: Sequence[Known], devices: Sequence[Judged], weights: Weights) -> Figures:
    """Figures of one table over everything."""
    return figures([(predicted(k.case, weights), k) for k in claims], [(origin(d.cases, weights), d.prc) for d in devices])


def validated(claims: Sequence[Known], devices: Sequence[Judged], made: Sequence[Known], by_hand: Weights) -> Figures:
    """Figures where each network is predicted by weights fitted on all the others."""
    said: list[tuple[float, Known]] = []
    told: list[tuple[float, bool]] = []
    for network in sorted({device.network for device in devices}):
        others = [known for known in claims if known.network != network]
        weights = table(by_hand, fit(rows(others, made, by_hand), by_hand))
        said += [(predicted(known.case, weights), known) for known in claims if known.network == network]
        told += [(origin(device.cases, weights), device.prc) for device in devices if device.network == network]
    return figures(said, told)


def written(text: str, fitted: Values, day: str, source: str) -> str:
    """The text of a table with other figures, date and source; everything else, also comments, stays."""
    kind, lines = "", []
    for line in text.splitlines():
        if section := re.fullmatch(r"\[(?:kind\.(\w+)|.*)\]", line):
            kind = section[1] or ""
        name = line.partition(" =")[0]
        if kind and (kind, name) in fitted:
            line = f"{name} = {fitted[kind, name]}"
        elif not kind and name in ("rival", "fitted", "reviewed", "source"):
            line = {"rival": f"rival = {fitted[RIVAL]}", "source": f'source = "{source}"'}.get(name, f"{name} = {day}")
        lines.append(line)
    return "\n".join(lines) + "\n"


def told(name: str, found: Figures) -> str:
    """Figures for people."""
    many, right = found.confirmed
    share = f"{right / many:.1%}" if many else "none"
    whose = f" ({found.origin:.4f} of devices, for PRC origin)" if found.origin else ""
    head = f"{name}: Brier score {found.brier:.4f} of {found.claims} claims{whose}; of {many} confirmed {share} are right"
    table_rows = (f"  {low:>5.2f}  {count:>6}  {mean:>8.3f}  {share:>6.3f}" for low, count, mean, share in found.bands)
    return "\n".join((head, "   from  claims  said     right", *table_rows))


def main(arguments: Sequence[str]) -> str:
    """Fit, and tell; with --write also change the table."""
    if not known_claims.LABELLED.is_dir():
        sys.exit("no labelled captures at hand (../shared/captures/labelled): nothing to fit on")
    by_hand, catalogue = reading.weights(BY_HAND), load()
    claims, devices = known_claims.labelled(catalogue)
    made = known_claims.made(catalogue)
    fitted = fit(rows(claims, made, by_hand), by_hand)
    best = validated(claims, devices, made, by_hand)
    captures, networks = len({known.capture for known in claims}), len({device.network for device in devices})
    source = (
        f"fitted on {len(claims)} claims in {captures} labelled captures of {networks} networks and {len(made)} claims of our "
        f"own cases; Brier score {best.brier:.3f} when each network is predicted from the others"
    )
    if "--write" in arguments:
        text = TABLE.read_text(encoding="utf-8")
        TABLE.write_text(written(text, fitted, catalogue.date, source), encoding="utf-8", newline="\n")
    moved = (f"  {' '.join(w):30} {was:5.1f} -> {fitted[w]:5.1f}" for w, was in values(by_hand).items() if fitted[w] != was)
    return "\n".join((
        told("by hand", judged(claims, devices, by_hand)),
        told("fitted, each network from the others", best),
        told("fitted, on what it was fitted on", judged(claims, devices, table(by_hand, fitted))),
        told("by hand, our own cases", judged(made, [], by_hand)),
        told("fitted, our own cases", judged(made, [], table(by_hand, fitted))),
        "weights that move:", *moved, source,
    ))  # fmt: skip


if __name__ == "__main__":
    print(main(sys.argv[1:]))
