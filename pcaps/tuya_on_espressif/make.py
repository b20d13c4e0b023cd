"""Three Tuya devices, one for each LAN protocol; the registered owner of the address is the radio's maker, if that."""

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp
from pcaps.vendor_messages import tuya_broadcast, tuya_device, tuya_sealed

PLUG = Host("08:3a:8d:00:00:01", "192.168.1.20")  # Espressif Inc., British Virgin Islands
LAMP = Host("10:5a:17:00:00:01", "192.168.1.21")  # Tuya Smart Inc., United States
VALVE = Host("1c:8b:84:00:00:01", "192.168.1.22")  # Espressif Systems (Singapore) Pte. Ltd
PHONE = Host("8c:77:12:00:00:01", "192.168.1.30")  # Samsung Electronics Co.,Ltd


def make() -> bytes:
    plug = tuya_device("01234567083a8d000001", PLUG.ip, "keym557nqw3p8p7m", "3.3")
    lamp = tuya_device("01234567105a17000001", LAMP.ip, "keym557nqw3p8p7n", "3.1")
    valve = tuya_device("bf0123456789abcdef01ab", VALVE.ip, "keym557nqw3p8p7q", "3.5")
    return pcap(
        [
            arp(PLUG),
            udp(PLUG, EVERYBODY, (49154, 6667), tuya_broadcast(plug)),
            arp(LAMP),
            udp(LAMP, EVERYBODY, (49153, 6666), tuya_broadcast(lamp, clear=True)),
            arp(VALVE),
            arp(PHONE),
            udp(PHONE, EVERYBODY, (51000, 7000), tuya_sealed({"from": "app", "ip": PHONE.ip}, asks=True)),
            udp(VALVE, PHONE, (7000, 51000), tuya_sealed(valve)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
