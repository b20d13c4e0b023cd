"""Terminal: the answer at a glance. Flagged and review devices first, then counts, trouble with the input, and limits.

Data reaches rich only as `Text` that passed the guard: rich would obey markup in a name, and let escape bytes through.
Nothing is read from the environment, so the same inventory gives the same bytes everywhere.
"""

import io
from collections.abc import Iterable

from rich import box
from rich.console import Console, Group, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports import view
from reports.guard import for_terminal
from reports.wording import VERDICTS, kind, minute, number, percent, quantity, sentence
from scanner.model import Device, Inventory, Limit, Verdict

NAME = "terminal"
SUFFIX = ".txt"

ROWS = 20
"""Devices in the table; more are counted."""

LIMITS = 8
"""Limits and damaged captures printed; more are counted."""

NARROWEST = 60
"""Columns below which the table would no longer be readable: narrower requests are drawn this wide."""

_COLUMNS = {"Verdict": None, "Lvl": None, "Sure": None, "Device": 5, "Company": 4, "Class": 3, "Address": None}
"""Headings, and the shares of the width that is left by those that take what they need."""

_COLOURS = {Verdict.FLAGGED: "bold red", Verdict.REVIEW: "yellow", Verdict.CLEAR: "green", Verdict.UNKNOWN: "dim"}


def render(inventory: Inventory, *, width: int = 100, colour: bool = False) -> str:
    """Plain lines of at most `width` columns; `colour` adds SGR sequences (ECMA-48) and nothing else."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    console.print(_heading(inventory))
    for part in (_table(inventory), _waivers(inventory), _troubles(inventory), _limits(inventory)):
        if part:
            console.print()
            console.print(part)
    # rich pads cells to the column's width: blanks at the end of a line tell nothing and clutter a diff.
    return "".join(line.rstrip(" ") + "\n" for line in out.getvalue().split("\n")[:-1])


def _text(value: str, style: str = "") -> Text:
    return Text(for_terminal(value), style=style)


def _heading(inventory: Inventory) -> Text:
    devices = inventory.devices
    frames = sum(record.frames for record in inventory.captures)
    between = view.period(inventory)
    read = f"{quantity(len(inventory.captures), 'capture')}, {quantity(frames, 'frame')}"
    found = f"{quantity(len(devices), 'device')} in {read}"
    head = Text().append_text(_text(found, style="bold"))
    head.append_text(_text(f", {minute(between[0])} to {minute(between[1])} UTC" if between else ""))
    head.append("\n").append_text(_text(f"{inventory.tool}, tables as of {inventory.as_of}")).append("\n")
    for verdict in view.VERDICTS:
        many = len(view.by_verdict(devices, verdict))
        head.append_text(_text(f"{VERDICTS[verdict]} {number(many)}", style=_COLOURS[verdict] if many else "dim"))
        head.append("" if verdict is view.VERDICTS[-1] else "   ")
    return head


def _table(inventory: Inventory) -> Table | Text:
    devices = view.ordered(inventory.devices)
    shown = [device for device in devices if device.finding.verdict in {Verdict.FLAGGED, Verdict.REVIEW}]
    if not inventory.devices:
        return _text("No device was found: no frame came from an address that can name one.")
    if not shown:
        return _text("No device is flagged or needs review. The limits below say what could not be seen.")
    more = len(shown) - ROWS
    caption = _text(f"… and {number(more)} more") if more > 0 else None
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        expand=True,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
        caption=caption,
        caption_justify="left",
    )
    for title, ratio in _COLUMNS.items():
        # A fold would let one long name push the others off the screen.
        side: JustifyMethod = "right" if title == "Sure" else "left"
        table.add_column(title, ratio=ratio, no_wrap=True, overflow="ellipsis", justify=side)
    for device in shown[:ROWS]:
        table.add_row(*_cells(device))
    return table


def _cells(device: Device) -> Iterable[Text]:
    finding = device.finding
    excuse = f" ({view.excused(device)})" if device.waivers else ""
    yield _text(f"{VERDICTS[finding.verdict]}{excuse}", style=_COLOURS[finding.verdict])
    yield _text("-" if finding.level is None else str(finding.level))
    yield _text(percent(finding.confidence))
    yield _text(view.name(device))
    yield _text(view.vendor(device) or "-")
    yield _text(kind(device.device_class) if device.device_class else "-")
    yield _text(device.mac or (device.ips[0].address if device.ips else device.id))


def _waivers(inventory: Inventory) -> Group | None:
    """Every waiver with its device: none is hidden, so none is only counted."""
    devices = [device for device in view.ordered(inventory.devices) if device.waivers]
    lines = [
        f"{VERDICTS[device.finding.verdict]} {view.name(device)} ({device.id}): {view.waived(device)}" for device in devices
    ]
    return _block("Waivers (they change no verdict)", lines, most=len(lines))


def _troubles(inventory: Inventory) -> Group | None:
    records = view.troubled(inventory.captures)
    return _block("Not read whole", [f"{record.capture}: {record.problem or 'ended early'}" for record in records])


def _limits(inventory: Inventory) -> Group | None:
    return _block("What this scan could not show", [_limit(each) for each in view.limits(inventory)])


def _limit(limit: Limit) -> str:
    times = f" {number(limit.count)} in all." if limit.count > 1 else ""
    where = f" In {limit.capture}." if limit.capture else ""
    return f"{sentence(limit.text)}{times}{where}"


def _block(title: str, lines: list[str], most: int = LIMITS) -> Group | None:
    if not lines:
        return None
    shown = lines[:most] + ([f"… and {number(len(lines) - most)} more"] if len(lines) > most else [])
    return Group(_text(title, style="bold"), *(Padding(_text(line), (0, 0, 0, 2)) for line in shown))
