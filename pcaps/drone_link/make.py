"""A phone greets a DJI drone and is sent telemetry and video; a game server on the same port sends something else."""

from functools import reduce
from operator import xor

from pcaps.making import Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.2.20")  # Apple, Inc.
DRONE = Host("02:00:5e:00:00:01", "192.168.2.1")  # locally administered
SERVER = Host("02:00:5e:00:00:09", "192.168.2.9")  # locally administered


def packet(kind: int, body: bytes, sequence: int = 0) -> bytes:
    """samuelsadok/dji_protocol udp_protocol.md: length with the highest bit set, session, sequence, kind, exclusive or."""
    head = (0x8000 | 8 + len(body)).to_bytes(2, "little") + b"\x3a\xdd" + sequence.to_bytes(2, "little") + bytes([kind])
    return head + bytes([reduce(xor, head)]) + body


def make() -> bytes:
    return pcap(
        [
            *map(arp, (PHONE, DRONE, SERVER)),
            udp(PHONE, DRONE, (12346, 9003), packet(0, b"\xd0\xe9" + bytes(38))),
            udp(DRONE, PHONE, (9003, 12346), packet(0, b"")),
            udp(DRONE, PHONE, (9003, 12346), packet(1, bytes(60), sequence=8)),
            udp(DRONE, PHONE, (9003, 12346), packet(2, bytes(200), sequence=8)),
            udp(PHONE, DRONE, (12346, 9003), packet(4, bytes(34))),
            udp(SERVER, PHONE, (9003, 12346), b"\x2c\x00\x3a\xdd" + bytes(40)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
