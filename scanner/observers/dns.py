"""DNS over UDP: the names a host asks for, and the names a server gives to addresses of the own network (RFC 1035).

Answers about the Internet are left alone: they speak of other people's machines.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire.addresses import is_local_ip
from scanner.wire.dns import AAAA, IN, PTR, A, Message, dotted, read, reversed_address
from scanner.wire.text import safe

CHANNELS = (
    Channel("dns.query", "name asked for in a DNS query, in lower case"),
    Channel("dns.name", "name a DNS answer gives to an address of the own network"),
)
WANTS = (Udp((53,), unread=((0, 2),), any_peer=True),)  # the identification

_PORT = 53


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message; other traffic on the port gives nothing.

    Raises Malformed if the message is broken, after yielding what stood before the fault.
    """
    message = read(frame.payload, cut=frame.cut)
    if message is None or message.opcode:
        return
    if message.response:
        if frame.src_port != _PORT or message.rcode:
            return
        yield from _names(message, frame.segment)
    elif frame.dst_port == _PORT:
        for question in message.questions:
            if question.name and question.klass == IN:
                yield Observation("dns.query", safe(question.name.lower()), Role.ASKED, dotted(question.name))
    if message.fault:
        raise Malformed(message.fault)


def _names(message: Message, segment: str) -> Iterator[Observation]:
    """Names of local addresses. The name asked for counts, not the alias (CNAME) that carries the address."""
    asked = message.questions[0].name if len(message.questions) == 1 else ""
    for record in message.answers:
        if record.klass != IN:
            continue
        name, address = "", ""
        if record.kind in (A, AAAA):
            name, address = asked or record.name, record.target
        elif record.kind == PTR:
            name, address = record.target, reversed_address(record.name)
        if name and address and is_local_ip(address):
            yield Observation("dns.name", safe(name.lower()), Role.TOLD, dotted(name), Subject(segment, "", address))
