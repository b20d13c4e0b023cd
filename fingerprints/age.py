"""How old the tables are, and when that is too old: addresses, owners and lists change; weights and old reports do not."""

from collections.abc import Iterable
from datetime import date, timedelta

from fingerprints.oui import Table

STALE = timedelta(days=366)
"""After this long without a look at its source a table may have moved on."""

_CHANGING = {"registry", "overlay", "vendors", "categories"}


def stale(tables: Iterable[Table], day: str) -> list[Table]:
    """Tables more than twelve months older than an ISO date. One without a date is never among them."""
    return [table for table in tables if _changes(table) and table.date and days(table, day) > STALE.days]


def days(table: Table, day: str) -> int:
    """Days from a table's date to an ISO date, negative if the table is newer. Raises ValueError if the table has no date."""
    return (date.fromisoformat(day) - date.fromisoformat(table.date)).days


def _changes(table: Table) -> bool:
    return table.name in _CHANGING or table.name.startswith("list ")
