"""`fieldmark report`: draw any format from a database, without the capture."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def report(
    db: Annotated[Path, typer.Argument(metavar="DB", help="Database that scan or listen wrote.")],
    form: Annotated[str, typer.Option("-f", "--format", help="html, json, ndjson, csv or terminal.")] = "html",
    output: Annotated[str, typer.Option("-o", "--output", help="File to write; - for standard output.", metavar="FILE")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> int:
    """Draw a report from a database."""
    from reports import FORMATS
    from scanner import store
    from scanner.output import write_text

    if form not in FORMATS:
        raise typer.BadParameter(f"no format {form!r}; there are {', '.join(sorted(FORMATS))}", param_hint="-f")
    text = FORMATS[form].render(store.read(db))
    if output == "-":
        sys.stdout.write(text)
    else:
        write_text(Path(output), text, force=force)
    return 0
