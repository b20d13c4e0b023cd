"""The two TP-Links: the Shenzhen company, and the one in Irvine whose origin is contested."""

from pcaps.making import Host, arp, pcap, save, ssdp_alive

SHENZHEN = Host("00:1d:0f:00:00:01", "192.168.1.2")  # TP-LINK TECHNOLOGIES CO.,LTD.
IRVINE = Host("3c:52:a1:00:00:01", "192.168.1.3")  # TP-Link Systems Inc
HONG_KONG = Host("14:eb:b6:00:00:01", "192.168.1.4")  # TP-Link Systems Inc, with Hong Kong as its country

GATEWAY = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"


def make() -> bytes:
    uuid = "00000002-0000-0000-0000-001d0f000001"
    return pcap(
        [
            arp(SHENZHEN),
            ssdp_alive(SHENZHEN, GATEWAY, uuid, "ipos/7.0 UPnP/1.0 TL-WR841N/11.0", "/rootDesc.xml"),
            arp(IRVINE),
            arp(HONG_KONG),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
