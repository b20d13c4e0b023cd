"""An app talks to three appliances over TCP and reads two inverters; a chat server uses the port of one of them."""

from struct import pack
from zlib import crc32

from pcaps.making import Host, arp, pcap, save, tcp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
PLUG = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered, as are all below
COOLER = Host("02:00:5e:00:00:62", "192.168.1.62")
VACUUM = Host("02:00:5e:00:00:63", "192.168.1.63")
INVERTER = Host("02:00:5e:00:00:64", "192.168.1.64")
METER = Host("02:00:5e:00:00:65", "192.168.1.65")
CHAT = Host("02:00:5e:00:00:66", "192.168.1.66")


def tuya(command: int, body: bytes) -> bytes:
    """Head 000055aa, sequence, command, length; body, check of 32 bytes (protocol 3.4), tail 0000aa55 (tinytuya core/)."""
    return pack(">IIII", 0x55AA, 1, command, len(body) + 36) + body + bytes(range(32)) + pack(">I", 0xAA55)


def midea(kind: int, body: bytes) -> bytes:
    """8370, length, 20, kind, counter, body (midea-local security.py)."""
    return b"\x83\x70" + pack(">HBBH", len(body), 0x20, kind, 1) + body


def roborock(body: bytes) -> bytes:
    """Length; version, sequence, random number, time, protocol, length, body, CRC-32 (python-roborock protocol.py)."""
    made = b"1.0" + pack(">IIIHH", 1, 2, 1_772_438_400, 4, len(body)) + body
    made += pack(">I", crc32(made))
    return pack(">I", len(made)) + made


def sunspec(maker: str, model: str) -> bytes:
    """Modbus function 3, the common model of SunSpec: mark, model 1, 66 registers; maker, model, options, version, serial."""
    texts = ((maker, 32), (model, 32), ("", 16), ("1.2.3", 16), ("A0000000001", 32))
    registers = b"SunS\0\1\0\x42" + b"".join(text.encode().ljust(width, b"\0") for text, width in texts) + b"\0\1\x80\0"
    return pack(">HHHBBB", 1, 0, 3 + len(registers), 1, 3, len(registers)) + registers


def talk(server: Host, port: int, asked: bytes, answer: bytes) -> list[bytes]:
    return [tcp(PHONE, server, (50000, port), asked), tcp(server, PHONE, (port, 50000), answer, received=len(asked))]


def make() -> bytes:
    read = pack(">HHHBBHH", 1, 0, 6, 1, 3, 40000, 70)
    return pcap(
        [
            *map(arp, (PHONE, PLUG, COOLER, VACUUM, INVERTER, METER, CHAT)),
            *talk(PLUG, 6668, tuya(3, bytes(16)), tuya(4, bytes(52))),
            *talk(COOLER, 6444, midea(0, bytes(64)), midea(1, bytes(64))),
            *talk(VACUUM, 58867, roborock(bytes(16)), roborock(bytes(32))),
            *talk(INVERTER, 502, read, sunspec("Sungrow", "SG10RT")),
            *talk(METER, 502, read, sunspec("Example Energy", "EX-5.0")),
            *talk(CHAT, 6668, b"NICK anna\r\n", b":chat.example 001 anna :Welcome\r\n"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
