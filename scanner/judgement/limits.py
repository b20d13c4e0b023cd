"""What this scan could not show, and what was lost: coded, counted, with the first frame where there is one.

A reader must be able to tell "not there" from "could not be seen": the codes are part of the result and stay stable.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from fingerprints.age import stale
from fingerprints.oui import Table
from scanner.evidence import Evidence
from scanner.judgement import hidden
from scanner.judgement.disputes import Dispute
from scanner.judgement.hidden import Hidden
from scanner.judgement.identity import Resolution, Thing, by_address, virtual
from scanner.model import TEXT_LINES, CaptureRecord, Limit
from scanner.wire.addresses import is_local_mac

_TROUBLES = {
    "unsupported": "frames of a kind this version does not read: {reason}",
    "malformed": "frames that break their protocol's own rules: {reason}",
    "addressless": "frames that carry no MAC or IP address by which a device could be told: {reason}",
    "snapped": "frames whose headers the capture cut off (snap length)",
    "cut": "frames of which the capture kept only the beginning (snap length): what they said further on was not seen",
    "deep": "frames with more tunnels in each other than are followed",
    "flood": "{reason} seen once only, counted and not judged because they are too many: a flood of forged addresses",
    "dropped": "frames that were lost while capturing, because the host or its card was too slow",
    "unfinished": "messages over several packets of which a part is missing: what they say further on is lost",
    "line": "lines that could not be read: {reason}",
}


_LOG = "log"
_DISPUTES = {
    "address_moved": "passed from one card to another",
    "address_conflict": "is claimed by several cards at the same time",
    "arp_spoofing": "is claimed by a card that answers for several hosts (ARP spoofing, or a proxy)",
}

MOST_EVENTS = 100
"""Events of one kind and capture that are listed one by one."""
_ABSENT = {
    "dhcp": ("no_dhcp", "no DHCP was seen: host names and vendor classes sent at start-up are missing"),
    "group": ("no_broadcast", "no broadcast or ARP was seen: routed traffic; quiet devices are invisible"),
    "unicast": ("no_unicast", "only broadcasts and multicasts were seen: a plain switch port hears no conversations"),
}
"""By kind of traffic that a capture may hold (`evidence.Ledger.held`): code and text where it holds none."""

_WIFI = ("IEEE802_11", "PPI")

_HIDDEN = (
    (
        "names_ech",
        ("tls.ech", "quic.ech"),
        "client hellos with an encrypted one inside (ECH, or a browser's decoy): the name outside may be only the front's",
    ),
    (
        "names_unread",
        ("quic.unread",),
        "QUIC client hellos whose name stands in a later packet, or that are of an unknown version: it was not read",
    ),
)
"""Code, channels that are counted, and text, of names hidden in one way."""

_NAMED = frozenset({"tls.sni", "quic.sni"})
RESOLVERS = (
    "dns.google", "cloudflare-dns.com", "one.one.one.one", "dns.quad9.net", "doh.opendns.com", "dns.nextdns.io",
    "dns.adguard-dns.com", "doh.cleanbrowsing.org", "dns.alidns.com", "doh.pub", "dot.pub", "doh.360.cn",
)  # fmt: skip
"""Public resolvers that answer over HTTPS or TLS (curl's wiki, "DNS over HTTPS"; from memory): a few, so a least number."""

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
            held=tuple(sorted(book.held)),
        )
        for name, book in sorted(evidence.ledgers.items())
    )


def find(evidence: Evidence, found: Resolution, tables: Iterable[Table] = ()) -> tuple[Limit, ...]:
    """Every limit of this scan, by capture (those of the whole scan first), code and text. tables: those it is judged by."""
    return ordered([*_read(evidence), *_seen(evidence, found), *_aged(evidence, tables)])


def ordered(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Limits in the order of an inventory."""
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
    things = found.things.values()
    logs = Counter(reason for _, code, reason in evidence.troubles if code == _LOG)
    read = {
        name: book
        for name, book in evidence.ledgers.items()
        if book.frames > book.unsupported and TEXT_LINES not in book.link_types  # what a log lacks, it says by itself
    }
    for kind, (code, text) in _ABSENT.items():
        without = [name for name, book in read.items() if kind not in book.held]
        yield from _absent(code, text, without, everywhere=len(without) == len(read) and not logs)
    wired = [name for name, book in read.items() if not any(link.startswith(_WIFI) for link in book.link_types)]
    if wired and len(wired) == len(read):
        yield Limit("", "no_wifi", 0, 0, "no 802.11 frames: access points' beacons and the radios themselves were not heard")
    yield from _encrypted(evidence, found)
    if 0 <= (lasted := _lasted(evidence)) < SHORT:
        yield Limit("", "short", 1, 0, f"heard for {lasted} seconds only: devices that speak rarely may be missing")
    for reason, count in logs.items():
        yield Limit("", _LOG, count, 0, reason)
    overflow = sum(group.overflow for group in evidence.facts.values())
    if overflow:
        yield Limit("", "values_dropped", overflow, 0, "senders whose later values of one kind were not kept")
    yield from _events(list(map(_dispute, found.disputes)))
    yield from _events(list(map(_hidden, hidden.find(evidence, found.owner))))
    yield from _counted(list(things))


def _absent(code: str, text: str, without: Sequence[str], *, everywhere: bool) -> Iterator[Limit]:
    """Something nothing that was read holds is a limit of the whole scan; something only some captures lack, of these."""
    for name in [""] if without and everywhere else without:
        yield Limit(name, code, 0, 0, text)


def _encrypted(evidence: Evidence, found: Resolution) -> Iterator[Limit]:
    """Names that were asked for and could not be read, counted by how they were hidden."""
    observed: Counter[str] = Counter()
    asking: set[str] = set()
    for (subject, channel), group in evidence.facts.items():
        observed[channel] += group.observed
        if channel in _NAMED and any(_resolver(value) for _, value in group.values):
            asking.add(found.owner.get(subject, ""))
    for code, channels, text in _HIDDEN:
        if count := sum(observed[channel] for channel in channels):
            yield Limit("", code, count, 0, text)
    if asking:
        text = "devices that ask an encrypted resolver (DNS over HTTPS or TLS): which names they look up cannot be seen"
        yield Limit("", "names_doh", len(asking), 0, text)


def _resolver(name: str) -> bool:
    return any(name == known or name.endswith("." + known) for known in RESOLVERS)


def _dispute(dispute: Dispute) -> Limit:
    """An address several cards claim, with every side and the frame that shows it; dated by the second to claim it."""
    told = [
        f"{side.mac} ({side.proof}, frame {side.place.frame} of {side.place.capture})" for side in dispute.sides[:MOST_EVENTS]
    ]
    where = by_address(dispute.segment, dispute.ip)
    second = dispute.sides[1].place
    text = f"{where} {_DISPUTES[dispute.code]}: {', '.join(told)}"
    return Limit(second.capture, dispute.code, len(dispute.sides), second.frame, text)


def _hidden(found: Hidden) -> Limit:
    where = by_address(found.subject.segment, found.subject.ip)
    text = f"at least {found.least} hosts use the address {where} (translation or a proxy): {'; '.join(found.signs)}"
    return Limit(found.capture, "hidden_hosts", found.least, found.frame, text)


def _events(events: Sequence[Limit]) -> Iterator[Limit]:
    """The earliest events of each kind and capture, and how many more there are."""
    kept: dict[tuple[str, str], list[Limit]] = defaultdict(list)
    for event in events:
        kept[event.capture, event.code].append(event)
    for (capture, code), same in kept.items():
        same.sort(key=lambda event: (event.first_frame, event.text))
        yield from same[:MOST_EVENTS]
        if more := same[MOST_EVENTS:]:
            yield Limit(capture, code, len(more), more[0].first_frame, "more of the same, not listed one by one")


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


def _counted(things: Sequence[Thing]) -> Iterator[Limit]:
    randoms = carriers = remote = silent = virtuals = once = 0
    for thing in things:
        machine = bool(thing.macs) and bool(virtual(thing.macs[0].address))
        virtuals += machine
        randoms += bool(thing.macs) and not machine and is_local_mac(thing.macs[0].address)
        once += thing.frames == 1 and not any(tie.proof != "sender" for tie in thing.ips)
        carriers += thing.carrier
        remote += not thing.macs
        silent += any(tie.proof == "addressed" for tie in thing.macs)
    if randoms:
        share = f"{randoms / len(things):.0%}".replace("%", " %")
        text = f"devices with a locally administered (often random) MAC, {share} of all: it has no registrant"
        yield Limit("", "random_mac", randoms, 0, text)
    if virtuals:
        text = "MACs of virtual routers, virtual machines or containers: they say nothing about who makes the hardware"
        yield Limit("", "virtual_mac", virtuals, 0, text)
    if once:
        text = "devices heard in one frame that proves no address: a forged sender would look the same"
        yield Limit("", "one_frame", once, 0, text)
    if carriers:
        yield Limit(
            "",
            "carrier",
            carriers,
            0,
            "MACs that carry other hosts' traffic (routers, bridges): they say nothing about those hosts",
        )
        text = "routers and bridges in which a cellular module may sit, and hosts behind NAT: neither shows itself here"
        yield Limit("", "behind_nat", carriers, 0, text)
    if silent:
        yield Limit("", "never_heard", silent, 0, "devices that frames were sent to but none came from: one direction only")
    if remote:
        yield Limit("", "address_only", remote, 0, "devices known by IP address only: their own MAC is not in this capture")
