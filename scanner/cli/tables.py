"""`fieldmark tables`: what the tables hold, how old they are, and how much of the registry they explain."""

import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from scanner.cli import options

COUNTRIES, CLASSES = 8, 12
"""Of countries and classes the most frequent ones are printed."""


def tables(
    registry: Annotated[bool, typer.Option("--registry", help="Only where the address blocks come from.")] = False,
    as_of: options.AsOf = "",
    oui: options.Overlay = None,
) -> int:
    """Print the tables: versions, dates, ages, counts, coverage."""
    from fingerprints import age, coverage, remarks
    from fingerprints.rows import ASSESSABLE
    from scanner.cli import knowledge

    known = knowledge.catalogue(oui)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    shown = [table for table in known.tables if not registry or table.name in {"registry", "overlay"}]
    for table in shown:
        old = f"{table.date} ({age.days(table, today)} days ago)" if table.date else "date unknown"
        print(f"{table.name}: {table.rows} rows, version {table.version}, {old}; {table.source}")
    for table in age.stale(shown, today):
        remedy = "look for a newer release, or lay a newer list over it"
        print(f"{table.name} is more than 12 months old: {remedy}.", file=sys.stderr)
    if registry:
        return 0
    print("\nEntities by role and who is in control:")
    for role, control, count in coverage.roles(known):
        print(f"  {role:10}{control:10}{count:6}")
    print("\nEntities by role and head office:")
    for role, found in coverage.countries(known):
        print(f"  {role:10}{_most(found, COUNTRIES)}")
    print(f"\nEntities by class of device: {_most(coverage.classes(known), CLASSES)}")
    print(f"\nOfficial lists on {as_of or known.date}:")
    for held in coverage.lists(known, as_of or known.date):
        missing = f" of {held.printed} printed" if held.printed else ", the official text was not counted"
        print(f"  {held.id:20}{held.in_force:4} entries in force{missing}; {held.other} ended or to come; ", end="")
        print(f"edition {held.edition}, last checked {held.last_checked}")
    print("\nCategories of risk by severity (5 is gravest), and what captures can support:")
    for risk in remarks.risks():
        print(f"  {risk.severity}  {risk.category}, {ASSESSABLE[risk.assessable]}: {risk.shown}; never {risk.never}")
        touching = f"roles {', '.join(risk.roles)}; classes {', '.join(risk.classes) or '-'}"
        print(f"     because {risk.mechanism}; touched by {touching}")
    print("\nWhat a policy can move to review ([review] categories, exposures):")
    print(f"  class rules: {', '.join(rule.id for rule in known.knowledge.class_rules)}")
    print(f"  campaigns: {', '.join(dict.fromkeys(row.id.partition('.')[0] for row in known.knowledge.exposures))}")
    print("\nBlocks of the registry by where they are registered:")
    for share in coverage.shares(known):
        part = share.entity / share.blocks if share.blocks else 0
        known_by = f"{share.entity:6} ({part:.1%}) of an entity, {share.exception} explained"
        print(f"  {share.place:22}{share.blocks:7} blocks; {known_by}")
    return 0


def _most(counts: Counter[str], shown: int) -> str:
    """The most frequent names with their counts, and how many the others have together."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = [f"{name or 'not established'} {count}" for name, count in ranked[:shown]]
    rest = sum(count for _, count in ranked[shown:])
    return ", ".join([*listed, f"others {rest}"] if rest else listed)
