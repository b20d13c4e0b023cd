"""Multicast DNS and DNS service discovery: what a host calls itself and offers (RFC 6762, RFC 6763).

A response is its sender's own claim, with one exception: reflectors and sleep proxies repeat the records of other hosts.
So where a response gives addresses for a name and the frame's source is not among them, what it says is told of the one
IPv4 address given, else of the one IPv6 address, and of nobody if there are several.

Queries show what is looked for. The answers a querier already knows (RFC 6762 section 7.1) are others' records, and the
records of a probe (section 8.1) are only hoped for: neither counts.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import urls
from scanner.wire.addresses import ip_text, is_host_ip
from scanner.wire.dns import AAAA, HINFO, IN, PTR, SRV, TXT, A, Record, dotted, read, reversed_address, strings
from scanner.wire.text import LONGEST, raw_text, safe, text

CHANNELS = (
    Channel("mdns.name", "mDNS host name: owner of an address record, or what a reverse record says"),
    Channel("mdns.ip", "mDNS address record: an address the host claims"),
    Channel("mdns.service", "type of a service offered by DNS service discovery, in lower case"),
    Channel("mdns.instance", "full name of a service instance offered"),
    Channel("mdns.txt", "key=value of a service instance's TXT record; secrets and counters left out"),
    Channel("mdns.hinfo", "mDNS HINFO record: processor and operating system"),
    Channel("mdns.query", "name looked for by an mDNS query"),
)
WANTS = (Udp((5353,), any_peer=True),)

_PORT = 5353
_OPCODE_OR_RCODE = 0x780F
_MOST_STRINGS = 64
_LABEL = r"(?:[^.\\]|\\.)+"
_TYPE = r"_[^.]+\._(?:tcp|udp)\.local"
_HOST_NAME = re.compile(rf"{_LABEL}\.local", re.IGNORECASE)
_SERVICE = re.compile(rf"(?:{_LABEL}\._sub\.)?({_TYPE})", re.IGNORECASE)  # RFC 6763 section 7.1: subtypes
_INSTANCE = re.compile(rf"{_LABEL}\.({_TYPE})", re.IGNORECASE)
_ALL_SERVICES = "_services._dns-sd._udp.local"  # RFC 6763 section 9: lists types instead of instances
_SECRET = re.compile(r"^key$|(?:^|[_.-])(?:auth|credentials?|pin|psk|pwd)$|api_?key|pass$|passw|passphrase|secret|token")
_COUNTERS = {"c#", "s#"}  # HomeKit Accessory Protocol: configuration and state number


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message; other traffic on the port gives nothing.

    Raises Malformed if the message is broken, after yielding what stood before the fault.
    """
    message = read(frame.payload, cut=frame.cut)
    if message is None or message.flags & _OPCODE_OR_RCODE:  # RFC 6762 sections 18.3 and 18.11: ignore the message
        return
    if message.response:
        if frame.src_port != _PORT:  # section 6: only from this port is it a response
            return
        yield from _claims(frame, [record for record in message.answers + message.additional if record.klass == IN])
    elif frame.dst_port == _PORT:
        for question in message.questions:
            if question.name:
                yield Observation("mdns.query", question.name, Role.ASKED, dotted(question.name))
    if message.fault:
        raise Malformed(message.fault)


def _claims(frame: Frame, records: list[Record]) -> Iterator[Observation]:
    """What a response says, each fact once."""
    owners = _Owners(frame, records)
    said = set()
    for record in records:
        owner = owners.of(record)
        if owner is None:
            continue
        role, subject = owner
        facts, fault = _known(record.name, record.kind, record.target, record.rdata)
        for seen in facts:
            key = seen.channel, seen.value, subject
            if key not in said:
                said.add(key)
                yield seen._replace(role=role, subject=subject) if subject else seen
        if fault:
            raise Malformed(fault)


class _Owners:
    """Whom the records of one response are about, by the addresses the response itself gives."""

    def __init__(self, frame: Frame, records: list[Record]) -> None:
        self._frame = frame
        self._addresses: dict[str, set[str]] = {}
        self._hosts: dict[str, str] = {}  # service instance to host name
        for record in records:
            if record.kind in (A, AAAA):
                self._addresses.setdefault(record.name.lower(), set()).add(record.target)
            elif record.kind == SRV:
                self._hosts[record.name.lower()] = record.target.lower()
        own = [self._is_source(found) for found in self._addresses.values()]
        self._some_own = not own or any(own)
        self._all_own = all(own)

    def of(self, record: Record) -> tuple[Role, Subject | None] | None:
        """Role and subject of what a record says; None if the response does not tell whose it is."""
        own = Role.SELF, None
        if self._all_own and not (record.kind == PTR and reversed_address(record.name)):
            return own  # what follows would say the same
        found = self._given_for(record)
        if self._is_source(found) or (not found and self._some_own):
            return own
        others = [address for address in found if ":" not in address] or list(found)
        return (Role.TOLD, Subject(self._frame.segment, "", others[0])) if len(others) == 1 and is_host_ip(others[0]) else None

    def _is_source(self, found: set[str]) -> bool:
        """Without addresses the sender's is not asked for: such a message means the same whoever sends it."""
        return bool(found) and ip_text(self._frame.src_ip) in found

    def _given_for(self, record: Record) -> set[str]:
        """The addresses this response gives for the host of a record; of a service instance the host is in its SRV record."""
        if record.kind == PTR and (address := reversed_address(record.name)):
            return {address}
        name = (record.target if record.kind == PTR else record.name).lower()
        return self._addresses.get(self._hosts.get(name, name), set())


@lru_cache(maxsize=2048)
def _known(name: str, kind: int, target: str, rdata: bytes) -> tuple[tuple[Observation, ...], str]:
    """What one record says of its owner, and its fault. Cached: hosts repeat their records in other company."""
    found: list[Observation] = []
    try:
        found.extend(Observation(channel, value, raw=raw) for channel, value, raw in _facts(name, kind, target, rdata))
    except Malformed as fault:
        return tuple(found), str(fault)
    return tuple(found), ""


def _facts(name: str, kind: int, target: str, rdata: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Channel, value and evidence of each fact in one record."""
    if kind in (A, AAAA) and _HOST_NAME.fullmatch(name) and is_host_ip(target):
        yield "mdns.name", name, dotted(name)
        yield "mdns.ip", target, target.encode()
    elif kind == PTR and reversed_address(name) and _HOST_NAME.fullmatch(target):
        yield "mdns.name", target, dotted(target)
    elif kind == PTR and name.lower() == _ALL_SERVICES:
        if service := _SERVICE.fullmatch(target):
            yield "mdns.service", service[1].lower(), dotted(target)
    elif kind == PTR and (service := _SERVICE.fullmatch(name)):
        yield "mdns.service", service[1].lower(), dotted(name)
        if _INSTANCE.fullmatch(target):
            yield "mdns.instance", target, dotted(target)
    elif kind in (SRV, TXT) and (service := _INSTANCE.fullmatch(name)):
        yield "mdns.service", service[1].lower(), dotted(name)
        yield "mdns.instance", name, dotted(name)
        if kind == TXT:
            yield from _texts(rdata)
    elif kind == HINFO and _HOST_NAME.fullmatch(name) and (shown := " ".join(map(text, _strings(rdata))).strip()):
        yield "mdns.hinfo", safe(shown), rdata[:LONGEST]


def _texts(rdata: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The strings of a TXT record; one that begins with "=" has no key and is to be ignored (RFC 6763 section 6.4)."""
    for entry in _strings(rdata):
        key = text(entry.partition(b"=")[0]).lower()
        if key and key not in _COUNTERS and not _SECRET.search(key):
            shown = urls.without_login(entry)
            yield "mdns.txt", text(shown), entry if shown == entry else entry.partition(b"=")[0]


def _strings(rdata: bytes) -> list[bytes]:
    """The first strings of a record. Some miIO firmware sends a bare text without its length byte: it counts as one string."""
    try:
        return list(islice(strings(rdata), _MOST_STRINGS))
    except Malformed:
        bare = rdata.rstrip(b"\0")
        if raw_text(bare) == bare.hex():  # not printable
            raise
        return [bare[:LONGEST]]
