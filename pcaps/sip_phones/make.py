"""Telephones register, a relay passes a request on with the telephone's software in it, a camera describes itself."""

from pcaps.making import Host, arp, pcap, save, udp

RELAY = Host("34:e6:d7:00:00:01", "192.168.1.2")  # Dell Inc.
CARRIER = Host("28:c6:8e:00:00:01", "203.0.113.9")  # through the router, NETGEAR
YEALINK = Host("02:00:5e:00:00:21", "192.168.1.21")  # locally administered
GRANDSTREAM = Host("02:00:5e:00:00:22", "192.168.1.22")  # locally administered
CAMERA = Host("02:00:5e:00:00:23", "192.168.1.23")  # locally administered
ID = "34020000001320000001"
RESPONSE = "6629fae49393a05397450978507c4ef1"


def request(method: str, author: Host, user: str, agent: str, *more: str, vias: int = 1, body: str = "") -> bytes:
    """A request; each relay on its way has added a Via."""
    hosts = [RELAY.ip] * (vias - 1) + [author.ip]
    lines = (
        f"{method} sip:192.168.1.2 SIP/2.0",
        *(f"Via: SIP/2.0/UDP {host}:5060;branch=z9hG4bK{number}" for number, host in enumerate(hosts)),
        f"From: <sip:{user}@192.168.1.2>;tag=1",
        f"To: <sip:{user}@192.168.1.2>",
        f"Call-ID: 1@{author.ip}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{user}@{author.ip}:5060>",
        f"User-Agent: {agent}",
        "Max-Forwards: 70",
        *more,
        f"Content-Length: {len(body)}",
        "",
        body,
    )
    return "\r\n".join(lines).encode()


def make() -> bytes:
    secret = f'Authorization: Digest username="21", realm="a", nonce="1", uri="sip:192.168.1.2", response="{RESPONSE}"'
    yealink = "Yealink SIP-T46S 66.84.0.10"
    inside = f"<CmdType>DeviceInfo</CmdType>\r\n<SN>1</SN>\r\n<DeviceID>{ID}</DeviceID>\r\n<Result>OK</Result>\r\n"
    made = "<Manufacturer>Hikvision</Manufacturer>\r\n<Model>DS-2CD2143G0-I</Model>\r\n<Firmware>V5.5.82</Firmware>\r\n"
    body = f'<?xml version="1.0"?>\r\n<Response>\r\n{inside}{made}</Response>\r\n'
    described = request("MESSAGE", CAMERA, ID, "IP Camera", "Content-Type: Application/MANSCDP+xml", body=body)
    return pcap(
        [
            *map(arp, (RELAY, YEALINK, GRANDSTREAM, CAMERA)),
            udp(YEALINK, RELAY, (5060, 5060), request("REGISTER", YEALINK, "21", yealink, secret)),
            udp(GRANDSTREAM, RELAY, (5060, 5060), request("REGISTER", GRANDSTREAM, "22", "Grandstream GXP2170 1.0.11.46")),
            udp(RELAY, CARRIER, (5060, 5060), request("INVITE", YEALINK, "21", yealink, vias=2)),
            udp(CAMERA, RELAY, (5060, 5060), described),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
