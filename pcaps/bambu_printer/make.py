"""A 3D printer announces itself; a computer searches for such printers, and a server announces one of another network."""

from pcaps.making import EVERYBODY, SSDP, Host, arp, pcap, save, udp

PRINTER = Host("4c:eb:d6:00:00:01", "192.168.1.51")  # Espressif Inc.
COMPUTER = Host("34:e6:d7:00:00:01", "192.168.1.40")  # Dell Inc.
SERVER = Host("dc:a6:32:00:00:01", "192.168.1.2")  # Raspberry Pi Trading Ltd
TYPE = "urn:bambulab-com:device:3dprinter:1"


def announcement(location: str, serial: str) -> bytes:
    """Header names and order as GridSpace/grid-apps mods/bambu/ssdp.js and jonans/bsnotify describe them."""
    lines = (
        "NOTIFY * HTTP/1.1", f"HOST: {SSDP}:1990", "Server: UPnP/1.0", f"Location: {location}", f"NT: {TYPE}",
        f"USN: {serial}", "Cache-Control: max-age=1800", "DevModel.bambu.com: C12", "DevName.bambu.com: of my daughter",
        "DevSignal.bambu.com: -44", "DevConnect.bambu.com: lan", "DevBind.bambu.com: free",
        "DevVersion.bambu.com: 01.07.00.00", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def make() -> bytes:
    search = f'M-SEARCH * HTTP/1.1\r\nHOST: {SSDP}:1990\r\nMAN: "ssdp:discover"\r\nMX: 3\r\nST: {TYPE}\r\n\r\n'.encode()
    return pcap(
        [
            *map(arp, (PRINTER, COMPUTER, SERVER)),
            udp(COMPUTER, SSDP, (50990, 1990), search),
            udp(PRINTER, EVERYBODY, (2021, 2021), announcement(PRINTER.ip, "01S00A000000001")),
            udp(SERVER, EVERYBODY, (2021, 2021), announcement("192.168.9.51", "01S00A000000002")),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
