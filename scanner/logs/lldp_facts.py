"""What tables of LLDP neighbours say of one neighbour, on the channels of the LLDP observer."""

from scanner.logs.entries import NO_TIME, Said
from scanner.model import Observation, Subject
from scanner.wire.addresses import host_ip, host_mac
from scanner.wire.text import LONGEST, text

LACKS = (
    "a table, not frames: no times (shown as 1970-01-01), only direct neighbours that speak LLDP; "
    "a neighbour whose chassis is not named by its MAC is known by its management address"
)


class Neighbour:
    """Gathers what is said of one neighbour: by channel, line and value."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[int, bytes]] = {}

    def say(self, channel: str, line: int, value: bytes) -> None:
        """Note a value; the first one on a channel counts."""
        if value:
            self._said.setdefault(channel, (line, value))

    def entries(self) -> list[Said]:
        """All of it, if there is an address to hang it on; a MAC as chassis, or a management address, says whose it is."""
        mac = host_mac(self._value("lldp.chassis_id"))
        ip = host_ip(self._value("lldp.management_ip"))
        if not mac and not ip:
            return []
        subject = Subject("", mac, "" if mac else ip)
        shown = {"lldp.chassis_id": mac, "lldp.management_ip": ip}
        return [
            Said(line, NO_TIME, Observation(channel, shown.get(channel) or _line(value), raw=value[:LONGEST], subject=subject))
            for channel, (line, value) in self._said.items()
            if channel != "lldp.management_ip" or ip
        ]

    def _value(self, channel: str) -> str:
        return text(self._said.get(channel, (0, b""))[1])


def _line(value: bytes) -> str:
    """One line of text: descriptions come in several."""
    return text(b" ".join(value.split()))
