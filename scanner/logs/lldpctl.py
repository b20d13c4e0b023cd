"""LLDP neighbours as `lldpctl -f keyvalue` prints them: `lldp.INTERFACE.key=value` (lldpd, src/client/kv_writer.c).

Other protocols lldpd speaks (`via=CDPv2`) are left alone: their fields mean other things. A value may run over several
lines, of which the first is kept.
"""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line
from scanner.logs.lldp_facts import LACKS, Neighbour

__all__ = ["LACKS", "detect", "reader"]

_LINE = re.compile(
    rb"lldp\.(?P<interface>[^.=\s]{1,64}(?:\.\d{1,4})?)\.(?P<key>[A-Za-z][A-Za-z0-9.-]{0,120})=(?P<value>.*)", re.DOTALL
)
_CHANNELS = {
    b"chassis.mac": "lldp.chassis_id",
    b"chassis.name": "lldp.system_name",
    b"chassis.descr": "lldp.system_description",
    b"chassis.mgmt-ip": "lldp.management_ip",
    b"port.descr": "lldp.port_description",
    b"lldp-med.inventory.hardware": "lldp.hardware",
    b"lldp-med.inventory.firmware": "lldp.firmware",
    b"lldp-med.inventory.software": "lldp.software",
    b"lldp-med.inventory.serial": "lldp.serial",
    b"lldp-med.inventory.manufacturer": "lldp.manufacturer",
    b"lldp-med.inventory.model": "lldp.model",
}


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its lines are known by themselves
    """By its first line, which begins the first neighbour."""
    found = _LINE.fullmatch(head.lstrip().partition(b"\n")[0].strip())
    return "lldpctl table" if found and found["key"] == b"via" else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader:
    """Each neighbour begins with `via`."""

    def __init__(self) -> None:
        self._neighbour: Neighbour | None = None

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One value; all of a neighbour is told where the next begins."""
        if not line.raw.strip():
            return None
        found = _LINE.fullmatch(line.raw)
        if not found:
            if line.raw.startswith(b"lldp."):
                raise Malformed("no line of lldpctl")
            return None  # a value goes on
        if found["key"] == b"via":
            told = self.finish()
            self._neighbour = Neighbour() if found["value"] == b"LLDP" else None
            return told
        channel = _CHANNELS.get(found["key"])
        if not channel or not self._neighbour:
            return None
        self._neighbour.say(channel, line.number, found["value"])
        return []

    def finish(self) -> Sequence[Entry]:
        """The last neighbour."""
        return self._neighbour.entries() if self._neighbour else ()
