"""Frames and captures for tests, built by hand with plain `struct`: what a test feeds in must not depend on what it tests."""

import io
import struct
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path

from scanner.capture.frames import FrameBatch
from scanner.errors import Damaged
from scanner.evidence import Evidence
from scanner.line import Line

SHARED = Path(__file__).parents[3] / "shared" / "captures"
"""Other people's captures, where they are at hand; tests that need them skip loudly without."""

BROADCAST = "ff:ff:ff:ff:ff:ff"
START = 1_700_000_000_000_000_000


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def ethernet(src: str, dst: str, kind: int, body: bytes, vlans: Iterable[int] = ()) -> bytes:
    tags = b"".join(struct.pack("!HH", 0x8100, tag) for tag in vlans)
    return mac(dst) + mac(src) + tags + struct.pack("!H", kind) + body


def ipv4(src: str, dst: str, protocol: int, body: bytes, *, ttl: int = 64, offset: int = 0) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, offset, ttl, protocol, 0)
    return head + ip_address(src).packed + ip_address(dst).packed + body


def ipv6(src: str, dst: str, protocol: int, body: bytes, *, ttl: int = 255) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(body), protocol, ttl) + ip_address(src).packed + ip_address(dst).packed + body


def udp(sport: int, dport: int, body: bytes) -> bytes:
    return struct.pack("!HHHH", sport, dport, 8 + len(body), 0) + body


def tcp(sport: int, dport: int, body: bytes, *, options: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", sport, dport, 1, 1, (20 + len(options)) // 4 << 4, 0x18, 1024, 0, 0) + options + body


def datagram(
    src: tuple[str, str], dst: tuple[str, str], ports: tuple[int, int], body: bytes, vlans: Iterable[int] = ()
) -> bytes:
    """An Ethernet frame with a UDP datagram; src and dst are (MAC, IPv4 or IPv6)."""
    if ":" in src[1]:
        return ethernet(src[0], dst[0], 0x86DD, ipv6(src[1], dst[1], 17, udp(*ports, body)), vlans)
    return ethernet(src[0], dst[0], 0x0800, ipv4(src[1], dst[1], 17, udp(*ports, body)), vlans)


def segment(src: tuple[str, str], dst: tuple[str, str], ports: tuple[int, int], body: bytes) -> bytes:
    """An Ethernet frame with a TCP segment over IPv4."""
    return ethernet(src[0], dst[0], 0x0800, ipv4(src[1], dst[1], 6, tcp(*ports, body)))


def arp(sender: tuple[str, str], target: str, *, reply: bool = False) -> bytes:
    """An ARP frame in which `sender` (MAC, IPv4) speaks, asking for or answering to the address `target`."""
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2 if reply else 1) + mac(sender[0]) + ip_address(sender[1]).packed
    return ethernet(sender[0], BROADCAST, 0x0806, body + bytes(6) + ip_address(target).packed + bytes(18))


def dns_query(name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)


def dhcp(client: str, options: Iterable[tuple[int, bytes]], *, kind: int = 1) -> bytes:
    """A BOOTP request from `client` (MAC) with DHCP message type `kind` and more options."""
    head = struct.pack("!BBBBIHH", 1, 1, 6, 0, 7, 0, 0) + bytes(16) + mac(client) + bytes(10 + 192) + b"\x63\x82\x53\x63"
    rows = [(53, bytes([kind])), *options]
    return head + b"".join(bytes([code, len(value)]) + value for code, value in rows) + b"\xff"


def batch(frames: Iterable[bytes], *, link: int = 1, capture: str = "test.pcap", first: int = 1) -> FrameBatch:
    """Frames a second apart as one batch."""
    made = FrameBatch(capture, first, b"")
    kept, at = [], 0
    for number, frame in enumerate(frames, first):
        made.add(at, len(frame), len(frame), START + number * 1_000_000_000, link)
        kept.append(frame)
        at += len(frame)
    made.buffer = b"".join(kept)
    return made


def pcap(frames: Iterable[bytes], *, link: int = 1) -> bytes:
    """A capture file of frames a second apart, microseconds, little-endian."""
    rows = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for number, frame in enumerate(frames, 1):
        rows.append(struct.pack("<IIII", START // 1_000_000_000 + number, 0, len(frame), len(frame)) + frame)
    return b"".join(rows)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block: type, length, body filled up to 32 bits, length again."""
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def evidence(frames: Iterable[bytes], *, link: int = 1, capture: str = "test.pcap", first: int = 1) -> Evidence:
    """What the real line makes of frames."""
    line = Line(capture)
    line.feed(batch(frames, link=link, capture=capture, first=first))
    return line.finish(sha256="", size=0, form="pcap", problem="")


Row = tuple[int, bytes, int, int, int]
"""Number, data, size as sent, time, link type."""


def rows(
    open_stream: Callable[..., tuple[str, Iterator[FrameBatch]]], file: bytes, chunk: int
) -> tuple[list[Row], Damaged | None]:
    """All frames of a file of one format, and how it ended."""
    stream = io.BytesIO(file)
    _, batches = open_stream("path", "name", stream.read(24), stream.read, chunk)
    found: list[Row] = []
    try:
        for batch in batches:
            for n, (at, size) in enumerate(zip(batch.offsets, batch.sizes, strict=True)):
                data = batch.buffer[at : at + size]
                found.append((batch.first + n, data, batch.wire_sizes[n], batch.times[n], batch.links[n]))
    except Damaged as fault:
        return found, fault
    return found, None
