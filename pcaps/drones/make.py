"""Two DJI drones, one by DroneID and one by Remote ID, and a drone of another make with the same Remote ID."""

from struct import pack

from pcaps.making import save
from pcaps.radio import RADIOTAP, beacon, capture, element, vendor

DJI = "60:60:1f:00:00:01"  # SZ DJI TECHNOLOGY CO.,LTD
HIDDEN = "02:00:5e:00:00:21"  # locally administered
PARROT = "90:3a:e6:00:00:01"  # PARROT SA


def droneid(message: int, record: bytes) -> bytes:
    """A DJI DroneID element (kismet dot11_ie_221_dji_droneid.h)."""
    return vendor("263712", b"\x58\x62\x13" + bytes((message,)) + record)


def telemetry(serial: bytes) -> bytes:
    """Version, sequence, state, serial number, position, movement, home, product, length of an id."""
    head = pack("<BHH16s", 1, 1, 0x0017, serial)
    return head + pack("<ii8hiiBB", 0, 0, 10, 5, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0)


def purpose(serial: bytes, text: bytes) -> bytes:
    """Serial number, id and purpose of the flight, the texts as the pilot typed them."""
    return pack("<16sB10sB100s", serial, 5, b"drone", len(text), text)


def remote_id(serial: bytes) -> bytes:
    """A pack of a basic ID and an operator ID in a beacon element (opendroneid-core-c opendroneid.h, wifi.c)."""
    basic = pack("<BB20s3x", 0x02, 0x12, serial)
    operator = pack("<BB20s3x", 0x52, 0, b"OPERATOR-A-PERSON")
    return vendor("fa0bbc0d", b"\x01" + bytes((0xF2, 25, 2)) + basic + operator)


def make() -> bytes:
    def name(text: bytes) -> bytes:
        return element(0, text)

    return capture(
        RADIOTAP,
        [
            beacon(DJI, name(b"drone"), droneid(0x10, telemetry(b"08EXAMPLE0001"))),
            beacon(DJI, name(b"drone"), droneid(0x11, purpose(b"08EXAMPLE0001", b"A-PERSON flies here"))),
            beacon(HIDDEN, name(b"uav"), remote_id(b"1581F0EXAMP0E000001B")),
            beacon(PARROT, name(b"uav"), remote_id(b"MFR1CEXAMP000000Z")),
        ],
    )


if __name__ == "__main__":
    save(make(), __file__)
