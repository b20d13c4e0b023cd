"""Two phones with random addresses register with Xiaomi's push service: one of Xiaomi's, and one with an app that uses it."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp

XIAOMI = Host("02:00:5e:00:00:41", "192.168.1.41")  # locally administered
OTHER = Host("02:00:5e:00:00:42", "192.168.1.42")  # locally administered
SERVER = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
ACCOUNT = b"WIFI-0F-MINE"


def register(model: bytes, build: bytes) -> bytes:
    """c2fe0005, length, 00020016, four bytes, fields (ntop/nDPI src/lib/protocols/xiaomi.c)."""
    fields = ((0x12, model), (0x1A, build), (0x32, ACCOUNT), (0x3A, b"app.chat.global.xiaomi.net:5222"), (0x42, b"en_US"))
    body = b"\0\2\0\x16\0\0\0\1\x08\x01" + b"".join(bytes((kind, len(value))) + value for kind, value in fields)
    return b"\xc2\xfe\0\5" + pack(">I", len(body) - 4) + body


def make() -> bytes:
    return pcap(
        [
            arp(XIAOMI),
            arp(OTHER),
            tcp(XIAOMI, SERVER, (50001, 5222), register(b"M2007J3SG", b"V12.5.1.0")),
            tcp(OTHER, SERVER, (50002, 5222), register(b"Pixel 7", b"13")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
