"""Hong Kong registrants: one plain, one whose entry says CN, and one that a mainland company controls."""

from pcaps.making import Host, arp, pcap, save

PLAIN = Host("00:14:76:00:00:01", "192.168.1.91")  # MultiCom Industries Limited, Hong Kong
WRONG = Host("00:01:2e:00:00:01", "192.168.1.92")  # PC Partner Ltd.: country field China, address in Hong Kong
TECNO = Host("04:94:6b:00:00:01", "192.168.1.93")  # TECNO MOBILE LIMITED, Hong Kong: Transsion, Shenzhen


def make() -> bytes:
    return pcap([arp(host) for host in (PLAIN, WRONG, TECNO)])


if __name__ == "__main__":
    save(make(), __file__)
