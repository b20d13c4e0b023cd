"""`fieldmark merge`: databases of many sensors as one, judged as one scan of all their captures would be."""

from collections import Counter
from pathlib import Path, PurePath
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
    """The bags with captures of one name but different content told apart by their database's name (two sensors' eth0), and
    by its folder's where two databases have one name.

    Raises SameCapture if two hold the very same capture, or are one database.
    """
    from scanner.renaming import renamed

    contents = Counter(book.sha256 for _, bag in bags for book in bag.ledgers.values() if book.sha256)
    twice = [digest for digest, count in contents.items() if count > 1]
    if twice:
        again = sorted({name for _, bag in bags for name, book in bag.ledgers.items() if book.sha256 in twice})
        raise SameCapture(f"more than one database holds {', '.join(again)}: its frames would count twice")
    used = Counter(name for _, bag in bags for name in bag.ledgers)
    labels = _labels([path for path, _ in bags])
    return [
        renamed(bag, {name: f"{label}:{name}" for name in bag.ledgers if used[name] > 1})
        for label, (_, bag) in zip(labels, bags, strict=True)
    ]


def _labels(paths: list[Path]) -> list[str]:
    """What to call each database: no two alike."""
    from scanner.capture.folder import names

    whole = names([str(path) for path in paths])
    if len(set(whole)) < len(whole):
        raise SameCapture("a database is named twice: its frames would count twice")
    bare = [str(PurePath(name).with_suffix("")) for name in whole]
    return bare if len(set(bare)) == len(bare) else whole
