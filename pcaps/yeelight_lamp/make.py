"""An app looks for Yeelight lamps; one answers, announces itself and reports a change. A client happens to use port 55443."""

import json

from pcaps.making import SSDP, Host, arp, pcap, save, tcp, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
LAMP = Host("4c:eb:d6:00:00:01", "192.168.1.51")  # Espressif Inc.
COMPUTER = Host("34:e6:d7:00:00:01", "192.168.1.40")  # Dell Inc.
SERVER = Host("00:11:32:00:00:01", "192.168.1.2")  # Synology Incorporated


def message(start: str, *fields: str) -> bytes:
    """Lines as in SSDP (Yeelight WiFi Light Inter-Operation Specification, section 3)."""
    return "\r\n".join((start, *fields, "")).encode()


OF_LAMP = (
    "Cache-Control: max-age=3600", f"Location: yeelight://{LAMP.ip}:55443", "Server: POSIX UPnP/1.0 YGLC/1",
    "id: 0x000000000015243f", "model: color", "fw_ver: 18", "support: get_prop set_default set_power toggle",
    "power: on", "bright: 100", "name: of my daughter",
)  # fmt: skip


def make() -> bytes:
    search = message("M-SEARCH * HTTP/1.1", f"HOST: {SSDP}:1982", 'MAN: "ssdp:discover"', "ST: wifi_bulb")
    announcement = message("NOTIFY * HTTP/1.1", f"Host: {SSDP}:1982", *OF_LAMP[:1], "NTS: ssdp:alive", *OF_LAMP[1:])
    report = json.dumps({"method": "props", "params": {"power": "on", "bright": "10", "name": "of my daughter"}}).encode()
    return pcap(
        [
            *map(arp, (PHONE, LAMP, COMPUTER)),
            udp(PHONE, SSDP, (50982, 1982), search),
            udp(LAMP, PHONE, (1982, 50982), message("HTTP/1.1 200 OK", *OF_LAMP)),
            udp(LAMP, SSDP, (1982, 1982), announcement),
            tcp(LAMP, PHONE, (55443, 50443), report + b"\r\n"),
            tcp(COMPUTER, SERVER, (55443, 8080), b'{"method":"publish","params":{"power":"on"}}\r\n'),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
