"""`fieldmark merge`: databases of many sensors as one, judged as one scan of all their captures would be."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import options
from scanner.errors import FieldmarkError

if TYPE_CHECKING:
    from scanner.evidence import Evidence


class SameCapture(FieldmarkError):
    """Two databases hold the same capture: its frames would count twice."""

    exit_code = 2


def merge(
    databases: Annotated[list[Path], typer.Argument(metavar="DB...", help="Databases that scan or listen wrote.")],
    db: options.Db = Path("fieldmark.db"),
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
    """Put databases together and judge them as one."""
    from scanner import engine, evidence, store
    from scanner.cli import deliver, knowledge

    wanted = deliver.outputs(db, html, csv, fail_on, json=json, ndjson=ndjson, quiet=quiet)
    known = knowledge.catalogue(oui)
    chosen = knowledge.policy(policy, known)
    whole = evidence.merge(distinct([(path, store.read_evidence(path)) for path in databases]))
    inventory = engine.finish(whole, known, chosen, as_of)
    return deliver.deliver(inventory, whole, wanted)


def distinct(bags: "list[tuple[Path, Evidence]]") -> "list[Evidence]":
    """The bags with captures of one name but different content told apart by their database's name (two sensors' eth0).

    Raises SameCapture if two hold the very same capture.
    """
    from scanner.evidence import renamed

    contents = Counter(book.sha256 for _, bag in bags for book in bag.ledgers.values() if book.sha256)
    twice = [digest for digest, count in contents.items() if count > 1]
    if twice:
        names = sorted({name for _, bag in bags for name, book in bag.ledgers.items() if book.sha256 in twice})
        raise SameCapture(f"more than one database holds {', '.join(names)}: its frames would count twice")
    names_used = Counter(name for _, bag in bags for name in bag.ledgers)
    return [renamed(bag, {name: f"{path.stem}:{name}" for name in bag.ledgers if names_used[name] > 1}) for path, bag in bags]
