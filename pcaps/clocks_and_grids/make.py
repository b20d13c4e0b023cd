"""A time server names its clock and what it runs on; stations of a substation report; a control centre asks them all."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp, udp

CENTRE = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CLOCK = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
STATION = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered
RELAY = Host("02:00:5e:00:00:63", "192.168.1.63")  # locally administered


def time(mode: int, stratum: int, reference: bytes) -> bytes:
    """RFC 5905 section 7.3: version 4, then poll, precision, delay, dispersion, reference, four times."""
    return pack(">BBbbII4s", 4 << 3 | mode, stratum, 6, -20, 0, 0, reference) + bytes(32)


def variables(text: bytes, *, asks: bool = False) -> bytes:
    """RFC 9327 section 2: mode 6, operation 2 (read variables)."""
    return pack(">BBHHHHH", 0x16, 2 if asks else 0x82, 1, 0, 0, 0, len(text)) + text


def unit(control: bytes, data: bytes = b"") -> bytes:
    """IEC 60870-5-104 section 5: start, length, control field, data."""
    return bytes((0x68, 4 + len(data))) + control + data


def dnp3(data: bytes, *, asks: bool = False) -> bytes:
    """IEEE 1815 section 9.2: start, length, control, destination, source, check; blocks of 16 bytes, each with its check."""
    head = b"\x05\x64" + bytes((5 + len(data), 0xC4 if asks else 0x44)) + (b"\1\0\2\0" if asks else b"\2\0\1\0")
    blocks = [head, *(data[at : at + 16] for at in range(0, len(data), 16))]
    return b"".join(block + check(block) for block in blocks)


def check(block: bytes) -> bytes:
    """CRC-16/DNP: polynomial 3d65, lowest bit first, inverted."""
    crc = 0
    for byte in block:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA6BC if crc & 1 else crc >> 1
    return pack("<H", crc ^ 0xFFFF)


def attribute(variation: int, value: bytes) -> bytes:
    """Object group 0: variation, one index, a visible string."""
    return bytes((0, variation, 0, 0, 0, 1, len(value))) + value


def make() -> bytes:
    started, confirmed = unit(b"\7\0\0\0"), unit(b"\x0b\0\0\0")
    report = unit(bytes(4), pack("<BBHH", 1, 1, 3, 12) + b"\1\0\0\1")  # single point 1 of station 12 changed
    text = b'version="ntpd 4.2.8p15@1.3728-o", processor="armv7l", system="Linux/5.10.0", stratum=1, refid=GPS'
    asked = dnp3(b"\xc0\xc0\1\0\xfe\0\0\0", asks=True)
    named = dnp3(b"\xc0\xc0\x81\0\0" + attribute(252, b"NARI") + attribute(250, b"RCS-9000") + attribute(242, b"2.1"))
    return pcap(
        [
            *map(arp, (CENTRE, CLOCK, STATION, RELAY)),
            udp(CENTRE, CLOCK, (50123, 123), time(3, 0, bytes(4))),
            udp(CLOCK, CENTRE, (123, 50123), time(4, 1, b"GPS\0")),
            udp(CENTRE, CLOCK, (50124, 123), variables(b"", asks=True)),
            udp(CLOCK, CENTRE, (123, 50124), variables(text)),
            tcp(CENTRE, STATION, (50125, 2404), started),
            tcp(STATION, CENTRE, (2404, 50125), confirmed + report, received=len(started)),
            tcp(CENTRE, RELAY, (50126, 20000), asked),
            tcp(RELAY, CENTRE, (20000, 50126), named, received=len(asked)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
