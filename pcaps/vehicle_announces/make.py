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


def make() -> bytes:
    return pcap(
        [
            *map(arp, (TESTER, CAR, OTHER)),
            udp(TESTER, EVERYBODY, (50400, 13400), message(1, b"")),
            announcement(CAR, "LGXC16AF4K0000001"),
            announcement(OTHER, "LRW3E7FA0LC000002"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
