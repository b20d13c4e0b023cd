"""A switch relays the DHCP request of a camera in another network: only the relay's frames are seen."""

from pcaps.making import Host, arp, cdp, dhcp_message, pcap, save, udp

RELAY = Host("00:56:2b:00:00:01", "192.168.1.2")  # Cisco Systems, Inc
SERVER = Host("dc:a6:32:00:00:01", "192.168.1.53")  # Raspberry Pi Trading Ltd
CAMERA = "bc:ad:28:00:00:01"  # Hangzhou Hikvision Digital Technology Co.,Ltd.


def make() -> bytes:
    request = dhcp_message(CAMERA, "192.168.7.20", hostname=b"gate-camera", vendor_class=b"udhcp 1.20.2", relay="192.168.7.1")
    ios = "Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE12"
    return pcap(
        [
            cdp(RELAY, "core-1", "cisco WS-C3750G-24TS", ios),
            arp(RELAY),
            arp(SERVER),
            udp(RELAY, SERVER, (67, 67), request),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
