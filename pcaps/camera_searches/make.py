"""One PC asks in every way camera apps ask; a TVT, a V380, two VStarcam, a Foscam, a Reolink and an iLnkP2P camera answer."""

from struct import pack
from zlib import crc32

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
TVT, V380, VSTARCAM, PEER, FOSCAM, REOLINK, ILNK, QUIET = (
    Host(f"02:00:5e:00:00:{last:02x}", f"192.168.1.{last}")  # locally administered
    for last in range(0x61, 0x69)
)
SERVER = Host("02:00:5e:00:00:01", "203.0.113.5")  # an address for documentation (RFC 5737), behind a router
ASK, ANNOUNCE = "234.55.55.55", "234.55.55.56"
_WORDS = (0x1F2D3C4B, 0x5A6C7F8D, 0x38172E4B, 0x8271635A, 0x863F1A2B, 0xA5C6F7D8, 0x8371E1B4, 0x17F2D3A5)


def placed(size: int, fields: dict[int, bytes]) -> bytes:
    """Fields at their offsets, zeros elsewhere."""
    made = bytearray(size)
    for at, value in fields.items():
        made[at : at + len(value)] = value
    return bytes(made)


def mhed(version: int, command: int, size: int, fields: dict[int, bytes]) -> bytes:
    """TVT. Source: public code (two files)."""
    return placed(size, {0: b"MHED" + pack("<HHH", version, 1, command), **fields})


def foscam(operation: int, body: bytes, key: bytes = bytes(8)) -> bytes:
    """Source: julienblitte/UniversalScanner Foscam.cs."""
    hidden = bytes(byte ^ key[at % 8] for at, byte in enumerate(body))
    return b"MO_I" + pack("<HB8sII", operation, any(key), key, len(body), len(body)) + hidden


def reolink(xml: str, number: int) -> bytes:
    """Source: reolink-aio 0.22.0 baichuan/util.py."""
    keys = b"".join(pack("<I", (word + number) & 0xFFFFFFFF) for word in _WORDS)
    hidden = bytes(byte ^ keys[at % 32] for at, byte in enumerate(xml.encode()))
    checksum = crc32(hidden, 0xFFFFFFFF) ^ 0xFFFFFFFF  # begins with 0, ends without inversion
    return bytes.fromhex("3acf872a") + pack("<IIII", len(hidden), 1, number, checksum) + hidden


def pppp(kind: int, body: bytes = b"") -> bytes:
    """Source: pmarrapese/iot p2p/dissector/pppp.fdesc."""
    return pack(">BBH", 0xF1, kind, len(body)) + body


def uid(prefix: bytes, check: bytes) -> bytes:
    return prefix.ljust(8, b"\0") + pack(">I", 12345) + check.ljust(8, b"\0")


def raw_mac(host: Host) -> bytes:
    return bytes.fromhex(host.mac.replace(":", ""))


def raw_ip(host: Host) -> bytes:
    return bytes(map(int, host.ip.split(".")))


def make() -> bytes:
    announcement = {
        12: b"IPC",
        32: raw_mac(TVT),
        40: raw_ip(TVT),
        140: b"I0A1B2C3",
        156: b"5.2.1",
        196: b"TD-9421S3L",
        212: b"Customer",
    }
    setup = mhed(9, 3, 140, {32: raw_mac(TVT), 40: raw_ip(TVT), 84: b"aHVudGVyMg=="})
    result = ["NVDEVRESULT", "300", V380.mac.upper(), V380.ip, "255.255.255.0", "192.168.1.1", *"111111", "95000001", "8800"]
    found = {
        0: bytes.fromhex("44480108"), 4: VSTARCAM.ip.encode(), 0x54: raw_mac(VSTARCAM), 0x5A: b"\x51\0",
        0x5C: b"VSTC000001ABCDE", 0x7C: b"IPCAM", 0xCC: b"48.53.64.67", 0x110: b"admin\0aHVudGVyMg==",
    }  # fmt: skip
    body = raw_mac(FOSCAM).hex().upper().encode() + b"\0" + b"Yard".ljust(21, b"\0")
    body += (
        raw_ip(FOSCAM)
        + bytes((255, 255, 255, 0, 192, 168, 1, 1, 192, 168, 1, 1))
        + bytes(4)
        + bytes((11, 37, 2, 49, 2, 4, 10, 8, 0, 80))
    )
    return pcap(
        [
            *map(arp, (PC, TVT, V380, VSTARCAM, PEER, FOSCAM, REOLINK, ILNK, QUIET)),
            udp(PC, ASK, (23456, 23456), mhed(9, 1, 140, {})),
            udp(TVT, ANNOUNCE, (23456, 23456), mhed(8, 2, 240, announcement)),
            udp(PC, ASK, (23456, 23456), setup),
            udp(PC, EVERYBODY, (10009, 10008), b"NVDEVSEARCH^100"),
            udp(V380, EVERYBODY, (10008, 10009), "^".join(result).encode()),
            udp(PC, EVERYBODY, (53000, 8600), bytes.fromhex("44480101")),
            udp(VSTARCAM, EVERYBODY, (8600, 8600), placed(0x210, found)),
            udp(PC, EVERYBODY, (53001, 32108), pppp(0x30)),
            udp(PEER, PC, (32108, 53001), pppp(0x41, uid(b"VSTD", b"FGHJK"))),
            udp(ILNK, PC, (32108, 53001), pppp(0x41, uid(b"EXAM", b"FADED"))),
            udp(PC, PEER, (53001, 32108), pppp(0x41, uid(b"VSTD", b"FGHJK"))),
            udp(QUIET, SERVER, (21000, 32100), pppp(0x12, bytes(range(44)))),
            udp(PC, EVERYBODY, (53002, 10000), foscam(0, b"\0\0\0\1")),
            udp(FOSCAM, PC, (10000, 53002), foscam(1, body, b"_Foscam_")),
            udp(PC, EVERYBODY, (53003, 2015), reolink("<P2P><C2D_S><to><port>53003</port></to></C2D_S></P2P>", 77)),
            udp(
                REOLINK,
                PC,
                (2015, 53003),
                reolink("<P2P>\n<D2C_C_R><rsp>0</rsp><cid>1</cid><did>2</did></D2C_C_R>\n</P2P>", 77),
            ),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
