"""The ARP table of a router or switch, `show ip arp` of Cisco IOS (IP Addressing Command Reference).

A table interface named after a VLAN puts its hosts into that segment.
"""

import re
from collections.abc import Sequence

from scanner.capture.ethernet import vlan
from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Pasted
from scanner.logs.neighbours import LACKS, at

__all__ = ["LACKS", "detect", "reader"]

_HEADING = re.compile(rb"(?m)^Protocol\s{1,9}Address\s{1,20}Age \(min\)\s{1,9}Hardware Addr\b")
_LINE = re.compile(rb"Internet\s+([0-9.]{7,15})\s+(-|\d{1,9})\s+(Incomplete|[0-9a-fA-F.]{14})\s+(\S{1,16})(?:\s+(\S{1,64}))?")
_VLAN = re.compile(rb"Vlan(\d{1,4})")
_OWN = b"-"  # the age of an address of the router itself, or one that was set by hand


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By its heading."""
    return "Cisco IOS ARP table" if _HEADING.search(head) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Pasted):
    """A table interface named after a VLAN puts its hosts into that segment."""

    heading = _HEADING

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One neighbour."""
        raw = self.row(line)
        if not raw:
            return None
        found = _LINE.fullmatch(raw)
        if not found:
            raise Malformed("no line of show ip arp")
        if found[2] == _OWN or found[3] == b"Incomplete":
            return []
        named = _VLAN.fullmatch(found[5] or b"")
        return [at(line.number, found[1], found[3], vlan((int(named[1]),)) if named else "")]
