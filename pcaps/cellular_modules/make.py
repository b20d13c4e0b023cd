"""Meters behind cellular modules register with their IMEI, over LwM2M and MQTT; a lamp registers under a plain name."""

from pcaps.making import Host, arp, pcap, save, tcp, udp

METER = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
GAUGE = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered
LAMP = Host("02:00:5e:00:00:63", "192.168.1.63")  # locally administered
CLOUD = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
IMEI = b"490154203237518"  # an example in handbooks


def register(name: bytes) -> bytes:
    """CoAP POST /rd?ep=NAME with a list of objects (OMA LwM2M 1.1, transport binding, section 6.4.1)."""
    query = b"ep=" + name
    length = b"\x4d" + bytes((len(query) - 13,)) if len(query) > 12 else bytes((0x40 | len(query),))
    return b"\x40\x02\x12\x34\xb2rd\x11\x28\x36lt=300" + bytes((length[0] & 0x0F,)) + length[1:] + query + b"\xff</1/0>,</3/0>"


def connect(name: bytes) -> bytes:
    """MQTT 3.1.1 section 3.1."""
    body = b"\0\4MQTT\4\2\0\x3c" + len(name).to_bytes(2, "big") + name
    return bytes((0x10, len(body))) + body


def make() -> bytes:
    return pcap(
        [
            *map(arp, (METER, GAUGE, LAMP)),
            udp(METER, CLOUD, (50001, 5683), register(b"urn:imei:" + IMEI)),
            tcp(GAUGE, CLOUD, (50002, 1883), connect(b"ME-" + IMEI)),
            udp(LAMP, CLOUD, (50003, 5683), register(b"lamp-7-in-the-hall")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
