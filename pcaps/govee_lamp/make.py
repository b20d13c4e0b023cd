"""A phone searches for Govee's lamps: one answers, and a bridge's program speaks to the same ports without being one."""

import json

from pcaps.making import SSDP, Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
LAMP = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
BRIDGE = Host("dc:a6:32:00:00:01", "192.168.1.2")  # Raspberry Pi Trading Ltd


def message(command: str, data: object) -> bytes:
    """Govee WLAN guide, "LAN API"."""
    return json.dumps({"msg": {"cmd": command, "data": data}}).encode()


def make() -> bytes:
    lamp = {
        "ip": LAMP.ip, "device": "1F:80:02:00:5E:00:00:61", "sku": "H618A", "bleVersionHard": "3.01.01",
        "bleVersionSoft": "1.03.01", "wifiVersionHard": "1.00.10", "wifiVersionSoft": "1.02.03",
    }  # fmt: skip
    return pcap(
        [
            *map(arp, (PHONE, LAMP, BRIDGE)),
            udp(PHONE, SSDP, (4002, 4001), message("scan", {"account_topic": "reserve"})),
            udp(LAMP, PHONE, (4001, 4002), message("scan", lamp)),
            udp(BRIDGE, SSDP, (4002, 4001), message("scan", {"account_topic": "reserve"})),
            udp(BRIDGE, PHONE, (4001, 4002), message("scan", lamp)),  # says of another what it heard
            udp(PHONE, LAMP, (4002, 4003), message("turn", {"value": 1})),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
