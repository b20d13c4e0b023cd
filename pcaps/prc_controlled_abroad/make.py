"""Address blocks registered outside China by companies that one in mainland China controls."""

from pcaps.making import Host, arp, pcap, save

MACS = (
    "00:b8:b6:00:00:01",  # Motorola Mobility LLC, a Lenovo Company
    "00:7f:1d:00:00:01",  # Fantasia Trading LLC: Anker
    "18:8a:f1:00:00:01",  # LEDVANCE, LLC
    "cc:ea:27:00:00:01",  # GE Appliances: Haier
)


def make() -> bytes:
    return pcap([arp(Host(mac, f"192.168.1.{number}")) for number, mac in enumerate(MACS, 121)])


if __name__ == "__main__":
    save(make(), __file__)
