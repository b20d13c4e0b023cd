"""A PC searches for Xiongmai devices and logs in to one; two recorders without a telling address answer."""

import json
from struct import pack

from pcaps.making import EVERYBODY, Host, arp, pcap, save, tcp, udp

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
FIRST = Host("02:00:5e:00:00:65", "192.168.1.65")  # locally administered
SECOND = Host("02:00:5e:00:00:66", "192.168.1.66")  # locally administered


def message(kind: int, body: bytes = b"", *, answers: bool = False) -> bytes:
    """Head of 20 bytes, JSON. Source: python-dvr 0.0.1 DeviceManager.py."""
    return pack("<BBHIIHHI", 255, answers, 0, 0, 0, 0, kind, len(body)) + body


def text(value: dict[str, object]) -> bytes:
    return json.dumps(value, separators=(", ", " : ")).encode() + b"\n\0"


def make() -> bytes:
    number = "0x" + bytes(map(int, FIRST.ip.split(".")))[::-1].hex().upper()
    net: dict[str, object] = {
        "GateWay": "0x0101A8C0", "HostIP": number, "HostName": "LocalHost", "HttpPort": 80, "MAC": FIRST.mac,
        "SN": "0a1b2c3d4e5f6071", "SSLPort": 8443, "Submask": "0x00FFFFFF", "TCPMaxConn": 10, "TCPPort": 34567,
    }  # fmt: skip
    found = text({"NetWork.NetCommon": net, "Ret": 100, "SessionID": "0x00000000"})
    login = text({"EncryptType": "MD5", "LoginType": "DVRIP-Web", "PassWord": "tlJwpbo6", "UserName": "admin"})
    welcome = text({"AliveInterval": 21, "ChannelNum": 4, "DeviceType ": "HVR", "Ret": 100, "SessionID": "0x0000000D"})
    return pcap(
        [
            arp(PC),
            arp(FIRST),
            arp(SECOND),
            udp(PC, EVERYBODY, (34569, 34569), message(1530)),
            udp(FIRST, EVERYBODY, (34569, 34569), message(1531, found, answers=True)),
            tcp(PC, SECOND, (50001, 34567), message(1000, login)),
            tcp(SECOND, PC, (34567, 50001), message(1001, welcome, answers=True), received=20 + len(login)),
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
