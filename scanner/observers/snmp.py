"""SNMP: what agents answer about their system, and whose registered numbers they use (RFC 1157, RFC 3416, RFC 3414).

Read are the description, object identifier and name of the system group (RFC 3418), the enterprise of a trap, and the
agent's engine ID with the enterprise in it (RFC 3411, section 5). Communities, user names and all other values are skipped by
their length and never looked at. A manager that asks is not what it asks about.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import ber
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, safe, text

CHANNELS = (
    Channel("snmp.description", "SNMP sysDescr of an agent"),
    Channel("snmp.enterprise", "registered enterprise number in the sysObjectID of an agent"),
    Channel("snmp.object", "SNMP sysObjectID of an agent: its model, in the maker's own numbering"),
    Channel("snmp.name", "SNMP sysName of an agent"),
    Channel("snmp.trap", "registered enterprise number of a trap"),
    Channel("snmp.engine", "registered enterprise number in the engine ID of an SNMPv3 agent: whose SNMP software it is"),
    Channel(
        "snmp.engine_id", "engine ID of an SNMPv3 agent in hexadecimal: the agent's own name, the same on all its addresses"
    ),
    Channel("snmp.query", "a question to an SNMP agent, by the first parts of the first object asked for"),
)
WANTS = (Udp(ports=(161, 162)),)

_AGENT, _MANAGER = 161, 162
_GET, _GET_NEXT, _RESPONSE, _TRAP1, _BULK, _INFORM, _TRAP2 = 0xA0, 0xA1, 0xA2, 0xA4, 0xA5, 0xA6, 0xA7
_ADDRESS = 0x40
_MOST_VALUES = 64  # bindings of one message that are read
_ENTERPRISES = "1.3.6.1.4.1."
# Names as they stand in a message: most bindings carry none of them, and need not be made readable.
_SYSTEM = bytes.fromhex("2b060102010101")  # 1.3.6.1.2.1.1.1, the first of the system group
_TEXTS = {_SYSTEM + b"\0": "snmp.description", _SYSTEM[:-1] + b"\5\0": "snmp.name"}
_OBJECT = _SYSTEM[:-1] + b"\2\0"
_TRAP_KINDS = (bytes.fromhex("2b060106030101040100"), bytes.fromhex("2b060106030101040300"))  # snmpTrapOID, snmpTrapEnterprise
_KNOWN = frozenset((*_TEXTS, _OBJECT, *_TRAP_KINDS))
_ASKED_PARTS = 7  # of an object asked for, so that a walk through a table is one question
_REPORTABLE = 4
_LONGEST_ENGINE = 32  # SnmpEngineID, RFC 3411 section 5


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if it is SNMP by its beginning and breaks off or contradicts itself."""
    data = frame.payload
    if data[:1] != b"\x30" or frame.cut:
        return
    at, end = ber.expect(data, 0, len(data), ber.SEQUENCE)
    start, at = ber.expect(data, at, end, ber.INTEGER)
    version = data[start:at]
    if version in (b"\0", b"\1"):
        _, at = ber.expect(data, at, end, ber.OCTETS)  # the community
        yield from _unit(frame, at, end)
    elif version == b"\3":
        start, at = ber.expect(data, at, end, ber.SEQUENCE)
        flags = list(ber.values(data, start, at, 4))
        if len(flags) != 4 or flags[2][2] - flags[2][1] != 1:
            raise Malformed("SNMPv3 header is broken")
        start, at = ber.expect(data, at, end, ber.OCTETS)
        start, stop = ber.expect(data, start, at, ber.SEQUENCE)
        start, stop = ber.expect(data, start, stop, ber.OCTETS)
        reportable = data[flags[2][1]] & _REPORTABLE
        if frame.src_port == _AGENT or (frame.dst_port == _MANAGER and not reportable):
            yield from _engine(data[start:stop])
        tag, start, stop = ber.read(data, at, end)
        if tag == ber.SEQUENCE:  # in clear: context engine, context name, then the unit
            _, at = ber.expect(data, start, stop, ber.OCTETS)
            _, at = ber.expect(data, at, stop, ber.OCTETS)
            yield from _unit(frame, at, stop)


def _engine(engine: bytes) -> Iterator[Observation]:
    number = int.from_bytes(engine[:4], "big") & 0x7FFFFFFF
    if len(engine) >= 5 and number:
        yield Observation("snmp.engine", str(number), raw=engine[:4])
        yield Observation("snmp.engine_id", safe(engine[:_LONGEST_ENGINE].hex()), raw=engine[:_LONGEST_ENGINE])


def _unit(frame: Frame, at: int, end: int) -> Iterator[Observation]:
    """What a protocol data unit says; which of its sides the sender is shows in the unit's type."""
    data = frame.payload
    tag, at, end = ber.read(data, at, end)
    if tag == _TRAP1:
        yield from _old_trap(frame, at, end)
        return
    if tag not in (_GET, _GET_NEXT, _RESPONSE, _BULK, _INFORM, _TRAP2):
        return
    for _ in range(3):  # request ID, error status, error index
        _, at = ber.expect(data, at, end, ber.INTEGER)
    at, end = ber.expect(data, at, end, ber.SEQUENCE)
    for binding, start, stop in ber.values(data, at, end, _MOST_VALUES):
        if binding != ber.SEQUENCE:
            raise Malformed("SNMP binding is no sequence")
        first, last = ber.expect(data, start, stop, ber.OBJECT)
        name = data[first:last]
        if tag in (_GET, _GET_NEXT, _BULK):
            yield Observation("snmp.query", ".".join(ber.object_text(name).split(".")[:_ASKED_PARTS]), Role.ASKED, name)
            return
        kind, first, last = ber.read(data, last, stop)
        if name in _KNOWN:
            yield from _value(name, kind, data[first:last], trap=tag != _RESPONSE)


def _value(name: bytes, kind: int, content: bytes, *, trap: bool) -> Iterator[Observation]:
    if name in _TEXTS:
        if kind == ber.OCTETS and (value := text(b" ".join(content.split()))):
            yield Observation(_TEXTS[name], value, raw=content[:LONGEST])
    elif kind == ber.OBJECT and name == _OBJECT:
        yield Observation("snmp.object", text(ber.object_text(content).encode()), raw=content)
        yield from _number("snmp.enterprise", content)
    elif kind == ber.OBJECT and trap:
        yield from _number("snmp.trap", content)


def _number(channel: str, content: bytes, subject: Subject | None = None) -> Iterator[Observation]:
    """The enterprise number in an object identifier below private enterprises."""
    name = ber.object_text(content)
    if name.startswith(_ENTERPRISES):
        number = name[len(_ENTERPRISES) :].partition(".")[0]
        yield Observation(channel, number[:20], Role.TOLD if subject else Role.SELF, content, subject)


def _old_trap(frame: Frame, at: int, end: int) -> Iterator[Observation]:
    """A trap of version 1 names its enterprise and the agent's address; one that was passed on is about that agent."""
    data = frame.payload
    start, at = ber.expect(data, at, end, ber.OBJECT)
    enterprise = data[start:at]
    first, last = ber.expect(data, at, end, _ADDRESS)
    if last - first != 4:
        raise Malformed("SNMP agent address is not four bytes")
    agent = host_ip(ip_text(data[first:last]))
    other = Subject(frame.segment, "", agent) if agent and agent != ip_text(frame.src_ip) else None
    yield from _number("snmp.trap", enterprise, other)
