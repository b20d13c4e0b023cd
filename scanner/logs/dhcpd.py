"""Leases of ISC dhcpd (dhcpd.leases(5)): declarations of several lines, a later one about an address replacing an earlier.

    lease 192.0.2.7 {
      starts 4 2026/01/01 12:00:00;
      binding state active;
      hardware ethernet 02:00:00:00:00:01;
      uid "\\001\\002\\000\\000\\000\\000\\001";
      client-hostname "printer";
      set vendor-class-identifier = "…";
    }

`client-hostname`, `uid` and the vendor class are the client's own words, copied from its messages.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from scanner.errors import Malformed
from scanner.logs import leases
from scanner.logs.entries import NO_TIME, Entry, Line

LACKS = leases.LACKS

_LEASE = re.compile(rb"lease\s+([0-9.]{7,15})\s*\{")
_KNOWN = re.compile(rb"(?m)^lease\s+[0-9.]{7,15}\s*\{|^# .{0,200}(?:dhcpd\.leases|isc-dhcp)")
_TIME = re.compile(rb"(starts|cltt)\s+(?:\d (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)|epoch (\d{1,10}));.{0,80}")
_HARDWARE = re.compile(rb"hardware ethernet\s+([0-9a-fA-F:]{11,17});")
_TEXT = re.compile(rb'(client-hostname|uid|set vendor-class-identifier =)\s+"((?:[^"\\]|\\.)*)";', re.DOTALL)
_UID = re.compile(rb"uid\s+([0-9a-fA-F:]{2,767});")
_STATE = re.compile(rb"binding state (\w{1,20});")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_OCTAL = frozenset(bytes((digit,)) for digit in b"01234567")  # \8 is none: it stands for an 8
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b"}
_LATEST = 9_000_000_000


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its words are known by themselves
    """By its first declaration, or the comment that names its manual page."""
    return "ISC dhcpd leases" if _KNOWN.search(head) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one lease file."""
    return Reader()


class Reader:
    """Gathers a declaration up to its brace. Others (`ia-na`, `failover`, `host`) name no card and are left alone."""

    def __init__(self) -> None:
        self._address: tuple[int, bytes] | None = None
        self._said: dict[bytes, tuple[int, bytes]] = {}

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One statement; all of a declaration is told at its end."""
        raw = line.raw.strip()
        if found := _LEASE.fullmatch(raw):
            self._address, self._said = (line.number, found[1]), {}
            return []
        if self._address is None:
            return None
        if raw == b"}":
            (number, ip), said = self._address, self._said
            self._address = None
            return _told(number, ip, said)
        return [] if self._statement(raw, line.number) else None

    def finish(self) -> Sequence[Entry]:
        """A declaration that does not end was cut: it tells nothing."""
        return ()

    def _statement(self, raw: bytes, number: int) -> bool:
        """Note a statement; False if it is none that is kept."""
        if found := _TIME.fullmatch(raw):
            self._said[found[1]] = number, _seconds(found)
        elif found := _HARDWARE.fullmatch(raw):
            self._said[b"hardware"] = number, found[1]
        elif found := _TEXT.fullmatch(raw):
            self._said[found[1]] = number, _ESCAPE.sub(_plain, found[2])
        elif found := _UID.fullmatch(raw):
            self._said[b"uid"] = number, leases.octets(found[1])
        elif found := _STATE.fullmatch(raw):
            self._said[b"state"] = number, found[1]
        else:
            return False
        return True


def _told(number: int, ip: bytes, said: dict[bytes, tuple[int, bytes]]) -> Sequence[Entry]:
    if b"hardware" not in said:
        return []
    line, mac = said[b"hardware"]
    _, seconds = said.get(b"starts") or said.get(b"cltt") or (0, b"")
    lease = leases.Lease(line, int(seconds) * 1_000_000_000 if seconds else NO_TIME, mac)
    lease.address(ip, held=said.get(b"state", (0, b"active"))[1] == b"active", line=number)
    if b"client-hostname" in said:
        line, name = said[b"client-hostname"]
        lease.name(name, own=True, line=line)
    if b"uid" in said:
        line, identifier = said[b"uid"]
        lease.client_id(identifier, line=line)
    if b"set vendor-class-identifier =" in said:
        line, vendor_class = said[b"set vendor-class-identifier ="]
        lease.say("dhcp.vendor_class", vendor_class, line=line)
    return lease.entries


def _seconds(found: re.Match[bytes]) -> bytes:
    """A time as decimal seconds since 1970. Raises Malformed."""
    if found[2]:
        try:
            when = datetime.strptime(found[2].decode("ascii"), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            raise Malformed("a date that is none") from None
        seconds = int(when.timestamp())
    else:
        seconds = int(found[3])
    if not 0 <= seconds <= _LATEST:
        raise Malformed("a time out of range")
    return b"%d" % seconds


def _plain(escape: re.Match[bytes]) -> bytes:
    body = escape[1]
    return bytes((int(body, 8) & 0xFF,)) if body[:1] in _OCTAL else _LETTERS.get(body, body)
