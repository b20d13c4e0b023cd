"""A phone and a hub look for TP-Link devices: an old and a new plug answer, and a computer that plays an old one."""

import json
from struct import pack
from zlib import crc32

from pcaps.making import EVERYBODY, Host, arp, pcap, save, tcp, udp

PHONE = Host("a4:83:e7:00:00:01", "192.168.1.31")  # Apple, Inc.
HUB = Host("dc:a6:32:00:00:01", "192.168.1.32")  # Raspberry Pi Trading Ltd
OLD_PLUG = Host("00:1d:0f:00:00:01", "192.168.1.51")  # TP-LINK TECHNOLOGIES CO.,LTD.
NEW_PLUG = Host("3c:52:a1:00:00:01", "192.168.1.52")  # TP-Link Systems Inc
PLAYER = Host("34:e6:d7:00:00:01", "192.168.1.53")  # Dell Inc.

QUERY: object = {"system": {"get_sysinfo": {}}}
WIFI = {"netif": {"set_stainfo": {"ssid": "home", "password": "secret of mine", "key_type": 3}}}


def scrambled(message: object) -> bytes:
    """Kasa: each byte is sent XOR the byte sent before it, the first XOR 171 (python-kasa xortransport.py)."""
    sent = [171]
    for byte in json.dumps(message, separators=(",", ":")).encode():
        sent.append(byte ^ sent[-1])
    return bytes(sent[1:])


def sysinfo(model: str, mac: str, device: str) -> bytes:
    """The answer to get_sysinfo, with what the owner entered."""
    told = {
        "sw_ver": "1.2.6 Build 200727",
        "hw_ver": "2.0",
        "model": model,
        "deviceId": device,
        "mac": mac,
        "alias": "my lamp",
    }
    return scrambled({"system": {"get_sysinfo": {**told, "latitude_i": 482082, "longitude_i": 163738, "err_code": 0}}})


def tdp(body: object = None) -> bytes:
    """TDP: version, type, operation, size, flags, padding, serial number, CRC-32 (python-kasa discover.py), JSON."""
    text = json.dumps(body).encode() if body else b""
    message = pack(">BBHHBBII", 2, 0, 1, len(text), 17, 0, 0x01020304, 0x5A6B7C8D) + text
    return message[:12] + pack(">I", crc32(message)) + text


RESULT = {
    "device_id": "00112233445566778899aabbccddeeff",
    "owner": "00112233445566778899AABBCCDDEEFF",
    "device_type": "SMART.TAPOPLUG",
    "device_model": "P110(EU)",
    "ip": NEW_PLUG.ip,
    "mac": "3C-52-A1-00-00-01",
    "is_support_iot_cloud": True,
    "factory_default": False,
    "mgt_encrypt_schm": {"is_support_https": False, "encrypt_type": "KLAP", "http_port": 80, "lv": 2},
}


def make() -> bytes:
    wifi = scrambled(WIFI)
    return pcap(
        [
            *map(arp, (PHONE, HUB, OLD_PLUG, NEW_PLUG, PLAYER)),
            udp(PHONE, EVERYBODY, (50999, 9999), scrambled(QUERY)),
            udp(HUB, EVERYBODY, (40999, 9999), scrambled(QUERY)),
            udp(OLD_PLUG, PHONE, (9999, 50999), sysinfo("HS110(EU)", "00:1D:0F:00:00:01", "8006" + "A1" * 18)),
            udp(PLAYER, HUB, (9999, 40999), sysinfo("HS110(US)", "53:75:31:00:00:01", "8006" + "B2" * 18)),
            udp(PHONE, EVERYBODY, (50999, 20002), tdp({"params": {"rsa_key": "-----BEGIN PUBLIC KEY-----\nMIIB\n"}})),
            udp(HUB, EVERYBODY, (40999, 20002), tdp()),
            udp(NEW_PLUG, PHONE, (20002, 50999), tdp({"result": RESULT, "error_code": 0})),
            tcp(PHONE, OLD_PLUG, (51999, 9999), pack(">I", len(wifi)) + wifi),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
