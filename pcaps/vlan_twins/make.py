"""Two cameras with the same address in two VLANs, and a third without a tag."""

from pcaps.making import Host, arp, http_answer, in_vlan, pcap, save

AXIS = Host("ac:cc:8e:00:00:01", "192.168.0.10")  # Axis Communications AB
HIKVISION = Host("bc:ad:28:00:00:01", "192.168.0.10")  # Hangzhou Hikvision Digital Technology Co.,Ltd.
SONOS = Host("5c:aa:fd:00:00:01", "192.168.0.10")  # Sonos, Inc.
PC10 = Host("34:e6:d7:00:00:01", "192.168.0.2")  # Dell Inc.
PC20 = Host("34:e6:d7:00:00:02", "192.168.0.2")  # Dell Inc.


def make() -> bytes:
    return pcap(
        [
            in_vlan(arp(AXIS), 10),
            in_vlan(http_answer(AXIS, PC10, "Server: Apache/2.4.53 (Unix)"), 10),
            in_vlan(arp(HIKVISION), 20),
            in_vlan(http_answer(HIKVISION, PC20, "Server: App-webs/"), 20),
            arp(SONOS),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
