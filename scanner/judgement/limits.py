"""What this scan could not show, and what was lost: coded, counted, with the first frame where there is one.

A reader must be able to tell "not there" from "could not be seen": the codes are part of the result and stay stable.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fingerprints.age import stale
from fingerprints.oui import Table
from scanner.evidence import Evidence
from scanner.judgement.identity import Resolution, Thing
from scanner.model import CaptureRecord, Limit
from scanner.wire.addresses import is_local_mac

_TROUBLES = {
    "unsupported": "frames of a kind this version does not read: {reason}",
    "malformed": "frames that break their protocol's own rules: {reason}",
    "snapped": "frames whose headers the capture cut off (snap length)",
    "deep": "frames with more tunnels in each other than are followed",
    "dropped": "frames the kernel dropped because this host was too slow",
    "fragment": "later fragments of IP packets: their content was not joined",
}


SHORT = 3600
"""Seconds of traffic below which a quiet device may not have spoken at all: leases and announcements come by the hour."""


def records(evidence: Evidence) -> tuple[CaptureRecord, ...]:
    """The ledger of each capture, sorted by name."""
    return tuple(
        CaptureRecord(
            capture=name,
            sha256=book.sha256,
            bytes=book.bytes,
            format=book.format,
            link_types=tuple(sorted(book.link_types)),
            frames=book.frames,
            decoded=book.decoded,
            malformed=book.malformed,
            unsupported=book.unsupported,
            first_seen=book.first,
            last_seen=book.last,
            complete=not book.problem,
            problem=book.problem,
        )
        for name, book in sorted(evidence.ledgers.items())
    )


def find(evidence: Evidence, found: Resolution, tables: Iterable[Table] = ()) -> tuple[Limit, ...]:
    """Every limit of this scan, by capture (those of the whole scan first), code and text. tables: those it is judged by."""
    limits = [*_read(evidence), *_seen(evidence, found), *_aged(evidence, tables)]
    return tuple(sorted(limits, key=lambda limit: (limit.capture, limit.code, limit.text)))


def _read(evidence: Evidence) -> Iterator[Limit]:
    """Limits of the reading: by capture."""
    for name, book in evidence.ledgers.items():
        if book.problem:
            yield Limit(name, "incomplete", 1, book.frames, book.problem)
    for (capture, code, reason), trouble in evidence.troubles.items():
        wording = _TROUBLES.get(code)
        if wording:
            yield Limit(capture, code, trouble.times, trouble.first_frame, wording.format(reason=reason))
        else:  # "observer <name>": a message only one of our decoders could judge
            text = f"messages the {code.partition(' ')[2]} observer could not read: {reason}"
            yield Limit(capture, "malformed_message", trouble.times, trouble.first_frame, text)


def _seen(evidence: Evidence, found: Resolution) -> Iterator[Limit]:
    """Limits of what was there to see: of the whole scan."""
    channels = {channel for _, channel in evidence.facts}
    things = found.things.values()
    frames = sum(book.frames for book in evidence.ledgers.values())
    if frames and not any(channel.startswith("dhcp") for channel in channels):
        yield Limit("", "no_dhcp", 0, 0, "no DHCP was seen: host names and vendor classes sent at start-up are missing")
    if frames and not any(traffic.heard for traffic in evidence.traffic.values()) and "arp.ip" not in channels:
        yield Limit("", "no_broadcast", 0, 0, "no broadcast or ARP was seen: routed traffic; quiet devices are invisible")
    if 0 <= (lasted := _lasted(evidence)) < SHORT:
        yield Limit("", "short", 1, 0, f"heard for {lasted} seconds only: devices that speak rarely may be missing")
    overflow = sum(group.overflow for group in evidence.facts.values())
    if overflow:
        yield Limit("", "values_dropped", overflow, 0, "senders whose later values of one kind were not kept")
    if found.conflicts:
        listed = ", ".join(ip for _, ip in sorted(found.conflicts)[:5])
        yield Limit("", "address_conflict", len(found.conflicts), 0, f"addresses that more than one MAC claims: {listed}")
    yield from _counted(things)


def _aged(evidence: Evidence, tables: Iterable[Table]) -> Iterator[Limit]:
    """Tables that were a year old when the last frame was captured. The clock of whoever judges it plays no part."""
    last = max((book.last for book in evidence.ledgers.values() if book.last is not None), default=None)
    if last is None:
        return
    old = stale(tables, f"{datetime.fromtimestamp(last // 1_000_000_000, UTC):%Y-%m-%d}")
    if old:
        listed = ", ".join(f"{table.name} ({table.date})" for table in old)
        text = f"tables more than 12 months older than the last frame; newer makers and entries may be missing: {listed}"
        yield Limit("", "old_tables", len(old), 0, text)


def _lasted(evidence: Evidence) -> int:
    """Seconds between the first and the last frame of all captures; -1 where there is none."""
    first = [book.first for book in evidence.ledgers.values() if book.first is not None]
    last = [book.last for book in evidence.ledgers.values() if book.last is not None]
    return (max(last) - min(first)) // 1_000_000_000 if first and last else -1


def _counted(things: Iterable[Thing]) -> Iterator[Limit]:
    randoms = carriers = remote = silent = 0
    for thing in things:
        randoms += bool(thing.macs) and is_local_mac(thing.macs[0].address)
        carriers += thing.carrier
        remote += not thing.macs
        silent += any(tie.proof == "addressed" for tie in thing.macs)
    if randoms:
        yield Limit(
            "", "random_mac", randoms, 0, "devices with a locally administered (often random) MAC: it has no registrant"
        )
    if carriers:
        yield Limit(
            "",
            "carrier",
            carriers,
            0,
            "MACs that carry other hosts' traffic (routers, bridges): they say nothing about those hosts",
        )
    if silent:
        yield Limit("", "never_heard", silent, 0, "devices that frames were sent to but none came from: one direction only")
    if remote:
        yield Limit("", "address_only", remote, 0, "devices known by IP address only: their own MAC is not in this capture")
