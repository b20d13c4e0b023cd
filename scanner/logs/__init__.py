"""Logs and tables as evidence: what Zeek, a DHCP server, a switch or a host wrote down, for networks nobody captured.

One format a file, each with `LACKS`, `detect(head, name)` and `reader(name)`. A format gives the same facts on the
same channels as the observers do for frames, so nothing behind the evidence knows the difference. A line is counted as a
frame and cited by its number.
"""

from typing import Protocol

from scanner.logs import (
    arp_listing,
    dhcpd,
    dnsmasq,
    ios_arp,
    ios_lldp,
    ip_neigh,
    kea,
    lldpctl,
    mac_table,
    proc_arp,
    windows_arp,
    zeek_json,
    zeek_tsv,
)
from scanner.logs.entries import Reader


class LogFormat(Protocol):
    """What a module must offer to read one format. name: what the file is called, without its folder."""

    LACKS: str
    """What this format cannot show, for the limits of a scan."""

    def detect(self, head: bytes, name: str) -> str:
        """What the log is called in the results if a file that begins like this is one, else ""."""
        ...

    def reader(self, name: str) -> Reader:
        """A reader for one such file."""
        ...


FORMATS: tuple[LogFormat, ...] = (
    zeek_tsv, zeek_json, dhcpd, kea, dnsmasq, ip_neigh, proc_arp, ios_arp, windows_arp, arp_listing, mac_table, lldpctl,
    ios_lldp,
)  # fmt: skip

ZEEK: tuple[LogFormat, ...] = (zeek_tsv, zeek_json)
"""Those that Zeek writes."""

HEAD = 4096
"""First bytes a log is recognised by."""


def recognise(head: bytes, name: str) -> tuple[str, LogFormat] | None:
    """What a file with these first HEAD bytes is called, and how it is read; None if it is no log we know."""
    for form in FORMATS:
        if called := form.detect(head, name):
            return called, form
    return None
