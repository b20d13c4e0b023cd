"""A PC fetches UPnP device descriptions: of a Huawei gateway, of an Axis camera, and a page that only looks like one."""

from pcaps.making import Host, arp, pcap, save, tcp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
GATEWAY = Host("02:00:5e:00:00:01", "192.168.1.1")  # locally administered
CAMERA = Host("02:00:5e:00:00:67", "192.168.1.67")  # locally administered
SERVER = Host("02:00:5e:00:00:68", "192.168.1.68")  # locally administered


def description(maker: str, model: str, kind: str, namespace: str = "urn:schemas-upnp-org:device-1-0") -> bytes:
    """Source: UPnP Device Architecture 2.0, section 2.3."""
    return (
        f'<?xml version="1.0"?>\n<root xmlns="{namespace}">\n<specVersion><major>1</major><minor>0</minor></specVersion>\n'
        f"<device>\n<deviceType>urn:schemas-upnp-org:device:{kind}:1</deviceType>\n<friendlyName>{model}</friendlyName>\n"
        f"<manufacturer>{maker}</manufacturer>\n<modelName>{model}</modelName>\n<UDN>uuid:1</UDN>\n"
        "<deviceList><device><manufacturer>Dahua</manufacturer></device></deviceList>\n</device>\n</root>\n"
    ).encode()


def answer(server: Host, body: bytes, *, apart: bool = False) -> list[bytes]:
    """Head and body in one segment, or the body in one of its own."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    if not apart:
        return [tcp(server, PC, (49152, 50080), head + body)]
    return [tcp(server, PC, (49152, 50080), head), tcp(server, PC, (49152, 50080), body, sent=len(head))]


def make() -> bytes:
    return pcap(
        [
            *map(arp, (PC, GATEWAY, CAMERA, SERVER)),
            *answer(GATEWAY, description("Huawei Technologies Co., Ltd.", "HG8245Q2", "InternetGatewayDevice"), apart=True),
            *answer(CAMERA, description("AXIS", "AXIS P3301", "Basic")),
            *answer(SERVER, description("Hikvision", "Price list", "Basic", namespace="urn:example-com:catalogue")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
