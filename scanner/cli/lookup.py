"""`fieldmark lookup`: ask the tables about MACs, names and domains."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from scanner.cli import options


def lookup(
    queries: Annotated[list[str], typer.Argument(metavar="MAC|NAME|DOMAIN|-...", help="What to ask for; - reads one a line.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="One JSON object a line.")] = False,
    as_of: options.AsOf = "",
    policy: options.PolicyFile = None,
    oui: options.Overlay = None,
) -> int:
    """Ask the tables what they know about an address, a registered name or a domain."""
    from scanner.cli import knowledge
    from scanner.judgement.lookup import answer
    from scanner.wire.text import safe

    known = knowledge.catalogue(oui)
    chosen = knowledge.policy(policy, known)
    date = as_of or known.date
    then = known.at(date)
    for query in _each(queries):
        found = answer(query, then, chosen, date)
        if ndjson:
            print(json.dumps(asdict(found), ensure_ascii=True))
        else:
            level = "-" if found.level is None else found.level
            print(f"{safe(found.query)}: {found.verdict} (level {level}): {safe(found.reason)}")
    return 0


def _each(queries: list[str]) -> Iterator[str]:
    for query in queries:
        if query == "-":
            for line in sys.stdin.buffer:
                if text := line.decode("utf-8", "replace").strip():
                    yield text
        else:
            yield query
