"""Messages too long for one packet: a certificate and a device description over several segments, an ONVIF answer in
fragments. Segments come twice or in the wrong order, as they do; of one message a part is missing."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp, udp
from pcaps.tls_certificate.make import certificate, counted

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CAMERA = Host("02:00:5e:00:04:01", "192.168.1.64")  # locally administered, as all below
PRINTER = Host("02:00:5e:00:04:02", "192.168.1.65")
ONVIF = Host("02:00:5e:00:04:03", "192.168.1.66")
LOST = Host("02:00:5e:00:04:04", "192.168.1.67")
MSS = 200  # bytes of a segment: few, so that the case stays small


def flight(organization: str) -> bytes:
    """Server hello and a chain of two certificates in two records of TLS 1.2 (RFC 5246 sections 7.4.1.3 and 7.4.2)."""
    hello = b"\2" + counted(b"\3\3" + bytes(range(32)) + b"\0" + b"\xc0\x2b" + b"\0", 3)
    chain = counted(certificate("device", organization), 3) + counted(certificate("issuer", "Some Authority"), 3)
    return b"".join(b"\x16\3\3" + counted(part, 2) for part in (hello, b"\x0b" + counted(counted(chain, 3), 3)))


def description(maker: str) -> bytes:
    """Source: UPnP Device Architecture 2.0, section 2.3."""
    icons = "<!-- " + "x" * 900 + " -->\n"
    body = (
        f'<?xml version="1.0"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">\n<device>\n{icons}'
        f"<friendlyName>Printer</friendlyName>\n<manufacturer>{maker}</manufacturer>\n</device>\n</root>\n"
    ).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def probe_match(maker: str) -> bytes:
    """OASIS WS-Discovery 1.1 section 5.3; ONVIF Core Specification section 7.3.3."""
    scopes = " ".join([*(f"onvif://www.onvif.org/Profile/{n}" for n in range(60)), f"onvif://www.onvif.org/name/{maker}"])
    return (
        '<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body><d:ProbeMatches><d:ProbeMatch>'
        f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>http://{ONVIF.ip}/onvif/device_service</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
    ).encode()


def segments(server: Host, port: int, message: bytes) -> list[bytes]:
    return [tcp(server, PC, (port, 50443), message[at : at + MSS], sent=at) for at in range(0, len(message), MSS)]


def fragments(frame: bytes, size: int = 1024) -> list[bytes]:
    """An Ethernet frame with an IPv4 packet of 20 bytes of header, in fragments (RFC 791 section 3.2)."""
    head, body = frame[:34], frame[34:]
    made = []
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        more = 0x2000 if at + size < len(body) else 0
        ip = head[14:16] + pack(">HHH", 20 + len(piece), 4711, more | at // 8) + head[22:24] + b"\0\0" + head[26:34]
        total = sum(int.from_bytes(ip[n : n + 2], "big") for n in range(0, 20, 2))
        checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
        made.append(head[:14] + ip[:10] + pack(">H", checksum) + ip[12:] + piece)
    return made


def make() -> bytes:
    first, second, *rest = segments(CAMERA, 443, flight("HIKVISION"))
    page = segments(PRINTER, 49152, description("Hewlett-Packard"))
    lost = segments(LOST, 443, flight("HIKVISION"))
    return pcap(
        [
            *map(arp, (PC, CAMERA, PRINTER, ONVIF, LOST)),
            *(first, *rest, second, second),
            *page,
            *fragments(udp(ONVIF, PC, (3702, 50702), probe_match("Hikvision"))),
            *lost[:1],
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
