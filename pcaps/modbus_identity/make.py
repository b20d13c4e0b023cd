"""An energy manager asks three Modbus servers what they are; one of them is a gateway with a serial device behind it."""

from struct import pack

from pcaps.making import Host, arp, pcap, save, tcp

MANAGER = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
INVERTER = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
DRIVE = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered
GATEWAY = Host("00:90:e8:00:00:01", "192.168.1.63")  # MOXA TECHNOLOGIES CORP., LTD.


def message(unit: int, body: bytes) -> bytes:
    """Transaction, protocol 0, length, unit, then function and data (Modbus Messaging on TCP/IP, section 3.1.3)."""
    return pack(">HHHB", 1, 0, 1 + len(body), unit) + body


def identity(*objects: str) -> bytes:
    """Answer to 43/14, basic objects (Modbus Application Protocol V1.1b3, section 6.21)."""
    held = b"".join(bytes([number, len(value)]) + value.encode() for number, value in enumerate(objects))
    return b"\x2b\x0e\1\1\0\0" + bytes([len(objects)]) + held


def talk(server: Host, unit: int, *objects: str) -> list[bytes]:
    asked = message(unit, b"\x2b\x0e\1\0")
    answer = message(unit, identity(*objects))
    return [tcp(MANAGER, server, (50502, 502), asked), tcp(server, MANAGER, (502, 50502), answer, received=len(asked))]


def make() -> bytes:
    return pcap(
        [
            *map(arp, (MANAGER, INVERTER, DRIVE, GATEWAY)),
            *talk(INVERTER, 1, "HUAWEI", "SUN2000-10KTL-M1", "V100R001"),
            *talk(DRIVE, 255, "Inovance", "MD520", "V1.0"),
            *talk(GATEWAY, 17, "Inovance", "MD520", "V1.0"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
