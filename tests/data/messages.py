"""What devices say to make themselves known, as whole frames: for tests of who is who. Built by hand, like `packets`.

A host is (MAC, IPv4 address). Each function gives one Ethernet frame sent by it.
"""

import struct
import zlib
from collections.abc import Iterable
from ipaddress import ip_address

import packets

Host = tuple[str, str]
MDNS = ("01:00:5e:00:00:fb", "224.0.0.251")
SSDP = ("01:00:5e:7f:ff:fa", "239.255.255.250")
VRRP = ("01:00:5e:00:00:12", "224.0.0.18")
EVERYBODY = (packets.BROADCAST, "255.255.255.255")
LLDP = "01:80:c2:00:00:0e"


def ask(host: Host, peer: Host, name: str = "example.org", *, ttl: int = 64, vlans: Iterable[int] = ()) -> bytes:
    """A DNS question: routed traffic like any other."""
    body = packets.ipv4(host[1], peer[1], 17, packets.udp(4000, 53, packets.dns_query(name)), ttl=ttl)
    return packets.ethernet(host[0], peer[0], 0x0800, body, vlans)


def browse(host: Host, peer: Host, agent: str, *, ttl: int = 64) -> bytes:
    """An HTTP request with a User-Agent."""
    request = f"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: {agent}\r\n\r\n".encode()
    return packets.ethernet(
        host[0], peer[0], 0x0800, packets.ipv4(host[1], peer[1], 6, packets.tcp(4000, 80, request), ttl=ttl)
    )


def _name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def _record(owner: str, kind: int, rdata: bytes) -> bytes:
    return _name(owner) + struct.pack("!HHIH", kind, 0x8001, 120, len(rdata)) + rdata


def mdns(host: Host, *records: bytes, vlans: Iterable[int] = ()) -> bytes:
    """A multicast DNS response."""
    body = struct.pack("!6H", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)
    return packets.datagram(host, MDNS, (5353, 5353), body, vlans)


def address(name: str, ip: str) -> bytes:
    """The address record of an mDNS host name."""
    packed = ip_address(ip).packed
    return _record(name, 1 if len(packed) == 4 else 28, packed)


def named(host: Host, name: str, *more: bytes, vlans: Iterable[int] = ()) -> bytes:
    """A multicast DNS response with the host's own name and address first."""
    return mdns(host, address(f"{name}.local", host[1]), *more, vlans=vlans)


def instance(name: str, host_name: str) -> bytes:
    """The service record of an instance on a host."""
    return _record(name, 33, struct.pack("!HHH", 0, 0, 80) + _name(f"{host_name}.local"))


def dhcp(client: str, *options: tuple[int, bytes], source: str = "", vlans: Iterable[int] = ()) -> bytes:
    """A DHCP request of a card; source: the MAC of the frame where it is another's (a relay or a bridge)."""
    body = packets.dhcp(client, options, kind=3)
    return packets.datagram((source or client, "0.0.0.0"), EVERYBODY, (68, 67), body, vlans)


def leased(server: Host, client: str, ip: str, *, to: str = packets.BROADCAST) -> bytes:
    """A DHCP server's acknowledgement of an address to a card."""
    head = struct.pack("!BBBBIHH", 2, 1, 6, 0, 7, 0, 0) + bytes(4) + ip_address(ip).packed + bytes(8) + packets.mac(client)
    body = head + bytes(10 + 192) + b"\x63\x82\x53\x63" + b"\x35\x01\x05\xff"
    return packets.datagram(server, (to, "255.255.255.255"), (67, 68), body)


def dhcpv6(mac: str, duid: bytes, *, name: str = "", vlans: Iterable[int] = ()) -> bytes:
    """A DHCPv6 solicit from a card's link-local address."""
    options = struct.pack("!HH", 1, len(duid)) + duid
    if name:
        encoded = b"\0" + _name(name)[:-1]
        options += struct.pack("!HH", 39, len(encoded)) + encoded
    body = packets.udp(546, 547, b"\x01\x00\x00\x07" + options)
    packet = packets.ipv6(link_local(mac), "ff02::1:2", 17, body)
    return packets.ethernet(mac, "33:33:00:01:00:02", 0x86DD, packet, vlans)


def link_local(mac: str) -> str:
    """The link-local address made from a MAC (RFC 4291 appendix A)."""
    raw = packets.mac(mac)
    return str(ip_address(bytes((0xFE, 0x80, *bytes(6), raw[0] ^ 2, *raw[1:3], 0xFF, 0xFE, *raw[3:]))))


def sadp(host: Host, serial: str, model: str = "DS-EXAMPLE") -> bytes:
    """A Hikvision camera's answer to a search."""
    body = f"<ProbeMatch><DeviceDescription>{model}</DeviceDescription><DeviceSN>{serial}</DeviceSN></ProbeMatch>"
    return packets.datagram(host, SSDP, (37020, 37020), b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + body.encode())


def sadp_to(host: Host, peer: Host, serial: str, *, ttl: int = 64, vlans: Iterable[int] = ()) -> bytes:
    """The same answer to one asker, which routers forward."""
    body = f"<ProbeMatch><DeviceDescription>DS-EXAMPLE</DeviceDescription><DeviceSN>{serial}</DeviceSN></ProbeMatch>"
    payload = packets.udp(37020, 37020, b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + body.encode())
    return packets.ethernet(host[0], peer[0], 0x0800, packets.ipv4(host[1], peer[1], 17, payload, ttl=ttl), vlans)


def tuya(host: Host, gwid: str) -> bytes:
    """A Tuya device's broadcast of version 3.1, in clear: head, JSON, checksum (not examined), tail."""
    body = f'{{"ip":"{host[1]}","gwId":"{gwid}","active":2,"productKey":"keyexample","version":"3.1"}}'.encode()
    message = struct.pack("!IIII", 0x55AA, 0, 0, len(body) + 12) + bytes(4) + body
    return packets.datagram(host, EVERYBODY, (6666, 6666), message + struct.pack("!II", zlib.crc32(message), 0xAA55))


def ssdp(host: Host, uuid: str, *, location: str = "") -> bytes:
    """A UPnP device's announcement."""
    where = location or host[1]
    lines = (
        "NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", f"LOCATION: http://{where}:80/d.xml", "NT: upnp:rootdevice",
        "NTS: ssdp:alive", f"USN: uuid:{uuid}::upnp:rootdevice", "", "",
    )  # fmt: skip
    return packets.datagram(host, SSDP, (1900, 1900), "\r\n".join(lines).encode())


def lldp(mac: str, chassis: str, *, name: str = "", serial: str = "") -> bytes:
    """An LLDP unit of a port; chassis: a MAC."""
    fields = [(1, b"\x04" + packets.mac(chassis)), (2, b"\x03" + packets.mac(mac)), (3, b"\x00\x78")]
    if name:
        fields.append((5, name.encode()))
    if serial:
        fields.append((127, b"\x00\x12\xbb\x08" + serial.encode()))
    body = b"".join(struct.pack("!H", kind << 9 | len(value)) + value for kind, value in [*fields, (0, b"")])
    return packets.ethernet(mac, LLDP, 0x88CC, body)


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, len(body))) + body


def engine(host: Host, peer: Host, identifier: bytes) -> bytes:
    """An SNMPv3 agent's encrypted answer, with its engine ID."""
    header = _tlv(0x30, _tlv(2, b"\1"), _tlv(2, b"\x04\0"), _tlv(4, b"\x03"), _tlv(2, b"\x03"))
    security = _tlv(0x30, _tlv(4, identifier), _tlv(2, b"\1"), _tlv(2, b"\1"), _tlv(4, b"u"), _tlv(4), _tlv(4))
    message = _tlv(0x30, _tlv(2, b"\x03"), header, _tlv(4, security), _tlv(4, b"sealed"))
    return packets.datagram(host, peer, (161, 5000), message)


def netbios(host: Host, name: str) -> bytes:
    """A NetBIOS name registration."""
    letters = "".join(chr(65 + half) for byte in name.upper().encode().ljust(15) + b"\0" for half in (byte >> 4, byte & 15))
    label = b"\x20" + letters.encode() + b"\0"
    own = b"\xc0\x0c" + struct.pack("!HHIH", 32, 1, 300000, 6) + b"\0\0" + ip_address(host[1]).packed
    body = struct.pack("!6H", 7, 5 << 11 | 0x0110, 1, 0, 0, 1) + label + struct.pack("!HH", 32, 1) + own
    return packets.datagram(host, (packets.BROADCAST, "192.168.1.255"), (137, 137), body)


def vrrp(virtual: str, router_ip: str) -> bytes:
    """A VRRP advertisement: sent with the virtual MAC from the router's own address (RFC 9568 section 7.2)."""
    return packets.ethernet(virtual, VRRP[0], 0x0800, packets.ipv4(router_ip, VRRP[1], 112, bytes(16), ttl=255))
