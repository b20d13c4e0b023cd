"""Devices that run the same software as PRC products: same DHCP parameters, same small web servers."""

from pcaps.making import Host, arp, dhcp_ack, dhcp_request, http_answer, pcap, save

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
PHONE = Host("64:16:7f:00:00:01", "192.168.1.75")  # Polycom
PI = Host("dc:a6:32:00:00:01", "192.168.1.76")  # Raspberry Pi Trading Ltd
CAMERA = Host("ac:cc:8e:00:00:01", "192.168.1.77")  # Axis Communications AB

LIKE_YEALINK = (1, 2, 3, 4, 6, 7, 12, 15, 28, 42, 66, 67, 43, 120)
LIKE_ESP8266 = (1, 3, 28, 6, 15, 44, 46, 47, 31, 33, 121, 43)


def make() -> bytes:
    return pcap(
        [
            dhcp_request(PHONE.mac, PHONE.ip, hostname=b"desk-7", vendor_class=b"udhcp 1.20.2", asks=LIKE_YEALINK),
            dhcp_ack(ROUTER, PHONE),
            dhcp_request(PI.mac, PI.ip, hostname=b"meter", asks=LIKE_ESP8266),
            dhcp_ack(ROUTER, PI),
            arp(CAMERA),
            http_answer(CAMERA, PC, "Server: GoAhead-Webs"),
            http_answer(CAMERA, PC, "Server: Boa/0.94.14rc21"),
            http_answer(CAMERA, PC, "Server: mini_httpd/1.19 19dec2003"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
