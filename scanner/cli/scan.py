"""`fieldmark scan`: read captures."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from scanner.cli import options

if TYPE_CHECKING:
    from scanner.engine import Input
    from scanner.evidence import Evidence

_WORTH_SHOWING = 8 << 20  # bytes of input below which a progress bar would only flicker
_WORTH_SPREADING = 16 << 20  # bytes of input below which starting more processes costs more than it saves


def scan(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE|DIR|-]...", help="Captures, folders of them, or - for standard input.")
    ] = None,
    read: Annotated[
        list[str] | None, typer.Option("-r", help="The same, as tshark and tcpdump spell it.", metavar="FILE")
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="Read folders inside folders, too; links are not followed.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Wait for more of a capture (or in a folder) that is being written, until Ctrl-C.")
    ] = False,
    autostop: options.Autostop = "",
    db: options.Db = Path("fieldmark.db"),
    html: options.Html = None,
    csv: options.Csv = None,
    json: options.Json = False,
    ndjson: options.Ndjson = False,
    as_of: options.AsOf = "",
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes for several captures; 0: one a core.")] = 0,
    fail_on: options.FailOn = None,
    policy: options.PolicyFile = None,
    oui: options.Overlay = None,
    evidence_pcap: Annotated[
        Path | None,
        typer.Option("--evidence-pcap", help="Write just the frames the result cites, with comments.", metavar="FILE"),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Scan the demonstration capture that comes with the program.")] = False,
    quiet: options.Quiet = False,
    no_names: options.NoNames = False,  # noqa: ARG001 - accepted, needs nothing done
) -> int:
    """Read captures; print a summary, write a database and reports."""
    # Inside: `fieldmark --help` must not wait for what only a scan needs.
    from scanner import engine
    from scanner.capture.folder import captures
    from scanner.cli import deliver, knowledge
    from scanner.output import occupied

    paths = [*(read or []), *(files or []), *([demonstration()] if demo else [])]
    if not paths:
        raise typer.BadParameter("name a capture, a folder, or - for standard input (or --demo)")
    wanted = deliver.outputs(db, html, csv, fail_on, json=json, ndjson=ndjson, quiet=quiet)
    if evidence_pcap:
        occupied(evidence_pcap)
    chosen, known = knowledge.policy(policy), knowledge.catalogue(oui)
    if autostop and not follow:
        raise typer.BadParameter("-a ends --follow: a capture that is not followed ends by itself")
    if follow:
        if len(paths) != 1 or paths == ["-"] or recursive:
            raise typer.BadParameter("--follow takes one capture or one folder, without --recursive; a pipe needs no --follow")
        sources, evidence = _followed(paths[0], db, options.seconds(autostop))
    else:
        found = captures(paths, recursive=recursive)
        for path, reason in found.skipped:
            print(f"fieldmark: {path}: {reason}, passed over", file=sys.stderr)
        sources = engine.inputs(found.captures)
        size = sum(Path(source.path).stat().st_size for source in sources if Path(source.path).is_file())
        spread = workers or (os.cpu_count() or 1 if size >= _WORTH_SPREADING else 1)
        with _bar(size) as progress:
            evidence = engine.read_all(sources, spread, progress)
    inventory = engine.finish(evidence, known, chosen, as_of)
    if evidence_pcap:
        from scanner import excerpt

        excerpt.write(evidence_pcap, inventory, {source.capture: source.path for source in sources})
    return deliver.deliver(inventory, evidence, wanted)


def _followed(path: str, db: Path, seconds: float | None) -> "tuple[list[Input], Evidence]":
    """What was read, and all it says, of a capture or a folder that is still being written."""
    from scanner import engine
    from scanner.capture.follow import Follower
    from scanner.evidence import merge

    follower = Follower(path, seconds)

    def stop(number: int, _: object) -> None:
        follower.stop()
        signal.signal(number, signal.default_int_handler)  # asked again, leave at once

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    print(f"fieldmark: following {path}; Ctrl-C ends it and writes {db}", file=sys.stderr)
    sources: list[Input] = []

    def parts() -> "Iterator[Evidence]":
        for found, capture in follower.captures():
            sources.append(engine.Input(found, capture, follower.open))
            yield engine.read(sources[-1])

    return sources, merge(parts())


def demonstration() -> str:
    """Path of the capture that ships with the program."""
    return str(Path(__file__).resolve().parents[1] / "demo" / "office.pcap")


def _bar(size: int) -> "Bar":
    return Bar(size if size >= _WORTH_SHOWING and sys.stderr.isatty() else 0)


class Bar:
    """A progress bar on standard error, or nothing where it would not be seen. Call it with the bytes read since last time."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __enter__(self) -> Self:
        if self._size:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

            self._progress = Progress(
                BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
            )
            self._progress.start()
            self._task = self._progress.add_task("reading", total=self._size)
        return self

    def __exit__(self, *fault: object) -> None:
        if self._size:
            self._progress.stop()

    def __call__(self, done: int) -> None:
        if self._size:
            self._progress.advance(self._task, done)
