"""Phones hide behind random addresses; what their DHCP requests say does not."""

from pcaps.making import Host, arp, dhcp_ack, dhcp_request, pcap, save

ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
HUAWEI = Host("da:a1:19:00:00:01", "192.168.1.101")  # random, as are the two below
HONOR = Host("9a:3c:52:00:00:01", "192.168.1.102")
SILENT = Host("6e:41:07:00:00:01", "192.168.1.103")


def make() -> bytes:
    return pcap(
        [
            arp(ROUTER),
            dhcp_request(HUAWEI.mac, HUAWEI.ip, hostname=b"HUAWEI_P20_lite-0123456789", vendor_class=b"HUAWEI:android:ANE"),
            dhcp_ack(ROUTER, HUAWEI),
            arp(HUAWEI),
            dhcp_request(HONOR.mac, HONOR.ip, hostname=b"HONOR_90-0123456789", vendor_class=b"HONOR:android:REA"),
            dhcp_ack(ROUTER, HONOR),
            arp(HONOR),
            dhcp_request(SILENT.mac, SILENT.ip, hostname=b"kitchen", vendor_class=b"android-dhcp-14"),
            dhcp_ack(ROUTER, SILENT),
            arp(SILENT),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
