"""Registered names that only look like those of PRC makers."""

from pcaps.making import Host, arp, pcap, save

MACS = (
    "14:00:e9:00:00:01",  # Mitel Networks Corporation: not itel
    "00:26:75:00:00:01",  # Aztech Electronics Pte Ltd: not ZTE
    "10:12:12:00:00:01",  # Vivo International Corporation Pty Ltd: not vivo
    "00:26:0d:00:00:01",  # Mercury Systems, Inc.: not Mercury of Shenzhen
    "58:2b:db:00:00:01",  # Pax AB: not PAX Technology
    "00:80:4c:00:00:01",  # CONTEC CO., LTD.: not Contec Medical Systems
    "70:b3:d5:87:c0:01",  # Nautel LTD: not Autel
)


def make() -> bytes:
    return pcap([arp(Host(mac, f"192.168.1.{number}")) for number, mac in enumerate(MACS, 101)])


if __name__ == "__main__":
    save(make(), __file__)
