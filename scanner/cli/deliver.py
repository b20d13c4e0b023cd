"""What every command that judges does with the inventory: write it, print it, choose the exit code."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size

from reports import FORMATS
from scanner import store
from scanner.errors import FieldmarkError
from scanner.evidence import Evidence
from scanner.model import CaptureRecord, Device, Inventory
from scanner.output import occupied, write_text

DONE, PARTLY, NOTHING, MET = 0, 3, 4, 10


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a result goes. form: "" the table, else the format printed on standard output in its stead."""

    db: Path
    html: Path | None
    csv: Path | None
    form: str
    quiet: bool
    fail_on: int | None


def outputs(
    db: Path, html: Path | None, csv: Path | None, fail_on: int | None, *, json: bool, ndjson: bool, quiet: bool
) -> Outputs:
    """Where a result shall go. Complains before the work, not after it, about what could not be written there."""
    form = one_of([("json", json), ("ndjson", ndjson)])
    store.check(db)
    for path in (html, csv):
        if path:
            occupied(path)
    return Outputs(db, html, csv, form, quiet, fail_on)


def deliver(inventory: Inventory, evidence: Evidence, wanted: Outputs) -> int:
    """Write and print; returns the exit code. evidence: what the inventory was judged from."""
    store.write(wanted.db, inventory, evidence)
    if wanted.html:
        write_text(wanted.html, FORMATS["html"].render(inventory), force=True)
    if wanted.csv:
        write_text(wanted.csv, FORMATS["csv"].render(inventory), force=True)
    if wanted.form:
        sys.stdout.write(FORMATS[wanted.form].render(inventory))
    elif not wanted.quiet:
        from reports.formats import terminal  # here: rich takes a tenth of a small scan, and many runs are quiet

        shown = sys.stdout.isatty()
        # Into a pipe or file the width is fixed: same input, same bytes out.
        width = min(140, max(80, get_terminal_size().columns)) if shown else 100
        sys.stdout.write(terminal.render(inventory, width=width, colour=shown and not _plain()))
        places = [("Database", wanted.db), ("Report", wanted.html), ("CSV", wanted.csv)]
        for what, path in places:
            if path:
                print(f"{what}: {path}")
    sys.stdout.flush()
    return exit_code(inventory, wanted.fail_on)


def _plain() -> bool:
    """True if the environment asks for no colour (https://no-color.org) or the terminal cannot show any."""
    import os

    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def exit_code(inventory: Inventory, fail_on: int | None) -> int:
    """README, exit codes. A level that was asked for and met outranks an input that could not be read to its end."""
    unread = [record for record in inventory.captures if _nothing_read(record)]
    partly = [record for record in inventory.captures if not record.complete or record in unread]
    for record in partly:
        tell(record)
    if unread and len(unread) == len(inventory.captures):
        return NOTHING
    if fail_on is not None and any(_fails(device, fail_on) for device in inventory.devices):
        return MET
    return PARTLY if partly else DONE


def _fails(device: Device, level: int) -> bool:
    """True if a device has the level or a higher one, and nobody answers for it."""
    return (device.finding.level or 0) >= level and not any(waiver.in_force for waiver in device.waivers)


def _nothing_read(record: CaptureRecord) -> bool:
    """True if not one frame could be read: the file is no capture, or of link types this version does not know."""
    return record.unsupported == record.frames if record.frames else not record.complete


def tell(record: CaptureRecord) -> None:
    """One line about an input that could not be read, or not to its end."""
    problem = record.problem or f"no frame could be read: link type {', '.join(record.link_types)}"
    units = f"{record.frames} {'lines' if record.is_log else 'frames'}"
    kept = f"; the {units} before it were kept" if record.problem and record.frames else ""
    print(f"fieldmark: {record.capture}: {problem}{kept}", file=sys.stderr)


def one_of(flags: Sequence[tuple[str, bool]]) -> str:
    """The name of the one flag that is set, "" for none. Raises FieldmarkError for several."""
    chosen = [name for name, on in flags if on]
    if len(chosen) > 1:
        raise UsageFault(f"--{chosen[0]} and --{chosen[1]} cannot both go to standard output")
    return chosen[0] if chosen else ""


class UsageFault(FieldmarkError):
    """Options that do not go together."""

    exit_code = 2
