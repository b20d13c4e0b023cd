"""Small blocks inside prefixes that the registration authority itself holds: the firm counts, not the authority."""

from pcaps.making import Host, arp, pcap, save

LAMP = Host("00:69:67:30:00:01", "192.168.1.81")  # 28 bits: Suzhou Radiant Lighting Technology Co.,Ltd
MODEM = Host("8c:1f:64:58:b0:01", "192.168.1.82")  # 36 bits: Quectel Wireless Solutions Co.,Ltd.
DISPLAY = Host("70:b3:d5:07:00:01", "192.168.1.83")  # 36 bits: Lumiplan Duhamel, France
RESERVE = Host("70:b3:d5:9f:30:01", "192.168.1.84")  # 36 bits, kept by IEEE Registration Authority


def make() -> bytes:
    return pcap([arp(host) for host in (LAMP, MODEM, DISPLAY, RESERVE)])


if __name__ == "__main__":
    save(make(), __file__)
