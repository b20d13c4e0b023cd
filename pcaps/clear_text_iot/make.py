"""A module introduces itself to its cloud over clear MQTT; a PC does so to a broker in the house, and looks around."""

from pcaps.making import Host, arp, pcap, save, tcp, udp

PLUG = Host("f4:cf:a2:00:00:01", "192.168.1.50")  # Espressif Inc.
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
LAMP = Host("02:00:5e:00:04:01", "192.168.1.51")  # locally administered
ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
CLOUD = Host(ROUTER.mac, "93.184.216.34")
PASSWORD = b"Opensesame1"


def field(value: bytes) -> bytes:
    return len(value).to_bytes(2, "big") + value


def connect(client: bytes) -> bytes:
    """CONNECT with user name and password (MQTT 3.1.1 section 3.1)."""
    body = field(b"MQTT") + b"\x04\xc2\x00\x3c" + field(client) + field(PASSWORD) + field(PASSWORD)
    return bytes((0x10, len(body))) + body  # below 128 bytes the length is one byte


def coap(code: int, *options: bytes, content: bytes = b"") -> bytes:
    """A message without token (RFC 7252 section 3); options as they stand in it."""
    return bytes((0x50, code, 0x12, 0x34)) + b"".join(options) + (b"\xff" + content if content else b"")


def make() -> bytes:
    discovery = coap(0x01, b"\xbb.well-known", b"\x04core")  # Uri-Path twice: option 11, then distance 0
    listed = coap(0x45, b"\xc1\x28", content=b'</light>;rt="oic.d.light";if="oic.if.a"')  # Content-Format 40
    return pcap(
        [
            *(arp(host) for host in (PLUG, PC, LAMP, ROUTER)),
            tcp(PLUG, CLOUD, (50001, 1883), connect(b"tuyalink_0123456789abcdef0123ab")),
            tcp(PC, LAMP, (50002, 1883), connect(b"mqttjs_0123abcd")),
            udp(PC, "224.0.1.187", (50003, 5683), discovery),
            udp(LAMP, PC, (5683, 50003), listed),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
