"""The ARP table as `arp -a` of Windows prints it. Only what was learned ("dynamic") says something of a device."""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.neighbours import LACKS, at

__all__ = ["LACKS", "detect", "reader"]

_INTERFACE = re.compile(rb"Interface: [0-9.]{7,15} --- 0x[0-9a-f]{1,8}")
_LINE = re.compile(rb"([0-9.]{7,15})\s+([0-9a-f-]{17})\s+(dynamic|static|invalid)", re.IGNORECASE)


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By the line that names the interface."""
    return "Windows arp -a table" if _INTERFACE.fullmatch(head.lstrip().partition(b"\n")[0].strip()) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Rows):
    """Headings are told by their words."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One neighbour."""
        raw = line.raw.strip()
        if not raw or _INTERFACE.fullmatch(raw) or raw.startswith(b"Internet Address"):
            return None
        found = _LINE.fullmatch(raw)
        if not found:
            raise Malformed("no line of arp -a")
        return [at(line.number, found[1], found[2])] if found[3].lower() == b"dynamic" else []
