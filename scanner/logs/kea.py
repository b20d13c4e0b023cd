"""Leases of Kea as its memory file keeps them (kea-leases4.csv, kea-leases6.csv): a heading, then a lease a line.

Layout: Kea Administrator Reference Manual, "memfile"; src/lib/dhcpsrv/csv_lease_file4.cc and csv_lease_file6.cc. Commas in
values are written as &#x2c. A lease was last asked for at its end less its lifetime. The name is what the server made of
the client's, so it counts as told by the server.
"""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs import leases
from scanner.logs.entries import Entry, Line, Rows

__all__ = ["LACKS", "detect", "reader"]

LACKS = leases.LACKS

_HEADINGS = (b"address,hwaddr,client_id,valid_lifetime,expire,", b"address,duid,valid_lifetime,expire,")
_NUMBER = re.compile(rb"\d{1,10}")
_LATEST = 9_000_000_000
_ACTIVE, _ADDRESS = b"0", b"0"


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By its heading."""
    return "Kea leases" if head.startswith(_HEADINGS) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one lease file."""
    return Reader()


class Reader(Rows):
    """A later line about an address replaces an earlier one in Kea; here both are evidence."""

    def __init__(self) -> None:
        self._columns: list[bytes] = []

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One lease."""
        if not line.raw.strip():
            return None
        cells = [cell.replace(b"&#x2c", b",") for cell in line.raw.split(b",")]
        if line.raw.startswith(_HEADINGS):
            self._columns = cells
            return None
        if len(cells) != len(self._columns):
            raise Malformed("not as many values as its heading has columns")
        row = dict(zip(self._columns, cells, strict=True))
        if not row.get(b"hwaddr"):
            return []
        lease = leases.Lease(line.number, _asked(row), row[b"hwaddr"])
        if row.get(b"lease_type", _ADDRESS) == _ADDRESS:
            lease.address(row[b"address"], held=row.get(b"state", _ACTIVE) == _ACTIVE)
        if name := row.get(b"hostname"):
            lease.name(name, own=False)
        if client := row.get(b"client_id"):
            lease.client_id(leases.octets(client))
        if duid := row.get(b"duid"):
            lease.duid(leases.octets(duid))
        return lease.entries


def _asked(row: dict[bytes, bytes]) -> int:
    """When the client last asked, ns since 1970."""
    lasts, ends = row[b"valid_lifetime"], row[b"expire"]
    if not _NUMBER.fullmatch(lasts) or not _NUMBER.fullmatch(ends):
        raise Malformed("a time that is none")
    asked = int(ends) - int(lasts)
    if not 0 <= asked <= _LATEST:
        raise Malformed("a time out of range")
    return asked * 1_000_000_000
