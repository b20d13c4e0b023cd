"""Of what was seen once only, what is judged, when there is too much of it: in a flood of forged addresses each is seen once.

Whoever is known otherwise keeps what was seen once of it (the earliest PER_CARD of each sort, which no host reaches, only a
router with half the Internet behind it). Of strangers, seen in nothing but one frame, KEPT records are judged: first those
that claim an address of somebody known, then those that say something of the sender, then the earliest. Whatever is left
out is counted. It stays in the evidence: a scan that this one is merged with may know more of them.
"""

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import groupby, pairwise

from scanner.evidence import Evidence
from scanner.once import FACT, SENT, TARGET, Record, unpack

KEPT = 5_000
"""Records about strangers that are judged: most have two, of the frame and of what it says."""

PER_CARD = 1_000
"""Of one card, senders' addresses or facts seen once that are judged."""

_CLAIMS = ("arp.ip", "nd.ip")
_LEFT_OUT = {SENT: "senders", TARGET: "cards that frames were sent to", FACT: "facts"}

Who = tuple[str, str]  # segment, MAC (or IP where there is none)


def choose(evidence: Evidence) -> Evidence:
    """The bag to judge: all, or without the strangers beyond those kept; `flood` is then among its troubles."""
    if not evidence.once:
        return evidence
    chosen = Evidence(dict(evidence.facts), dict(evidence.traffic), dict(evidence.addressed), dict(evidence.troubles))
    chosen.ledgers = evidence.ledgers
    known = {_name(subject) for subject in evidence.traffic} | {_name(subject) for subject, _ in evidence.facts}
    known |= evidence.addressed.keys()
    known |= {
        one for one, after in pairwise(_who(record) for record in _all(evidence) if record.key[0] == SENT) if one == after
    }
    taken = {(subject.segment, subject.ip) for subject in evidence.traffic if subject.ip}
    taken |= {(record.key[1], record.value) for record in _all(evidence) if _claims(record) and _who(record) in known}
    strangers = ((_rank(record, taken), _who(record)) for record in _all(evidence) if _who(record) not in known)
    kept = known | {who for _, who in nsmallest(KEPT, strangers)}
    pairs = zip(_all(evidence), evidence.once, strict=True)
    for (who, kind), same in groupby(pairs, key=lambda pair: (_who(pair[0]), pair[0].key[0])):
        packed = [raw for _, raw in same]
        judged = nsmallest(PER_CARD, packed, key=lambda raw: _place(unpack(raw))) if who in kept else []
        chosen.restore(judged)
        if len(judged) < len(packed):
            for record in map(unpack, set(packed).difference(judged)):
                chosen.trouble(record.capture, "flood", _LEFT_OUT[kind], record.frame)
    return chosen


def _all(evidence: Evidence) -> Iterator[Record]:
    return map(unpack, evidence.once)


def _who(record: Record) -> Who:
    segment, mac, *ip = record.key[1:4]
    return segment, mac or "".join(ip)


def _name(subject: Iterable[str]) -> Who:
    segment, mac, ip = subject
    return segment, mac or ip


def _claims(record: Record) -> bool:
    return record.key[0] == FACT and record.key[-1] in _CLAIMS


def _place(record: Record) -> tuple[int, str, int, tuple[str, ...]]:
    return record.time, record.capture, record.frame, record.key


def _rank(record: Record, taken: set[Who]) -> tuple[int, int, str, int]:
    """Order of strangers: who claims what is taken, who says something, who was only heard, who was only sent to."""
    if record.key[0] == FACT:
        rank = (0 if (record.key[1], record.value) in taken else 2) if _claims(record) else 1
    else:
        rank = 2 if record.key[0] == SENT else 3
    return rank, record.time, record.capture, record.frame
