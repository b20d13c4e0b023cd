"""A laptop with engineering software looks for controllers over three protocols, and answers to one of them itself."""

from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, tcp, udp

LAPTOP = Host("e8:80:88:00:00:01", "192.168.1.10")  # LCFC(Hefei) Electronics Technology co., ltd
SIEMENS = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
ROCKWELL = Host("02:00:5e:00:00:62", "192.168.1.62")  # locally administered
COMPATIBLE = Host("02:00:5e:00:00:63", "192.168.1.63")  # locally administered


def dcp(sender: Host, target: str, frame_id: int, kind: int, *blocks: bytes) -> bytes:
    """PROFINET DCP identify: frame id, service 5, type, transaction, delay, length, blocks (IEC 61158-6-10, section 4.3)."""
    body = b"".join(blocks)
    head = bytes.fromhex((target + sender.mac).replace(":", "")) + b"\x88\x92"
    return head + pack(">HBBIHH", frame_id, 5, kind, 1, 0 if kind else 1, len(body)) + body


def block(option: int, sub: int, value: bytes) -> bytes:
    return pack(">BBH", option, sub, len(value)) + value + bytes(len(value) & 1)


def station(sender: Host, asker: Host, kind: str, name: str, numbers: str) -> bytes:
    facts = (
        block(2, 1, b"\0\0" + kind.encode()),
        block(2, 2, b"\0\0" + name.encode()),
        block(2, 3, b"\0\0" + bytes.fromhex(numbers)),
        block(2, 4, b"\0\0\2\0"),
    )
    return dcp(sender, asker.mac, 0xFEFF, 1, *facts)


def list_identity(body: bytes = b"") -> bytes:
    """EtherNet/IP command 0x63: command, length, session, status, context, options."""
    return pack("<HHIIQI", 0x63, len(body), 0, 0, 0, 0) + body


def identity(sender: Host, vendor: int, name: str) -> bytes:
    address = pack(">HH4B8x", 2, 44818, *map(int, sender.ip.split(".")))
    what = pack("<HHHBBHI", vendor, 14, 166, 20, 11, 0x60, 0x00C0FFEE)
    item = pack("<H", 1) + address + what + bytes([len(name)]) + name.encode() + b"\3"
    return list_identity(pack("<HHH", 1, 0x0C, len(item)) + item)


def s7(parameters: str, data: bytes) -> bytes:
    """TPKT, COTP data, S7 user data."""
    head = bytes.fromhex(parameters)
    body = b"\x02\xf0\x80" + pack(">BBHHHH", 0x32, 7, 0, 1, len(head), len(data)) + head + data
    return pack(">BBH", 3, 0, 4 + len(body)) + body


def component_list(controller: Host, copyright_line: str) -> list[bytes]:
    """The laptop asks for system status list 0x1C, the controller answers."""
    texts = {1: "LINE 3", 2: "CPU 315-2 PN/DP", 4: copyright_line, 7: "CPU 315-2 PN/DP"}
    listed = pack(">HHHH", 0x1C, 0, 34, len(texts))
    listed += b"".join(pack(">H32s", number, text.encode()) for number, text in texts.items())
    asked = s7("0001120411440100", pack(">BBHHH", 0xFF, 9, 4, 0x1C, 0))
    answer = s7("0001120812840101" + "00000000", pack(">BBH", 0xFF, 9, len(listed)) + listed)
    return [tcp(LAPTOP, controller, (50102, 102), asked), tcp(controller, LAPTOP, (102, 50102), answer, received=len(asked))]


def make() -> bytes:
    return pcap(
        [
            *map(arp, (LAPTOP, SIEMENS, ROCKWELL, COMPATIBLE)),
            dcp(LAPTOP, "01:0e:cf:00:00:00", 0xFEFE, 0, block(0xFF, 0xFF, b"")),
            station(SIEMENS, LAPTOP, "S7-1500", "plc-1", "002a010d"),
            station(LAPTOP, SIEMENS, "SIMATIC-PC", "notebook-7", "002a0202"),
            udp(LAPTOP, EVERYBODY, (50818, 44818), list_identity()),
            udp(ROCKWELL, LAPTOP, (44818, 50818), identity(ROCKWELL, 1, "1769-L33ER")),
            *component_list(SIEMENS, "Original Siemens Equipment"),
            *component_list(COMPATIBLE, "Original INSEVIS Equipment"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
