"""`fieldmark reassess`: judge the evidence in a database again, with today's tables, another date or another policy."""

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli import options


def reassess(
    db: Annotated[Path, typer.Argument(metavar="DB", help="Database that scan, listen or merge wrote.")],
    output: Annotated[Path | None, typer.Option("--db", help="Database to write [default: the same].", metavar="FILE")] = None,
    html: options.Html = None,
    csv: options.Csv = None,
    json: options.Json = False,
    ndjson: options.Ndjson = False,
    as_of: options.AsOf = "",
    fail_on: options.FailOn = None,
    policy: options.PolicyFile = None,
    oui: options.Overlay = None,
    quiet: options.Quiet = False,
) -> int:
    """Judge again, without the capture."""
    from scanner import engine, store
    from scanner.cli import deliver, knowledge

    wanted = deliver.outputs(output or db, html, csv, fail_on, json=json, ndjson=ndjson, quiet=quiet)
    known = knowledge.catalogue(oui)
    chosen = knowledge.policy(policy, known)
    evidence = store.read_evidence(db)
    inventory = engine.finish(evidence, known, chosen, as_of)
    return deliver.deliver(inventory, evidence, wanted)
