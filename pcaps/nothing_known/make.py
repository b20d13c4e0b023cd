"""Devices that show nothing but an address: random, held privately, or assigned to nobody."""

from pcaps.making import Host, arp, pcap, save

RANDOM = Host("6e:41:07:00:00:01", "192.168.1.101")  # locally administered
PRIVATE = Host("00:01:01:00:00:01", "192.168.1.102")  # Private: the holder's name is not published
NOBODY = Host("00:ff:d1:00:00:01", "192.168.1.103")  # not assigned


def make() -> bytes:
    return pcap([arp(host) for host in (RANDOM, PRIVATE, NOBODY)])


if __name__ == "__main__":
    save(make(), __file__)
