"""Solar inverters by three makers: asked by a PC at home, and one that reports to its cloud by itself."""

from itertools import cycle
from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, tcp, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CLOUD = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
LOGGER = Host("02:00:5e:00:00:71", "192.168.1.71")  # locally administered
DONGLE = Host("f0:c1:ce:00:00:01", "192.168.1.72")  # GoodWe Technologies CO., Ltd
GROWATT = Host("f4:cf:a2:00:00:02", "192.168.1.73")  # Espressif Inc.
SERIAL = 2712345678


def solarman(code: int) -> bytes:
    """A Solarman V5 message with an empty body: a request (45) or an answer (15)."""
    inner = pack("<HBBHI", 15, 0x10, code, 1, SERIAL) + b"\x02" + bytes(14)
    return b"\xa5" + inner + bytes((sum(inner) & 0xFF, 0x15))


def goodwe(sender: bytes, kind: bytes, body: bytes) -> bytes:
    """A message of GoodWe's own protocol."""
    message = b"\xaa\x55" + sender + kind + bytes((len(body),)) + body
    return message + pack(">H", sum(message))


def growatt(function: int, body: bytes) -> bytes:
    """A message of protocol 6: masked, with the CRC-16 of Modbus."""
    message = pack(">HHHBB", 1, 6, len(body) + 2, 1, function)
    message += bytes(byte ^ mask for byte, mask in zip(body, cycle(b"Growatt"), strict=False))
    crc = 0xFFFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return message + pack(">H", crc)


def make() -> bytes:
    identity = b"1010BGW5000-EXA" + bytes(16) + b"95000EXA000W0001" + bytes(4) + b"02041-16-S00\0"
    record = b"XGD3A12345".ljust(30, b"\0") + b"OPK0B12345".ljust(30, b"\0") + bytes(60)
    ping = b"XGD3A12345".ljust(30, b"\0")
    return pcap(
        [
            arp(PC),
            arp(LOGGER),
            arp(DONGLE),
            arp(GROWATT),
            udp(PC, EVERYBODY, (50123, 48899), b"WIFIKIT-214028-READ"),
            udp(LOGGER, PC, (48899, 50123), f"{LOGGER.ip},02005E000071,{SERIAL}".encode()),
            udp(DONGLE, PC, (48899, 50123), f"{DONGLE.ip},F0C1CE000001,Solar-WiFi223W0252".encode()),
            tcp(PC, LOGGER, (50200, 8899), solarman(0x45)),
            tcp(LOGGER, PC, (8899, 50200), solarman(0x15), received=28),
            udp(PC, DONGLE, (50124, 8899), goodwe(b"\xc0\x7f", b"\x01\x02", b"")),
            udp(DONGLE, PC, (8899, 50124), goodwe(b"\x7f\xc0", b"\x01\x82", identity)),
            tcp(GROWATT, CLOUD, (50300, 5279), growatt(0x04, record)),
            tcp(CLOUD, GROWATT, (5279, 50300), growatt(0x16, ping), received=130),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
