"""A phone looks for miIO devices; an air purifier on an Espressif radio answers, another is not yet set up."""

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp
from pcaps.vendor_messages import miio_answer, miio_hello

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
PURIFIER = Host("4c:eb:d6:00:00:01", "192.168.1.51")  # Espressif Inc.
NEW = Host("4c:eb:d6:00:00:02", "192.168.1.52")  # Espressif Inc.
CHECKSUM = bytes(range(16))
TOKEN = b"secret--of-mine!"


def make() -> bytes:
    return pcap(
        [
            arp(PHONE),
            arp(PURIFIER),
            arp(NEW),
            udp(PHONE, EVERYBODY, (50321, 54321), miio_hello()),
            udp(PURIFIER, PHONE, (54321, 50321), miio_answer(0x03C4D5E6, 3600, CHECKSUM)),
            udp(NEW, PHONE, (54321, 50321), miio_answer(0x03C4D5E7, 12, TOKEN)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
