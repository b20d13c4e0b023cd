"""Which things are one device on several cards: random MACs in turn, wired and wireless, the ports of a switch.

Two things are one only if both said the same identifier of themselves (`identifiers.py`), and nothing speaks against it:

- At the same time at most two cards of one device are on a network. An identifier that more say at once is a default that
  many devices share, and joins nobody. (A switch with its LLDP chassis ID on every port is the exception.)
- Cards that were there at the same time need a second sign, because two devices of one make or from one image look the
  same: a name that is defended on the link, neighbouring MACs of one maker's block, or one IP address seen from both sides
  of a router. Two virtual machines never: they are copied.
- Cards that took turns need no second sign for an identifier given by the device's maker. For one made by software one of
  the two MACs must be random, or they must share a name.
- Different serial numbers, DUIDs or host names speak against it; a card that gave two of them is used by several devices
  (a dock) and joins with nobody.
- Of more than two, every two must be joined. One doubt, and all stay apart: two lines for one device are a small mistake,
  one line for two devices is a wrong verdict.

A virtual router's MAC (VRRP, HSRP, GLBP) belongs to the router whose own address it sends from, if there is exactly one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from fingerprints.identity import load
from scanner.evidence import Evidence, Place
from scanner.judgement.identifiers import Identifier, said, singles
from scanner.judgement.proofs import LINK_NAMES, Proofs, own_names
from scanner.model import Subject
from scanner.wire.addresses import is_local_mac, is_mac

AT_ONCE = 2
"""Cards of one device that are on the networks at the same time: a wired and a wireless one."""

MOST = 64
"""Cards one device may use one after the other: a new random MAC each day for two months. More is a shared value."""

NEAR = 16
"""Distance of MACs that cards of one board have: makers number them in a row."""

NAMES = (*LINK_NAMES, "dhcp.hostname", "dhcp.fqdn", "dhcpv6.fqdn", "lldp.system_name")
"""Where a host says its own name."""


class Joint(NamedTuple):
    """Why a thing belongs to another: the proof as a Tie names it, and the frame in which this thing gave it."""

    proof: str
    place: Place


@dataclass(slots=True)
class Known:
    """What is known of one thing when it is compared with others. first, last: of its frames, ns since 1970."""

    first: int
    last: int
    ips: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[str] = frozenset()
    link_names: frozenset[tuple[str, str]] = frozenset()


class Group(NamedTuple):
    """Things that are one device: the one it goes by, and the others with the proof for each."""

    main: str
    others: Mapping[str, Joint]


def join(evidence: Evidence, owner: Mapping[Subject, str], proofs: Proofs) -> list[Group]:
    """All devices of more than one thing. owner: the thing of each subject; proofs: every claim to an address."""
    given = said(evidence, owner)
    found = {identifier: things for identifier, things in given.items() if len(things) > 1}
    known = _known(evidence, owner, found)
    pairs = _pairs(found, singles(given), known)
    groups = [
        Group(main, {other: _joint(other, members, pairs, found) for other in sorted(members - {main})})
        for members in _cliques(pairs)
        for main in [min(members, key=lambda thing: (not is_mac(thing), known[thing].first, thing))]
    ]
    return [*groups, *_virtual_routers(evidence, owner, proofs, groups)]


def _known(
    evidence: Evidence, owner: Mapping[Subject, str], found: Mapping[Identifier, Mapping[str, Place]]
) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for things in found.values():
        for thing, place in things.items():
            each = known.setdefault(thing, Known(place.time, place.time))
            each.first, each.last = min(each.first, place.time), max(each.last, place.time)
    ips: dict[str, set[tuple[str, str]]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    link_names: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for sender, traffic in evidence.traffic.items():
        thing = owner.get(sender, "")
        if thing in known:
            each = known[thing]
            each.first, each.last = min(each.first, traffic.first.time), max(each.last, traffic.last)
            if sender.ip:
                ips[thing].add((sender.segment, sender.ip))
    for (subject, channel), group in evidence.facts.items():
        if channel in NAMES and (thing := owner.get(subject, "")) in known:
            own = own_names(channel, group)
            names[thing] |= own
            if channel in LINK_NAMES:
                link_names[thing] |= {(subject.segment, name) for name in own}
    for thing, each in known.items():
        each.ips, each.names, each.link_names = frozenset(ips[thing]), frozenset(names[thing]), frozenset(link_names[thing])
    return known


Pairs = dict[tuple[str, str], Identifier]  # two things, in order, and what joins them


def _pairs(
    found: Mapping[Identifier, Mapping[str, Place]], values: Mapping[str, Mapping[str, set[str]]], known: Mapping[str, Known]
) -> Pairs:
    # Not one that several use, nor a virtual router: who answers under its MAC changes.
    alone = {thing for thing, scopes in values.items() if any(len(several) > 1 for several in scopes.values())}
    alone |= {thing for thing in known if load().virtual_router(thing)}
    pairs: Pairs = {}
    tried: set[tuple[str, str, str]] = set()
    for identifier, things in sorted(found.items()):
        if len(things) > MOST or (identifier.proof != "chassis" and _at_once(known[thing] for thing in things) > AT_ONCE):
            continue
        for one, other in combinations(sorted(things.keys() - alone), 2):
            if (one, other, identifier.proof) in tried:
                continue
            tried.add((one, other, identifier.proof))
            if not _contradict(values.get(one, {}), values.get(other, {}), known[one], known[other]) and _fit(
                identifier, one, other, known[one], known[other]
            ):
                pairs.setdefault((one, other), identifier)
    return pairs


def _at_once(things: Iterable[Known]) -> int:
    """How many were there at one moment, at most."""
    steps = sorted(step for thing in things for step in ((thing.first, 1), (thing.last, 2)))  # whoever comes counts first
    most = now = 0
    for _, kind in steps:
        now += 1 if kind == 1 else -1
        most = max(most, now)
    return most


def _contradict(mine: Mapping[str, set[str]], others: Mapping[str, set[str]], one: Known, other: Known) -> bool:
    """True if the two gave different values of something one device has one of, or call themselves by other names."""
    if any(scope in others and mine[scope].isdisjoint(others[scope]) for scope in mine):
        return True
    return bool(one.names and other.names) and one.names.isdisjoint(other.names)


def _fit(identifier: Identifier, one: str, other: str, mine: Known, others: Known) -> bool:
    virtual = [bool(load().virtual_machine(thing)) for thing in (one, other)]
    if mine.first <= others.last and others.first <= mine.last:  # there at the same time
        if identifier.proof in ("chassis", "instance"):
            return True  # a chassis has many ports; an instance name is defended on its link
        same_address = {ip for _, ip in mine.ips} & {ip for _, ip in others.ips} and mine.ips.isdisjoint(others.ips)
        return not all(virtual) and bool(mine.link_names & others.link_names or _near(one, other) or same_address)
    random = any(
        is_mac(thing) and is_local_mac(thing) and not is_virtual
        for thing, is_virtual in zip((one, other), virtual, strict=True)
    )
    return identifier.unit or random or bool(mine.names & others.names)


def _near(one: str, other: str) -> bool:
    if not (is_mac(one) and is_mac(other)) or is_local_mac(one):
        return False
    return abs(int(one.replace(":", ""), 16) - int(other.replace(":", ""), 16)) <= NEAR


def _cliques(pairs: Pairs) -> Iterator[frozenset[str]]:
    """The connected groups in which every two are joined; any other group is left alone as a whole."""
    joined: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        joined[one].add(other)
        joined[other].add(one)
    for thing, others in sorted(joined.items()):
        # In such a group each has all the others, so one look at each shows it, however long a chain somebody forged.
        if thing > min(others) or any(len(joined[other]) != len(others) for other in others):
            continue
        members = frozenset(others | {thing})
        if all(joined[other] | {other} == members for other in others):
            yield members


def _joint(thing: str, members: frozenset[str], pairs: Pairs, found: Mapping[Identifier, Mapping[str, Place]]) -> Joint:
    """The earliest proof by which a thing belongs to its group, in which every two are a pair."""
    given = {pairs[min(thing, other), max(thing, other)] for other in members - {thing}}
    return min((Joint(identifier.proof, found[identifier][thing]) for identifier in given), key=lambda j: (j.place, j.proof))


def _virtual_routers(
    evidence: Evidence, owner: Mapping[Subject, str], proofs: Proofs, groups: Iterable[Group]
) -> Iterator[Group]:
    """Each virtual router MAC with the one thing that holds the address it sends from.

    Only frames to a group of the link count, as the protocols' own are: the group's address, which it answers for in ARP,
    anybody may claim beside it.
    """
    mains = {other: group.main for group in groups for other in group.others}
    routers: dict[str, set[str]] = defaultdict(set)
    places: dict[str, Joint] = {}
    for (segment, mac, ip), traffic in evidence.traffic.items():
        if traffic.heard and (name := load().virtual_router(mac)):
            holding = proofs.get((segment, ip), {})
            routers[mac] |= {mains.get(other, other) for other in holding if not load().virtual_router(other)}
            joint = Joint(name.lower(), traffic.heard)
            places[mac] = min(joint, places.get(mac, joint), key=lambda j: j.place)
    present = set(owner.values())
    for mac, real in sorted(routers.items()):
        if len(real) == 1 and mac in present and real <= present:
            yield Group(min(real), {mac: places[mac]})
