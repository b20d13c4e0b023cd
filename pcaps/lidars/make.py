"""A car's computer with lidars of three makers from China and one from America, in two generations of Livox."""

from binascii import crc_hqx
from struct import pack
from zlib import crc32

from pcaps.making import EVERYBODY, Host, arp, mdns, pcap, save, udp

COMPUTER = Host("34:e6:d7:00:00:01", "192.168.1.102")  # Dell Inc.
HESAI = Host("ec:9f:0d:00:00:01", "192.168.1.201")  # Hesai Photonics Technology Co., Ltd
ROBOSENSE = Host("02:00:5e:00:00:c8", "192.168.1.200")  # locally administered
LIVOX = Host("02:00:5e:00:00:64", "192.168.1.100")  # locally administered
OLDER = Host("02:00:5e:00:00:65", "192.168.1.101")  # locally administered
OUSTER = Host("bc:0f:a7:00:00:01", "192.168.1.150")  # Ouster


def hesai() -> bytes:
    """Points of an XT-16: head, eight blocks, tail."""
    return b"\xee\xff\x06\x01\0\0" + bytes((16, 8, 0, 4, 1, 0)) + bytes(8 * (2 + 4 * 16) + 28)


def robosense(mac: str, ip: str) -> bytes:
    """A description (DIFOP) of a spinning lidar."""
    parts = (
        bytes.fromhex("a5ff005a11115555"),
        pack(">H", 600),
        _raw(ip),
        _raw(COMPUTER.ip),
        bytes.fromhex(mac.replace(":", "")),
    )
    return b"".join(parts).ljust(1248, b"\0")


def livox(kind: bytes, body: bytes) -> bytes:
    """A message of the second generation: a search (no body) or the answer to it."""
    head = b"\xaa\0" + pack("<HIH", 24 + len(body), 7, 0) + kind + bytes(6)
    return head + pack("<HI", crc_hqx(head, 0xFFFF), crc32(body) if body else 0) + body


def livox_broadcast(code: bytes, kind: int) -> bytes:
    """What a lidar of the first generation sends until somebody connects; its CRC-16 is no one's to check."""
    body = b"\xaa\x01" + pack("<HBHH", 34, 2, 1, 0) + b"\0\0" + code.ljust(16, b"\0") + bytes((kind, 0, 0))
    return body + pack("<I", crc32(body, 0x564F580A))


def _raw(ip: str) -> bytes:
    return bytes(map(int, ip.split(".")))


def make() -> bytes:
    found = b"\0\x09" + b"47MDEXAMPLE001".ljust(16, b"\0") + _raw(LIVOX.ip) + pack("<H", 56100)
    velodyne = (b"\xff\xee" + bytes(98)) * 12 + bytes(4) + b"\x37\x22"
    return pcap(
        [
            *map(arp, (COMPUTER, HESAI, ROBOSENSE, LIVOX, OLDER, OUSTER)),
            udp(HESAI, COMPUTER, (10000, 2368), hesai()),
            udp(ROBOSENSE, COMPUTER, (7788, 7788), robosense(ROBOSENSE.mac, ROBOSENSE.ip)),
            udp(COMPUTER, EVERYBODY, (56000, 56000), livox(b"\0\0", b"")),
            udp(LIVOX, COMPUTER, (56000, 56000), livox(b"\1\1", found)),
            udp(OLDER, EVERYBODY, (65000, 55000), livox_broadcast(b"0TFDEXAMPLE0011", 3)),
            udp(OUSTER, COMPUTER, (2368, 2368), velodyne),
            mdns(OUSTER, "_roger._tcp", "Ouster Sensor 992109000001", "os-992109000001"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
