"""A PC, a phone and a television that visit sites and use apps of PRC companies."""

from pcaps.making import Host, arp, client_hello, dhcp_ack, dhcp_request, dns_query, pcap, save

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
IPHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
TELEVISION = Host("00:a1:59:00:00:01", "192.168.1.41")  # LG Electronics
SITE = Host(ROUTER.mac, "93.184.216.30")


def make() -> bytes:
    sites = ("hikvision.com", "www.hikvision.com", "www.alicdn.com", "y.qq.com", "ntp.aliyun.com")
    return pcap(
        [
            arp(ROUTER),
            dhcp_request(PC.mac, PC.ip, hostname=b"DESKTOP-01ABCDE", vendor_class=b"MSFT 5.0"),
            dhcp_ack(ROUTER, PC),
            *(dns_query(PC, ROUTER, name) for name in sites),
            client_hello(PC, SITE, "www.tiktok.com"),
            arp(IPHONE),
            dns_query(IPHONE, ROUTER, "dev.hik-connect.com"),
            client_hello(IPHONE, SITE, "api.hik-connect.com"),
            arp(TELEVISION),
            dns_query(TELEVISION, ROUTER, "www.iqiyi.com"),
            client_hello(TELEVISION, SITE, "www.tiktok.com"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
