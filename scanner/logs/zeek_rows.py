"""What the columns of Zeek's logs say, whichever way a log is written.

Columns: https://docs.zeek.org/en/master/script-reference/log-files.html and the record each script logs there; MAC and VLAN
columns: policy/protocols/conn/mac-logging.zeek and vlan-logging.zeek; `ja3`: github.com/salesforce/ja3; `ja4`:
github.com/FoxIO-LLC/ja4. A log that names a sender says what the sender's frames said, so the roles are the observers'.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol

from scanner.capture.ethernet import BROADCAST, vlan
from scanner.capture.headers import link_scope
from scanner.errors import Malformed
from scanner.logs.entries import Entry, Said, Sent
from scanner.logs.zeek_names import distinguished
from scanner.logs.zeek_times import LATEST, SECOND, moment
from scanner.model import Observation, Role, Subject
from scanner.wire import heads
from scanner.wire.addresses import host_ip, host_mac, is_local_ip
from scanner.wire.dns import reversed_address
from scanner.wire.text import LONGEST, text


class Row(Protocol):
    """One line of a log: its number, and its columns by name."""

    line: int

    def value(self, name: str) -> bytes:
        """The value of a column, b"" where the log has none."""
        ...

    def values(self, name: str) -> list[bytes]:
        """The values of a column that holds a set or list, [] where the log has none."""
        ...


_LONGEST_ADDRESS = 64
_MOST_VLAN = 4095
_NUMBER = re.compile(rb"\d{1,15}")
_SHA256 = re.compile(rb"[0-9a-f]{64}")
_IDENT = re.compile(rb"SSH-(?:2\.0|1\.[0-9]{1,2})-[^\r\n]{1,240}")


def entries(path: str, row: Row) -> list[Entry] | None:
    """What one line of the log called `path` says; None for a log without anything about a host. Raises Malformed."""
    says = KINDS.get(path)
    if says is None:
        return None
    time = moment(row.value("ts"))
    return [entry if isinstance(entry, Sent) else Said(row.line, time, entry) for entry in says(row)]


Says = Iterator[Observation | Sent]


def _number(row: Row, name: str) -> int:
    """A count; 0 where the log has none."""
    value = row.value(name)
    if value and not _NUMBER.fullmatch(value):
        raise Malformed("a count that is none")
    return int(value or b"0")


def _ip(value: bytes) -> str:
    """An address as canonical text, a zone cut off, "" for the unspecified one. Raises Malformed."""
    if len(value) > _LONGEST_ADDRESS:  # before it is remembered
        raise Malformed("an address that is none")
    return _canonical(value)


@lru_cache(maxsize=65536)
def _canonical(value: bytes) -> str:
    try:
        address = ip_address(value.decode("ascii").partition("%")[0])
    except ValueError:
        raise Malformed("an address that is none") from None
    return "" if address.is_unspecified else str(address)


def _segment(row: Row) -> str:
    tags = _number(row, "vlan"), _number(row, "inner_vlan")
    if max(tags) > _MOST_VLAN:
        raise Malformed("a VLAN that is none")
    return vlan(tags)


def _ends(row: Row) -> tuple[Subject, Subject]:
    """Originator and responder. In a tunnel the MACs belong to its ends, not to whom it carries."""
    segment = _segment(row)
    inside = bool(row.values("tunnel_parents"))
    orig, resp = (
        Subject(
            segment,
            "" if inside else host_mac(row.value(f"{side}_l2_addr")[:_LONGEST_ADDRESS].decode("latin-1")),
            _ip(row.value(f"id.{side}_h")),
        )
        for side in ("orig", "resp")
    )
    return orig, resp


def _fact(channel: str, value: bytes, subject: Subject, role: Role = Role.SELF, shown: str = "") -> Observation:
    return Observation(channel, shown or text(value), role, value[:LONGEST], subject)


def _name(channel: str, value: bytes, subject: Subject, role: Role) -> Says:
    """A domain name, in lower case and without the dot at its end."""
    if shown := text(value.lower()).rstrip("."):
        yield _fact(channel, value, subject, role, shown)


def _conn(row: Row) -> Says:
    """What each side sent. Bytes are counted from the IP header on: the log has no others."""
    orig, resp = _ends(row)
    start = moment(row.value("ts"))
    last = start + (moment(row.value("duration")) if row.value("duration") else 0)
    if last > LATEST * SECOND:
        raise Malformed("a time out of range")
    mac = BROADCAST if row.value("resp_l2_addr").lower() == b"ff:ff:ff:ff:ff:ff" else b""
    group = bool(resp.ip) and link_scope(mac, _packed(resp.ip))
    for sender, target, side in ((orig, resp, "orig"), (resp, orig, "resp")):
        if frames := _number(row, f"{side}_pkts"):
            size = _number(row, f"{side}_ip_bytes")
            yield Sent(row.line, start, last, sender, frames, size, group and sender is orig, target.mac)


@lru_cache(maxsize=65536)
def _packed(ip: str) -> bytes:
    return ip_address(ip).packed


def _dhcp(row: Row) -> Says:
    """One exchange. `client_addr` is left alone: under a relay it is the relay's address. Bro 2 knew leases only."""
    mac = host_mac(text(row.value("mac")))
    if not mac:
        return
    client = Subject(_segment(row), mac, "")
    assigned = row.value("assigned_addr") or row.value("assigned_ip")
    acknowledged = assigned if b"ACK" in row.values("msg_types") or row.value("assigned_ip") else b""
    for channel, column in (("dhcp.hostname", "host_name"), ("dhcp.vendor_class", "client_software")):
        if value := row.value(column):
            yield _fact(channel, value, client)
    if name := row.value("client_fqdn"):
        yield _fact("dhcp.fqdn", name, client, shown=text(name).rstrip("."))
    # Nobody is given an address for which nobody asked: a renewal asks without the option that would be logged.
    if wanted := host_ip(text(row.value("requested_addr") or acknowledged)):
        yield _fact("dhcp.requested_ip", wanted.encode(), client)
    if leased := host_ip(text(acknowledged)):
        yield _fact("dhcp.ip", leased.encode(), client, Role.TOLD)


_QUERIES = {b"53": "dns.query", b"5353": "mdns.query", b"5355": "llmnr.query"}
_ADDRESSES, _POINTER = (b"A", b"AAAA"), b"PTR"


def _dns(row: Row) -> Says:
    """A query and its answer. In a group's protocols Zeek takes an announcement for a query: only mere questions count."""
    orig, _ = _ends(row)
    channel = _QUERIES.get(row.value("id.resp_p"))
    query = row.value("query")
    answers = row.values("answers")
    if not channel or not query or row.value("qclass") not in (b"", b"1"):
        return
    if channel != "dns.query":
        if not answers and not row.value("rcode"):
            yield from _name(channel, query, orig, Role.ASKED)
        return
    yield from _name(channel, query, orig, Role.ASKED)
    if row.value("rcode") not in (b"", b"0"):
        return
    kind = row.value("qtype_name")
    for answer in answers:
        name, address = (query, host_ip(text(answer))) if kind in _ADDRESSES else (b"", "")
        if kind == _POINTER:
            name, address = answer, reversed_address(text(query))
        if address and is_local_ip(address):
            yield from _name("dns.name", name, Subject(orig.segment, "", address), Role.TOLD)


def _ssl(row: Row) -> Says:
    orig, resp = _ends(row)
    yield from _name("tls.sni", row.value("server_name"), orig, Role.ASKED)
    if ja3 := row.value("ja3"):
        yield _fact("tls.ja3", ja3, orig)
    if ja4 := row.value("ja4"):
        yield _fact("quic.ja4" if ja4.startswith(b"q") else "tls.ja4", ja4, orig)
    for subject, before in ((resp, ""), (orig, "client_")):
        yield from _certificate(subject, row.value(f"{before}subject"), row.value(f"{before}issuer"))
        chain = row.values(f"{before}cert_chain_fps")
        if chain and _SHA256.fullmatch(chain[0].lower()):
            yield _fact("tlscert.sha256", chain[0].lower(), subject)


def _certificate(holder: Subject, subject: bytes, issuer: bytes) -> Says:
    held, by = distinguished(subject), distinguished(issuer)
    for channel, names, kind in (
        ("tlscert.name", held, b"CN"),
        ("tlscert.organization", held, b"O"),
        ("tlscert.unit", held, b"OU"),
        ("tlscert.issuer_name", by, b"CN"),
        ("tlscert.issuer_organization", by, b"O"),
    ):
        if value := names.get(kind, b"").strip():
            yield _fact(channel, value, holder)


def _http(row: Row) -> Says:
    """Only host and software: never a user name, a password, or what was asked for."""
    orig, _ = _ends(row)
    yield from _name("http.host", heads.host(row.value("host")), orig, Role.ASKED)
    if (software := row.value("user_agent")) and not row.values("proxied"):
        yield _fact("http.user_agent", software, orig)


def _ssh(row: Row) -> Says:
    for subject, column in zip(_ends(row), ("client", "server"), strict=True):
        if _IDENT.fullmatch(row.value(column)):
            yield _fact("ssh.ident", row.value(column), subject)


def _snmp(row: Row) -> Says:
    _, resp = _ends(row)
    if description := row.value("display_string"):
        yield _fact("snmp.description", description, resp)


def _quic(row: Row) -> Says:
    orig, _ = _ends(row)
    yield from _name("quic.sni", row.value("server_name"), orig, Role.ASKED)


_SOFTWARE = {b"HTTP::SERVER": "http.server", b"HTTP::BROWSER": "http.user_agent", b"DHCP::CLIENT": "dhcp.vendor_class"}


def _software(row: Row) -> Says:
    """Zeek cuts the protocol from an SSH identification, so that one is read from the SSH log alone."""
    channel = _SOFTWARE.get(row.value("software_type"))
    if channel and (software := row.value("unparsed_version")):
        yield _fact(channel, software, Subject("", "", _ip(row.value("host"))))


def _known_host(row: Row) -> Says:
    yield _present(row, Subject("", "", _ip(row.value("host"))))


def _known_device(row: Row) -> Says:
    if mac := host_mac(text(row.value("mac"))):
        device = Subject("", mac, "")
        yield _present(row, device)
        if name := row.value("dhcp_host_name"):
            yield _fact("dhcp.hostname", name, device)


def _known_certificate(row: Row) -> Says:
    yield from _certificate(Subject("", "", _ip(row.value("host"))), row.value("subject"), row.value("issuer_subject"))


def _present(row: Row, sender: Subject) -> Sent:
    """Zeek saw it send, and counted nothing."""
    time = moment(row.value("ts"))
    return Sent(row.line, time, time, sender, 0, 0, heard=False, target="")


def _nobody(_: Row) -> Says:
    """A log that names no host."""
    return iter(())


KINDS: dict[str, Callable[[Row], Says]] = {
    "conn": _conn,
    "dhcp": _dhcp,
    "dns": _dns,
    "http": _http,
    "known_certs": _known_certificate,
    "known_devices": _known_device,
    "known_hosts": _known_host,
    "known_services": _known_host,
    "quic": _quic,
    "snmp": _snmp,
    "software": _software,
    "ssh": _ssh,
    "ssl": _ssl,
    "x509": _nobody,
}
"""The logs that are read, by the name Zeek gives them (`#path`, `_path`)."""

LACKS = (
    "lines instead of frames; MACs only where dhcp.log or the mac-logging policy has them; "
    "nothing of ARP, discovery protocols and other link talk"
)
