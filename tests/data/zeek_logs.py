"""The logs a Zeek with mac-logging and vlan-logging would write of a capture: a stand-in made by hand, with scapy's eyes.

Not ours is what reads the frames, so that a mistake in our observers is not made twice. Only Ethernet, IP, UDP and TCP in
one segment: conn, dhcp, dns, http and ssl. As Zeek does it, the side that sends first is the originator, except for a server
port.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

HEAD = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{path}\n#fields\t{fields}\n"
ENDS = ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
COLUMNS = {
    "conn": ("ts", "uid", *ENDS, "proto", "duration", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes",
             "tunnel_parents", "orig_l2_addr", "resp_l2_addr", "vlan", "inner_vlan"),
    "dhcp": ("ts", "uids", "client_addr", "mac", "host_name", "client_fqdn", "requested_addr", "assigned_addr", "msg_types",
             "client_software"),
    "dns": ("ts", "uid", *ENDS, "proto", "query", "qclass", "qtype_name", "rcode", "answers"),
    "http": ("ts", "uid", *ENDS, "method", "host", "uri", "user_agent", "username", "password", "proxied"),
    "ssl": ("ts", "uid", *ENDS, "version", "server_name"),
}  # fmt: skip
SERVERS = {53, 67, 80, 123, 443, 5353, 5355, 1900}
TYPES = {1: "A", 12: "PTR", 28: "AAAA"}

Cell = str | None | list[str]
Row = dict[str, Cell]


def tsv(path: str, rows: Iterable[Row], columns: tuple[str, ...] | None = None) -> bytes:
    """A log as Zeek writes it: escapes for what is not printable, "-" for what is not set."""
    names = columns or COLUMNS[path]
    lines = ["\t".join(map(_cell, (row.get(name) for name in names))) for row in rows]
    return (HEAD.format(path=path, fields="\t".join(names)) + "".join(f"{line}\n" for line in lines)).encode()


def _cell(value: Cell) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ",".join(_escaped(each).replace(",", "\\x2c") for each in value) or "(empty)"
    return _escaped(value) or "(empty)"


def _escaped(value: str) -> str:
    return "".join(char if " " <= char <= "~" and char != "\\" else _octets(char) for char in value)


def _octets(char: str) -> str:
    return "\\\\" if char == "\\" else "".join(f"\\x{octet:02x}" for octet in char.encode())


@dataclass
class Connection:
    """One five-tuple in both directions."""

    first: Row
    start: Decimal
    last: Decimal
    counts: dict[str, list[int]] = field(default_factory=lambda: {"orig": [0, 0], "resp": [0, 0]})


def logs(capture: Path) -> dict[str, bytes]:
    """The logs of a capture, by file name."""
    connections: dict[tuple[Any, ...], Connection] = {}
    rows: dict[str, list[Row]] = defaultdict(list)
    for time, packet in _packets(capture):
        ends = _ends(packet)
        if ends is None:
            continue
        row, proto, flipped = ends
        key = (*(row[name] for name in (*ENDS, "vlan", "inner_vlan")), proto)
        known = connections.setdefault(key, Connection({**row, "proto": proto}, time, time))
        known.last = max(known.last, time)
        side = known.counts["resp" if flipped else "orig"]
        side[0] += 1
        side[1] += _ip(packet).len if _ip(packet).version == 4 else _ip(packet).plen + 40
        for path, said in _application(packet, flipped=flipped):
            rows[path].append({**{name: row[name] for name in ENDS}, "ts": _ts(time), "uid": "C1", **said})
    for known in connections.values():
        counted = {f"{side}_{what}": str(known.counts[side][place]) for side in known.counts
                   for place, what in enumerate(("pkts", "ip_bytes"))}  # fmt: skip
        lasted = _ts(known.last - known.start)
        rows["conn"].append({**known.first, "ts": _ts(known.start), "uid": "C1", "duration": lasted, **counted})
    return {f"{path}.log": tsv(path, said) for path, said in rows.items()}


def _packets(capture: Path) -> Iterator[tuple[Decimal, Any]]:
    from scapy.layers import dhcp, dns, inet, inet6  # noqa: F401 - loaded, so that frames are taken apart down to them
    from scapy.layers.l2 import Ether
    from scapy.utils import rdpcap

    for packet in rdpcap(str(capture)):
        if isinstance(packet, Ether):
            yield Decimal(str(packet.time)), packet


def _ts(time: Decimal) -> str:
    return f"{time:.6f}"


def _ip(packet: Any) -> Any:
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6

    return packet[IP] if IP in packet else packet[IPv6]


def _ends(packet: Any) -> tuple[Row, str, bool] | None:
    from scapy.layers.inet import IP, TCP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Dot1Q

    if (IP not in packet and IPv6 not in packet) or (UDP not in packet and TCP not in packet):
        return None
    layer = packet[UDP] if UDP in packet else packet[TCP]
    ip = _ip(packet)
    ends = [(ip.src, layer.sport, packet.src), (ip.dst, layer.dport, packet.dst)]
    flipped = layer.sport in SERVERS and layer.dport not in SERVERS
    if flipped:
        ends.reverse()
    tags = [str(packet[Dot1Q:place].vlan) for place in (1, 2) if packet.getlayer(Dot1Q, place)]
    row: Row = {f"id.{side}_{what}": str(end[place]) for side, end in zip(("orig", "resp"), ends, strict=True)
                for place, what in enumerate("hp")}  # fmt: skip
    row |= {"orig_l2_addr": ends[0][2], "resp_l2_addr": ends[1][2]}
    row |= {"vlan": tags[0] if tags else None, "inner_vlan": tags[1] if len(tags) > 1 else None}
    return row, "udp" if UDP in packet else "tcp", flipped


def _application(packet: Any, *, flipped: bool) -> Iterator[tuple[str, Row]]:
    from scapy.layers.dhcp import DHCP
    from scapy.layers.dns import DNS
    from scapy.layers.inet import TCP

    if DHCP in packet:
        yield "dhcp", _dhcp(packet)
    elif DNS in packet and packet[DNS].qr == flipped:
        yield from _dns(packet[DNS])
    elif TCP in packet:
        payload = bytes(packet[TCP].payload)
        if payload[:1] == b"\x16" and (name := _server_name(payload)):
            yield "ssl", {"server_name": name}
        head, _, _ = payload.partition(b"\r\n\r\n")
        start, *fields = head.decode("latin-1").split("\r\n")
        if start.endswith((" HTTP/1.1", " HTTP/1.0")):
            named = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}
            yield "http", {"host": named.get("host"), "user_agent": named.get("user-agent"), "proxied": None}


def _dhcp(packet: Any) -> Row:
    from scapy.layers.dhcp import BOOTP, DHCP

    options = {each[0]: each[1] for each in packet[DHCP].options if isinstance(each, tuple)}
    kind = {1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 5: "ACK", 8: "INFORM"}.get(options.get("message-type", 0), "OTHER")
    client = packet[BOOTP].op == 1
    yiaddr = packet[BOOTP].yiaddr
    texts = {"host_name": "hostname", "client_software": "vendor_class_id", "requested_addr": "requested_addr"}
    row: Row = {column: _text(options.get(option)) if client else None for column, option in texts.items()}
    return {
        **row,
        "mac": packet[BOOTP].chaddr[:6].hex(":"),
        "assigned_addr": yiaddr if yiaddr != "0.0.0.0" else None,
        "msg_types": [kind],
    }


def _text(value: object) -> str | None:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value) if value else None


def _dns(message: Any) -> Iterator[tuple[str, Row]]:
    for question in message.qd or ():
        answers = [_text(each.rdata) or "" for each in message.an or () if hasattr(each, "rdata")]
        yield (
            "dns",
            {
                "query": question.qname.decode().rstrip("."),
                "qclass": str(question.qclass & 0x7FFF),
                "qtype_name": TYPES.get(question.qtype, "OTHER"),
                "rcode": str(message.rcode) if message.qr else None,
                "answers": [each.rstrip(".") for each in answers] if message.qr else None,
            },
        )


def _server_name(record: bytes) -> str:
    """The name in a client hello (RFC 8446, section 4.1.2; RFC 6066, section 3), found by walking its lengths."""
    if len(record) < 44 or record[5] != 1:
        return ""
    at = 44 + record[43]
    at += 2 + int.from_bytes(record[at : at + 2], "big")
    at += 1 + record[at] if at < len(record) else 0
    at += 2
    while at + 4 <= len(record):
        kind, size = (int.from_bytes(record[at + place : at + place + 2], "big") for place in (0, 2))
        if kind == 0:
            return record[at + 9 : at + 4 + size].decode("latin-1")
        at += 4 + size
    return ""
