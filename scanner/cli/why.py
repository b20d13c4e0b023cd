"""`fieldmark why`: the argument about one device: its verdict, what speaks for and against it, and how to see each frame."""

import sys
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.errors import FieldmarkError, StorageFault

if TYPE_CHECKING:
    from scanner.model import Device


class NotThere(FieldmarkError):
    """No device, or several, go by what was asked for."""

    exit_code = 2


def why(
    db: Annotated[Path, typer.Argument(metavar="DB", help="Database that scan or listen wrote.")],
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="MAC in any spelling, address, name or id of a device.")],
) -> int:
    """Say why a device has its verdict: claims, what speaks for and against, evidence, frames."""
    from reports.argument import Unweighed, choice, render
    from scanner import store
    from scanner.judgement.unweighed import unweighed

    inventory = store.read(db)
    found = find(device, inventory.devices)
    if not found:
        raise NotThere(f"{db} has no device {device!r}; `fieldmark report {db} -f terminal` lists them")
    if len(found) > 1:
        sys.stderr.write(choice(found))
        raise NotThere(f"{len(found)} devices go by {device!r}: name one of them by the id at the head of its line")
    (chosen,) = found
    rest: list[Unweighed] = []
    try:
        for fact, reason in unweighed(chosen, store.read_evidence(db)):
            rest.append(Unweighed(fact.channel, fact.value, fact.seen.capture, fact.seen.frame, reason))
    except StorageFault as fault:
        print(f"fieldmark: what was seen beside the claims cannot be told: {fault}", file=sys.stderr)
    sys.stdout.write(render(inventory, chosen, rest))
    return 0


def find(wanted: str, devices: "Iterable[Device]") -> "list[Device]":
    """The devices that go by an id; if none does, by a MAC or network address; if none does, by a name."""
    devices = list(devices)
    plain = wanted.strip().casefold()
    address = _address(plain)
    by: tuple[Callable[[Device], bool], ...] = (
        lambda each: each.id.casefold() == plain,
        lambda each: address in {each.mac, *(tie.address for tie in (*each.macs, *each.ips))} - {""},
        lambda each: plain in {name.casefold() for name in each.names},
    )
    return next((found for test in by if (found := [each for each in devices if test(each)])), [])


def _address(text: str) -> str:
    """A MAC in whatever spelling, or an IP address, as devices have it; anything else as it is."""
    digits = text.translate({ord(mark): None for mark in ":-."})
    if len(digits) == 12 and set(digits) <= set("0123456789abcdef"):
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    try:
        return str(ip_address(text))
    except ValueError:
        return text
