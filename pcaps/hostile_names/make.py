"""Devices that choose their host names to hurt whoever reads the report."""

from pcaps.making import Host, dhcp_request, pcap, save

PC = Host("34:e6:d7:00:00:01", "192.168.1.1")  # Dell Inc.; the others count up from it
NAMES = (
    b"\x1b[31mred\x1b[0m",  # terminal colour
    b"\x1b]0;title\x07",  # terminal title
    b"<script>alert(1)</script>",
    b"photo\xe2\x80\xaegpj.exe",  # U+202E turns the rest around
    b'=HYPERLINK("http://example.com";"x")',
    b"=cmd|' /C calc'!A0",
    b"two\r\nlines\x00end",
    b"[/bold]'; DROP TABLE device;--",
    b"\xff\xfe\x9b31mraw",  # no UTF-8; 9b is CSI in Latin-1
)


def make() -> bytes:
    return pcap(
        [
            dhcp_request(f"34:e6:d7:00:00:{number:02x}", f"192.168.1.{number}", hostname=name)
            for number, name in enumerate(NAMES, 1)
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
