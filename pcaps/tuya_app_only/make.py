"""Phones with the Tuya app, and a home hub that searches: they ask for Tuya devices and talk to the cloud, no more."""

from pcaps.making import EVERYBODY, Host, arp, client_hello, dhcp_ack, dhcp_request, dns_query, pcap, save, udp
from pcaps.vendor_messages import tuya_sealed

GALAXY = Host("8c:77:12:00:00:01", "192.168.1.30")  # Samsung Electronics Co.,Ltd
IPHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
HUB = Host("dc:a6:32:00:00:01", "192.168.1.40")  # Raspberry Pi Trading Ltd
ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
CLOUD = Host(ROUTER.mac, "93.184.216.10")


def make() -> bytes:
    def search(asker: Host) -> bytes:
        return udp(asker, EVERYBODY, (51000, 7000), tuya_sealed({"from": "app", "ip": asker.ip}, asks=True))

    return pcap(
        [
            arp(ROUTER),
            dhcp_request(GALAXY.mac, GALAXY.ip, hostname=b"Galaxy-S22", vendor_class=b"android-dhcp-13"),
            dhcp_ack(ROUTER, GALAXY),
            dns_query(GALAXY, ROUTER, "a1.tuyaeu.com"),
            client_hello(GALAXY, CLOUD, "a1.tuyaeu.com"),
            search(GALAXY),
            dhcp_request(IPHONE.mac, IPHONE.ip, hostname=b"Annas-iPhone", asks=(1, 121, 3, 6, 15, 108, 114, 119, 252)),
            dhcp_ack(ROUTER, IPHONE),
            dns_query(IPHONE, ROUTER, "m1.tuyaeu.com"),
            search(IPHONE),
            arp(HUB),
            search(HUB),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
