"""An Extreme switch and one of Foundry's line announce themselves; a third speaks only spanning tree, a server bundles."""

from struct import pack

from pcaps.making import pcap, save

EXTREME = "02:00:5e:00:00:61"  # locally administered
FOUNDRY = "02:00:5e:00:00:62"  # locally administered
SILENT = "02:00:5e:00:00:63"  # locally administered
SERVER = "34:e6:d7:00:00:01"  # Dell Inc.


def raw(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def logical(sender: str, target: str, body: bytes) -> bytes:
    """An 802.3 frame: length instead of type."""
    return raw(target) + raw(sender) + pack(">H", len(body)) + body


def edp(sender: str, name: str) -> bytes:
    """Extreme Discovery Protocol, layout as in Wireshark packet-edp.c: checksum is the IP one over all of it."""
    shown = b"\x99\1" + pack(">H", 5 + len(name)) + name.encode() + b"\0"
    info = b"\x99\2" + pack(">H", 36) + pack(">HHH6x", 0, 4, 0) + bytes([7, 6, 1, 4]) + bytes(16)
    held = b"\0\1\0\0" + raw(sender) + shown + info + b"\x99\0\0\4"
    whole = pack(">BBHH", 1, 0, 6 + len(held), 0) + held
    return logical(sender, "00:e0:2b:00:00:00", b"\xaa\xaa\3\0\xe0\x2b\0\xbb" + whole[:4] + checksum(whole) + whole[6:])


def fdp(sender: str, *elements: tuple[int, str]) -> bytes:
    """Foundry Discovery Protocol, layout as in Wireshark packet-fdp.c."""
    held = b"".join(pack(">HH", kind, 4 + len(text)) + text.encode() for kind, text in elements)
    whole = b"\1\x0a\0\0" + held
    return logical(sender, "01:e0:52:cc:cc:cc", b"\xaa\xaa\3\0\xe0\x52\x20\0" + whole[:2] + checksum(whole) + held)


def checksum(whole: bytes) -> bytes:
    """RFC 1071."""
    padded = whole + bytes(len(whole) & 1)
    total = sum(int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return pack(">H", total ^ 0xFFFF)


def spanning_tree(sender: str) -> bytes:
    """A configuration message (IEEE 802.1D-2004, section 9.3.1)."""
    bridge = pack(">H", 0x8000) + raw(sender)
    times = pack(">HHHHH", 0x8001, 0, 20 << 8, 2 << 8, 15 << 8)
    return logical(sender, "01:80:c2:00:00:00", b"\x42\x42\3" + bytes(5) + bridge + bytes(4) + bridge + times)


def aggregation(sender: str, partner: str) -> bytes:
    """LACP (IEEE 802.1AX-2020, section 6.4.2.3)."""

    def end(kind: int, mac: str) -> bytes:
        return bytes([kind, 20]) + pack(">H", 0x8000) + raw(mac) + pack(">HHHB3x", 13, 0x8000, 1, 0x3D)

    body = b"\1\1" + end(1, sender) + end(2, partner) + b"\3\x10" + bytes(14) + bytes(52)
    return raw("01:80:c2:00:00:02") + raw(sender) + b"\x88\x09" + body


def make() -> bytes:
    return pcap(
        [
            edp(EXTREME, "floor-2"),
            fdp(FOUNDRY, (1, "core-1"), (3, "ethernet1/1"), (5, "Version 07.4.00T311"), (6, "FastIron ICX")),
            spanning_tree(SILENT),
            aggregation(SERVER, EXTREME),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
