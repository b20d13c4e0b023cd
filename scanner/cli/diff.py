"""`fieldmark diff`: what is new, gone or changed between two databases."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Earlier database.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Later database.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="One JSON object a change.")] = False,
) -> int:
    """Compare two databases, device by device."""
    from reports import changes
    from scanner import store

    found = changes.compare(store.read(old), store.read(new))
    sys.stdout.write(changes.as_ndjson(found) if ndjson else changes.as_text(found))
    return 0
