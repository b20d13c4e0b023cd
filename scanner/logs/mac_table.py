"""The forwarding table of a switch, `show mac address-table` of Cisco IOS and NX-OS: which card sends from behind which port.

A switch learns an entry from a frame the card itself sent (IEEE 802.1Q, section 8.7), so an entry shows that the card is
there. Entries set by hand show nothing.
"""

import re
from collections.abc import Sequence

from scanner.capture.ethernet import vlan
from scanner.errors import Malformed
from scanner.logs.entries import NO_TIME, Entry, Line, Pasted, Said
from scanner.model import Observation, Subject
from scanner.wire.addresses import host_mac
from scanner.wire.text import text

LACKS = "a table, not frames: no times (shown as 1970-01-01), no IP addresses, no names, nothing a device said"

PORT = "fdb.port"
"""Channel: the port of a switch behind which a card sends."""

_HEADING = re.compile(rb"(?mi)^\W{0,4}\s{0,12}vlan\s{1,12}mac address\s{1,20}type\b")
_LINE = re.compile(rb"(?:[*+~GROCV()]{1,5}\s+)?(\d{1,4}|All)\s+([0-9a-fA-F.]{14})\s+(\S{1,16})\s+(.{1,128})", re.IGNORECASE)
_WORDS = (b"Mac Address Table", b"Total ", b"Multicast Entries", b"Unicast Entries", b"Legend", b"vlan", b"Vlan", b"VLAN")


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By its heading."""
    return "MAC address table" if _HEADING.search(head) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader(Pasted):
    """The table's rules, totals and further headings are told by their words."""

    heading = _HEADING

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One card."""
        raw = self.row(line)
        if not raw or set(raw) <= set(b"-+ ") or raw.startswith(_WORDS):
            return None
        found = _LINE.fullmatch(raw)
        if not found:
            raise Malformed("no line of a MAC address table")
        tag, mac, kind, rest = found.groups()
        card = host_mac(text(mac))
        if b"dynamic" not in kind.lower() or not card or not tag.isdigit():
            return []
        port = rest.split()[-1]
        return [
            Said(line.number, NO_TIME, Observation(PORT, text(port), raw=port, subject=Subject(vlan((int(tag),)), card, "")))
        ]
