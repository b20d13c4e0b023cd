"""The cable between a home router and its provider: what the whole home asks for comes from the router's one address."""

from pcaps.making import Host, arp, client_hello, dhcp_ack, dhcp_request, dns_query, pcap, save

PROVIDER = Host("00:56:2b:00:00:01", "100.64.0.1")  # Cisco Systems, Inc
ROUTER = Host("28:c6:8e:00:00:01", "100.64.0.20")  # NETGEAR
CLOUD = Host(PROVIDER.mac, "93.184.216.40")

NAMES = ("m1.tuyaeu.com", "dev.hik-connect.com", "api.io.mi.com", "www.easy4ipcloud.com", "connect.rom.miui.com")


def make() -> bytes:
    return pcap(
        [
            dhcp_request(ROUTER.mac, ROUTER.ip, hostname=b"R7000"),
            dhcp_ack(PROVIDER, ROUTER),
            arp(ROUTER, PROVIDER.ip),
            *(dns_query(ROUTER, PROVIDER, name) for name in NAMES),
            *(client_hello(ROUTER, CLOUD, name) for name in NAMES),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
