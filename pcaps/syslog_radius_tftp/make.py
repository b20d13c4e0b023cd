"""What devices send to a server of the house: switches their logs, an access point a login, a phone a question at start."""

from pcaps.making import Host, arp, pcap, save, udp

SERVER = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
SWITCH = Host("02:00:5e:00:05:01", "192.168.1.2")  # locally administered, as are all below
SHARED = Host("02:00:5e:00:05:02", "192.168.1.3")
PHONE = Host("02:00:5e:00:05:03", "192.168.1.30")
POINT = Host("02:00:5e:00:05:04", "192.168.1.4")
SECRET = "Opensesame1"  # noqa: S105 -- what must not be stored


def access_request(name: str) -> bytes:
    """User name, password, access server, called station, attributes of a vendor (RFC 2865 section 4.1 and 5)."""
    attributes = (
        (1, SECRET.encode()),
        (2, SECRET.encode().ljust(16, b"\0")),
        (32, name.encode()),
        (30, b"02-00-5E-00-05-04:Office"),
        (61, (19).to_bytes(4, "big")),
        (26, (25506).to_bytes(4, "big") + b"\x01\x06\0\0\0\1"),
    )
    body = b"".join(bytes((kind, 2 + len(value))) + value for kind, value in attributes)
    return b"\1\7" + (20 + len(body)).to_bytes(2, "big") + bytes(range(16)) + body


def make() -> bytes:
    own = f"<189>Mar  2 2026 08:00:01 floor-2 %%01SHELL/5/CMDRECORD(s)[10]:Recorded command. (User={SECRET})"
    shared = f"<189>Mar  2 08:00:02 2026 floor-3 %%10SHELL/5/SHELL_LOGIN: {SECRET} logged in."
    return pcap(
        [
            *(arp(host) for host in (SERVER, SWITCH, SHARED, PHONE, POINT)),
            udp(SWITCH, SERVER, (514, 514), own.encode()),
            udp(SHARED, SERVER, (514, 514), shared.encode()),
            udp(PHONE, SERVER, (50069, 69), b"\0\1y000000000028.cfg\0octet\0"),
            udp(SERVER, PHONE, (50070, 50069), b"\0\3\0\1#!version:1.0.0.1"),
            udp(POINT, SERVER, (50812, 1812), access_request("ap-floor-1")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
