"""Two inventories compared, device by device: what is new, what is gone, what changed. For the weekly look at a network."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from reports import view, wording
from reports.guard import for_json, for_terminal
from scanner.model import Device, Inventory

COMPARED = ("verdict", "level", "vendor", "component", "platform", "class", "hostname", "ips", "listings")
"""Columns whose change is worth a line; counts and times change with every scan."""


class Change(NamedTuple):
    """What happened to one device: "new", "gone" or "changed", and for the last the columns as (name, before, after)."""

    what: str
    device: Device
    columns: tuple[tuple[str, view.Cell, view.Cell], ...]


def compare(old: Inventory, new: Inventory) -> list[Change]:
    """Every change, new devices first, then gone, then changed; within each as the reports order devices."""
    before = {device.id: device for device in old.devices}
    after = {device.id: device for device in new.devices}
    changes = [Change("new", device, ()) for device in view.ordered(new.devices) if device.id not in before]
    changes += [Change("gone", device, ()) for device in view.ordered(old.devices) if device.id not in after]
    for device in view.ordered(new.devices):
        if device.id in before:
            was, now = view.row(before[device.id]), view.row(device)
            columns = tuple((name, was[name], now[name]) for name in COMPARED if was[name] != now[name])
            excuses = view.waived(before[device.id]), view.waived(device)
            if excuses[0] != excuses[1]:
                columns += (("waivers", *excuses),)
            if columns:
                changes.append(Change("changed", device, columns))
    return changes


def as_text(changes: Sequence[Change]) -> str:
    """A line a change, safe for any terminal."""
    return "".join(f"{for_terminal(_line(change))}\n" for change in changes) or "No device is new, gone or changed.\n"


def _line(change: Change) -> str:
    device = change.device
    verdict = wording.VERDICTS[device.finding.verdict]
    head = f"{change.what:8}{device.id}  {view.name(device)}  {verdict}"
    return head + "".join(f"; {name}: {_shown(was)} -> {_shown(now)}" for name, was, now in change.columns)


def _shown(value: view.Cell) -> str:
    return "-" if value in (None, "") else str(value)


def as_ndjson(changes: Sequence[Change]) -> str:
    """A JSON object a change: what, device_id, verdict, and for a change its columns with before and after."""
    rows = [
        {
            "what": change.what,
            "device_id": change.device.id,
            "verdict": change.device.finding.verdict.value,
            "columns": {name: {"before": was, "after": now} for name, was, now in change.columns},
        }
        for change in changes
    ]
    return "".join(for_json(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
