"""What every DHCP server's book says of a lease, in the terms of the messages that led to it (RFC 2131)."""

from scanner.errors import Malformed
from scanner.logs.entries import Said
from scanner.model import Observation, Role, Subject
from scanner.wire.addresses import host_ip, host_mac
from scanner.wire.client_id import client_id
from scanner.wire.text import LONGEST, safe, text

LACKS = "leases, not frames: only hosts that asked for an address, and little of what they said"


class Lease:
    """Gathers the entries of one lease. Raises Malformed if the card is none. line, time: of the lease, ns, 0 not said."""

    def __init__(self, line: int, time: int, mac: bytes) -> None:
        card = host_mac(text(mac))
        if not card:
            raise Malformed("a hardware address that is none of a host")
        self.entries: list[Said] = []
        self._line, self._time = line, time
        self._client = Subject("", card, "")

    def say(self, channel: str, value: bytes, role: Role = Role.SELF, *, shown: str = "", line: int = 0) -> None:
        """Add a fact; line: where it stands, if not in the first line."""
        seen = Observation(channel, shown or text(value), role, value[:LONGEST], self._client)
        self.entries.append(Said(line or self._line, self._time, seen))

    def address(self, ip: bytes, *, held: bool, line: int = 0) -> None:
        """The address: the client asked for it, or there were no lease; held: the server says it has it now.

        Raises Malformed if it is none of a host.
        """
        address = host_ip(text(ip))
        if not address:
            raise Malformed("an address that is none of a host")
        if ":" not in address:
            self.say("dhcp.requested_ip", ip, shown=address, line=line)
        if held:
            self.say("dhcpv6.ip" if ":" in address else "dhcp.ip", ip, Role.TOLD, shown=address, line=line)

    def name(self, name: bytes, *, own: bool, line: int = 0) -> None:
        """A host name; own: it is the client's word."""
        if shown := text(name).rstrip("."):
            self.say("dhcp.hostname", name, Role.SELF if own else Role.TOLD, shown=shown, line=line)

    def client_id(self, identifier: bytes, *, line: int = 0) -> None:
        """A DHCPv4 client identifier."""
        self.say("dhcp.client_id", identifier, shown=client_id(identifier), line=line)

    def duid(self, identifier: bytes) -> None:
        """A DHCPv6 unique identifier."""
        self.say("dhcpv6.duid", identifier, shown=safe(identifier.hex()))


def octets(written: bytes) -> bytes:
    """An identifier written as hexadecimal octets with or without colons. Raises Malformed."""
    try:
        return bytes.fromhex(written.decode("ascii").replace(":", ""))
    except ValueError:
        raise Malformed("an identifier that is not hexadecimal") from None
