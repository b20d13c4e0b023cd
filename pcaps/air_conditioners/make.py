"""A phone looks for air conditioners: two of Gree and one of Midea answer. Beside them AFS traffic on Gree's port."""

import json
from base64 import b64encode
from hashlib import md5
from struct import pack

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from pcaps.making import EVERYBODY, Host, arp, pcap, save, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
OLDER_GREE = Host("4c:eb:d6:00:00:01", "192.168.1.51")  # Espressif Inc.
NEWER_GREE = Host("4c:eb:d6:00:00:02", "192.168.1.52")  # Espressif Inc.
MIDEA = Host("10:d0:7a:00:00:01", "192.168.1.53")  # AMPAK Technology, Inc.
FILE_SERVER = Host("34:e6:d7:00:00:01", "192.168.1.2")  # Dell Inc.
ASKER = 50700
GREE_PORT, MIDEA_PORT = 7000, 6445
SALT = b"xhdiwjnchekd4d512chdjx5d8e4c394D2D7S"


def ecb(key: bytes, clear: bytes) -> bytes:
    fill = 16 - len(clear) % 16
    return Cipher(AES(key), ECB()).encryptor().update(clear + bytes((fill,)) * fill)  # noqa: S305 -- what the devices use


def gree(device: Host, *, newer: bool, **inside: str) -> bytes:
    """A pack under a published key, AES-ECB or, newer, AES-GCM with its tag beside it (greeclimate 4.1.0 cipher.py)."""
    mac = device.mac.replace(":", "")
    clear = json.dumps({"mac": mac, **inside}).encode()
    message: dict[str, object] = {"t": "pack", "i": 1, "uid": 0, "cid": mac, "tcid": ""}
    if newer:
        nonce = bytes.fromhex("5440784449675a516c5e6313")
        sealed = AESGCM(b"{yxAHAY_Lm6pbC/<").encrypt(nonce, clear, b"qualcomm-test")
        message |= {"tag": b64encode(sealed[-16:]).decode(), "pack": b64encode(sealed[:-16]).decode()}
    else:
        message["pack"] = b64encode(ecb(b"a3K8Bx%2r8Y7#xDh", clear)).decode()
    return json.dumps(message, separators=(",", ":")).encode()


def unit(device: Host, brand: str, *, newer: bool) -> bytes:
    return gree(device, newer=newer, t="dev", cid="", brand=brand, model="gree", name="of my daughter", ver="V1.2.1")


def midea(kind: int, body: bytes, device: int = 0) -> bytes:
    """5a5a 0111, length, kind, device ID at 20, body under AES at 40, MD5 with the salt (midea-local 6.6.1)."""
    sealed = ecb(md5(SALT, usedforsecurity=False).digest(), body)
    made = pack("<4sHH12x", b"\x5a\x5a\x01\x11", 56 + len(sealed), kind) + device.to_bytes(6, "little") + bytes(14) + sealed
    return made + md5(made + SALT, usedforsecurity=False).digest()


def wrapped(message: bytes) -> bytes:
    """Protocol 3: the same inside 8370; what the last 16 bytes are made from is not described."""
    return pack(">2sH4s", b"\x83\x70", len(message) + 16, b"\x20\x0f\0\0") + message + bytes(range(16))


def make() -> bytes:
    serial = b"000000P0000000Q1" + b"10D07A000001" + b"0000"
    appliance = bytes(map(int, reversed(MIDEA.ip.split(".")))) + pack("<I", 6444) + serial + b"\x0bnet_ac_0001"
    bound = gree(OLDER_GREE, newer=False, t="bindok", key="secret--of-mine!", r="200")
    rx = pack(">IIIIIBBBBHH", 0x60000001, 4, 1, 1, 1, 1, 5, 0, 0, 0, 52) + bytes(24)
    return pcap(
        [
            *map(arp, (PHONE, OLDER_GREE, NEWER_GREE, MIDEA, FILE_SERVER)),
            udp(PHONE, EVERYBODY, (ASKER, GREE_PORT), b'{"t":"scan"}'),
            udp(OLDER_GREE, PHONE, (GREE_PORT, ASKER), unit(OLDER_GREE, "gree", newer=False)),
            udp(NEWER_GREE, PHONE, (GREE_PORT, ASKER), unit(NEWER_GREE, "tosot", newer=True)),
            udp(OLDER_GREE, PHONE, (GREE_PORT, ASKER), bound),
            udp(FILE_SERVER, PHONE, (GREE_PORT, 7001), rx),
            udp(PHONE, EVERYBODY, (ASKER, MIDEA_PORT), midea(0x0092, b"\xff\0")),
            udp(MIDEA, PHONE, (MIDEA_PORT, ASKER), wrapped(midea(0x807A, appliance, 147334558165565))),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
