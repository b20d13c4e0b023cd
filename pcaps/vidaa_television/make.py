"""A PC fetches what two televisions say of themselves; one runs VIDAA. A robot cleaner and a phone call the same cloud."""

from pcaps.making import Host, arp, pcap, save, tcp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
VIDAA = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
OTHER = Host("a8:23:fe:00:00:01", "192.168.1.62")  # LG Electronics
ROBOT = Host("02:00:5e:00:00:63", "192.168.1.63")  # locally administered
PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
CLOUD = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
PERSON = "anna-secret"


def description(server: Host, name: str, maker: str, about: str) -> bytes:
    """UPnP Device Architecture 2.0, section 2.3; the lines of `about` as public integrations read them."""
    body = (
        '<?xml version="1.0"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">\n<device>\n'
        "<deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType>\n"
        f"<friendlyName>{name}</friendlyName>\n<manufacturer>{maker}</manufacturer>\n"
        f"<modelDescription>{about}</modelDescription>\n<modelName>Renderer</modelName>\n</device>\n</root>\n"
    )
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return tcp(server, PC, (38400, 50080), (head + body).encode())


def stream(client: Host, port: int) -> bytes:
    """The head of an XMPP stream (RFC 6120, section 4.2)."""
    head = (
        f"<stream:stream from='{PERSON}@ecouser.net' to='ecouser.net' version='1.0' xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>"
    )
    return tcp(client, CLOUD, (port, 5223), head.encode())


def make() -> bytes:
    about = "mac=02005e000061\nmacWifi=02005e000061\ntransport_protocol=2160\nvidaa_support=1"
    return pcap(
        [
            *map(arp, (PC, VIDAA, OTHER, ROBOT, PHONE)),
            description(VIDAA, "Living room", "Example", about),
            description(OTHER, "Bedroom", "LG Electronics", "vidaa_support=0"),
            stream(ROBOT, 50001),
            stream(PHONE, 50002),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
