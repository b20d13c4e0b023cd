"""The evidence an inventory was judged from, kept beside it: so that newer tables can judge again, and databases merge.

Rows in sorted order, so that equal bags give equal bytes whatever order they were filled in.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from scanner.evidence import Evidence, Group, Ledger, Place, Received, Traffic, Trouble
from scanner.model import CaptureRecord, Role, Sighting, Subject
from scanner.store.schema import rows_of

Row = tuple[Any, ...]
NOWHERE = (None, None, None)
_ROLES = {role: role.value for role in Role}  # handing SQLite the enumeration's member takes it three times as long


def rows(evidence: Evidence) -> Iterator[tuple[str, Iterable[Row]]]:
    """The tables of the bag with their rows, without keys. Ledgers are not among them: they are the table `capture`."""
    subjects = sorted({subject for subject, _ in evidence.facts} | set(evidence.traffic))
    yield "subject", subjects
    groups = _groups(evidence, subjects)
    yield "said", ((number, channel, group.observed, group.overflow) for number, channel, group in groups)
    yield (
        "fact",
        (
            (number, channel, _ROLES[role], value, *seen)
            for number, channel, group in groups
            for (role, value), seen in (sorted(group.values.items()) if len(group.values) > 1 else group.values.items())
        ),
    )
    counts = ((number, evidence.traffic.get(subject)) for number, subject in enumerate(subjects, 1))
    yield (
        "traffic",
        (
            (number, sent.frames, sent.bytes, *sent.first, sent.last, *(sent.heard or NOWHERE), f"{sent.ttls:x}")
            for number, sent in counts
            if sent
        ),
    )
    yield "received", ((*key, got.frames, *got.first, got.last) for key, got in sorted(evidence.addressed.items()))
    yield "once", ((record,) for record in evidence.once)
    yield "trouble", ((*key, trouble.times, trouble.first_frame) for key, trouble in sorted(evidence.troubles.items()))


def _groups(evidence: Evidence, subjects: list[Subject]) -> list[tuple[int, str, Group]]:
    """The facts in the order of their subjects and channels; each with its subject's number.

    Sorted one subject at a time, because comparing subject and channel each time costs more than storing: a bag of a million
    facts of 100,000 subjects is written in 6.3 s CPU, 9.9 s with all sorted at once (2026-11-22).
    """
    channels: dict[Subject, list[str]] = defaultdict(list)
    for subject, channel in evidence.facts:
        channels[subject].append(channel)
    return [
        (number, channel, evidence.facts[subject, channel])
        for number, subject in enumerate(subjects, 1)
        for channel in sorted(channels.get(subject, ()))
    ]


def load(conn: sqlite3.Connection) -> Evidence:
    """The bag in an open database. Raises ValueError or KeyError for values Fieldmark never writes."""
    subjects = {number: Subject(*values) for number, *values in rows_of(conn, "subject")}
    evidence = Evidence()
    for _, number, channel, observed, overflow in rows_of(conn, "said"):
        evidence.facts[subjects[number], channel] = Group({}, observed, bool(overflow))
    for _, number, channel, role, value, *seen in rows_of(conn, "fact"):
        evidence.facts[subjects[number], channel].values[Role(role), value] = Sighting(*seen)
    for _, number, frames, size, time, capture, frame, last, *heard, ttls in rows_of(conn, "traffic"):
        place = Place(*heard) if heard[1] is not None else None
        hops = int(ttls, 16)
        if not 0 <= hops < 1 << 256:
            raise ValueError("a TTL that no packet can have")
        evidence.traffic[subjects[number]] = Traffic(frames, size, Place(time, capture, frame), last, place, hops)
    for _, segment, mac, frames, time, capture, frame, last in rows_of(conn, "received"):
        evidence.addressed[segment, mac] = Received(frames, Place(time, capture, frame), last)
    evidence.once = [record for _, record in rows_of(conn, "once")]
    for record in evidence.once:
        Evidence().restore([record])  # raises ValueError: nothing is believed later that is not looked at now
    for _, capture, code, reason, times, first in rows_of(conn, "trouble"):
        evidence.troubles[capture, code, reason] = Trouble(times, first)
    return evidence


def ledger(record: CaptureRecord) -> Ledger:
    """The ledger a capture record was made from."""
    return Ledger(
        frames=record.frames,
        decoded=record.decoded,
        malformed=record.malformed,
        unsupported=record.unsupported,
        first=record.first_seen,
        last=record.last_seen,
        link_types=frozenset(record.link_types),
        held=frozenset(record.held),
        sha256=record.sha256,
        bytes=record.bytes,
        format=record.format,
        problem=record.problem,
    )
