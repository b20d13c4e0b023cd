"""One device as an argument: the verdict, every claim with what speaks for it, and the command that shows each frame."""

from collections.abc import Iterator, Mapping

from reports import view, wording
from reports.guard import for_terminal
from scanner.model import Citation, Claim, Device, Inventory, Tie


def render(inventory: Inventory, device: Device) -> str:
    """Plain lines, safe for any terminal. `inventory` is the one the device belongs to."""
    return "".join(f"{for_terminal(line)}\n" for line in _lines(inventory, device))


def _lines(inventory: Inventory, device: Device) -> Iterator[str]:
    finding = device.finding
    yield f"{view.name(device)} ({device.id})"
    yield f"{wording.VERDICTS[finding.verdict]}: {wording.level(finding.level)}, {wording.percent(finding.confidence)} sure"
    yield f"  because {finding.reason}"
    yield ""
    logs = view.logs(inventory)
    for tie in (*device.macs, *device.ips):
        yield f"  {tie.address}: {wording.proof(tie.proof)} ({_where(tie, logs)})"
    if len(device.names) > 1:
        yield f"  also called {', '.join(device.names[1:])}"
    for listing in device.listings:
        via = f", through {listing.via}" if listing.via else ""
        yield f'  on {listing.title} as "{listing.entry}"{via} since {listing.since}'
        yield f"        scope: {listing.scope}; {listing.citation}"
    for claim in [*view.claims(device), *view.claims(device, weak=True)]:
        yield ""
        yield from _claim(claim, logs)
    yield ""
    yield f"Judged by the tables as of {inventory.as_of}, {inventory.tool}."
    yield "Origin is a statement about companies: it says who makes a device, not what the device does."


def _where(seen: Tie | Citation, logs: Mapping[str, str]) -> str:
    return f"{seen.capture} {view.unit(seen.capture, logs)} {seen.frame}"


def _claim(claim: Claim, logs: Mapping[str, str]) -> Iterator[str]:
    title, _ = wording.CLAIMS[claim.kind]
    country = f", {wording.country(claim.country)}" if claim.country else ""
    yield f"{title}: {claim.value}{country} - {claim.status}, {wording.percent(claim.probability)}"
    if claim.note:
        yield f"  note: {claim.note}"
    for each in claim.evidence:
        speaks = f"{each.weight:+.1f}" if each.weight else "no weight of its own"
        yield f"  {speaks}  {each.channel}: {each.raw}"
        yield f"        {_where(each, logs)}, {wording.iso(each.time)}; {each.signature} ({each.source})"
        if command := view.command(each.capture, each.frame, logs):
            yield f"        {command}"
