"""What hosts say on every link: groups they listen to, the provider they look for, their names."""

from struct import pack
from typing import Any

from scapy.layers.inet import IP, IPOption_Router_Alert
from scapy.layers.inet6 import ICMPv6MLDMultAddrRec, ICMPv6MLReport2, IPv6, IPv6ExtHdrHopByHop, RouterAlert
from scapy.layers.l2 import Ether
from scapy.utils import checksum

from pcaps.making import Host, arp, pcap, save, udp

ASSISTANT = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
STORAGE = Host("00:11:32:00:00:01", "192.168.1.20")  # Synology Incorporated
ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PROVIDER = "02:00:5e:00:00:61"  # locally administered
NETWORK = Host("ff:ff:ff:ff:ff:ff", "192.168.1.255")


def listens(host: Host, *groups: str) -> bytes:
    """An IGMPv3 report: all but no sources, for each group (RFC 3376 section 4.2)."""
    records = b"".join(b"\4\0\0\0" + bytes(map(int, group.split("."))) for group in groups)
    report = pack(">BBHHH", 0x22, 0, 0, 0, len(groups)) + records
    report = report[:2] + pack(">H", checksum(report)) + report[4:]
    packet: Any = IP(src=host.ip, dst="224.0.0.22", ttl=1, proto=2, id=1, options=[IPOption_Router_Alert()])
    return bytes(Ether(src=host.mac, dst="01:00:5e:00:00:16") / packet / report)


def listens6(host: Host, *groups: str) -> bytes:
    """The same over IPv6 (RFC 3810 section 5.2)."""
    records = [ICMPv6MLDMultAddrRec(rtype=4, dst=group) for group in groups]
    head: Any = IPv6(src="fe80::1", dst="ff02::16", hlim=1) / IPv6ExtHdrHopByHop(options=[RouterAlert()])
    return bytes(Ether(src=host.mac, dst="33:33:00:00:00:16") / head / ICMPv6MLReport2(records=records))


def discovery(sender: str, target: str, code: int, *tags: tuple[int, bytes]) -> bytes:
    """PPPoE (RFC 2516 section 5)."""
    body = b"".join(pack(">HH", kind, len(value)) + value for kind, value in tags)
    return bytes.fromhex((target + sender).replace(":", "")) + b"\x88\x63" + pack(">BBHH", 0x11, code, 0, len(body)) + body


def browsing(sender: Host, message: bytes) -> bytes:
    """An SMB transaction to the mailslot of browsers in a NetBIOS datagram (MS-BRWS, RFC 1002 section 4.4.2)."""
    slot = b"\\MAILSLOT\\BROWSE\0"
    start = 32 + 1 + 34 + 2 + len(slot)
    words = pack("<HHHHBBHIHHHHHBBHHH", 0, len(message), 0, 0, 0, 0, 0, 1000, 0, 0, start, len(message), start, 3, 0, 1, 1, 2)
    smb = b"\xffSMB\x25" + bytes(27) + b"\x11" + words + pack("<H", len(slot) + len(message)) + slot + message
    names = netbios("STORAGE", 0) + netbios("WORKGROUP", 0x1D)
    head = pack(">BBH4BHHH", 0x11, 2, 1, *map(int, sender.ip.split(".")), 138, len(names) + len(smb), 0)
    return udp(sender, NETWORK, (138, 138), head + names + smb)


def netbios(name: str, suffix: int) -> bytes:
    raw = name.ljust(15).encode() + bytes([suffix])
    return b"\x20" + bytes(65 + half for byte in raw for half in (byte >> 4, byte & 15)) + b"\0"


def make() -> bytes:
    announced = pack("<BBI16sBBI", 1, 0, 720_000, b"STORAGE", 6, 1, 0x9A03) + b"\x0f\1\x55\xaa" + b"Storage in room 2\0"
    return pcap(
        [
            *map(arp, (ASSISTANT, STORAGE, ROUTER)),
            listens(ASSISTANT, "239.255.255.251", "224.0.0.50"),
            listens6(ASSISTANT, "ff02::fb"),
            discovery(ROUTER.mac, "ff:ff:ff:ff:ff:ff", 0x09, (0x0101, b""), (0x0103, b"S3CRET")),
            discovery(
                PROVIDER, ROUTER.mac, 0x07, (0x0101, b""), (0x0102, b"edge-1"), (0x0103, b"S3CRET"), (0x0104, b"S3CRET")
            ),
            browsing(ASSISTANT, b"\x09\4" + pack("<I", 1)),
            browsing(STORAGE, announced),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
