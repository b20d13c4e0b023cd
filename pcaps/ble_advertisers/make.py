"""A Tuya lamp, a sensor of Xiaomi's platform, a beacon in Apple's format, a random address, and a phone that scans."""

from struct import pack

from pcaps.making import save
from pcaps.radio import BLUETOOTH_LE, FLAGS, advertisement, capture, scan_request, structure

LAMP = "d8:1f:12:00:00:01"  # Tuya Smart Inc.
SENSOR = "a4:c1:38:00:00:01"  # Telink Semiconductor (Taipei) Co. Ltd.
BEACON = "54:6c:0e:00:00:01"  # Texas Instruments
RANDOM = "e0:7d:ea:00:00:01"  # a static random address whose bits look like a registered one (Texas Instruments)
PHONE = "ac:bc:32:00:00:01"  # Apple, Inc.

SERVICES, NAME, SERVICE_DATA, MANUFACTURER_DATA = 0x03, 0x09, 0x16, 0xFF


def make() -> bytes:
    tuya = (structure(SERVICES, b"\x50\xfd"), structure(MANUFACTURER_DATA, b"\xd0\x07" + bytes(8)), structure(NAME, b"TY"))
    mibeacon = b"\x95\xfe" + pack("<HHB", 0x5010, 0x055B, 1) + bytes.fromhex(SENSOR.replace(":", ""))[::-1]
    ibeacon = b"\x4c\x00\x02\x15" + bytes(range(16)) + pack(">HHb", 1, 2, -59)
    xiaomi = structure(MANUFACTURER_DATA, b"\x8f\x03" + bytes(6))
    return capture(
        BLUETOOTH_LE,
        [
            advertisement(LAMP, FLAGS, *tuya),
            scan_request(PHONE, LAMP),
            advertisement(SENSOR, FLAGS, structure(SERVICE_DATA, mibeacon)),
            advertisement(BEACON, FLAGS, structure(MANUFACTURER_DATA, ibeacon), connectable=False),
            advertisement(RANDOM, FLAGS, xiaomi, random=True),
        ],
    )


if __name__ == "__main__":
    save(make(), __file__)
