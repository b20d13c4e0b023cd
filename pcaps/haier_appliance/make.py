"""An app looks for Haier appliances; a water heater answers, and tells more than one would like it to."""

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
HEATER = Host("10:d0:7a:00:00:01", "192.168.1.51")  # AMPAK Technology, Inc.
PORT = 7083
SEARCH, ANSWER = 0x6915, 0x684D


def datagram(command: int, *fields: tuple[bytes, int]) -> bytes:
    """ "Haier", command, flags, six zeros, length; then fields padded with NUL to their sizes."""
    payload = b"".join(value.ljust(size, b"\0") for value, size in fields)
    return b"Haier" + command.to_bytes(4, "big") + bytes(8) + len(payload).to_bytes(4, "big") + payload


def make() -> bytes:
    search = datagram(SEARCH, (b"", 16), (b"2.0.0", 8), (b"UDISCOVERY_SDK", 32))
    kind = bytes.fromhex("111c12002400081006010041800332")
    versions = (b"0.0.0", 8), (b"2.1.5", 8), (b"e_1.3.00", 8), (b"G_1.0.00", 8)
    answer = datagram(
        ANSWER, (b"10D07A000001", 16), (kind, 32), (b"bath", 128), (b"network of mine", 32), (HEATER.ip.encode(), 16),
        *versions, (b"UDISCOVERY_UWT", 32),
    )  # fmt: skip
    return pcap(
        [
            arp(PHONE),
            arp(HEATER),
            udp(PHONE, EVERYBODY, (PORT, PORT), search),
            udp(HEATER, PHONE, (PORT, PORT), answer),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
