"""`fieldmark why`: every claim about one device, with its evidence and the command that shows the frame."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scanner.errors import FieldmarkError


class NotThere(FieldmarkError):
    """No device, or several, go by what was asked for."""

    exit_code = 2


def why(
    db: Annotated[Path, typer.Argument(metavar="DB", help="Database that scan or listen wrote.")],
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="MAC, address, name or id of a device.")],
) -> int:
    """Say why a device has its verdict: claims, evidence, frames."""
    from reports.argument import render
    from scanner import store

    inventory = store.read(db)
    wanted = device.strip().lower().replace("-", ":") if device.count("-") == 5 else device.strip().lower()
    found = [
        each
        for each in inventory.devices
        if wanted in {each.id, each.mac, *(t.address for t in (*each.macs, *each.ips)), *(name.lower() for name in each.names)}
    ]
    if not found:
        raise NotThere(f"{db} has no device {device!r}; `fieldmark report {db} -f terminal` lists them")
    sys.stdout.write("\n".join(render(inventory, each) for each in found))
    return 0
