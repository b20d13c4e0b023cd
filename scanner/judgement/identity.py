"""Which addresses are one thing, and which MAC is only carrying other people's traffic.

An address belongs to a MAC by proof (`proofs.py`), never by an IP header alone. A MAC that sends from addresses nobody ties
to it is a *carrier*: it keeps what is proven to be its own. The local hosts behind it become things known by address only,
and get nothing from the carrier's MAC; Internet hosts behind it are no things of this network at all.

A thing may have several MACs, again by proof (`joining.py`). Of these only *cards* tell something about hardware: the MACs
of virtual routers, virtual machines and containers are given by software.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fingerprints.identity import load
from scanner.evidence import Evidence, Place, Traffic
from scanner.judgement import joining
from scanner.judgement.disputes import Dispute, find
from scanner.judgement.joining import Group
from scanner.judgement.proofs import Address, Proofs, carriers, gather, holders, several
from scanner.model import Role, Sighting, Subject, Tie
from scanner.wire.addresses import is_host_mac, is_local_ip, is_local_mac, is_mac


@dataclass(frozen=True, slots=True)
class Thing:
    """One device before anything is claimed about it. id: its MAC, or segment and address; carrier: see above.

    mac: the address it sent frames from or frames were sent to, "" if it is only known from messages. macs: that one
    first, then those joined to it.
    """

    id: str
    mac: str
    segment: str
    macs: tuple[Tie, ...]
    ips: tuple[Tie, ...]
    carrier: bool
    first: Place
    last: int
    frames: int
    bytes: int

    @property
    def cards(self) -> tuple[Tie, ...]:
        """MACs whose address block may tell something about hardware."""
        real = [tie for tie in self.macs if not virtual(tie.address)]
        return tuple(sorted(real, key=lambda tie: is_local_mac(tie.address)))  # burned-in ones first

    @property
    def machine(self) -> bool:
        """True if every MAC is one that software gives to virtual machines or containers."""
        return bool(self.macs) and all(load().virtual_machine(tie.address) for tie in self.macs)


@dataclass(frozen=True, slots=True)
class Resolution:
    """All things by id, the thing each subject belongs to, and the addresses that several claim."""

    things: Mapping[str, Thing]
    owner: Mapping[Subject, str]
    disputes: tuple[Dispute, ...]


def virtual(mac: str) -> str:
    """What gives such MACs without any hardware of that number, "" if it may be a card's."""
    return load().virtual_router(mac) or load().virtual_machine(mac)


def resolve(evidence: Evidence) -> Resolution:
    """Sort every subject of the evidence to the thing it belongs to."""
    proofs = gather(evidence)
    apart = several(evidence, proofs)
    carrying = carriers(evidence, proofs) | {subject.mac for subject in apart}
    held = holders(proofs, carrying, apart)
    owner = _owners(evidence, carrying, held)
    groups = joining.join(evidence, owner, proofs)
    things = _things(evidence, owner, held, carrying)
    main = {other: group.main for group in groups for other in group.others}
    for group in groups:
        things[group.main] = _together(group, things)
    for other in main:
        del things[other]
    owner = {subject: main.get(thing, thing) for subject, thing in owner.items()}
    return Resolution(dict(sorted(things.items())), owner, find(evidence, proofs, carrying, main))


def _owners(evidence: Evidence, carrying: frozenset[str], held: Proofs) -> dict[Subject, str]:
    speaking = set(evidence.traffic) | {
        subject for (subject, _), group in evidence.facts.items() if any(role is Role.SELF for role, _ in group.values)
    }
    owner: dict[Subject, str] = {}
    present: set[str] = set()
    for subject in speaking:
        if thing := _owner(subject, carrying, held):
            owner[subject] = thing
            present.add(thing)
    # Every card is a thing, also one that is only sent to, or only carries what others say.
    for segment, mac in {*evidence.addressed, *((sender.segment, sender.mac) for sender in evidence.traffic)}:
        if is_host_mac(mac):
            owner.setdefault(Subject(segment, mac, ""), mac)
            present.add(mac)
    # What others say about an address belongs to the thing there; it does not show that one is there.
    for subject, _ in evidence.facts:
        if subject not in owner and (thing := _owner(subject, carrying, held)) in present:
            owner[subject] = thing
    return owner


def _owner(subject: Subject, carrying: frozenset[str], held: Mapping[Address, Mapping[str, object]]) -> str:
    """Id of the thing a subject belongs to, "" if it is none of this network's."""
    segment, mac, ip = subject
    holding = held.get((segment, ip), {}) if ip else {}
    if mac and not is_host_mac(mac):
        return ""
    if mac and (not ip or mac in holding):
        return mac
    if len(holding) == 1:
        holder = next(iter(holding))
        if not mac or mac in carrying or holder not in carrying:
            return holder
    if mac and mac not in carrying:
        return mac
    return by_address(segment, ip) if ip and is_local_ip(ip) else ""


def _together(group: Group, things: Mapping[str, Thing]) -> Thing:
    """One thing of several: all addresses, the joined MACs each with the proof that joined it."""
    main, others = things[group.main], [things[other] for other in group.others]
    ips: dict[str, Tie] = {}
    for tie in (tie for thing in (main, *others) for tie in thing.ips):
        _earliest(ips, tie)
    joined = [Tie(mac, joint.proof, *joint.place) for mac, joint in group.others.items() if is_mac(mac)]
    return replace(
        main,
        macs=(*main.macs, *sorted(joined, key=lambda tie: (tie.time, tie.capture, tie.frame, tie.address))),
        ips=tuple(ips[ip] for ip in sorted(ips)),
        carrier=main.carrier or any(thing.carrier for thing in others),
        first=min(thing.first for thing in (main, *others)),
        last=max(thing.last for thing in (main, *others)),
        frames=sum(thing.frames for thing in (main, *others)),
        bytes=sum(thing.bytes for thing in (main, *others)),
    )


def by_address(segment: str, ip: str) -> str:
    """Id of a thing that has no MAC of its own here."""
    return f"{segment}/{ip}" if segment else ip


def _things(
    evidence: Evidence,
    owner: Mapping[Subject, str],
    holders: Mapping[Address, Mapping[str, tuple[str, Place]]],
    carriers: frozenset[str],
) -> dict[str, Thing]:
    subjects: dict[str, list[Subject]] = defaultdict(list)
    for subject, thing in owner.items():
        subjects[thing].append(subject)
    ips: dict[str, dict[str, Tie]] = defaultdict(dict)
    for (_, ip), macs in sorted(holders.items()):
        for mac, (proof, place) in macs.items():
            _earliest(ips[mac], Tie(ip, proof, *place))
    sent: dict[str, dict[Subject, Traffic]] = defaultdict(dict)
    for subject, traffic in evidence.traffic.items():
        # What belongs to nobody here was still sent by the card that carried it.
        thing = owner.get(subject) or owner.get(Subject(subject.segment, subject.mac, ""), "")
        if thing:
            sent[thing][subject] = traffic
    places = _earliest_places(evidence, owner)
    speaking = {sender.mac for sender in evidence.traffic}
    return {
        thing: _thing(thing, sorted(mine), ips[thing], evidence, places[thing], carriers, sent[thing], own=thing in speaking)
        for thing, mine in sorted(subjects.items())
    }


def _thing(
    thing: str,
    subjects: list[Subject],
    proven: dict[str, Tie],
    evidence: Evidence,
    named: Place,
    carriers: frozenset[str],
    sent: Mapping[Subject, Traffic],
    *,
    own: bool,
) -> Thing:
    first = min([t.first for t in sent.values()], default=named)
    mac = thing if is_mac(thing) else ""
    received = [evidence.addressed[s.segment, s.mac] for s in subjects if (s.segment, s.mac) in evidence.addressed]
    proof = "sender" if own else "addressed" if received else "message"
    ips = dict(proven)
    if mac not in carriers:
        for subject, traffic in sent.items():
            # Not proof, and said so: the only address(es) this card sent from, with no sign that it carries others'.
            if subject.ip and is_local_ip(subject.ip) and not _has_family(proven, subject.ip):
                _earliest(ips, Tie(subject.ip, "sender", *traffic.first))
    return Thing(
        id=thing,
        mac=mac if own or received else "",
        segment=min((subject.segment, subject) for subject in subjects)[0],
        macs=(Tie(mac, proof, *named),) if mac else (),
        ips=tuple(ips[ip] for ip in sorted(ips)),
        carrier=mac in carriers,
        first=first,
        last=max([t.last for t in sent.values()] or [r.last for r in received] or [first.time]),
        frames=sum(t.frames for t in sent.values()),
        bytes=sum(t.bytes for t in sent.values()),
    )


def _has_family(ties: Mapping[str, Tie], ip: str) -> bool:
    return any((":" in known) == (":" in ip) for known in ties)


def _earliest(ties: dict[str, Tie], tie: Tie) -> None:
    known = ties.get(tie.address)
    if known is None or (tie.time, tie.capture, tie.frame, tie.proof) < (known.time, known.capture, known.frame, known.proof):
        ties[tie.address] = tie


def _earliest_places(evidence: Evidence, owner: Mapping[Subject, str]) -> dict[str, Place]:
    """The first frame that says something about each thing, by anybody; for a thing with a MAC, the first that names it."""
    places: dict[str, Place] = {}

    def note(thing: str, mac: str, place: Place) -> None:
        if mac == thing or not is_mac(thing):
            places[thing] = min(place, places.get(thing, place))

    seen: dict[Subject, Sighting] = {}
    for (subject, _), group in evidence.facts.items():
        first = min(group.values.values())
        known = seen.get(subject)
        if known is None or first < known:
            seen[subject] = first
    for subject, first in seen.items():
        if thing := owner.get(subject):
            note(thing, subject.mac, Place(first.time, first.capture, first.frame))
    for subject, traffic in evidence.traffic.items():
        note(owner.get(subject, subject.mac), subject.mac, traffic.first)
        if is_host_mac(subject.mac):
            note(subject.mac, subject.mac, traffic.first)
    for (_, mac), received in evidence.addressed.items():
        note(mac, mac, received.first)
    return places
