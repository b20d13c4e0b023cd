"""A vehicle terminal and a GPS tracker report; an electricity meter frames its data with the same byte as the terminal."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp

PLATFORM = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
TERMINAL = Host("02:00:5e:00:00:81", "192.168.1.81")  # locally administered
TRACKER = Host("02:00:5e:00:00:82", "192.168.1.82")  # locally administered
METER = Host("02:00:5e:00:00:83", "192.168.1.83")  # locally administered
IMEI = "0490154203237518"  # 49-015420-323751-8, which handbooks print as an example


def jt808(number: int, body: bytes) -> bytes:
    """A message of the edition of 2013, from telephone number 013900000001."""
    message = pack(">HH", number, len(body)) + bytes.fromhex("013900000001") + b"\0\1" + body
    check = 0
    for byte in message:
        check ^= byte
    whole = message + bytes((check,))
    return b"\x7e" + whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def gt06(imei: str) -> bytes:
    """A login; the check is that of X.25."""
    inner = b"\x0d\x01" + bytes.fromhex(imei) + b"\0\1"
    crc = 0xFFFF
    for byte in inner:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return b"\x78\x78" + inner + pack(">H", crc ^ 0xFFFF) + b"\r\n"


def make() -> bytes:
    names = b"70123" + b"EXAMPLE-V1".ljust(20, b"\0") + b"0000123"
    registration = pack(">HH", 11, 100) + names + b"\x02" + "京A00001".encode("gbk")
    hdlc = bytes.fromhex("7ea0230221135230f0c0e6e700") + bytes(24) + b"\x7e"
    return pcap(
        [
            *map(arp, (TERMINAL, TRACKER, METER)),
            tcp(TERMINAL, PLATFORM, (50123, 6808), jt808(0x0100, registration)),
            tcp(TERMINAL, PLATFORM, (50123, 6808), jt808(0x0200, bytes(28)), sent=60),
            tcp(TRACKER, PLATFORM, (50124, 5023), gt06(IMEI)),
            tcp(METER, PLATFORM, (50125, 4061), hdlc),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
