"""A workshop tester looks for vehicles; two announce themselves, one of them built in Shanghai by an American maker."""

from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

TESTER = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CAR = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
OTHER = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered


def message(kind: int, body: bytes) -> bytes:
    """Protocol version 2 and its complement, payload type, length (ISO 13400-2, section 7.1)."""
    return pack(">BBHI", 2, 0xFD, kind, len(body)) + body


def announcement(car: Host, number: str) -> bytes:
    """Identification number, logical address, entity, group, further action, synchronised."""
    body = number.encode() + b"\x10\1" + bytes.fromhex(car.mac.replace(":", "")) + bytes(6) + b"\0\0"
    return udp(car, EVERYBODY, (13400, 13400), message(4, body))


def discovery(kind: int, lifetime: int) -> bytes:
    """SOME/IP service discovery (PRS_SOMEIPServiceDiscovery, section 4.1): some entries, no options."""
    entries = b"".join(
        pack(">BBBBHHII", kind, 0, 0, 0, service, 1, 1 << 24 | lifetime, 0) for service in range(0x1234, 0x1254)
    )
    body = b"\x80\0\0\0" + pack(">I", len(entries)) + entries + pack(">I", 0)
    return b"\xff\xff\x81\0" + pack(">I", 8 + len(body)) + b"\0\0\0\1\1\1\2\0" + body


def make() -> bytes:
    return pcap(
        [
            *map(arp, (TESTER, CAR, OTHER)),
            udp(TESTER, EVERYBODY, (50400, 13400), message(1, b"")),
            announcement(CAR, "LGXC16AF4K0000001"),
            announcement(OTHER, "LRW3E7FA0LC000002"),
            udp(TESTER, "224.224.224.245", (30490, 30490), discovery(0, 3)),
            udp(OTHER, "224.224.224.245", (30490, 30490), discovery(1, 3)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
