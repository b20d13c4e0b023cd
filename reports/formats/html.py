"""HTML: one file, no outside request, readable without script, printable, the same bytes for the same inventory.

Every value a template shows passes `guard.for_html` and Jinja2's escaping: both are settings of the environment, so no
template can forget them. Style and script are our own files, put in whole and named by hash in the page's content
security policy: a browser runs nothing else and asks nobody for anything.
"""

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from reports import guard, summary, view, wording
from scanner.model import Device, Inventory, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "html"
SUFFIX = ".html"

CARDS = {Verdict.FLAGGED: (500, 2500), Verdict.REVIEW: (200, 750)}
"""Devices shown with their evidence, and pieces of evidence after which no further device is. Beyond, a page grows past what
browsers and readers take (a piece is 650 bytes of it, a device without any 3 kB); the table has the rest."""

ROWS, LINES = 2000, 20_000
"""Devices in the table of all devices, and devices that follow one line each; more are counted."""

EVIDENCE, ADDRESSES = 12, 16
"""Pieces of evidence a claim, and addresses a device, shown in full; more are counted."""

CLASSES, MAKERS = 8, 8
"""Bars in the two charts."""


class Card(NamedTuple):
    """A device shown in full; `anchor` is its name inside the page."""

    anchor: str
    device: Device


class Segment(NamedTuple):
    """One coloured part of a bar, in per cent of the chart's width."""

    verdict: Verdict
    devices: int
    start: float
    width: float


def render(inventory: Inventory) -> str:
    """The whole report as one page."""
    environment = _environment()
    devices = view.ordered(inventory.devices)
    cards = {verdict: _cards(view.by_verdict(devices, verdict), *most) for verdict, most in CARDS.items()}
    named = [device for device in devices if view.maker_name(device)]
    return environment.get_template("report.html").render(
        inventory=inventory,
        policy=_policy(environment),
        period=view.period(inventory),
        sentences=summary.sentences(inventory),
        counts={verdict: len(view.by_verdict(devices, verdict)) for verdict in view.VERDICTS},
        cards=cards,
        anchors={card.device.id: card.anchor for group in cards.values() for card in group},
        classes=view.bars(devices, view.class_name, CLASSES),
        makers=view.bars(named, view.maker_name, MAKERS),
        unnamed=len(devices) - len(named),
        rows=devices[:ROWS],
        rest=devices[ROWS : ROWS + LINES],
        untold=max(0, len(devices) - ROWS - LINES),
        waived=[device for device in devices if device.waivers],
        places={record.capture: place for place, record in enumerate(inventory.captures, 1)},
        limits=view.limits(inventory),
        logs=view.logs(inventory),
    )


def _cards(devices: list[Device], most: int, pieces: int) -> list[Card]:
    found: list[Card] = []
    for each in devices[:most]:
        if pieces <= 0:
            break
        pieces -= sum(min(len(claim.evidence), EVIDENCE) for claim in each.claims)
        found.append(Card(f"device-{each.finding.verdict}-{len(found) + 1}", each))
    return found


@cache
def _environment() -> "Environment":
    # Imported here: jinja2 costs 60 ms, and a run that draws no page should not pay for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def last_guard(value: Any) -> Any:
        # What a macro of ours returns is markup already; everything else is a value.
        return value if isinstance(value, Markup) else guard.for_html(str(value))

    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=last_guard,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shown = (
        *(view.name, view.vendor, view.vendor_role, view.claims, view.remarks, view.excused, view.addresses, view.links),
        *(view.command, view.unit, wording.waiver, wording.guard),
        *(wording.country, wording.kind, wording.level, wording.number, wording.percent, wording.proof),
        *(wording.quantity, wording.iso, wording.minute, wording.second, wording.sentence, wording.size, segments),
    )
    environment.filters.update({function.__name__: function for function in shown})
    environment.globals.update(
        claims_meant=wording.CLAIMS,
        levels_meant=wording.LEVELS,
        statuses_meant=wording.STATUSES,
        verdicts=wording.VERDICTS,
        verdicts_meant=wording.VERDICT_MEANINGS,
        most_evidence=EVIDENCE,
        most_addresses=ADDRESSES,
    )
    return environment


def _policy(environment: "Environment") -> str:
    style, script = (_hash(environment.get_template(name).render()) for name in ("report.css", "report.js"))
    own = f"style-src '{style}'; script-src '{script}'; img-src data:"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    """A source expression of Content Security Policy Level 3, section 2.3.1."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def segments(bar: view.Bar, longest: int) -> list[Segment]:
    """The parts of one bar, where the longest bar of the chart is 100 % wide."""
    found: list[Segment] = []
    start = 0
    for verdict, count in zip(view.VERDICTS, bar.counts, strict=True):
        if count:
            found.append(Segment(verdict, count, round(100 * start / longest, 3), round(100 * count / longest, 3)))
        start += count
    return found
