"""The ARP table of Linux as the kernel shows it in /proc/net/arp (proc(5)); flags: include/uapi/linux/if_arp.h."""

from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.neighbours import LACKS, at

__all__ = ["LACKS", "detect", "reader"]

_HEADING = [b"IP", b"address", b"HW", b"type", b"Flags", b"HW", b"address", b"Mask", b"Device"]
_COLUMNS = 6
_ETHERNET, _COMPLETE, _PERMANENT = b"0x1", 0x02, 0x04


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By its heading."""
    return "/proc/net/arp table" if head.partition(b"\n")[0].split() == _HEADING else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Rows):
    """Entries set by hand, or that nobody answered, say nothing of a device."""

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One neighbour."""
        cells = line.raw.split()
        if not cells or cells == _HEADING:
            return None
        try:
            ip, kind, flags, mac = cells[0], cells[1], int(cells[2], 16), cells[3]
        except (IndexError, ValueError):
            raise Malformed("no line of /proc/net/arp") from None
        if len(cells) != _COLUMNS:
            raise Malformed("no line of /proc/net/arp")
        learned = kind == _ETHERNET and flags & _COMPLETE and not flags & _PERMANENT
        return [at(line.number, ip, mac)] if learned else []
