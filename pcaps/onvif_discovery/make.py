"""A PC looks for cameras and printers with WS-Discovery: three cameras answer, a printer also gives its metadata."""

from pcaps.making import SSDP, Host, arp, pcap, save, tcp, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
HIKVISION = Host("02:00:5e:00:00:65", "192.168.1.65")  # locally administered
UNIVIEW = Host("02:00:5e:00:00:66", "192.168.1.66")  # locally administered
AXIS = Host("ac:cc:8e:00:00:01", "192.168.1.67")  # Axis Communications AB
PRINTER = Host("02:00:5e:00:00:68", "192.168.1.68")  # locally administered
DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"


def soap(action: str, body: str) -> bytes:
    """A SOAP 1.2 envelope. Source: OASIS WS-Discovery 1.1; ONVIF Core Specification, section 7.3."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" '
        f'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="{DISCOVERY}" '
        'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof">'
        f"<env:Header><wsa:Action>{action}</wsa:Action><wsa:MessageID>urn:uuid:00000000-0000-0000-0000-000000000001"
        f"</wsa:MessageID></env:Header><env:Body>{body}</env:Body></env:Envelope>"
    ).encode()


def probe(types: str) -> bytes:
    return soap(f"{DISCOVERY}/Probe", f"<d:Probe><d:Types>{types}</d:Types></d:Probe>")


def match(host: Host, types: str, *scopes: str, path: str = "/onvif/device_service") -> bytes:
    listed = " ".join(f"onvif://www.onvif.org/{scope}" for scope in scopes)
    body = (
        f"<wsa:EndpointReference><wsa:Address>urn:uuid:{host.mac.replace(':', '')}</wsa:Address></wsa:EndpointReference>"
        f"<d:Types>{types}</d:Types><d:Scopes>{listed}</d:Scopes><d:XAddrs>http://{host.ip}{path}</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion>"
    )
    return soap(f"{DISCOVERY}/ProbeMatches", f"<d:ProbeMatches><d:ProbeMatch>{body}</d:ProbeMatch></d:ProbeMatches>")


def metadata(maker: str, model: str) -> bytes:
    """What a printer tells a client that asks for its metadata. Source: Devices Profile for Web Services 1.1, section 5."""
    body = soap(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse",
        '<wsx:Metadata xmlns:wsx="http://schemas.xmlsoap.org/ws/2004/09/mex">'
        '<wsx:MetadataSection Dialect="http://schemas.xmlsoap.org/ws/2006/02/devprof/ThisModel"><wsdp:ThisModel>'
        f"<wsdp:Manufacturer>{maker}</wsdp:Manufacturer><wsdp:ModelName>{model}</wsdp:ModelName></wsdp:ThisModel>"
        "</wsx:MetadataSection></wsx:Metadata>",
    )
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def make() -> bytes:
    camera = "dn:NetworkVideoTransmitter"
    hikvision = ("type/video_encoder", "hardware/DS-2CD2385G1-I", "name/HIKVISION%20DS-2CD2385G1-I", "location/city/hangzhou")
    uniview = ("manufacturer/UNIVIEW", "hardware/IPC3232SB-ADZK-I0", "location/city/unknown")
    axis = ("type/video_encoder", "hardware/M3085-V", "name/AXIS%20M3085-V", "location/")
    return pcap(
        [
            *map(arp, (PC, HIKVISION, UNIVIEW, AXIS, PRINTER)),
            udp(PC, SSDP, (52000, 3702), probe(camera)),
            udp(HIKVISION, PC, (3702, 52000), match(HIKVISION, camera, *hikvision)),
            udp(UNIVIEW, PC, (3702, 52000), match(UNIVIEW, camera, *uniview)),
            udp(AXIS, PC, (3702, 52000), match(AXIS, camera, *axis)),
            udp(PC, SSDP, (52000, 3702), probe("wsdp:Device")),
            udp(PRINTER, PC, (3702, 52000), match(PRINTER, "wsdp:Device wprt:PrintDeviceType", path=":3911/")),
            tcp(PRINTER, PC, (3911, 52001), metadata("HP", "HP LaserJet M404")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
