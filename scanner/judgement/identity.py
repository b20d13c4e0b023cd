"""Which addresses are one thing, and which MAC is only carrying other people's traffic.

An address belongs to a MAC by proof: ARP, neighbour discovery, a DHCP lease, an interface id made from the MAC (RFC 4291
appendix A), or a frame that no router forwards: one sent to a link-scope group, or from a link-local address (RFC 3927,
RFC 4291 section 2.5.6). An IP header alone proves nothing, because a router puts its own MAC under everybody's address.

A MAC that sends from addresses nobody ties to it, foreign ones or several, is a *carrier*: it keeps what is proven to be
its own. The local hosts behind it become things known by address only, and get nothing from the carrier's MAC; Internet
hosts behind it are no things of this network at all.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from scanner.evidence import Evidence, Place, Traffic
from scanner.model import Role, Subject, Tie
from scanner.wire.addresses import is_host_ip, is_host_mac, is_local_ip

TIES = {"arp.ip": "arp", "nd.ip": "nd", "dhcp.ip": "dhcp", "dhcpv6.ip": "dhcpv6"}
"""Channels that tie an address to the MAC of their subject, and the name of the proof."""

MOST_UNPROVEN = 2
"""Networks one MAC may send from without proof before it counts as a carrier: one of each family."""

Address = tuple[str, str]  # segment, IP: equal addresses in two segments are two
Proofs = dict[Address, dict[str, tuple[str, Place]]]  # who has the address, by which proof, seen first where


@dataclass(frozen=True, slots=True)
class Thing:
    """One device before anything is claimed about it. id: its MAC, or segment and address; carrier: see above.

    mac: the address it sent frames from or frames were sent to, "" if it is only known from messages.
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


@dataclass(frozen=True, slots=True)
class Resolution:
    """All things by id, the thing each subject belongs to, and the addresses several MACs claim."""

    things: Mapping[str, Thing]
    owner: Mapping[Subject, str]
    conflicts: Mapping[Address, tuple[str, ...]]


def resolve(evidence: Evidence) -> Resolution:
    """Sort every subject of the evidence to the thing it belongs to."""
    proofs = _proofs(evidence)
    carriers = _carriers(evidence.traffic, proofs)
    conflicts = {address: tuple(sorted(macs)) for address, macs in proofs.items() if len(macs) > 1}
    holders = _holders(proofs, carriers)
    speaking = set(evidence.traffic) | {
        subject for (subject, _), group in evidence.facts.items() if any(role is Role.SELF for role, _ in group.values)
    }
    owner: dict[Subject, str] = {}
    present: set[str] = set()
    for subject in speaking:
        if thing := _owner(subject, carriers, holders):
            owner[subject] = thing
            present.add(thing)
    # Every card is a thing, also one that is only sent to, or only carries what others say.
    for segment, mac in {*evidence.addressed, *((sender.segment, sender.mac) for sender in evidence.traffic)}:
        if is_host_mac(mac):
            owner.setdefault(Subject(segment, mac, ""), mac)
            present.add(mac)
    # What others say about an address belongs to the thing there; it does not show that one is there.
    for subject, _ in evidence.facts:
        if subject not in owner and (thing := _owner(subject, carriers, holders)) in present:
            owner[subject] = thing
    return Resolution(_things(evidence, owner, holders, carriers), owner, conflicts)


def _proofs(evidence: Evidence) -> Proofs:
    found: Proofs = defaultdict(dict)

    def tie(segment: str, ip: str, mac: str, proof: str, place: Place) -> None:
        if ip and is_host_mac(mac) and is_host_ip(ip):
            known = found[segment, ip].get(mac)
            if known is None or (place, proof) < (known[1], known[0]):
                found[segment, ip][mac] = proof, place

    for (subject, channel), group in evidence.facts.items():
        if channel in TIES and subject.mac:
            for (_, value), seen in group.values.items():
                tie(subject.segment, value, subject.mac, TIES[channel], Place(seen.time, seen.capture, seen.frame))
    for sender, traffic in evidence.traffic.items():
        if traffic.heard:
            tie(sender.segment, sender.ip, sender.mac, "link", traffic.heard)
        elif sender.ip and ip_address(sender.ip).is_link_local:
            tie(sender.segment, sender.ip, sender.mac, "link", traffic.first)
        elif sender.mac and _made_from(sender.ip, sender.mac):
            tie(sender.segment, sender.ip, sender.mac, "eui64", traffic.first)
    return dict(found)


def _made_from(ip: str, mac: str) -> bool:
    """True for an IPv6 address whose interface id is the MAC with ff:fe in the middle and the U/L bit turned."""
    if ":" not in ip:
        return False
    raw = bytes.fromhex(mac.replace(":", ""))
    return IPv6Address(ip).packed[8:] == bytes((raw[0] ^ 2, *raw[1:3], 0xFF, 0xFE, *raw[3:]))


def _carriers(traffic: Mapping[Subject, Traffic], proofs: Proofs) -> frozenset[str]:
    """MACs that send from a foreign IPv4 address not proven theirs, or from more networks than a host would."""
    unproven: dict[str, set[str]] = defaultdict(set)
    foreign: set[str] = set()
    for sender in traffic:
        if sender.mac and sender.ip and sender.mac not in proofs.get((sender.segment, sender.ip), {}):
            unproven[sender.mac].add(_network(sender.ip))
            if ":" not in sender.ip and not is_local_ip(sender.ip):
                foreign.add(sender.mac)
    return frozenset(foreign | {mac for mac, networks in unproven.items() if len(networks) > MOST_UNPROVEN})


def _network(ip: str) -> str:
    """The address itself for IPv4; the /64 for IPv6, in which one host changes its address daily (RFC 8981)."""
    return IPv6Address(ip).packed[:8].hex() if ":" in ip else ip


def _holders(proofs: Proofs, carriers: frozenset[str]) -> dict[Address, dict[str, tuple[str, Place]]]:
    """Who holds each address. Where a carrier claims what a host also claims, the host has it: a carrier forwards
    frames under other hosts' addresses, and one that spoofs ARP also claims to be them."""
    held = {}
    for address, macs in proofs.items():
        hosts = {mac: proof for mac, proof in macs.items() if mac not in carriers}
        held[address] = hosts or macs
    return held


def _owner(subject: Subject, carriers: frozenset[str], holders: Mapping[Address, Mapping[str, object]]) -> str:
    """Id of the thing a subject belongs to, "" if it is none of this network's."""
    segment, mac, ip = subject
    held = holders.get((segment, ip), {}) if ip else {}
    if mac and not is_host_mac(mac):
        return ""
    if mac and (not ip or mac in held):
        return mac
    if len(held) == 1:
        holder = next(iter(held))
        if not mac or mac in carriers or holder not in carriers:
            return holder
    if mac and mac not in carriers:
        return mac
    return by_address(segment, ip) if ip and is_local_ip(ip) else ""


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
        thing = owner.get(subject) or owner.get(subject._replace(ip=""), "")
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

    for (subject, _), group in evidence.facts.items():
        if thing := owner.get(subject):
            seen = min(group.values.values())
            note(thing, subject.mac, Place(seen.time, seen.capture, seen.frame))
    for subject, traffic in evidence.traffic.items():
        note(owner.get(subject, subject.mac), subject.mac, traffic.first)
        if is_host_mac(subject.mac):
            note(subject.mac, subject.mac, traffic.first)
    for (_, mac), received in evidence.addressed.items():
        note(mac, mac, received.first)
    return places


_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")


def is_mac(thing: str) -> bool:
    """True if a thing's id is a MAC: no IPv6 address is six groups of two digits."""
    return bool(_MAC.fullmatch(thing))
