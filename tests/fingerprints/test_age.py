"""When a table is too old: a year and a day after its date, if what it holds changes at all."""

import pytest

from fingerprints.age import days, stale
from fingerprints.oui import Table


def table(name: str, date: str = "2025-01-01") -> Table:
    return Table(name, "1", date, 1, "made up")


@pytest.mark.parametrize(("day", "old"), [("2024-06-01", False), ("2026-01-02", False), ("2026-01-03", True)])
def test_a_table_is_stale_after_twelve_months(day: str, old: bool) -> None:
    assert bool(stale([table("registry")], day)) is old


@pytest.mark.parametrize("name", ["registry", "overlay", "vendors", "list us-ndaa-889", "categories"])
def test_what_changes_grows_stale(name: str) -> None:
    assert stale([table(name)], "2030-01-01")


@pytest.mark.parametrize("name", ["weights", "exposures", "signatures"])
def test_what_does_not_change_never_does(name: str) -> None:
    assert not stale([table(name)], "2030-01-01")


def test_a_table_without_a_date_has_no_age() -> None:
    assert stale([table("registry", "")], "2030-01-01") == []
    with pytest.raises(ValueError, match="isoformat"):
        days(table("overlay", ""), "2030-01-01")


def test_age_is_counted_in_days() -> None:
    assert days(table("registry"), "2025-02-01") == 31
    assert days(table("registry"), "2024-12-31") == -1
