"""A PC and a phone that look for PRC devices by every usual way of looking."""

from pcaps.making import Host, arp, dns_query, llmnr_question, mdns_question, nbns_question, pcap, save, ssdp_search

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
IPHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.


def make() -> bytes:
    return pcap(
        [
            arp(ROUTER),
            arp(PC),
            llmnr_question(PC, "HUAWEI_P20_lite-0123456789"),
            nbns_question(PC, "192.168.1.255", "HIKVISION-NVR"),
            mdns_question(PC, "_miio._udp"),
            mdns_question(PC, "yeelink-light-color1_miio123456789._miio._udp"),
            ssdp_search(PC, "urn:schemas-upnp-org:device:InternetGatewayDevice:1"),
            dns_query(PC, ROUTER, "tplinkwifi.net"),
            dns_query(PC, ROUTER, "miwifi.com"),
            arp(IPHONE),
            mdns_question(IPHONE, "_miio._udp"),
            mdns_question(IPHONE, "_ewelink._tcp"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
