"""A PC searches in both of Dahua's ways and sets one unit up; that unit, sold by Lorex, and an older recorder answer."""

import json
from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
LOREX = Host("00:1f:54:00:00:01", "192.168.1.81")  # Lorex Technology Inc.
RECORDER = Host("02:00:5e:00:00:65", "192.168.1.65")  # locally administered
GROUP = "239.255.255.251"


def dhip(message: dict[str, object]) -> bytes:
    """Head of 32 bytes, JSON. Source: aiodahua 0.5.0 discovery.py."""
    body = json.dumps(message, indent=1).encode() + b"\n"
    return pack("<I4s8xI4xI4x", 32, b"DHIP", len(body), len(body)) + body


def notify(host: Host, model: str, serial: str, vendor: str) -> dict[str, object]:
    address = {"DefaultGateway": "192.168.1.1", "DhcpEnable": True, "IPAddress": host.ip, "SubnetMask": "255.255.255.0"}
    info = {
        "DeviceClass": "IPC", "DeviceType": model, "HttpPort": 80, "IPv4Address": address, "MachineName": serial,
        "Manufacturer": "Private", "Port": 35000, "SerialNo": serial, "Vendor": vendor, "Version": "2.800.030000000.3.R",
    }  # fmt: skip
    return {"mac": host.mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": info}}


def older(host: Host, model: bytes, lines: bytes) -> bytes:
    """120 bytes of head, MAC and model, lines. Source: julienblitte/UniversalScanner Dahua1.cs."""
    middle = host.mac.encode() + model
    head = pack("<HBBI8xIHH16x", 0x00B3, len(middle), 0, 0x58, 2, len(lines), 0)
    addresses = bytes(map(int, f"{host.ip}.255.255.255.0.192.168.1.1.192.168.1.1".split(".")))
    return (head + model.ljust(16, b"\0")[:16] + addresses).ljust(120, b"\0") + middle + lines


def make() -> bytes:
    search: dict[str, object] = {"method": "DHDiscover.search", "params": {"mac": "", "uni": 1}}
    setup: dict[str, object] = {"method": "DHDiscover.setConfig", "mac": LOREX.mac, "params": {"password": "hunter2"}}
    question = b"\xa3\x01\x00\x01" + bytes(12) + b"\x02" + bytes(15)
    return pcap(
        [
            arp(PC),
            arp(LOREX),
            arp(RECORDER),
            udp(PC, GROUP, (51000, 37810), dhip(search)),
            udp(LOREX, GROUP, (37810, 37810), dhip(notify(LOREX, "W461ASC", "ND000000000001", "Lorex"))),
            udp(PC, LOREX, (51000, 37810), dhip(setup)),
            udp(PC, EVERYBODY, (51001, 5050), question),
            udp(
                RECORDER,
                EVERYBODY,
                (5050, 5050),
                older(RECORDER, b"DVR0404LE-A", b"Name:DVR\r\nSerialNo:PZB0AA000W00001\r\n\r\n"),
            ),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
