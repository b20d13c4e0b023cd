"""What every kind of neighbour table says in a line: this address is at this card."""

from scanner.errors import Malformed
from scanner.logs.entries import NO_TIME, Said
from scanner.model import Observation, Subject
from scanner.wire.addresses import host_ip, host_mac
from scanner.wire.text import text

LACKS = "a table, not frames: no times (shown as 1970-01-01), no names, nothing a device said beyond its address"


def at(line: int, ip: bytes, mac: bytes, segment: str = "") -> Said:
    """The entry for one line: the host of the table learned it from the card's own ARP or neighbour discovery message.

    Raises Malformed if either is no address of one host.
    """
    address, card = host_ip(text(ip).partition("%")[0]), host_mac(text(mac))
    if not address or not card:
        raise Malformed("an address that is none of a host")
    channel = "nd.ip" if ":" in address else "arp.ip"
    return Said(line, NO_TIME, Observation(channel, address, raw=ip, subject=Subject(segment, card, "")))
