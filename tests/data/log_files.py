"""Logs for tests: text in, evidence out, without a file."""

from contextlib import ExitStack
from io import BytesIO

from scanner.capture.sources import Opened
from scanner.capture.tape import Tape
from scanner.evidence import Evidence
from scanner.logs import reading

LLDPCTL = (
    b"lldp.eth0.via=LLDP\nlldp.eth0.rid=1\nlldp.eth0.age=0 day, 00:01:02\nlldp.eth0.chassis.mac=02:00:5e:00:00:01\n"
    b"lldp.eth0.chassis.name=core\nlldp.eth0.chassis.descr=Switch,\nof two lines\nlldp.eth0.chassis.mgmt-ip=192.168.1.2\n"
    b"lldp.eth0.lldp-med.inventory.manufacturer=Acme\n"
    b"lldp.eth1.via=CDPv2\nlldp.eth1.chassis.name=left alone\n"
    b"lldp.eth2.via=LLDP\nlldp.eth2.chassis.local=phone\nlldp.eth2.chassis.mgmt-ip=192.168.1.3\nlldp.eth2.port.descr=LAN\n"
    b"lldp.broken\n"
)

IOS_LLDP = (
    b"sw#show lldp neighbors detail\n------------------------------------------------\nLocal Intf: Gi1/0/1\n"
    b"Chassis id: 0200.5e00.0001\nPort id: Gi0/1\nPort Description: uplink\nSystem Name: core\n\n"
    b"System Description: \nAcme Switch OS\nSystem Name: not believed\nChassis id: 0200.5e00.0002\n\n"
    b"Time remaining: 99 seconds\nSystem Capabilities: B,R\nManagement Addresses:\n    IP: 192.168.1.2\n"
    b"    Manufacturer: Acme\n    Model: - not advertised\n"
    b"------------------------------------------------\nLocal Intf: Gi1/0/2\nChassis id: some name\nSystem Name: lost\n\n"
    b"Total entries displayed: 2\n"
)

DHCPD = rb"""# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3
authoring-byte-order little-endian;

lease 192.168.1.10 {
  starts 4 2026/01/01 12:00:00;
  ends 4 2026/01/01 13:00:00;
  cltt 4 2026/01/01 12:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:5e:00:00:01;
  uid "\001\002\000^\000\000\001";
  set vendor-class-identifier = "udhcp 1.2\"x\"";
  client-hostname "lamp";
}
lease 192.168.1.11 {
  starts epoch 1767268800; # Thu Jan 01 12:00:00 2026
  binding state free;
  hardware ethernet 02:00:5e:00:00:01;
}
lease 192.168.1.12 {
  starts 4 2026/13/01 12:00:00;
  binding state abandoned;
}
ia-na "x" {
  cltt 4 2026/01/01 12:00:00;
}
lease 192.168.1.13 {
  hardware ethernet 02:00:5e:00:00:01;
"""

Fact = tuple[str, str, str, str, int]
"""Address (MAC, else IP), channel, role, value, line."""


def opened(content: bytes, name: str = "some.txt") -> Opened:
    tape = Tape(BytesIO(content))
    return Opened(f"folder/{name}", b"", tape.read, "", tape, ExitStack())


def recognised(content: bytes, name: str = "some.txt") -> str:
    """What a log is taken for, "" if it is none."""
    known = reading.recognised(opened(content, name))
    return known[0] if known else ""


def read(content: bytes, name: str = "some.txt") -> Evidence:
    """The evidence of a log, which must be recognised as one."""
    source = opened(content, name)
    known = reading.recognised(source)
    assert known, content[:200]
    return reading.read(source, name, *known)


def facts(evidence: Evidence) -> list[Fact]:
    """All facts by line and channel."""
    found = [
        (subject.mac or subject.ip, channel, role.value, value, seen.frame)
        for (subject, channel), group in evidence.facts.items()
        for (role, value), seen in group.values.items()
    ]
    return sorted(found, key=lambda fact: (fact[4], fact[1], fact))


def troubles(evidence: Evidence) -> dict[str, tuple[int, int]]:
    """Lines that could not be read: how many by reason, and the first."""
    return {reason: tuple(each) for (_, code, reason), each in evidence.troubles.items() if code == "line"}  # type: ignore[misc] # two numbers


def ledger(evidence: Evidence) -> tuple[int, int, int]:
    """Lines read, decoded, malformed, of the one log."""
    (book,) = evidence.ledgers.values()
    assert book.decoded + book.malformed <= book.frames
    return book.frames, book.decoded, book.malformed
