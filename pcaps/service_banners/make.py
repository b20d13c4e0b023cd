"""Four devices name their makers in the first words of a service; a PC views, logs in and types, and is none of them."""

from pcaps.making import Host, arp, pcap, save, tcp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
CAMERA = Host("02:00:5e:00:01:01", "192.168.1.64")  # locally administered, as are all below
ROUTER = Host("02:00:5e:00:01:02", "192.168.1.2")
TERMINAL = Host("02:00:5e:00:01:03", "192.168.1.3")
PRINTER = Host("02:00:5e:00:01:04", "192.168.1.20")
PASSWORD = "Opensesame1"  # noqa: S105 -- what must not be stored


def lines(*text: str) -> bytes:
    return "\r\n".join((*text, "", "")).encode()


def make() -> bytes:
    url = f"rtsp://{CAMERA.ip}/cam/realmonitor?channel=1"
    login = f'Digest username="admin", realm="Login to 4K06F3EPAZ7C01D", response="{PASSWORD}"'
    asked = lines(f"DESCRIBE {url} RTSP/1.0", "CSeq: 2", f"Authorization: {login}", "User-Agent: LibVLC/3.0.20")
    refused = lines(
        "RTSP/1.0 401 Unauthorized",
        "CSeq: 2",
        "Server: Dahua Rtsp Server",
        'WWW-Authenticate: Digest realm="Login to 4K06F3EPAZ7C01D", nonce="0123456789abcdef"',
    )
    greeting = (
        b"\xff\xfb\x01\xff\xfb\x03"
        + lines("", "****", "Welcome to ZXAN product C320 of ZTE Corporation", "****")
        + b"Username:"
    )
    return pcap(
        [
            *(arp(host) for host in (PC, CAMERA, ROUTER, TERMINAL, PRINTER)),
            tcp(PC, CAMERA, (50554, 554), asked),
            tcp(CAMERA, PC, (554, 50554), refused),
            tcp(ROUTER, PC, (22, 50022), b"SSH-2.0-HUAWEI-1.5\r\n"),
            tcp(PC, ROUTER, (50022, 22), b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
            tcp(TERMINAL, PC, (23, 50023), greeting),
            tcp(PC, TERMINAL, (50023, 23), f"zte\r\n{PASSWORD}\r\n".encode()),
            tcp(TERMINAL, PC, (23, 50023), b"zte\r\nPassword:", sent=len(greeting)),
            tcp(ROUTER, PC, (25, 50025), b"220 gw.example ESMTP Postfix\r\n"),
            tcp(PRINTER, PC, (21, 50021), b"220 JD FTP Server Ready\r\n"),
            tcp(PC, PRINTER, (50021, 21), f"USER anna\r\nPASS {PASSWORD}\r\n".encode()),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
