"""Firms of mainland China that are in no vendor table: as registered, without a country, and with a wrong one."""

from pcaps.making import Host, arp, pcap, save

PLAIN = Host("00:07:74:00:00:01", "192.168.1.81")  # GuangZhou Thinker Technology Co. Ltd.
NO_COUNTRY = Host("24:9d:2a:00:00:01", "192.168.1.82")  # LinkData Technology (Tianjin) Co., LTD: a name and no more
WRONG_COUNTRY = Host("ec:f7:2b:00:00:01", "192.168.1.83")  # HD DIGITAL TECH CO., LTD.: says US, sits in the mainland


def make() -> bytes:
    return pcap([arp(host) for host in (PLAIN, NO_COUNTRY, WRONG_COUNTRY)])


if __name__ == "__main__":
    save(make(), __file__)
