"""Which card has which IP address, by proof; and which card only has its MAC under addresses of others.

An address belongs to a MAC by ARP, neighbour discovery, a DHCP lease, an interface id made from the MAC (RFC 4291 appendix
A), or a frame that no router forwards: one sent to a link-scope group, or from a link-local address (RFC 3927, RFC 4291
section 2.5.6). What a host announces as its further addresses (mDNS, LLDP, CDP) counts where nobody proves or announces
anything else. An IP header alone proves nothing, because a router puts its own MAC under everybody's address.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address

from scanner.evidence import Evidence, Group, Place, Traffic
from scanner.model import Role, Subject
from scanner.wire.addresses import is_host_ip, is_host_mac, is_link_ip, is_local_ip

TIES = {"arp.ip": "arp", "nd.ip": "nd", "dhcp.ip": "dhcp", "dhcpv6.ip": "dhcpv6"}
"""Channels that tie an address to the MAC of their subject, and the name of the proof."""

ANNOUNCED = {"mdns.ip": "mdns", "lldp.management_ip": "lldp", "cdp.ip": "cdp"}
"""Channels in which a host lists addresses of its own: weaker, because many hosts may list the same inner address."""

LINK_NAMES = ("mdns.name", "nbns.name", "llmnr.name")
"""Names that are defended on the link: a second host that takes one is told so (RFC 6762 section 9, RFC 4795, RFC 1002)."""

MOST_UNPROVEN = 2
"""Networks one MAC may send from without proof before it counts as a carrier: one of each family."""

FARTHEST = 3
"""Routers on the way that a TTL still shows: more is as likely a device that begins with an unusual number."""

_BEGINNINGS = (64, 128, 255)  # of TTL and hop limit in common systems
_FORWARDED = sum(1 << start - hops for start in _BEGINNINGS for hops in range(1, FARTHEST + 1))

Address = tuple[str, str]  # segment, IP: equal addresses in two segments are two
Holder = tuple[str, Place]  # by which proof, seen first where
Proofs = dict[Address, dict[str, Holder]]  # who has the address


def gather(evidence: Evidence) -> Proofs:
    """Every address with the MACs that are proven to have it."""
    found: Proofs = {}
    for (subject, channel), group in evidence.facts.items():
        if channel in TIES and subject.mac:
            for (_, value), seen in group.values.items():
                pair = Subject(subject.segment, subject.mac, value)
                _tie(found, pair, TIES[channel], Place(seen.time, seen.capture, seen.frame))
    for sender, traffic in evidence.traffic.items():
        if proof := _by_frames(sender, traffic):
            _tie(found, sender, proof, traffic.heard or traffic.first)
    for address, macs in _announced(evidence).items():
        if address not in found and len(macs) == 1:
            found[address] = macs
    return found


def _tie(found: Proofs, pair: Subject, proof: str, place: Place) -> None:
    segment, mac, ip = pair
    if ip and is_host_mac(mac) and is_host_ip(ip):
        known = found.setdefault((segment, ip), {}).get(mac)
        if known is None or (place, proof) < (known[1], known[0]):
            found[segment, ip][mac] = proof, place


def _by_frames(sender: Subject, traffic: Traffic) -> str:
    if traffic.heard or (sender.ip and is_link_ip(sender.ip)):
        return "link"
    return "eui64" if sender.mac and _made_from(sender.ip, sender.mac) else ""


def _made_from(ip: str, mac: str) -> bool:
    """True for an IPv6 address whose interface id is the MAC with ff:fe in the middle and the U/L bit turned."""
    if ":" not in ip:
        return False
    raw = bytes.fromhex(mac.replace(":", ""))
    return IPv6Address(ip).packed[8:] == bytes((raw[0] ^ 2, *raw[1:3], 0xFF, 0xFE, *raw[3:]))


def _announced(evidence: Evidence) -> Proofs:
    found: Proofs = {}
    for (subject, channel), group in evidence.facts.items():
        if channel in ANNOUNCED and subject.mac:
            for (role, value), seen in group.values.items():
                if role is Role.SELF:
                    place = Place(seen.time, seen.capture, seen.frame)
                    _tie(found, subject._replace(ip=value), ANNOUNCED[channel], place)
    return found


def forwarded(traffic: Traffic) -> bool:
    """True if every packet had gone through a router: each TTL a little below one that systems begin with."""
    return bool(traffic.ttls) and not traffic.ttls & ~_FORWARDED


def carriers(evidence: Evidence, proofs: Proofs) -> frozenset[str]:
    """MACs that carry other hosts' traffic: routers, and bridges that write their own MAC over others'.

    Such a MAC sends from a foreign IPv4 address not proven its own, from more networks than a host would, from an address
    whose packets have been forwarded, or under an address that was leased to a card never heard itself.
    """
    unproven: dict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for sender, traffic in evidence.traffic.items():
        if sender.mac and sender.ip and sender.mac not in proofs.get((sender.segment, sender.ip), {}):
            unproven[sender.mac].add(_network(sender.ip))
            if (":" not in sender.ip and not is_local_ip(sender.ip)) or forwarded(traffic):
                found.add(sender.mac)
    found |= {mac for mac, networks in unproven.items() if len(networks) > MOST_UNPROVEN}
    speaking = {sender.mac for sender in evidence.traffic}
    for macs in proofs.values():
        if any(proof == "dhcp" and mac not in speaking for mac, (proof, _) in macs.items()):
            found |= {mac for mac, (proof, _) in macs.items() if proof != "dhcp" and mac in speaking}
    return frozenset(found)


def _network(ip: str) -> str:
    """The address itself for IPv4; the /64 for IPv6, in which one host changes its address daily (RFC 8981)."""
    return IPv6Address(ip).packed[:8].hex() if ":" in ip else ip


def several(evidence: Evidence, proofs: Proofs) -> frozenset[Subject]:
    """Proven IPv4 addresses of one MAC that call themselves by names of their own: each is a host behind that MAC.

    A Wi-Fi extender or bridge that writes its own MAC over those of its clients looks so. At least two must differ.
    """
    names: dict[tuple[str, str], dict[Subject, set[str]]] = defaultdict(dict)
    for (subject, channel), group in evidence.facts.items():
        if channel in LINK_NAMES and subject.mac in proofs.get((subject.segment, subject.ip), {}) and ":" not in subject.ip:
            names[subject.segment, subject.mac].setdefault(subject, set()).update(own_names(channel, group))
    return frozenset(subject for each in names.values() for subject in _apart(each))


def own_names(channel: str, group: Group) -> set[str]:
    """Host names a sender gave itself in one channel, in lower case, without domain or NetBIOS service byte."""
    said = {value.lower() for role, value in group.values if role is Role.SELF}
    if channel == "nbns.name":
        # Other services are registered by users and by whoever keeps the list of a workgroup.
        said = {name[:-4] for name in said if name.endswith(("<00>", "<20>"))}
    return {name.partition(".")[0] for name in said} - {""}


def _apart(names: Mapping[Subject, set[str]]) -> Iterator[Subject]:
    """Those that have names, if no name is shared by two of them."""
    named = {subject: own for subject, own in names.items() if own}
    if len(named) > 1 and len(set().union(*named.values())) == sum(map(len, named.values())):
        yield from named


def holders(proofs: Proofs, carrying: frozenset[str], apart: frozenset[Subject]) -> Proofs:
    """Who holds each address. Where a carrier claims what a host also claims, the host has it: a carrier forwards
    frames under other hosts' addresses, and one that spoofs ARP also claims to be them.

    A carrier keeps the only address it has, though, unless that was leased to the host: a router whose address somebody else
    claims still speaks for itself.
    """
    only = _only(proofs)
    held = {}
    for (segment, ip), macs in proofs.items():
        mine = {mac: proof for mac, proof in macs.items() if Subject(segment, mac, ip) not in apart}
        hosts = {mac: proof for mac, proof in mine.items() if mac not in carrying}
        leased, sort = any(proof == "dhcp" for proof, _ in hosts.values()), _sort(ip)
        kept = {} if leased else {mac: proof for mac, proof in mine.items() if only[segment, mac, sort] == ip}
        if mine:
            held[segment, ip] = hosts | kept if hosts else mine
    return held


def _only(proofs: Proofs) -> dict[tuple[str, str, tuple[bool, bool]], str]:
    """By segment, MAC and sort of address, the one that is proven to be the MAC's; "" where there are several."""
    only: dict[tuple[str, str, tuple[bool, bool]], str] = {}
    for (segment, ip), macs in proofs.items():
        sort = _sort(ip)
        for mac in macs:
            key = segment, mac, sort
            only[key] = ip if key not in only else ""
    return only


def _sort(ip: str) -> tuple[bool, bool]:
    """IPv4 or IPv6, link-local or not: a card has one of each that says nothing about the others."""
    return ":" in ip, is_link_ip(ip)
