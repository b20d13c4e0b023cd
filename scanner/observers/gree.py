"""Gree: how its air conditioners, under whatever brand, answer a search on UDP 7000.

An app broadcasts `{"t": "scan"}`. The unit answers from port 7000 with a `pack`: JSON under AES with a published key, ECB,
or GCM where a `tag` stands beside it. Where `i` is not 1 the key is the unit's own; it is handed out under the published
key in another pack (`bindok`), of which nothing is kept.
Source: greeclimate 4.1.0 (cipher.py, discovery.py, network.py). Tuya's apps and the RX protocol use port 7000 as well.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

CHANNELS = (
    Channel("gree.mac", "the MAC address a Gree unit says it has"),
    Channel("gree.brand", "brand of a Gree unit"),
    Channel("gree.model", "model of a Gree unit"),
    Channel("gree.firmware", "Gree firmware version"),
    Channel("gree.query", "a search for Gree units, or a request to one"),
)
_PORT = 7000
WANTS = (Udp(ports=(_PORT,)),)

_ECB_KEY = b"a3K8Bx%2r8Y7#xDh"
_GCM_KEY, _GCM_NONCE, _GCM_DATA = b"{yxAHAY_Lm6pbC/<", bytes.fromhex("5440784449675a516c5e6313"), b"qualcomm-test"
_TAG_SIZE = 16
_BEGINNING = re.compile(rb'\{\s*"[a-z]{1,5}"\s*:')
_SHOWN = 32  # bytes kept as evidence: up to the beginning of the pack


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if it is not JSON, or a pack under the published key does not decrypt."""
    if frame.cut or not _BEGINNING.match(frame.payload):
        return
    message, raw = objects.read(frame.payload), frame.payload[:_SHOWN]
    kind = objects.text(message, "t")
    if frame.dst_port == _PORT and kind in ("scan", "pack"):
        yield Observation("gree.query", kind, Role.ASKED, raw)
    elif frame.src_port == _PORT and kind == "pack" and message.get("i") == 1:
        device = _unpacked(message)
        mac = objects.mac(device, "mac") or objects.mac(device, "cid")
        if objects.text(device, "t") != "dev" or not mac:
            return
        yield Observation("gree.mac", mac, raw=raw)
        for channel, name in (("gree.brand", "brand"), ("gree.model", "model"), ("gree.firmware", "ver")):
            if value := objects.text(device, name):
                yield Observation(channel, value, raw=raw)


def _unpacked(message: objects.Object) -> objects.Object:
    """The object in a pack; padding after its closing brace is not the same everywhere."""
    try:
        sealed, tag = (b64decode(message.get(name, ""), validate=True) for name in ("pack", "tag"))
    except (TypeError, ValueError):
        raise Malformed("Gree pack is not base64") from None
    clear = _gcm(sealed, tag) if "tag" in message else _ecb().decryptor().update(sealed[: len(sealed) // 16 * 16])
    return objects.read(clear[: clear.rfind(b"}") + 1])


@cache
def _ecb() -> "Cipher[ECB]":
    # Imported on first use: it costs 15 ms, and few captures hold a pack.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return Cipher(AES(_ECB_KEY), ECB())  # noqa: S305 - the devices chose the mode, we only read


def _gcm(sealed: bytes, tag: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(tag) != _TAG_SIZE:
        raise Malformed("Gree pack does not decrypt")
    try:
        return AESGCM(_GCM_KEY).decrypt(_GCM_NONCE, sealed + tag, _GCM_DATA)
    except InvalidTag:
        raise Malformed("Gree pack does not decrypt") from None
