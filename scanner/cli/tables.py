"""`fieldmark tables`: what the tables hold, how old they are, and how much of the registry they explain."""

from typing import Annotated

import typer

from scanner.cli import options


def tables(
    registry: Annotated[bool, typer.Option("--registry", help="Only where the address blocks come from.")] = False,
    oui: options.Overlay = None,
) -> int:
    """Print the tables: versions, dates, counts, coverage."""
    from fingerprints import coverage, remarks
    from scanner.cli import knowledge

    known = knowledge.catalogue(oui)
    for table in known.tables:
        if not registry or table.name == "registry" or table.source == str(oui):
            print(f"{table.name}: {table.rows} rows, version {table.version}, {table.date or 'date unknown'}; {table.source}")
    if registry:
        return 0
    print("\nEntities by role and who is in control:")
    for role, control, count in coverage.roles(known):
        print(f"  {role:10}{control:10}{count:6}")
    print("\nCategories of risk by severity (5 is gravest), and what captures can support:")
    for risk in remarks.risks():
        print(f"  {risk.severity}  {risk.category}: {risk.shown}; never {risk.never}")
    print("\nWhat a policy can move to review ([review] categories, exposures):")
    print(f"  class rules: {', '.join(rule.id for rule in known.knowledge.class_rules)}")
    print(f"  campaigns: {', '.join(dict.fromkeys(row.id.partition('.')[0] for row in known.knowledge.exposures))}")
    print("\nBlocks of the registry by where they are registered:")
    for share in coverage.shares(known):
        part = share.entity / share.blocks if share.blocks else 0
        known_by = f"{share.entity:6} ({part:.1%}) of an entity, {share.exception} explained"
        print(f"  {share.place:22}{share.blocks:7} blocks; {known_by}")
    return 0
