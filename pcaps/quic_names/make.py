"""A module and a PC ask for the same cloud over QUIC, in both versions, the hello in two pieces, the later one first."""

from hashlib import sha256
from hmac import digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from pcaps.making import Host, arp, pcap, save, udp

PLUG = Host("f4:cf:a2:00:00:01", "192.168.1.50")  # Espressif Inc.
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
ROUTER = Host("28:c6:8e:00:00:01", "192.168.1.1")  # NETGEAR
CLOUD = Host(ROUTER.mac, "93.184.216.34")
# Version number, first byte, salt, start of the labels (RFC 9001 section 5, RFC 9369 section 3).
ONE = (bytes.fromhex("00000001"), 0xC3, bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), "quic")
TWO = (bytes.fromhex("6b3343cf"), 0xD3, bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"), "quicv2")


def counted(value: bytes, width: int = 2) -> bytes:
    return len(value).to_bytes(width, "big") + value


def number(value: int) -> bytes:
    """A number of variable length, two bytes (RFC 9000 section 16)."""
    return (value | 0x4000).to_bytes(2, "big")


def hello(name: str) -> bytes:
    """Client hello with what QUIC asks for (RFC 8446 section 4.1.2, RFC 9001 section 8)."""
    extensions = {
        0x0000: counted(b"\0" + counted(name.encode())),
        0x000A: counted(b"\x00\x1d"),
        0x000D: counted(b"\x04\x03\x08\x04"),
        0x0010: counted(counted(b"h3", 1)),
        0x002B: counted(b"\x03\x04", 1),
        0x0033: counted(b"\x00\x1d" + counted(bytes(range(32)))),
        0x0039: b"\x0f\x00",  # transport parameters: an empty source connection ID
    }
    block = b"".join(kind.to_bytes(2, "big") + counted(body) for kind, body in extensions.items())
    body = b"\3\3" + bytes(range(32)) + b"\0" + counted(b"\x13\x01\x13\x02") + b"\x01\0" + counted(block)
    return b"\1" + counted(body, 3)


def expand(secret: bytes, label: str, size: int) -> bytes:
    info = size.to_bytes(2, "big") + counted(f"tls13 {label}".encode(), 1) + b"\0\1"
    return digest(secret, info, sha256)[:size]


def initial(name: str, version: tuple[bytes, int, bytes, str], destination: bytes) -> bytes:
    """A client's first datagram of 1200 bytes (RFC 9001 section 5.2 to 5.4)."""
    code, first, salt, label = version
    secret = expand(digest(salt, destination, sha256), "client in", 32)
    key, iv, protection = (expand(secret, f"{label} {what}", size) for what, size in (("key", 16), ("iv", 12), ("hp", 16)))
    data = hello(name)
    pieces = ((90, data[90:]), (0, data[:90]))
    frames = b"".join(b"\x06" + number(at) + number(len(part)) + part for at, part in pieces)
    middle = code + counted(destination, 1) + b"\0" + b"\0"  # no source ID, no token
    frames = frames.ljust(1200 - 1 - len(middle) - 2 - 4 - 16, b"\0")
    head = bytes((first,)) + middle + number(4 + len(frames) + 16) + bytes(4)  # packet number 0 in four bytes
    packet = AESGCM(key).encrypt(iv, frames, head)
    mask = Cipher(AES(protection), ECB()).encryptor().update(packet[:16])  # noqa: S305 -- as the protocol asks
    return bytes((first ^ mask[0] & 0x0F,)) + head[1:-4] + mask[1:5] + packet


def make() -> bytes:
    return pcap(
        [
            *(arp(host) for host in (PLUG, PC, ROUTER)),
            udp(PLUG, CLOUD, (50001, 443), initial("m1.tuyaeu.com", ONE, bytes(range(8)))),
            udp(PC, CLOUD, (50002, 443), initial("m1.tuyaeu.com", TWO, bytes(range(8, 20)))),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
