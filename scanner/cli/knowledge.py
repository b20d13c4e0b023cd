"""Loading the tables for a command, and saying which they are."""

import gc
from pathlib import Path

from fingerprints import identity
from fingerprints.catalogue import Catalogue, load
from scanner.judgement.policy import DEFAULT, Policy
from scanner.judgement.policy import load as load_policy


def catalogue(overlay: Path | None) -> Catalogue:
    """The tables, with a user's newer address list laid over the registry.

    They stay as long as the process does: the collector of cycles need not look through them again.
    """
    identity.load()  # now, so that a broken table is told before a long scan and not after it
    known = load(overlay)
    gc.freeze()
    return known


def policy(path: Path | None, known: Catalogue) -> Policy:
    """The policy file, or the default one; what it names must be in the tables. Raises PolicyFault."""
    chosen = load_policy(path or DEFAULT)
    chosen.check(path or DEFAULT, known)
    return chosen


def versions() -> list[str]:
    """One line a table: name, version, date, rows."""
    return [f"  {table.name}: {table.version} of {table.date}, {table.rows} rows" for table in load().tables]
