"""`fieldmark scan`: read captures."""

import os
import signal
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from scanner.cli import options

if TYPE_CHECKING:
    from scanner.evidence import Evidence
    from scanner.kept import Folder
    from scanner.pieces import Input

_WORTH_SHOWING = 8 << 20  # bytes of input below which a progress bar would only flicker
_WORTH_SPREADING = 32 << 20
"""Bytes of input below which starting more processes costs more than it saves. Measured on two cores (2026-11-22): reading an
identity-dense capture takes 20 ms a MiB, of which a second process saves half; until both have started takes 0.25 to 0.3 s.
"""


def scan(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE|DIR|-]...", help="Captures, folders of them, or - for standard input.")
    ] = None,
    zeek: Annotated[
        list[str] | None,
        typer.Option("--zeek", help="Zeek logs: one, or a folder of which only they are read.", metavar="DIR"),
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
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Processes that share the reading; 0: one a core if that helps.")
    ] = 0,
    fail_on: options.FailOn = None,
    policy: options.PolicyFile = None,
    oui: options.Overlay = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            help="Keep what is finished in FOLDER: after a kill or crash the same command does only the rest.",
            metavar="FOLDER",
        ),
    ] = None,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            help="Share the reading among the machines of a Dask cluster (or 'local': this one); needs fieldmark[cluster].",
            metavar="ADDRESS",
        ),
    ] = "",
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
    from scanner.capture import compiled
    from scanner.capture.folder import captures, shown
    from scanner.cli import deliver, knowledge
    from scanner.kept import Folder
    from scanner.logs.reading import is_log
    from scanner.output import occupied

    paths = [*(read or []), *(files or []), *only_zeek(zeek or []), *([demonstration()] if demo else [])]
    if not paths:
        raise typer.BadParameter("name a capture, a folder, or - for standard input (or --demo)")
    wanted = deliver.outputs(db, html, csv, fail_on, json=json, ndjson=ndjson, quiet=quiet)
    if evidence_pcap:
        if any("://" in path for path in paths):
            raise typer.BadParameter("--evidence-pcap takes frames from files, not from addresses")
        occupied(evidence_pcap)
    known = knowledge.catalogue(oui)
    chosen = knowledge.policy(policy, known)
    if autostop and not follow:
        raise typer.BadParameter("-a ends --follow: a capture that is not followed ends by itself")
    folder = Folder(resume) if resume else None
    if follow:
        if len(paths) != 1 or paths == ["-"] or recursive or folder or cluster:
            raise typer.BadParameter("--follow takes one capture or one folder, and no --recursive, --resume or --cluster")
        sources, evidence = _followed(paths[0], db, options.seconds(autostop))
    else:
        found = captures(_addresses(paths, cluster), is_log, recursive=recursive)
        for path, reason in found.skipped:
            print(f"fieldmark: {shown(path)}: {reason}, passed over", file=sys.stderr)
        sources = engine.inputs(found.captures)
        sizes = {source: Path(source.path).stat().st_size for source in sources if Path(source.path).is_file()}
        size = sum(sizes.values())
        if size >= _WORTH_SHOWING and not compiled.used() and not quiet:
            print(f"fieldmark: reading with {compiled.name()}; the compiled core is several times faster", file=sys.stderr)
        evidence = _evidence(sources, sizes, workers, cluster, folder)
    inventory = engine.finish(evidence, known, chosen, as_of)
    if evidence_pcap:
        from scanner import excerpt

        excerpt.write(evidence_pcap, inventory, {source.capture: source.path for source in sources})
        for record in inventory.captures:
            if record.is_log:
                print(f"fieldmark: {record.capture}: a log has no frames: none of it is in {evidence_pcap}", file=sys.stderr)
    code = deliver.deliver(inventory, evidence, wanted)
    if folder:
        folder.clear()  # the database holds it all now
    return code


def only_zeek(paths: list[str]) -> list[str]:
    """The Zeek logs among these paths and in these folders; a path that is no folder comes back as it is."""
    from scanner.capture.folder import inside
    from scanner.logs.reading import is_zeek_log

    chosen = []
    for path in paths:
        entries = inside(path)
        if entries is None:
            chosen.append(path)
            continue
        logs = [entry for entry in entries if Path(entry).is_file() and is_zeek_log(entry)]
        if not logs:
            raise typer.BadParameter(f"{path} holds no Zeek log that is read")
        chosen += logs
    return chosen


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

    evidence = merge(parts())
    for capture, more in follower.missed():
        ledger = evidence.ledgers[capture]
        ledger.problem = ledger.problem or f"{more} bytes were written after the next capture had begun: not read"
    return sources, evidence


def _evidence(
    sources: "list[Input]", sizes: "dict[Input, int]", workers: int, cluster: str, folder: "Folder | None"
) -> "Evidence":
    """What the captures hold; sizes: of those that are files, in bytes. folder: where finished work is kept."""
    from scanner import engine
    from scanner.errors import WorkerLost
    from scanner.processes import Processes

    workers = workers or (len(os.sched_getaffinity(0)) if cluster or _worth_spreading(sizes) else 1)
    if folder:
        folder.open()
    try:
        with _bar(sum(sizes.values())) as progress:
            if cluster:
                from scanner.cluster import read_all

                evidence = read_all(sources, cluster, workers, progress, folder)
            else:
                crew = Processes(workers, engine.needed()) if workers > 1 else None
                evidence = engine.read_all(sources, crew, progress, folder)
    except (WorkerLost, KeyboardInterrupt):
        if folder:
            print(f"fieldmark: what was finished is kept in {folder.path}: run the same command again", file=sys.stderr)
        raise
    if folder and folder.found:
        print(f"fieldmark: {folder.found} parts were finished before, kept in {folder.path}", file=sys.stderr)
    return evidence


def _worth_spreading(sizes: "dict[Input, int]") -> bool:
    """Whether more processes save more than they cost: files enough to share, or one large one that is worth cutting."""
    from scanner import engine

    size = sum(sizes.values())
    if size < _WORTH_SPREADING:
        return False
    largest = max(sizes, key=lambda source: sizes[source])
    return sizes[largest] <= size / 2 or engine.worth_sharing(largest)


def _addresses(paths: list[str], cluster: str) -> list[str]:
    """The paths, those that are patterns of addresses replaced by what they match."""
    if cluster:
        if lacking := [name for name in ("distributed", "fsspec") if not find_spec(name)]:
            raise typer.BadParameter(f"--cluster needs {lacking[0]}: pip install 'fieldmark[cluster]'")
        from scanner.cluster import expanded

        return expanded(paths)
    if strange := [path for path in paths if "://" in path]:
        raise typer.BadParameter(f"{strange[0]}: addresses are read with --cluster")
    return paths


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
