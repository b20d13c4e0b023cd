"""What a device was seen to say that speaks for no claim about it, and why: the rest of the argument."""

from collections.abc import Iterator

from scanner.evidence import Evidence
from scanner.judgement import identity, proofs, strangers
from scanner.judgement.claims import NAME_CHANNELS, facts_by_thing
from scanner.judgement.signs import Fact
from scanner.model import Device, Role

SOFTWARE = frozenset({"tls.ja3", "tls.ja4", "tls.alpn", "quic.ja4", "quic.alpn", "dhcp.params", "ssh.kex"})
"""Channels that tell which software speaks: the same on devices of many makers (JA3 and JA4, DHCP option 55)."""

_ADDRESSES = frozenset({*proofs.TIES, *proofs.ANNOUNCED})


def unweighed(device: Device, evidence: Evidence) -> Iterator[tuple[Fact, str]]:
    """Every fact of a device that none of its claims cites, with the reason in words, in a fixed order.

    evidence: all that was seen, as it is stored.
    """
    evidence = strangers.choose(evidence)
    cited = {(each.channel, each.raw_bytes) for claim in device.claims for each in claim.evidence}
    for fact in facts_by_thing(identity.resolve(evidence), evidence).get(device.id, []):
        if (fact.channel, fact.seen.raw) not in cited:
            yield fact, _why(fact)


def _why(fact: Fact) -> str:
    if fact.channel in SOFTWARE:
        return "tells which software speaks, and no origin"
    if fact.channel in _ADDRESSES:
        return "ties an address to the device"
    if fact.channel in NAME_CHANNELS and fact.role is not Role.ASKED:
        return "a name somebody chose; no signature knows it"
    if fact.role is Role.ASKED:
        return "it only asked, and asking is not being"
    return "no signature fits"
