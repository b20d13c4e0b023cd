"""BACnet software on a server looks for controllers; two answer, one of them through a broadcast manager."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, udp

HEAD_END = Host("e8:80:88:00:00:01", "192.168.1.10")  # LCFC(Hefei) Electronics Technology co., ltd
CHILLER = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
REMOTE = Host("02:00:5e:00:00:64", "192.168.1.64")  # locally administered
MANAGER = Host("00:80:f4:00:00:01", "192.168.1.62")  # TELEMECANIQUE ELECTRIQUE
PORTS = (47808, 47808)
EVERYWHERE = b"\1\x20\xff\xff\0\xff"


def packet(function: int, *parts: bytes) -> bytes:
    """BVLC (annex J): type, function, length."""
    body = b"".join(parts)
    return pack(">BBH", 0x81, function, 4 + len(body)) + body


def i_am(instance: int, vendor: int) -> bytes:
    """Device, longest message 1476, no segmentation, vendor (clause 16.10)."""
    return b"\x10\0\xc4" + pack(">I", 8 << 22 | instance) + b"\x22\x05\xc4\x91\3\x22" + pack(">H", vendor)


def answer(instance: int, number: int, text: str) -> bytes:
    """ReadProperty-ACK with a string (clause 15.5)."""
    value = b"\x75" + bytes([1 + len(text), 0]) + text.encode()
    return b"\x30\1\x0c\x0c" + pack(">I", 8 << 22 | instance) + b"\x19" + bytes([number]) + b"\x3e" + value + b"\x3f"


def make() -> bytes:
    network = Host("ff:ff:ff:ff:ff:ff", "192.168.1.255")
    origin = bytes(map(int, REMOTE.ip.split("."))) + pack(">H", 47808)
    return pcap(
        [
            *map(arp, (HEAD_END, CHILLER, REMOTE, MANAGER)),
            udp(HEAD_END, network, PORTS, packet(0x0B, EVERYWHERE, b"\x10\x08")),
            udp(HEAD_END, network, PORTS, packet(0x0B, EVERYWHERE, i_am(1, 5))),
            udp(CHILLER, network, PORTS, packet(0x0B, EVERYWHERE, i_am(2001, 1428))),
            udp(CHILLER, HEAD_END, PORTS, packet(0x0A, b"\1\0", answer(2001, 70, "Example GMV"))),
            udp(MANAGER, network, PORTS, packet(0x04, origin, EVERYWHERE, i_am(3001, 544))),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
