"""Discovery of two makers from outside China: a radio and a router describe themselves to a PC that searches for both."""

from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PC = Host("34:e6:d7:00:00:01", "192.168.88.10")  # Dell Inc.
RADIO = Host("02:00:5e:00:00:14", "192.168.88.20")  # locally administered
ROUTER = Host("02:00:5e:00:00:01", "192.168.88.1")  # locally administered


def raw(text: str) -> bytes:
    """A MAC or IPv4 address as bytes."""
    return bytes.fromhex(text.replace(":", "")) if ":" in text else bytes(map(int, text.split(".")))


def ubiquiti(*fields: tuple[int, bytes]) -> bytes:
    """An answer of version 1."""
    body = b"".join(pack(">BH", kind, len(value)) + value for kind, value in fields)
    return b"\x01\0" + pack(">H", len(body)) + body


def mndp(*fields: tuple[int, bytes]) -> bytes:
    """An announcement."""
    return b"\0\0\0\x07" + b"".join(pack(">HH", kind, len(value)) + value for kind, value in fields)


def make() -> bytes:
    radio = ubiquiti(
        (1, raw(RADIO.mac)), (2, raw(RADIO.mac) + raw(RADIO.ip)), (3, b"XC.qca955x.v8.7.11"), (11, b"roof"), (12, b"LBE-5AC"),
        (20, b"LiteBeam 5AC"),
    )  # fmt: skip
    router = mndp(
        (1, raw(ROUTER.mac)), (5, b"gateway"), (7, b"7.15.3 (stable)"), (8, b"MikroTik"), (10, pack("<I", 5596)),
        (12, b"RB750Gr3"), (16, b"bridge"),
    )  # fmt: skip
    return pcap(
        [
            arp(PC),
            arp(RADIO),
            arp(ROUTER),
            udp(PC, EVERYBODY, (50123, 10001), b"\x01\0\0\0"),
            udp(RADIO, PC, (10001, 50123), radio),
            udp(PC, EVERYBODY, (5678, 5678), bytes(4)),
            udp(ROUTER, EVERYBODY, (5678, 5678), router),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
