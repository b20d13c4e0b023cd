"""Hosts give their names in every way a LAN knows: DHCP, DHCPv6, LLMNR, NetBIOS. A server repeats what it heard."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, udp

PHONE = Host("02:00:5e:00:00:41", "192.168.1.41")  # locally administered: a random address
MODULE = Host("02:00:5e:00:00:42", "192.168.1.42")  # locally administered
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
PC6 = Host(PC.mac, "fe80::36e6:d7ff:fe00:1")
SERVER = Host("dc:a6:32:00:00:01", "192.168.1.2")  # Raspberry Pi Trading Ltd
SUBNET, EVERYBODY, RELAYS = "192.168.1.255", "255.255.255.255", "ff02::1:2"


def option(code: int, value: bytes) -> bytes:
    return bytes((code, len(value))) + value


def dhcp(host: Host, *options: bytes) -> bytes:
    """A discover of RFC 2131, options of RFC 2132, 3004 (77), 4702 (81), 3925 (124), 8520 (161)."""
    head = b"\1\1\6\0" + b"\0\0\0\1" + bytes(20) + bytes.fromhex(host.mac.replace(":", "")) + bytes(10 + 192)
    sender = Host(host.mac, "0.0.0.0")  # noqa: S104 -- a client without an address
    return udp(sender, EVERYBODY, (68, 67), head + b"\x63\x82\x53\x63\x35\1\1" + b"".join(options) + b"\xff")


def offer(server: Host, host: Host, file: bytes) -> bytes:
    """A server's offer with the name of a boot file (RFC 2132 section 9.5)."""
    head = b"\2\1\6\0" + b"\0\0\0\1" + bytes(20) + bytes.fromhex(host.mac.replace(":", "")) + bytes(10 + 192)
    return udp(server, EVERYBODY, (67, 68), head + b"\x63\x82\x53\x63\x35\1\2" + option(67, file) + b"\xff")


def dhcpv6(host: Host, *options: tuple[int, bytes]) -> bytes:
    """A solicit of RFC 8415."""
    body = b"".join(pack(">HH", code, len(value)) + value for code, value in options)
    return udp(host, RELAYS, (546, 547), b"\1\0\0\1" + body)


def labels(name: str) -> bytes:
    return b"".join(bytes((len(part),)) + part.encode() for part in name.split(".")) + b"\0"


def netbios(name: str, suffix: int) -> bytes:
    raw = name.ljust(15).encode() + bytes([suffix])
    return b"\x20" + bytes(65 + half for byte in raw for half in (byte >> 4, byte & 15)) + b"\0"


def registration(host: Host, name: str, suffix: int, flags: int) -> bytes:
    """RFC 1002 section 4.2.2: opcode 5, broadcast; the name asked for and, pointing at it, its record."""
    record = b"\xc0\x0c" + pack(">HHIHH", 0x20, 1, 0, 6, flags) + bytes(map(int, host.ip.split(".")))
    message = pack(">6H", 1, 0x2910, 1, 0, 0, 1) + netbios(name, suffix) + pack(">HH", 0x20, 1) + record
    return udp(host, SUBNET, (137, 137), message)


def llmnr(host: Host, asker: Host, name: str) -> bytes:
    """RFC 4795 section 2.1.1: the question, and the host's own address."""
    question = labels(name) + pack(">HH", 1, 1)
    answer = b"\xc0\x0c" + pack(">HHIH", 1, 1, 30, 4) + bytes(map(int, host.ip.split(".")))
    return udp(host, asker, (5355, 50355), pack(">6H", 7, 0x8000, 1, 1, 0, 0) + question + answer)


def make() -> bytes:
    duid = b"\0\3\0\1" + bytes.fromhex(PC.mac.replace(":", ""))
    asked = pack(">6H", 2, 0x0110, 1, 0, 0, 0) + netbios("HUAWEI_P30-0123", 0) + b"\0\x20\0\1"
    return pcap(
        [
            *map(arp, (PHONE, MODULE, PC, SERVER)),
            dhcp(
                PHONE,
                option(60, b"HUAWEI:android:VOG"),
                option(61, b"\1" + bytes.fromhex(PHONE.mac.replace(":", ""))),
                option(77, b"\5guest"),
                option(81, b"\0\0\0HUAWEI_P30-0123"),
            ),
            dhcp(
                MODULE,
                option(12, b"ESP_5E0042"),
                option(124, pack(">IB", 32473, 6) + b"lamp-1"),
                option(93, b"\0\7"),
                option(161, b"https://example.org/lamp.json"),
            ),
            offer(SERVER, MODULE, b"http://admin:x@192.168.1.2/lamp.img"),
            dhcpv6(
                PC6,
                (1, duid),
                (16, pack(">IH", 311, 8) + b"MSFT 5.0"),
                (39, b"\0" + labels("DESKTOP-1A2B3C4.example.org")),
                (112, b"https://example.org/pc.json"),
            ),
            registration(PC, "DESKTOP-1A2B3C4", 0x00, 0),
            registration(PC, "WORKGROUP", 0x00, 0x8000),
            llmnr(PC, SERVER, "DESKTOP-1A2B3C4"),
            udp(SERVER, SUBNET, (137, 137), asked),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
