"""Two vacuum cleaners of Roborock broadcast, in the old and the new form; a computer sends something else to that port."""

import json
from hashlib import sha256
from zlib import crc32

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

OLDER = Host("10:d0:7a:00:00:01", "192.168.1.51")  # AMPAK Technology, Inc.
NEWER = Host("10:d0:7a:00:00:02", "192.168.1.52")  # AMPAK Technology, Inc.
COMPUTER = Host("34:e6:d7:00:00:01", "192.168.1.40")  # Dell Inc.
PORTS = (58866, 58866)
TOKEN = b"qWKYcdQWrbm9hPqe"


def told(device: Host, duid: str) -> bytes:
    return json.dumps({"duid": duid, "ip": device.ip}).encode()


def closed(head: bytes, body: bytes) -> bytes:
    """Head, length, body, CRC-32 (python-roborock 7.13.0 broadcast_protocol.py)."""
    made = head + len(body).to_bytes(2, "big") + body
    return made + crc32(made).to_bytes(4, "big")


def old(clear: bytes) -> bytes:
    """Version, sequence, protocol; AES-ECB with PKCS #7 padding."""
    fill = 16 - len(clear) % 16
    sealed = Cipher(AES(TOKEN), ECB()).encryptor().update(clear + bytes((fill,)) * fill)  # noqa: S305 -- what the devices use
    return closed(b"1.0\0\0\0\x01\0\x05", sealed)


def new(clear: bytes) -> bytes:
    """Version and six unknown bytes; AES-GCM with a nonce made from these nine."""
    head = b"L01\0\0\0\x01\0\0"
    return closed(head, AESGCM(sha256(TOKEN).digest()).encrypt(sha256(head).digest()[:12], clear, None))


def make() -> bytes:
    return pcap(
        [
            *map(arp, (OLDER, NEWER, COMPUTER)),
            udp(OLDER, EVERYBODY, PORTS, old(told(OLDER, "0AbCdEfGhIjKlMnOpQrStU"))),
            udp(NEWER, EVERYBODY, PORTS, new(told(NEWER, "1AbCdEfGhIjKlMnOpQrStU"))),
            udp(COMPUTER, EVERYBODY, PORTS, b"10 peers wanted, protocol 1.0"),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
