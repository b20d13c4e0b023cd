"""A network without IPv4: neighbour discovery and mDNS only."""

from pcaps.making import Host, mdns, neighbour, pcap, save

NAS_MAC = "00:11:32:00:00:01"  # Synology Incorporated
NAS = Host(NAS_MAC, "fe80::211:32ff:fe00:1")
NAS_GLOBAL = Host(NAS_MAC, "2001:db8:1::20")
CAMERA_MAC = "bc:ad:28:00:00:01"  # Hangzhou Hikvision Digital Technology Co.,Ltd.
CAMERA = Host(CAMERA_MAC, "fe80::bead:28ff:fe00:1")
CAMERA_GLOBAL = Host(CAMERA_MAC, "2001:db8:1::64")


def make() -> bytes:
    return pcap(
        [
            neighbour(NAS),
            neighbour(NAS_GLOBAL),
            mdns(NAS, "_smb._tcp", "archive", "archive", port=445),
            neighbour(CAMERA),
            neighbour(CAMERA_GLOBAL),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
