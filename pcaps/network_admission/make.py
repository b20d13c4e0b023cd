"""A switch asks who is there: a desk phone and a computer give their names, a person hers. A plug is set up by button."""

from struct import pack

from pcaps.making import Host, arp, pcap, save

SWITCH = Host("fc:58:9a:00:00:01", "192.168.1.2")  # Cisco Systems, Inc
PHONE = Host("64:16:7f:00:00:01", "192.168.1.75")  # Polycom
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
LAPTOP = Host("02:00:5e:00:00:12", "192.168.1.12")  # locally administered
REPEATER = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
POINT = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PERSON, KEY = b"anna.secret@example.com", b"key-with-secret@example-in-it"


def eapol(sender: Host, code: int, data: bytes) -> bytes:
    """IEEE 802.1X section 11.3 (version 2, type 0), RFC 3748 section 4; to the group of port access entities."""
    packet = pack(">BBH", code, 1, 4 + len(data)) + data
    addresses = bytes.fromhex("0180c2000003" + sender.mac.replace(":", ""))
    return addresses + b"\x88\x8e\x02\0" + pack(">H", len(packet)) + packet


def setup(sender: Host, code: int, message: int, maker: str, model: str) -> bytes:
    """Wi-Fi Simple Configuration section 7.7.1: expanded type of the Wi-Fi Alliance, opcode 4, flags, attributes."""
    fields = ((0x104A, b"\x10"), (0x1022, bytes([message])), (0x1021, maker.encode()), (0x1023, model.encode()), (0x1027, KEY))
    body = b"".join(pack(">HH", kind, len(value)) + value for kind, value in fields)
    return eapol(sender, code, bytes.fromhex("fe00372a000000010400") + body)


def make() -> bytes:
    return pcap(
        [
            *map(arp, (SWITCH, PHONE, PC, LAPTOP, REPEATER, POINT)),
            eapol(SWITCH, 1, b"\1\0networkid=office,nasid=switch-7,portid=3"),
            eapol(PHONE, 2, b"\1VVX-64167F000001"),
            eapol(PC, 2, b"\1host/pc1.example.com"),
            eapol(LAPTOP, 2, b"\1" + PERSON),
            setup(REPEATER, 2, 4, "TP-LINK", "TL-WA850RE"),
            setup(POINT, 1, 5, "NETGEAR, Inc.", "R7000"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
