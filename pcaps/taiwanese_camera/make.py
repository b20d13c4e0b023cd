"""Cameras of Taiwanese makers, one of them with an address its maker's Shanghai office registered."""

from pcaps.making import Host, arp, dhcp_ack, dhcp_request, pcap, save, ssdp_alive

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
DLINK = Host("b0:c5:54:00:00:01", "192.168.1.61")  # D-Link International, Singapore
VIVOTEK = Host("00:02:d1:00:00:01", "192.168.1.62")  # Vivotek, Inc.
SHANGHAI = Host("b4:37:d8:00:00:01", "192.168.1.63")  # D-Link (Shanghai) Limited Corp.

BASIC = "urn:schemas-upnp-org:device:Basic:1"


def make() -> bytes:
    return pcap(
        [
            dhcp_request(DLINK.mac, DLINK.ip, hostname=b"DCS-935L", vendor_class=b"udhcp 1.18.5"),
            dhcp_ack(ROUTER, DLINK),
            arp(DLINK),
            ssdp_alive(DLINK, BASIC, "00000001-0000-0000-0000-b0c554000001", "Linux, UPnP/1.0, DCS-935L", "/rootdesc.xml"),
            arp(VIVOTEK),
            ssdp_alive(
                VIVOTEK, BASIC, "00000001-0000-0000-0000-0002d1000001", "Linux/2.6 UPnP/1.0 VIVOTEK/1.0", "/device.xml"
            ),
            arp(SHANGHAI),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
