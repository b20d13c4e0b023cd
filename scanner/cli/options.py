"""Options that several commands share, each with its one meaning."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter("write a date as YYYY-MM-DD") from None


def _level(value: int | None) -> int | None:
    if value is not None and not 0 < value < 6:
        raise typer.BadParameter("a level from 1 to 5")
    return value


def _autostop(text: str) -> str:
    kind, _, value = text.partition(":")
    if text and (kind != "duration" or not value.replace(".", "", 1).isdigit()):
        raise typer.BadParameter("write duration:SECONDS")
    return text


def seconds(autostop: str) -> float | None:
    """How long `-a duration:N` lets a command run; None without it."""
    return float(autostop.partition(":")[2]) if autostop else None


Autostop = Annotated[str, typer.Option("-a", help="Stop after this many seconds.", metavar="duration:N", callback=_autostop)]
Db = Annotated[
    Path, typer.Option("--db", help="Database to write; an older Fieldmark database there is replaced.", metavar="FILE")
]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report as one HTML file.", metavar="FILE")]
Csv = Annotated[
    Path | None, typer.Option("--csv", help="Write the inventory as CSV, safe to open in a spreadsheet.", metavar="FILE")
]
Json = Annotated[bool, typer.Option("--json", help="Print the whole result as one JSON document instead of the table.")]
Ndjson = Annotated[bool, typer.Option("--ndjson", help="Print one JSON record a device instead of the table.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print no summary.")]
NoNames = Annotated[bool, typer.Option("-n", help="Accepted for habit's sake: names are never looked up on the network.")]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of", help="Read the official lists as of this date [default: the tables' own].", metavar="DATE", callback=_day
    ),
]
FailOn = Annotated[
    int | None,
    typer.Option(
        "--fail-on",
        help="Exit with 10 if a device has this level (1 to 5) or a higher one, and no waiver in force.",
        metavar="LEVEL",
        callback=_level,
    ),
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="Which verdict each level leads to, and waivers (TOML).", metavar="FILE")
]
Overlay = Annotated[
    Path | None,
    typer.Option(
        "--oui",
        help="Newer address list laid over ours: IEEE CSV or mac-vendor-lookup's cache; dated by its name.",
        metavar="FILE",
    ),
]
