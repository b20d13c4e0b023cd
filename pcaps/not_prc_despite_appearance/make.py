"""Companies that buy in China, were once owned there, or sit in Hong Kong, and are controlled from elsewhere."""

from pcaps.making import Host, arp, pcap, save

MACS = (
    "9c:8e:cd:00:00:01",  # Amcrest Technologies
    "00:1f:54:00:00:01",  # Lorex Technology Inc.
    "2c:aa:8e:00:00:01",  # Wyze Labs Inc
    "44:4f:8e:00:00:01",  # WiZ, registered in Hong Kong: Signify
    "00:1a:3f:00:00:01",  # Intelbras
)


def make() -> bytes:
    return pcap([arp(Host(mac, f"192.168.1.{number}")) for number, mac in enumerate(MACS, 131)])


if __name__ == "__main__":
    save(make(), __file__)
