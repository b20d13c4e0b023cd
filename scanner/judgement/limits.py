"""What this scan could not show, and what was lost: coded, counted, with the first frame where there is one.

A reader must be able to tell "not there" from "could not be seen": the codes are part of the result and stay stable.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.evidence import Evidence
from scanner.judgement.identity import Resolution, Thing
from scanner.model import CaptureRecord, Limit
from scanner.wire.addresses import is_local_mac

_TROUBLES = {
    "unsupported": "frames of a kind this version does not read: {reason}",
    "malformed": "frames that break their protocol's own rules: {reason}",
    "addressless": "frames that carry no MAC or IP address by which a device could be told: {reason}",
    "snapped": "frames whose headers the capture cut off (snap length)",
    "deep": "frames with more tunnels in each other than are followed",
    "dropped": "frames the kernel dropped because this host was too slow",
    "unfinished": "messages over several packets of which a part is missing: what they say further on is lost",
    "line": "lines that could not be read: {reason}",
}


_LOG = "log"

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


def find(evidence: Evidence, found: Resolution) -> tuple[Limit, ...]:
    """Every limit of this scan, by capture (those of the whole scan first), code and text."""
    limits = [*_read(evidence), *_seen(evidence, found)]
    return tuple(sorted(limits, key=lambda limit: (limit.capture, limit.code, limit.text)))


def _read(evidence: Evidence) -> Iterator[Limit]:
    """Limits of the reading: by capture."""
    for name, book in evidence.ledgers.items():
        if book.problem:
            yield Limit(name, "incomplete", 1, book.frames, book.problem)
    for (capture, code, reason), trouble in evidence.troubles.items():
        if code == _LOG:
            continue  # said once for all logs of a kind: rotated ones come by the hundred
        wording = _TROUBLES.get(code)
        if code == "rejoined":
            continue
        if code == "fragment":
            joined = evidence.troubles.get((capture, "rejoined", reason))
            if left := trouble.times - (joined.times if joined else 0):
                text = "later fragments of IP packets that nobody asked for or that could not be joined"
                yield Limit(capture, code, left, trouble.first_frame, text)
        elif wording:
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
    logs = Counter(reason for _, code, reason in evidence.troubles if code == _LOG)
    for reason, count in logs.items():
        yield Limit("", _LOG, count, 0, reason)
    overflow = sum(group.overflow for group in evidence.facts.values())
    if overflow:
        yield Limit("", "values_dropped", overflow, 0, "senders whose later values of one kind were not kept")
    if found.conflicts:
        listed = ", ".join(ip for _, ip in sorted(found.conflicts)[:5])
        yield Limit("", "address_conflict", len(found.conflicts), 0, f"addresses that more than one MAC claims: {listed}")
    yield from _counted(things)


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
