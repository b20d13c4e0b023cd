"""Adding up signs: what the docstring promises, as laws and as the worked figures of the facts."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.judgement.weights import Sign, probability, status, total
from scanner.model import Citation, Status

CITATION = Citation("x.y", "raw", b"raw", 1.0, "c", 1, 1, "id", "source")
PRIOR = math.log(0.05 / 0.95)


def sign(group: str, weight: float) -> Sign:
    return Sign("kind", group, weight, decoded=False, own=True, citation=CITATION)


SIGNS = st.lists(st.builds(sign, st.sampled_from("abc"), st.floats(0, 8)), min_size=1, max_size=8)


@given(SIGNS, st.randoms(use_true_random=False))
def test_order_does_not_matter(signs: list[Sign], random: Random) -> None:
    before = total(signs, {})
    random.shuffle(signs)
    assert total(signs, {}) == before


@given(SIGNS)
def test_a_third_sign_of_a_group_adds_nothing(signs: list[Sign]) -> None:
    weakest = min(one.weight for one in signs if one.group == signs[0].group)
    if sum(one.group == signs[0].group for one in signs) >= 2:
        assert total([*signs, sign(signs[0].group, weakest)], {}) == total(signs, {})


def test_the_second_of_a_group_counts_a_quarter_and_a_cap_holds() -> None:
    pair = [sign("domain", 3.5), sign("domain", 3.5)]
    assert total(pair, {}) == pytest.approx(4.375)
    assert total(pair, {"domain": 4.0}) == 4.0


@pytest.mark.parametrize(("weight", "p"), [(5.5, 0.93), (7.0, 0.98), (6.0, 0.955), (4.0, 0.74)])
def test_the_worked_figures_of_the_facts(weight: float, p: float) -> None:
    assert probability(PRIOR + weight) == pytest.approx(p, abs=0.012)


@pytest.mark.parametrize(
    ("p", "decoded", "name"),
    [
        (0.96, True, Status.CONFIRMED),
        (0.96, False, Status.LIKELY),
        (0.9499, True, Status.LIKELY),
        (0.80, False, Status.LIKELY),
        (0.5, False, Status.POSSIBLE),
        (0.49, True, Status.WEAK),
    ],
)
def test_confirmed_needs_a_sign_from_the_device_itself(p: float, decoded: bool, name: Status) -> None:
    assert status(p, decoded=decoded) is name
