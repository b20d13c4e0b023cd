"""The little that rows do themselves: dates of list entries, weights by claim."""

import pytest

from fingerprints.rows import Kind, ListEntry


def entry(since: str, until: str) -> ListEntry:
    return ListEntry("list", "A list", "Printed Name", "a", "equipment", since, until, "a citation", affiliates=False)


@pytest.mark.parametrize(
    ("until", "as_of", "holds"),
    [
        ("", "2021-06-02", False),
        ("", "2021-06-03", True),
        ("", "2099-01-01", True),
        ("2025-01-07", "2025-01-06", True),
        ("2025-01-07", "2025-01-07", False),  # the day the next edition no longer prints it
    ],
)
def test_an_entry_holds_from_its_first_day_to_the_day_before_its_end(until: str, as_of: str, holds: bool) -> None:
    assert entry("2021-06-03", until).in_force(as_of) is holds


def test_only_some_claims_are_weighed() -> None:
    kind = Kind("a", "group", 1.0, 2.0, 3.0, decoded=False, guarded="", meaning="made up")
    assert [kind.weight(claim) for claim in ("maker", "brand", "component", "platform", "network", "class")] == [
        1,
        1,
        2,
        3,
        0,
        0,
    ]
