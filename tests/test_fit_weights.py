"""The fit of the weights: laws of the fit itself, and how good the shipped table is on captures it was not fitted on."""

import importlib.util
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import known_claims
import pytest

from fingerprints import reading
from fingerprints.catalogue import load


def _script() -> ModuleType:
    """tests/fit_weights.py, which is a script beside the tests and no module of any package."""
    spec = importlib.util.spec_from_file_location("fit_weights", Path(__file__).with_name("fit_weights.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["fit_weights"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


fit_weights = _script()
BY_HAND = reading.weights(fit_weights.BY_HAND)
CENTRE: dict[tuple[str, str], float] = fit_weights.values(BY_HAND)


def row(right: bool, share: float = 1.0, *kinds: str) -> Any:
    return fit_weights.Row(tuple(((kind, "maker"), 1.0) for kind in kinds), right, share)


def test_without_rows_the_figures_by_hand_stay() -> None:
    assert fit_weights.fit([], BY_HAND) == CENTRE


def test_a_kind_that_is_often_wrong_loses_weight_and_one_that_is_right_gains() -> None:
    found = fit_weights.fit([row(False, 1.0, "user_agent")] * 3 + [row(True, 1.0, "oui_maker")] * 9, BY_HAND)
    assert found["user_agent", "maker"] < CENTRE["user_agent", "maker"]
    assert found["oui_maker", "maker"] > CENTRE["oui_maker", "maker"]
    assert found["discovery", "maker"] == CENTRE["discovery", "maker"], "nothing was said about it"


@pytest.mark.parametrize("right", [True, False])
def test_no_number_of_rows_turns_a_weight_over(right: bool) -> None:
    kinds = ("discovery", "named_banner", "hostname_model", "hostname_generic", "device_cloud", "device_cloud_guarded")
    found = fit_weights.fit([row(right, 1.0, kind) for kind in kinds for _ in range(5000)], BY_HAND)
    for weight, value in found.items():
        assert abs(value - CENTRE[weight]) <= fit_weights.REACH + 1e-9
        assert value * CENTRE[weight] > 0
    for strong, weak in fit_weights.STRONGER:
        if (strong, "maker") in found and (weak, "maker") in found:
            assert found[strong, "maker"] >= found[weak, "maker"]


def test_the_fit_is_where_no_weight_wants_to_move() -> None:
    """The penalised loss is convex: at its minimum a step of any weight, either way, makes it larger."""
    rows = [row(True, 1.0, "oui_maker", "hostname_model")] * 4 + [row(False, 0.5, "hostname_model")] * 2
    found = fit_weights.fit(rows, BY_HAND)

    def loss(values: dict[tuple[str, str], float]) -> float:
        wrong = 0.0
        for each in rows:
            odds = BY_HAND.prior + sum(values[weight] for weight, _ in each.parts)
            wrong += each.share * math.log1p(math.exp(-odds if each.right else odds))
        return wrong + float(fit_weights.STIFFNESS) / 2 * sum((values[weight] - CENTRE[weight]) ** 2 for weight in values)

    for weight in (("oui_maker", "maker"), ("hostname_model", "maker")):
        assert all(loss(found | {weight: found[weight] + step}) > loss(found) for step in (-0.1, 0.1))


def test_writing_changes_figures_and_nothing_else() -> None:
    text = fit_weights.TABLE.read_text(encoding="utf-8")
    fitted = fit_weights.values(reading.weights(fit_weights.TABLE))
    again = fit_weights.written(text, fitted, "2026-11-22", load().weights.source)
    assert again == text
    other = fit_weights.written(text, fitted | {("discovery", "maker"): 6.5}, "2027-01-01", "elsewhere")
    changed = [line for line in other.splitlines() if line not in text.splitlines()]
    assert changed == ["fitted = 2027-01-01", "reviewed = 2027-01-01", 'source = "elsewhere"', "maker = 6.5"]


def test_the_table_has_the_kinds_of_the_one_by_hand_and_stays_near_it() -> None:
    shipped = load().weights
    assert {name: (kind.group, kind.decoded, kind.guarded) for name, kind in shipped.kinds.items()} == {
        name: (kind.group, kind.decoded, kind.guarded) for name, kind in BY_HAND.kinds.items()
    }
    assert (shipped.prior, shipped.caps) == (BY_HAND.prior, BY_HAND.caps)
    now = fit_weights.values(shipped)
    assert now.keys() == CENTRE.keys()
    assert all(abs(now[weight] - CENTRE[weight]) <= fit_weights.REACH for weight in now)


def test_our_own_cases_are_judged_rightly() -> None:
    made = known_claims.made(load())
    found = fit_weights.judged(made, [], load().weights)
    many, right = found.confirmed
    assert len(made) > 150
    assert found.brier <= 0.03
    assert right == many > 50


@pytest.mark.skipif(not known_claims.LABELLED.is_dir(), reason="no labelled captures at hand (../shared/captures/labelled)")
def test_probabilities_mean_what_they_say(record_property: Callable[[str, object], None]) -> None:
    claims, devices = known_claims.labelled(load())
    found = fit_weights.validated(claims, devices, known_claims.made(load()), BY_HAND)
    record_property("figure", fit_weights.told("labelled captures, each network predicted from the others", found))
    many, right = found.confirmed
    assert len(claims) > 100
    assert found.brier <= 0.03
    assert found.origin <= 0.03
    assert right >= 0.99 * many
    assert many > 30
