"""Time-keeping software asks a ZKTeco terminal who it is, after a password; another host only has the same port open."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
TERMINAL = Host("02:00:5e:00:00:91", "192.168.1.91")  # locally administered
OTHER = Host("02:00:5e:00:00:92", "192.168.1.92")  # locally administered
PASSWORD = b"\x10\x32\x54\x76"


def message(command: int, data: bytes = b"") -> bytes:
    """A message with the one's complement sum of its other words, behind the eight bytes of TCP."""
    rest = pack("<HHHH", command, 0, 0xB1A5, 3) + data
    words = rest + bytes(len(rest) % 2)
    total = sum(int.from_bytes(words[at : at + 2], "little") for at in range(0, len(words), 2))
    check = 0xFFFF - (total % 0xFFFF)
    inner = rest[:2] + pack("<H", check) + rest[4:]
    return b"\x50\x50\x82\x7d" + pack("<I", len(inner)) + inner


def make() -> bytes:
    talk = (
        (PC, message(1000)),
        (TERMINAL, message(2005)),
        (PC, message(1102, PASSWORD)),
        (TERMINAL, message(2000)),
        (PC, message(11, b"~SerialNumber\0")),
        (TERMINAL, message(2000, b"~SerialNumber=EXA0000000001\0")),
        (PC, message(11, b"~DeviceName\0")),
        (TERMINAL, message(2000, b"~DeviceName=EXAMPLE-F18\0")),
    )
    frames, sent = [arp(PC), arp(TERMINAL), arp(OTHER)], {PC: 0, TERMINAL: 0}
    for sender, payload in talk:
        receiver, ports = (TERMINAL, (50123, 4370)) if sender == PC else (PC, (4370, 50123))
        frames.append(tcp(sender, receiver, ports, payload, sent=sent[sender], received=sent[receiver]))
        sent[sender] += len(payload)
    return pcap([*frames, tcp(OTHER, PC, (4370, 50124), b"220 other service\r\n")])


if __name__ == "__main__":
    save(make(), __file__)
