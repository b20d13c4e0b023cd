"""A time server names its clock and what it runs on; a station of a substation reports; a control centre asks both."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp, udp

CENTRE = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CLOCK = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
STATION = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered


def time(mode: int, stratum: int, reference: bytes) -> bytes:
    """RFC 5905 section 7.3: version 4, then poll, precision, delay, dispersion, reference, four times."""
    return pack(">BBbbII4s", 4 << 3 | mode, stratum, 6, -20, 0, 0, reference) + bytes(32)


def variables(text: bytes, *, asks: bool = False) -> bytes:
    """RFC 9327 section 2: mode 6, operation 2 (read variables)."""
    return pack(">BBHHHHH", 0x16, 2 if asks else 0x82, 1, 0, 0, 0, len(text)) + text


def unit(control: bytes, data: bytes = b"") -> bytes:
    """IEC 60870-5-104 section 5: start, length, control field, data."""
    return bytes((0x68, 4 + len(data))) + control + data


def make() -> bytes:
    started, confirmed = unit(b"\7\0\0\0"), unit(b"\x0b\0\0\0")
    report = unit(bytes(4), pack("<BBHH", 1, 1, 3, 12) + b"\1\0\0\1")  # single point 1 of station 12 changed
    text = b'version="ntpd 4.2.8p15@1.3728-o", processor="armv7l", system="Linux/5.10.0", stratum=1, refid=GPS'
    return pcap(
        [
            *map(arp, (CENTRE, CLOCK, STATION)),
            udp(CENTRE, CLOCK, (50123, 123), time(3, 0, bytes(4))),
            udp(CLOCK, CENTRE, (123, 50123), time(4, 1, b"GPS\0")),
            udp(CENTRE, CLOCK, (50124, 123), variables(b"", asks=True)),
            udp(CLOCK, CENTRE, (123, 50124), variables(text)),
            tcp(CENTRE, STATION, (50125, 2404), started),
            tcp(STATION, CENTRE, (2404, 50125), confirmed + report, received=len(started)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
