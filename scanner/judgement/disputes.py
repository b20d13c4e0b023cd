"""Addresses that several cards claim: passed on from one to the next, in conflict, or taken by one that answers for others.

Both sides are kept with the frames that show them. Not a dispute: the MAC of a virtual router beside its router, two cards
of one device, and a bridge that writes its own MAC over that of the card the address was leased to.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from fingerprints.identity import load
from scanner.evidence import Evidence, Place
from scanner.judgement.proofs import Proofs
from scanner.model import Subject

CLAIMED = ("arp", "nd")
"""Proofs that a card can give for any address, by saying so."""


class Side(NamedTuple):
    """One of those who claim an address: by which proof, first where; used, gone: when (ns since 1970) it last sent from
    the address, and at all."""

    mac: str
    proof: str
    place: Place
    used: int
    gone: int


class Dispute(NamedTuple):
    """An address and its sides, the earliest first. code: `address_moved` (the one before had left, or the next one was
    given it by a server), `address_conflict`, or `arp_spoofing`: one side claims, by ARP or neighbour discovery, addresses
    of several others."""

    code: str
    segment: str
    ip: str
    sides: tuple[Side, ...]


def find(evidence: Evidence, proofs: Proofs, carrying: frozenset[str], main: Mapping[str, str]) -> tuple[Dispute, ...]:
    """Every disputed address. main: for a thing that is part of another, that other."""
    last: dict[str, int] = {}
    for sender, sent in evidence.traffic.items():
        last[sender.mac] = max(sent.last, last.get(sender.mac, sent.last))
    disputed: dict[tuple[str, str], list[Side]] = {}
    for (segment, ip), macs in proofs.items():
        sides = []
        for mac, (proof, place) in macs.items():
            bridged = proof == "dhcp" and mac not in last and any(other in carrying for other in macs)
            if not (load().virtual_router(mac) or bridged):
                own = evidence.traffic.get(Subject(segment, mac, ip))
                used = max(place.time, own.last) if own else place.time
                sides.append(Side(mac, proof, place, used, max(used, last.get(mac, used))))
        if len({main.get(side.mac, side.mac) for side in sides}) > 1:
            disputed[segment, ip] = sorted(sides, key=lambda side: (side.place, side.mac))
    rivals: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for (_, ip), sides in disputed.items():
        for side in sides:
            if side.proof in CLAIMED:
                # Whether there is more than one is all that is asked, so two of those who claim an address are enough.
                rivals[side.mac] |= {(ip, other.mac) for other in sides[:3] if other is not side}
    return tuple(Dispute(_code(sides, rivals), segment, ip, tuple(sides)) for (segment, ip), sides in sorted(disputed.items()))


def _code(sides: list[Side], rivals: Mapping[str, set[tuple[str, str]]]) -> str:
    for side in sides:
        addresses, others = {ip for ip, _ in rivals[side.mac]}, {mac for _, mac in rivals[side.mac]}
        if min(len(addresses), len(others)) > 1:
            return "arp_spoofing"
    if all((one.used if after.proof == "dhcp" else one.gone) < after.place.time for one, after in pairwise(sides)):
        return "address_moved"
    return "address_conflict"
