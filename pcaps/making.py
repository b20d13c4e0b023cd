"""Frames for the cases, and the capture they go into.

Every frame is made here or in `vendor_messages.py` from public descriptions of the protocols; none comes from a network.
scapy builds the ordinary layers. Everything is fixed: times, ids, ports. The same call gives the same bytes.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from struct import pack
from typing import Any, NamedTuple
from zlib import crc32

from scapy.contrib.cdp import CDPAddrRecordIPv4, CDPMsgAddr, CDPMsgDeviceID, CDPMsgPlatform, CDPMsgSoftwareVersion, CDPv2_HDR
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR, DNSRR, DNSRRSRV
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6
from scapy.layers.l2 import ARP, LLC, SNAP, Dot3, Ether
from scapy.layers.netbios import NBNSHeader, NBNSQueryRequest

START = 1_772_438_400_000_000
"""When every capture begins: 2026-03-02 08:00:00 UTC, in microseconds since 1970."""

BROADCAST = "ff:ff:ff:ff:ff:ff"
EVERYBODY = "255.255.255.255"
SSDP = "239.255.255.250"
MDNS, MDNS6 = "224.0.0.251", "ff02::fb"
LLMNR = "224.0.0.252"


class Host(NamedTuple):
    """Where frames come from or go to."""

    mac: str
    ip: str


# -- the file ------------------------------------------------------------------------------------------------------------


def pcap(frames: Iterable[bytes], gap: int = 250) -> bytes:
    """A capture of Ethernet frames, `gap` milliseconds apart."""
    return timed((number * gap, frame) for number, frame in enumerate(frames))


def timed(frames: Iterable[tuple[int, bytes]]) -> bytes:
    """A capture of Ethernet frames, each so many milliseconds after START, written in order of time.

    Format: libpcap 2.4 (draft-ietf-opsawg-pcap), little-endian, microseconds. Frames get the 60 bytes Ethernet asks for.
    """
    parts = [pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for after, frame in sorted(frames, key=lambda one: one[0]):
        seconds, micros = divmod(START + after * 1000, 1_000_000)
        padded = frame.ljust(60, b"\0")
        parts += [pack("<IIII", seconds, micros, len(padded), len(padded)), padded]
    return b"".join(parts)


def save(made: bytes, script: str) -> None:
    """Write `traffic.pcap` beside the make.py that made it."""
    Path(script).with_name("traffic.pcap").write_bytes(made)


# -- frames --------------------------------------------------------------------------------------------------------------


def in_vlan(frame: bytes, tag: int) -> bytes:
    """The frame with an IEEE 802.1Q tag."""
    return frame[:12] + pack(">HH", 0x8100, tag) + frame[12:]


def arp(sender: Host, asked: str = "") -> bytes:
    """The sender announces its own address, or asks for another (RFC 826, RFC 5227 section 3)."""
    packet = ARP(op=1, hwsrc=sender.mac, psrc=sender.ip, hwdst="00:00:00:00:00:00", pdst=asked or sender.ip)
    return _bytes(Ether(src=sender.mac, dst=BROADCAST) / packet)


def arp_reply(sender: Host, receiver: Host) -> bytes:
    """The sender tells the receiver that it has its address."""
    packet = ARP(op=2, hwsrc=sender.mac, psrc=sender.ip, hwdst=receiver.mac, pdst=receiver.ip)
    return _bytes(Ether(src=sender.mac, dst=receiver.mac) / packet)


def neighbour(sender: Host) -> bytes:
    """Unsolicited neighbour advertisement of the sender's IPv6 address to all nodes (RFC 4861 section 7.2.6)."""
    message = ICMPv6ND_NA(R=0, S=0, O=1, tgt=sender.ip) / ICMPv6NDOptDstLLAddr(lladdr=sender.mac)
    return _bytes(Ether(src=sender.mac, dst="33:33:00:00:00:01") / IPv6(src=sender.ip, dst="ff02::1", hlim=255) / message)


def udp(sender: Host, receiver: Host | str, ports: tuple[int, int], payload: bytes) -> bytes:
    """One datagram, to a host or to the group or broadcast address `receiver`."""
    target = Host(_group_mac(receiver), receiver) if isinstance(receiver, str) else receiver
    return _bytes(_link(sender, target) / UDP(sport=ports[0], dport=ports[1]) / payload)


def tcp(sender: Host, receiver: Host, ports: tuple[int, int], payload: bytes, *, sent: int = 0, received: int = 0) -> bytes:
    """One segment with data; `sent`, `received`: bytes of the conversation before it, as its sender counts."""
    head = TCP(sport=ports[0], dport=ports[1], flags="PA", seq=1 + sent, ack=1 + received)
    return _bytes(_link(sender, receiver) / head / payload)


def lldp(mac: str, name: str, description: str, *more: bytes) -> bytes:
    """A station describes itself to its neighbour (IEEE 802.1AB section 8); `more`: further fields, see `lldp_field`."""
    address = bytes.fromhex(mac.replace(":", ""))
    unit = b"".join(
        (
            lldp_field(1, b"\x04" + address),  # chassis: its MAC
            lldp_field(2, b"\x05GigabitEthernet1/0/1"),  # port: name of the interface
            lldp_field(3, pack(">H", 120)),  # time to live
            lldp_field(5, name.encode()),
            lldp_field(6, description.encode()),
            *more,
            lldp_field(0, b""),
        )
    )
    return bytes.fromhex("0180c200000e") + address + pack(">H", 0x88CC) + unit


def lldp_field(kind: int, value: bytes) -> bytes:
    """One LLDP field: seven bits of type, nine of length, the value."""
    return pack(">H", kind << 9 | len(value)) + value


def cdp(sender: Host, device: str, platform: str, version: str) -> bytes:
    """A Cisco device describes itself (Cisco document 13414-103, "Frame Formats")."""
    address = CDPMsgAddr(naddr=1, addr=[CDPAddrRecordIPv4(addr=sender.ip)])
    fields = [
        CDPMsgDeviceID(val=device.encode()),
        address,
        CDPMsgSoftwareVersion(val=version.encode()),
        CDPMsgPlatform(val=platform.encode()),
    ]
    link = Dot3(src=sender.mac, dst="01:00:0c:cc:cc:cc") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=0x00000C, code=0x2000)
    return _bytes(link / CDPv2_HDR(vers=2, ttl=180, msg=fields))


# -- messages ------------------------------------------------------------------------------------------------------------


def dhcp_request(
    client: str, wants: str, *, hostname: bytes = b"", vendor_class: bytes = b"", asks: tuple[int, ...] = (1, 3, 6, 15)
) -> bytes:
    """The frame in which a client asks for an address (RFC 2131 section 4.3.2)."""
    message = dhcp_message(client, wants, hostname=hostname, vendor_class=vendor_class, asks=asks)
    return udp(Host(client, "0.0.0.0"), EVERYBODY, (68, 67), message)  # noqa: S104 -- a client without an address sends from it


def dhcp_message(
    client: str,
    wants: str,
    *,
    hostname: bytes = b"",
    vendor_class: bytes = b"",
    asks: tuple[int, ...] = (1, 3, 6, 15),
    relay: str = "",
) -> bytes:
    """A DHCP request as it stands in the datagram; `relay`: address of the agent that passed it on (giaddr)."""
    options: list[Any] = [("message-type", "request"), ("requested_addr", wants)]
    if hostname:
        options.append(("hostname", hostname))
    if vendor_class:
        options.append(("vendor_class_id", vendor_class))
    options += [("param_req_list", list(asks)), "end"]
    hops = 1 if relay else 0
    head = BOOTP(op=1, xid=_transaction(client), chaddr=_raw(client), giaddr=relay or "0.0.0.0", hops=hops)  # noqa: S104 -- no agent
    return _bytes(head / DHCP(options=options))


def dhcp_ack(server: Host, client: Host) -> bytes:
    """A server confirms the address of a client (RFC 2131 section 4.3.1), by broadcast."""
    head = BOOTP(op=2, xid=_transaction(client.mac), chaddr=_raw(client.mac), yiaddr=client.ip, siaddr=server.ip)
    options = [("message-type", "ack"), ("server_id", server.ip), ("lease_time", 86400), "end"]
    return udp(server, EVERYBODY, (67, 68), _bytes(head / DHCP(options=options)))


def dns_query(sender: Host, server: Host, name: str) -> bytes:
    """A question for the IPv4 address of a name (RFC 1035)."""
    return udp(
        sender, server, (53001, 53), _bytes(DNS(id=crc32(name.encode()) & 0xFFFF, rd=1, qd=DNSQR(qname=name, qtype="A")))
    )


def dns_pointer(server: Host, receiver: Host, address: str, name: str) -> bytes:
    """A server tells the receiver the name of an address (RFC 1035 section 3.5)."""
    asked = ip_address(address).reverse_pointer
    question, answer = DNSQR(qname=asked, qtype="PTR"), DNSRR(rrname=asked, type="PTR", ttl=3600, rdata=name)
    return udp(server, receiver, (53, 53001), _bytes(DNS(id=1, qr=1, rd=1, ra=1, qd=question, an=answer)))


def mdns(sender: Host, service: str, instance: str, host: str, txt: Iterable[str] = (), port: int = 80) -> bytes:
    """A host announces a service of its own (RFC 6762 section 8.3, RFC 6763): pointer, place, properties, address."""
    service, host = f"{service}.local.", f"{host}.local."
    full = f"{instance}.{service}"
    six = ":" in sender.ip
    records = [
        DNSRR(rrname=service, type="PTR", ttl=4500, rdata=full),
        DNSRRSRV(rrname=full, cacheflush=1, ttl=120, port=port, target=host),
        DNSRR(rrname=full, type="TXT", cacheflush=1, ttl=4500, rdata=list(txt) or [""]),
        DNSRR(rrname=host, type="AAAA" if six else "A", cacheflush=1, ttl=120, rdata=sender.ip),
    ]
    message = _bytes(DNS(id=0, qr=1, aa=1, rd=0, qd=[], an=records))
    return udp(sender, MDNS6 if six else MDNS, (5353, 5353), message)


def mdns_question(sender: Host, service: str) -> bytes:
    """A host looks for a service: asking is not offering."""
    message = _bytes(DNS(id=0, rd=0, qd=DNSQR(qname=f"{service}.local.", qtype="PTR")))
    return udp(sender, MDNS, (5353, 5353), message)


def llmnr_question(sender: Host, name: str) -> bytes:
    """A host looks for another by its name (RFC 4795 section 2.4)."""
    message = _bytes(DNS(id=crc32(name.encode()) & 0xFFFF, rd=0, qd=DNSQR(qname=name, qtype="A")))
    return udp(sender, LLMNR, (50355, 5355), message)


def nbns_question(sender: Host, subnet: str, name: str) -> bytes:
    """The same over NetBIOS, to everybody in the subnet (RFC 1002 section 4.2.12)."""
    return udp(sender, subnet, (137, 137), _bytes(NBNSHeader(NAME_TRN_ID=1) / NBNSQueryRequest(QUESTION_NAME=name.encode())))


def ssdp_alive(sender: Host, kind: str, uuid: str, server: str, path: str) -> bytes:
    """A UPnP device says that it is there (UPnP Device Architecture 2.0, section 1.2.2)."""
    lines = (
        "NOTIFY * HTTP/1.1", f"HOST: {SSDP}:1900", "CACHE-CONTROL: max-age=1800", f"LOCATION: http://{sender.ip}{path}",
        f"NT: {kind}", "NTS: ssdp:alive", f"SERVER: {server}", f"USN: uuid:{uuid}::{kind}", "", "",
    )  # fmt: skip
    return udp(sender, SSDP, (1900, 1900), "\r\n".join(lines).encode())


def ssdp_search(sender: Host, target: str) -> bytes:
    """A control point looks for devices (section 1.3.2)."""
    lines = ("M-SEARCH * HTTP/1.1", f"HOST: {SSDP}:1900", 'MAN: "ssdp:discover"', "MX: 2", f"ST: {target}", "", "")
    return udp(sender, SSDP, (50123, 1900), "\r\n".join(lines).encode())


def http_answer(server: Host, client: Host, *lines: str) -> bytes:
    """The head of an answer from a web server, with an empty body."""
    head = ("HTTP/1.1 200 OK", *lines, "Content-Length: 0", "", "")
    return tcp(server, client, (80, 50080), "\r\n".join(head).encode())


def client_hello(client: Host, server: Host, name: str) -> bytes:
    """The first message of a TLS 1.2 client that wants to talk to `name` (RFC 5246 section 7.4.1.2, RFC 6066 section 3)."""
    host = name.encode()
    server_name = _counted(b"\0" + _counted(host))  # a list of one entry, type 0: host name
    groups = _counted(pack(">HH", 0x001D, 0x0017))  # x25519, secp256r1
    signatures = _counted(pack(">HH", 0x0403, 0x0804))
    asked = ((0, server_name), (10, groups), (11, b"\x01\x00"), (13, signatures))
    extensions = b"".join(pack(">H", kind) + _counted(body) for kind, body in asked)
    suites = _counted(pack(">HH", 0xC02B, 0xC02F))
    body = b"\x03\x03" + bytes(range(32)) + b"\0" + suites + b"\x01\0" + _counted(extensions)
    handshake = b"\x01" + len(body).to_bytes(3, "big") + body
    return tcp(client, server, (50443, 443), b"\x16\x03\x01" + _counted(handshake))


# -- parts ---------------------------------------------------------------------------------------------------------------


def _link(sender: Host, receiver: Host) -> Any:
    ethernet = Ether(src=sender.mac, dst=receiver.mac)
    if ":" in receiver.ip:
        return ethernet / IPv6(src=sender.ip, dst=receiver.ip, hlim=255 if receiver.ip == MDNS6 else 64)
    return ethernet / IP(src=sender.ip, dst=receiver.ip, id=1, flags="DF", ttl=255 if receiver.ip == MDNS else 64)


def _group_mac(ip: str) -> str:
    """Where datagrams for a group or broadcast address go (RFC 1112 section 6.4, RFC 2464 section 7)."""
    raw = ip_address(ip).packed
    if len(raw) == 16:
        return (b"\x33\x33" + raw[12:]).hex(":")
    if 224 <= raw[0] < 240:
        return bytes((1, 0, 0x5E, raw[1] & 0x7F, raw[2], raw[3])).hex(":")
    return BROADCAST


def _counted(value: bytes) -> bytes:
    return pack(">H", len(value)) + value


def _raw(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def _transaction(mac: str) -> int:
    return int.from_bytes(_raw(mac)[2:], "big")


def _bytes(packet: Any) -> bytes:
    return bytes(packet)
