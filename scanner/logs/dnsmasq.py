"""Leases of dnsmasq (dnsmasq.leases): end of the lease, card, address, name, client identifier, one lease a line.

Layout: dnsmasq, src/lease.c. The name may be the client's or the owner's choice, so it counts as told by the server. The
time in a line is when the lease will end: it does not say when the client spoke.
"""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs import leases
from scanner.logs.entries import NO_TIME, Entry, Line, Rows

LACKS = f"{leases.LACKS}; no times (shown as 1970-01-01): a line says when the lease ends"

_LINE = re.compile(rb"\d{1,12} ([0-9a-fA-F:]{17}) ([0-9.]{7,15}) (\S{1,255}) (\*|[0-9a-fA-F:]{2,767})")
_OTHER = re.compile(
    rb"duid \S{2,512}|\d{1,12} (?:T?\d{1,10} [0-9a-fA-F:]{2,45}|[0-9a-fA-F]{2}-\S{1,60} [0-9.]{7,15}) \S{1,255} \S{1,767}"
)
_NONE = b"*"


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its lines are known by themselves
    """By its first line."""
    first = head.partition(b"\n")[0].strip()
    return "dnsmasq leases" if _LINE.fullmatch(first) or _OTHER.fullmatch(first) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one lease file."""
    return Reader()


class Reader(Rows):
    """Leases by DHCPv6, which name no card, and of other hardware than Ethernet are left alone."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One lease."""
        raw = line.raw.strip()
        if not raw or _OTHER.fullmatch(raw):
            return None
        found = _LINE.fullmatch(raw)
        if not found:
            raise Malformed("no line of dnsmasq's leases")
        mac, ip, name, client = found.groups()
        lease = leases.Lease(line.number, NO_TIME, mac)
        lease.address(ip, held=True)
        if name != _NONE:
            lease.name(name, own=False)
        if client != _NONE:
            lease.client_id(leases.octets(client))
        return lease.entries
