"""The neighbour table of Linux as `ip neigh` prints it (ip-neighbour(8), iproute2)."""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.neighbours import LACKS, at

__all__ = ["LACKS", "detect", "reader"]

_LINE = re.compile(rb"([0-9A-Fa-f:.]{2,45})(?: dev (\S{1,32}))?(?: lladdr ([0-9A-Fa-f:]{17}))?( [A-Za-z0-9_/ ]{0,128})?")
_LEARNED = {b"REACHABLE", b"STALE", b"DELAY", b"PROBE"}
_OTHER = {b"INCOMPLETE", b"FAILED", b"NOARP", b"PERMANENT", b"NONE"}


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its lines are known by themselves
    """By its first line."""
    found = _LINE.fullmatch(head.lstrip().partition(b"\n")[0].strip())
    return "ip neigh table" if found and _state(found) in _LEARNED | _OTHER else ""


def _state(found: re.Match[bytes]) -> bytes:
    return ((found[4] or b"").split() or [b""])[-1]


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Rows):
    """Entries that were set by hand, or that nobody answered, say nothing of a device."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One neighbour."""
        raw = line.raw.strip()
        if not raw:
            return None
        found = _LINE.fullmatch(raw)
        if not found or _state(found) not in _LEARNED | _OTHER:
            raise Malformed("no line of ip neigh")
        return [at(line.number, found[1], found[3])] if found[3] and _state(found) in _LEARNED else []
