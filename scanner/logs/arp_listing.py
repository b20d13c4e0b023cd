"""The ARP table as `arp -a` and `arp -an` print it: net-tools of Linux, the BSDs, macOS (arp(8) of each)."""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.neighbours import LACKS, at

__all__ = ["LACKS", "detect", "reader"]

_LINE = re.compile(rb"\S{1,255} \(([0-9.]{7,15})\) at (\S{1,32})((?: .{0,256})?)")
_MISSING = (b"<incomplete>", b"(incomplete)")
_BY_HAND = re.compile(rb"\b(?:PERM|permanent|PUP|published)\b")


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its lines are known by themselves
    """By its first line."""
    return "arp -a table" if _LINE.fullmatch(head.lstrip().partition(b"\n")[0].strip()) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Rows):
    """Names in the table come from wherever that host looks names up: they are left alone. So is what was set by hand."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One neighbour."""
        raw = line.raw.strip()
        if not raw or raw.startswith(b"Entries:"):
            return None
        found = _LINE.fullmatch(raw)
        if not found:
            raise Malformed("no line of arp -a")
        if found[2] in _MISSING or _BY_HAND.search(found[3]):
            return []
        return [at(line.number, found[1], found[2])]
