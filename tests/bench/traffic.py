"""Captures for speed: a bulk one, a flood of spoofed addresses, and one made large by repeating another."""

import random
import struct
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

START = 1_700_000_000
_FILE = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
Frames = Iterator[bytes]


def write(path: Path, frames: Frames, *, gap_us: int = 20) -> int:
    """Write a little-endian pcap of Ethernet frames, `gap_us` microseconds apart; returns their number."""
    count = 0
    with path.open("wb") as file:
        file.write(_FILE)
        for frame in frames:
            seconds, micros = divmod(count * gap_us, 1_000_000)
            file.write(struct.pack("<IIII", START + seconds, micros, len(frame), len(frame)) + frame)
            count += 1
    return count


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _ipv4(src: str, dst: str, protocol: int, body: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
    return head + ip_address(src).packed + ip_address(dst).packed + body


def arp(mac: bytes, ip: str) -> bytes:
    """A host announces its address (RFC 5227)."""
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + ip_address(ip).packed + bytes(6) + ip_address(ip).packed
    return b"\xff" * 6 + mac + b"\x08\x06" + body + bytes(18)


def dhcp(mac: bytes, name: str) -> bytes:
    """A client asks for an address under its name (RFC 2131)."""
    options = b"\x35\x01\x03\x0c" + bytes((len(name),)) + name.encode() + b"\xff"
    message = struct.pack("!BBBBIHH", 1, 1, 6, 0, 7, 0, 0) + bytes(16) + mac + bytes(202) + b"\x63\x82\x53\x63" + options
    datagram = struct.pack("!HHHH", 68, 67, 8 + len(message), 0) + message
    return b"\xff" * 6 + mac + b"\x08\x00" + _ipv4("0.0.0.0", "255.255.255.255", 17, datagram)


def bulk(count: int, seed: int = 1) -> Frames:
    """Downloads: 400 hosts behind a switch, TLS streams of full segments with acknowledgements, now and then a
    name query or the beginning of a connection.

    About 720 bytes a frame on average, two in three full; less than one in a hundred says who anybody is.
    """
    draw = random.Random(seed)
    hosts = [(_mac(f"00:00:5e:00:{n >> 8:02x}:{n & 255:02x}"), f"10.1.{n >> 8}.{(n & 255) or 1}") for n in range(1, 401)]
    router = _mac("00:00:5e:ff:00:01")
    filler = draw.randbytes(1 << 16)
    for mac, ip in hosts:
        yield arp(mac, ip)
    for number in range(count - len(hosts)):
        mac, ip = hosts[draw.randrange(len(hosts))]
        port, peer = 40_000 + draw.randrange(8), f"198.51.100.{draw.randrange(1, 255)}"
        kind = draw.random()
        if kind < 0.005:
            name = b"\x04host" + bytes((5,)) + b"%05d" % draw.randrange(2000) + b"\x07example\x00"
            query = struct.pack("!HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1"
            packet = _ipv4(ip, "10.1.0.1", 17, struct.pack("!HHHH", 50_000, 53, 8 + len(query), 0) + query)
            yield router + mac + b"\x08\x00" + packet
        elif kind < 0.01:
            options = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + struct.pack("!II", number, 0) + b"\x01\x03\x03\x07"
            head = struct.pack("!HHIIBBHHH", port, 443, number, 0, 0xA0, 0x02, 64240, 0, 0) + options
            yield router + mac + b"\x08\x00" + _ipv4(ip, peer, 6, head)
        elif kind < 0.36:
            head = struct.pack("!HHIIBBHHH", port, 443, number, number, 0x50, 0x10, 1024, 0, 0)
            yield router + mac + b"\x08\x00" + _ipv4(ip, peer, 6, head) + bytes(6)
        else:
            size = 1400 if kind < 0.82 else 400
            at = draw.randrange(len(filler) - size)
            head = struct.pack("!HHIIBBHHH", 443, port, number, number, 0x50, 0x18, 1024, 0, 0)
            yield mac + router + b"\x08\x00" + _ipv4(peer, ip, 6, head + b"\x17\x03\x03" + filler[at : at + size])


FLOOD_DEVICES = 500


def flood(spoofed: int, seed: int = 2) -> Frames:
    """Real devices that announce themselves, among `spoofed` frames each from an address of its own that nobody has."""
    draw = random.Random(seed)
    every = max(1, spoofed // FLOOD_DEVICES)
    for number in range(spoofed):
        if number % every == 0 and number // every < FLOOD_DEVICES:
            device = number // every
            mac = bytes((0x00, 0x00, 0x5E, 0x01, device >> 8, device & 255))
            yield arp(mac, f"10.2.{device >> 8}.{(device & 255) or 1}")
            yield dhcp(mac, f"device-{device}")
        mac = bytes((draw.randrange(256) & 0xFE,)) + draw.randbytes(5)
        yield b"\xff" * 6 + mac + b"\x08\x06" + arp(mac, f"172.16.{draw.randrange(256)}.{draw.randrange(1, 255)}")[14:]


def repeat(source: Path, target: Path, times: int) -> None:
    """Write a pcap's records `times` over, each time an hour later: the cost of ten times the frames of one network."""
    data = source.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    stamp: Callable[..., bytes] = struct.Struct(order + "I").pack
    with target.open("wb") as file:
        file.write(data[:24])
        for turn in range(times):
            at = 24
            while at + 16 <= len(data):
                seconds, size = struct.unpack_from(order + "I4xI", data, at)
                file.write(stamp(seconds + 3600 * turn) + data[at + 4 : at + 16 + size])
                at += 16 + size
