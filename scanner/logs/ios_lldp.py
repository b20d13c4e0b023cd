"""LLDP neighbours of a router or switch, `show lldp neighbors detail` of Cisco IOS (LLDP and LLDP-MED configuration guide)."""

import re
from collections.abc import Sequence

from scanner.logs.entries import Entry, Line
from scanner.logs.lldp_facts import LACKS, Neighbour

__all__ = ["LACKS", "detect", "reader"]

_FIRST = re.compile(rb"(?m)^(?:Local Intf|Chassis id): \S")
_CHASSIS = re.compile(rb"(?m)^Chassis id: \S")
_LINE = re.compile(rb"\s{0,8}([A-Z][A-Za-z/ -]{1,30}?)\s{0,3}:(?: (.*))?", re.DOTALL)
_CHANNELS = {
    b"Chassis id": "lldp.chassis_id",
    b"System Name": "lldp.system_name",
    b"Port Description": "lldp.port_description",
    b"IP": "lldp.management_ip",
    b"H/W revision": "lldp.hardware",
    b"F/W revision": "lldp.firmware",
    b"S/W revision": "lldp.software",
    b"Serial number": "lldp.serial",
    b"Manufacturer": "lldp.manufacturer",
    b"Model": "lldp.model",
}
_DESCRIPTION = b"System Description"
_END = b"Time remaining"
_NOTHING = b"- not advertised"
_MOST_LINES, _LONGEST = 16, 255  # of a description


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - its words are known by themselves
    """By the lines a neighbour begins with."""
    return "Cisco IOS LLDP table" if _FIRST.search(head) and _CHASSIS.search(head) else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the file's name says nothing
    """A reader for one table."""
    return Reader()


class Reader:
    """A neighbour begins at its chassis and ends at the rule before the next; its description runs over several lines.

    A neighbour writes its own description, so inside of it no other field is believed.
    """

    def __init__(self) -> None:
        self._neighbour: Neighbour | None = None
        self._description: list[bytes] | None = None
        self._line = 0

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One field; all of a neighbour is told at its end."""
        raw = line.raw.strip()
        if self._neighbour and self._description is not None:
            self._description = self._describe(self._neighbour, self._description, raw)
            return []
        if raw and set(raw) == {ord("-")} and len(raw) > 8:
            told, self._neighbour = self.finish(), None
            return told
        found = _LINE.fullmatch(line.raw)
        if not found:
            return None
        if found[1] == b"Chassis id":
            self._neighbour = Neighbour()
        if self._neighbour is None:
            return None
        if found[1] == _DESCRIPTION:
            self._description, self._line = [], line.number + 1
            return []
        channel = _CHANNELS.get(found[1])
        value = (found[2] or b"").strip()
        if not channel or value.startswith(_NOTHING):
            return None
        self._neighbour.say(channel, line.number, value)
        return []

    def _describe(self, neighbour: Neighbour, description: list[bytes], raw: bytes) -> list[bytes] | None:
        """The description with one line more; None when it is over."""
        if raw.startswith(_END):
            neighbour.say("lldp.system_description", self._line, b" ".join(description))
            return None
        return [*description, raw[:_LONGEST]] if len(description) < _MOST_LINES else description

    def finish(self) -> Sequence[Entry]:
        """The last neighbour."""
        return self._neighbour.entries() if self._neighbour else ()
