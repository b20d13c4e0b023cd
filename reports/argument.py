"""One device as an argument: the verdict, what speaks for it, what speaks against it or holds it back, what stands beside it,
what was seen and weighs nothing; each with its evidence and the commands that show the frame.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from reports import view, wording
from reports.guard import for_terminal
from scanner.model import Citation, Claim, ClaimKind, Device, Inventory, Tie

MOST_UNWEIGHED = 30
"""Facts without weight that are told one by one; more are counted."""

_BESIDE = (ClaimKind.BRAND, ClaimKind.REGISTRANT, ClaimKind.LISTING, ClaimKind.CATEGORY, ClaimKind.EXPOSURE)


class Unweighed(NamedTuple):
    """A fact that speaks for no claim, where it was seen first, and why it has no weight."""

    channel: str
    value: str
    capture: str
    frame: int
    why: str


def render(inventory: Inventory, device: Device, unweighed: Sequence[Unweighed] = ()) -> str:
    """Plain lines, safe for any terminal. `inventory` is the one the device belongs to."""
    return "".join(f"{for_terminal(line)}\n" for line in _lines(inventory, device, unweighed))


def choice(devices: Iterable[Device]) -> str:
    """Several devices, one a line, for a reader who has to name one of them."""
    lines = (f"  {each.id}  {wording.VERDICTS[each.finding.verdict]}  {view.name(each)}" for each in view.ordered(devices))
    return "".join(f"{for_terminal(line)}\n" for line in lines)


def _lines(inventory: Inventory, device: Device, unweighed: Sequence[Unweighed]) -> Iterator[str]:
    logs = view.logs(inventory)
    yield from _verdict(device, logs)
    strong, weak = view.claims(device), view.claims(device, weak=True)
    makers = [claim for claim in [*strong, *weak] if claim.kind is ClaimKind.MAKER]
    # A maker with a note is one that other evidence contradicts; a parent beside its daughter has none.
    against = [claim for claim in makers[1:] if claim.note]
    # The claim that set the level comes first, also if it is only who holds the address block.
    beside = [claim for claim in strong[1:] if claim.kind in _BESIDE]
    carried = [claim for claim in weak if claim not in against]
    guards = [wording.guard(each) for each in device.guards]
    yield from _section("What speaks for it", [c for c in strong if c not in against and c not in beside], logs)
    yield from _section("What speaks against it, or holds it back", against, logs, guards)
    yield from _section("What stands beside it and does not move it, unless the policy says so", beside, logs)
    yield from _section("Too weak to count, or only about whom it talks to", carried, logs)
    yield from _nothing(unweighed, logs)
    yield ""
    yield f"Judged by the tables as of {inventory.as_of}, {inventory.tool}."
    yield from inventory.notes
    yield "Figures are log-odds added to the prior. Of signs of one source the heaviest counts in full, the next a quarter."
    yield "Origin is a statement about companies: it says who makes a device, not what the device does."


def _verdict(device: Device, logs: Mapping[str, str]) -> Iterator[str]:
    finding = device.finding
    yield f"{view.name(device)} ({device.id})"
    yield f"{wording.VERDICTS[finding.verdict]}: {wording.level(finding.level)}, {wording.percent(finding.confidence)} sure"
    yield f"  because {finding.reason}"
    for waiver in device.waivers:
        yield f"  {wording.waiver(waiver)} (it changes no verdict)"
    yield ""
    for tie in (*device.macs, *device.ips):
        yield f"  {tie.address}: {wording.proof(tie.proof)} ({_where(tie, logs)})"
    if len(device.names) > 1:
        yield f"  also called {', '.join(device.names[1:])}"
    for listing in device.listings:
        via = f", through {listing.via}" if listing.via else ""
        yield f'  on {listing.title} as "{listing.entry}"{via} since {listing.since}'
        yield f"        scope: {listing.scope}; {listing.citation}"


def _where(seen: Tie | Citation, logs: Mapping[str, str]) -> str:
    return f"{seen.capture} {view.unit(seen.capture, logs)} {seen.frame}"


def _section(title: str, claims: Sequence[Claim], logs: Mapping[str, str], guards: Sequence[str] = ()) -> Iterator[str]:
    if claims or guards:
        yield ""
        yield title.upper()
    for guard in guards:
        yield f"  {guard}"
    for claim in claims:
        yield from _claim(claim, logs)


def _claim(claim: Claim, logs: Mapping[str, str]) -> Iterator[str]:
    title, _ = wording.CLAIMS[claim.kind]
    country = f", {wording.country(claim.country)}" if claim.country else ""
    sure = "" if claim.kind is ClaimKind.NETWORK else f" - {claim.status}, {wording.percent(claim.probability)}"
    yield f"{title}: {claim.value}{country}{sure}"
    if claim.note:
        yield f"  note: {claim.note}"
    for each in claim.evidence:
        yield f"  {_weight(claim, each)}  {each.channel}: {each.raw}"
        yield f"        {_where(each, logs)}, {wording.iso(each.time)}; {each.signature} ({each.source})"
        for command in view.commands(each.capture, each.frame, logs):
            yield f"        {command}"


def _weight(claim: Claim, each: Citation) -> str:
    """What a piece of evidence added, or why it added nothing."""
    if each.weight:
        return f"{each.weight:+.1f}"
    if claim.kind is ClaimKind.NETWORK:
        return "no weight: whom it talks to says nothing about it"
    if claim.kind in _BESIDE:
        return "not weighed"
    if any(other.signature == each.signature and other.weight for other in claim.evidence):
        return "no weight: the same signature counts once"
    return "no weight: heavier signs of the same source count already"


def _nothing(unweighed: Sequence[Unweighed], logs: Mapping[str, str]) -> Iterator[str]:
    if not unweighed:
        return
    yield ""
    yield "SEEN, AND GIVEN NO WEIGHT"
    for fact in islice(unweighed, MOST_UNWEIGHED):
        yield f"  {fact.channel}: {fact.value} ({fact.capture} {view.unit(fact.capture, logs)} {fact.frame}): {fact.why}"
    if (more := len(unweighed) - MOST_UNWEIGHED) > 0:
        yield f"  and {wording.number(more)} more"
