"""An app looks for BroadLink devices: a remote answers, and a British socket with BroadLink's module; a third is set up."""

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
REMOTE = Host("10:d0:7a:00:00:01", "192.168.1.51")  # AMPAK Technology, Inc.
SOCKET = Host("10:d0:7a:00:00:02", "192.168.1.52")  # AMPAK Technology, Inc.
PORT, ASKER = 80, 50080


def message(size: int, command: int, fields: dict[int, bytes]) -> bytes:
    """Command at 0x26; at 0x20 the sum of all bytes from 0xbeaf on (mjg59/python-broadlink protocol.md)."""
    made = bytearray(size)
    made[0x26] = command
    for offset, value in fields.items():
        made[offset : offset + len(value)] = value
    made[0x20:0x22] = ((0xBEAF + sum(made)) & 0xFFFF).to_bytes(2, "little")
    return bytes(made)


def address(host: Host) -> bytes:
    """An IPv4 address, last byte first."""
    return bytes(map(int, reversed(host.ip.split("."))))


def answer(device: Host, kind: int, name: bytes) -> bytes:
    mac = bytes.fromhex(device.mac.replace(":", ""))[::-1]
    return message(0x80, 7, {0x34: kind.to_bytes(2, "little"), 0x36: address(device), 0x3A: mac, 0x40: name})


def make() -> bytes:
    date = bytes((1, 0, 0, 0, 0xEA, 0x07, 30, 0, 8, 1, 2, 3))  # zone, year, then seconds up to month
    search = message(0x30, 6, {0x08: date, 0x18: address(PHONE), 0x1C: ASKER.to_bytes(2, "little")})
    setup = message(0x88, 0x14, {0x44: b"home", 0x64: b"secret of mine", 0x84: b"\x04\x0e\x03"})
    return pcap(
        [
            *map(arp, (PHONE, REMOTE, SOCKET)),
            udp(PHONE, EVERYBODY, (ASKER, PORT), search),
            udp(REMOTE, PHONE, (PORT, ASKER), answer(REMOTE, 0x2737, b"Smart Remote")),
            udp(SOCKET, PHONE, (PORT, ASKER), answer(SOCKET, 0x51E2, b"Smart Socket")),
            udp(PHONE, EVERYBODY, (ASKER, PORT), setup),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
