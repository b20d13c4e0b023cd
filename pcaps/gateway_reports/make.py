"""Two gateways report to a provider's server in clear; the server answers, and a management PC asks for the same fields."""

from pcaps.making import Host, arp, pcap, save, tcp

GATEWAY = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
OTHER = Host("28:c6:8e:00:00:01", "192.168.1.62")  # NETGEAR
SERVER = Host("dc:a6:32:00:00:01", "192.168.1.2")  # Raspberry Pi Trading Ltd
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
SECRET = "S3RIAL-0F-MINE"  # noqa: S105 -- one subscriber's


def envelope(body: str) -> bytes:
    """TR-069 section A.3.3.1."""
    return (
        '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:cwmp="urn:dslforum-org:cwmp-1-0"><soap:Body>{body}</soap:Body></soap:Envelope>'
    ).encode()


def inform(maker: str, oui: str, product: str) -> bytes:
    device = (
        f"<Manufacturer>{maker}</Manufacturer><OUI>{oui}</OUI><ProductClass>{product}</ProductClass>"
        f"<SerialNumber>{SECRET}</SerialNumber>"
    )
    return envelope(f"<cwmp:Inform><DeviceId>{device}</DeviceId><MaxEnvelopes>1</MaxEnvelopes></cwmp:Inform>")


def posted(body: bytes) -> bytes:
    return f"POST /acs HTTP/1.1\r\nHost: acs.example\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def make() -> bytes:
    first, second = posted(inform("ZTE", "00199A", "F660")), inform("NETGEAR", "28C68E", "R7000")
    answer = envelope("<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>")
    asked = posted(envelope("<cwmp:GetParameterValues><Manufacturer>ZTE</Manufacturer></cwmp:GetParameterValues>"))
    head = posted(second)[: -len(second)]
    return pcap(
        [
            *map(arp, (GATEWAY, OTHER, SERVER, PC)),
            tcp(GATEWAY, SERVER, (50001, 7547), first),
            tcp(SERVER, GATEWAY, (7547, 50001), b"HTTP/1.1 200 OK\r\n\r\n" + answer, received=len(first)),
            tcp(OTHER, SERVER, (50002, 7547), head),
            tcp(OTHER, SERVER, (50002, 7547), second, sent=len(head)),
            tcp(PC, GATEWAY, (50003, 7547), asked),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
