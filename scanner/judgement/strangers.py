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
from scanner.once import FACT, SENT, TARGET, channel_in, name_in, seen_in, who_in

KEPT = 5_000
"""Records about strangers that are judged: most have two, of the frame and of what it says."""

PER_CARD = 1_000
"""Of one card, senders' addresses or facts seen once that are judged."""

_CLAIMS = (b"arp.ip", b"nd.ip")
_SENT, _FACT = SENT.encode(), FACT.encode()
_LEFT_OUT = {_SENT: "senders", TARGET.encode(): "cards that frames were sent to", _FACT: "facts"}

Who = tuple[bytes, bytes]  # segment, MAC (or IP where there is none), as they stand in packed entries


def choose(evidence: Evidence) -> Evidence:
    """The bag to judge: all, or without the strangers beyond those kept; `flood` is then among its troubles.

    A flood is millions of entries: each is looked at in its packed form, in several passes, so that none need be held.
    """
    if not evidence.once:
        return evidence
    once = evidence.once
    chosen = Evidence(dict(evidence.facts), dict(evidence.traffic), dict(evidence.addressed), dict(evidence.troubles))
    chosen.ledgers = evidence.ledgers
    known = {_name(subject) for subject in evidence.traffic} | {_name(subject) for subject, _ in evidence.facts}
    known |= {_name((*card, "")) for card in evidence.addressed}
    senders = (who for kind, who in map(_who, once) if kind == _SENT)
    known |= {one for one, after in pairwise(senders) if one == after}
    taken = {(subject.segment.encode(), subject.ip) for subject in evidence.traffic if subject.ip}
    taken |= {(who[0], seen_in(packed).value) for packed, who in _claims(once) if who in known}
    named = ((packed, *_who(packed)) for packed in once)
    strangers = ((_rank(packed, kind, who[0], taken), who) for packed, kind, who in named if who not in known)
    kept = known | {who for _, who in nsmallest(KEPT, strangers)}
    left: dict[tuple[str, str], list[int]] = {}  # by capture and kind: how many, and the first frame
    for (kind, who), same in groupby(once, key=_who):
        packed = list(same)
        judged = nsmallest(PER_CARD, packed, key=_place) if who in kept else []
        chosen.restore(judged)
        for record in set(packed).difference(judged) if judged else packed:
            seen = seen_in(record)
            count = left.setdefault((seen.capture, _LEFT_OUT[kind]), [0, seen.frame])
            count[:] = count[0] + 1, min(count[1], seen.frame)
    for (capture, what), (times, first) in left.items():
        chosen.trouble(capture, "flood", what, first, times)
    return chosen


def _who(packed: bytes) -> tuple[bytes, Who]:
    kind, *who = who_in(packed)
    return kind, (who[0], who[1])


def _name(subject: Iterable[str]) -> Who:
    segment, mac, ip = subject
    return segment.encode(), (mac or ip).encode()


def _claims(once: Iterable[bytes]) -> Iterator[tuple[bytes, Who]]:
    """The facts that claim an address, and who does."""
    for packed in once:
        if packed.startswith(_FACT) and channel_in(packed) in _CLAIMS:
            yield packed, _who(packed)[1]


def _place(packed: bytes) -> tuple[int, str, int, bytes]:
    time, capture, frame, _ = seen_in(packed)
    return time, capture, frame, name_in(packed)


def _rank(packed: bytes, kind: bytes, segment: bytes, taken: set[tuple[bytes, str]]) -> tuple[int, int, str, int]:
    """Order of strangers: who claims what is taken, who says something, who was only heard, who was only sent to."""
    time, capture, frame, value = seen_in(packed)
    if kind == _FACT:
        rank = (0 if (segment, value) in taken else 2) if channel_in(packed) in _CLAIMS else 1
    else:
        rank = 2 if kind == _SENT else 3
    return rank, time, capture, frame
