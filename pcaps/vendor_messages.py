"""Messages of vendors' own discovery protocols, built from public descriptions.

Written apart from the observers in `scanner/observers/`, on purpose: two readings of one description check each other.
"""

import json
from hashlib import md5
from struct import pack
from zlib import crc32

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_TUYA_KEY = md5(b"yGAdlopoPVldABfn", usedforsecurity=False).digest()
_TUYA_NONCE = b"fieldmark-01"


def tuya_broadcast(body: dict[str, object], *, clear: bool = False) -> bytes:
    """What a Tuya device broadcasts: protocol 3.3 to UDP 6667, or (`clear`) 3.1 to UDP 6666.

    Head 000055aa, sequence, command, length; return code, JSON (AES-128-ECB with a published key); CRC-32, tail 0000aa55.
    Source: tinytuya 1.20.0, core/message_helper.py, core/udp_helper.py, core/command_types.py.
    """
    text = json.dumps(body, separators=(",", ":")).encode()
    command = 0 if clear else 0x13
    sealed = b"\0\0\0\0" + (text if clear else _ecb(text))
    message = pack(">IIII", 0x000055AA, 0, command, len(sealed) + 8) + sealed
    return message + pack(">II", crc32(message), 0x0000AA55)


def tuya_sealed(body: dict[str, object], *, asks: bool = False) -> bytes:
    """A message of protocol 3.5 on UDP 7000: what a device answers there, or what an app sends there to ask.

    Head 00006699, two bytes, sequence, command, length; nonce, AES-128-GCM body and tag over the head; tail 00009966.
    Source: tinytuya 1.20.0, core/message_helper.py, core/header.py; command 0x25 asks for device information.
    """
    text = json.dumps(body, separators=(",", ":")).encode()
    if not asks:
        text = b"\0\0\0\0" + text  # a device puts its return code first
    head = pack(">HIII", 0, 0, 0x25 if asks else 0x13, len(_TUYA_NONCE) + len(text) + 16)
    return b"\0\0\x66\x99" + head + _TUYA_NONCE + AESGCM(_TUYA_KEY).encrypt(_TUYA_NONCE, text, head) + b"\0\0\x99\x66"


def _ecb(text: bytes) -> bytes:
    padding = 16 - len(text) % 16
    encryptor = Cipher(AES(_TUYA_KEY), ECB()).encryptor()  # noqa: S305 -- the mode the devices use
    return encryptor.update(text + bytes([padding]) * padding) + encryptor.finalize()


def tuya_device(device: str, ip: str, product: str, version: str) -> dict[str, object]:
    """The JSON a Tuya device sends. `device`: gwId; one of 20 characters ends with the MAC."""
    return {
        "ip": ip, "gwId": device, "active": 2, "ability": 0, "mode": 0, "encrypt": version != "3.1",
        "productKey": product, "version": version,
    }  # fmt: skip


def sadp_probe(uuid: str) -> bytes:
    """What a tool sends to 239.255.255.250 port 37020 to find Hikvision devices."""
    return f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid}</Uuid><Types>inquiry</Types></Probe>'.encode()


def sadp_answer(uuid: str, mac: str, ip: str, model: str, serial: str) -> bytes:
    """What a Hikvision device answers. Source: julienblitte/UniversalScanner, Hikvision.cs; mhzhuji.com/zhuji_info_958."""
    elements = (
        ("Uuid", uuid), ("Types", "inquiry"), ("DeviceType", "46081"), ("DeviceDescription", model), ("DeviceSN", serial),
        ("CommandPort", "8000"), ("HttpPort", "80"), ("MAC", mac.replace(":", "-")), ("IPv4Address", ip),
        ("IPv4SubnetMask", "255.255.255.0"), ("IPv4Gateway", ip.rpartition(".")[0] + ".1"), ("DHCP", "false"),
        ("SoftwareVersion", "V5.5.82build 190220"), ("DSPVersion", "V7.3 build 190220"), ("OEMInfo", "N/A"),
        ("Activated", "true"),
    )  # fmt: skip
    body = "".join(f"<{name}>{value}</{name}>\r\n" for name, value in elements)
    return f'<?xml version="1.0" encoding="UTF-8" ?>\r\n<ProbeMatch>\r\n{body}</ProbeMatch>\r\n'.encode()


def miio_hello() -> bytes:
    """What an app sends to UDP 54321 to find miIO devices. Source: python-miio 0.5.12, miioprotocol.py."""
    return bytes.fromhex("2131 0020") + b"\xff" * 28


def miio_answer(device: int, uptime: int, last16: bytes) -> bytes:
    """A miIO device's answer: id, seconds since start, and a checksum, or its token while it is not set up.

    Source: python-miio 0.5.12, protocol.py.
    """
    return pack(">HHIII", 0x2131, 32, 0, device, uptime) + last16
