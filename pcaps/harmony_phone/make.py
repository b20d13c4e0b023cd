"""A phone with HarmonyOS looks for its like; a sensor's encrypted CoAP uses the same port."""

import json

from pcaps.making import Host, arp, pcap, save, udp

PHONE = Host("02:00:5e:00:00:41", "192.168.1.41")  # locally administered: a random address
SENSOR = Host("02:00:5e:00:00:42", "192.168.1.42")  # locally administered
PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
NETWORK = "255.255.255.255"
NICKNAME = "Annas-nickname"


def discover(host: Host, name: str) -> bytes:
    """CoAP POST /device_discover, host first (communication_dsoftbus, coap_discover.c, json_payload.c)."""
    about = {
        "deviceId": json.dumps({"UDID": NICKNAME}), "devicename": name, "type": 14, "hicomversion": "3.1.0.0", "mode": 1,
        "deviceHash": "0", "serviceData": "port:59565,", "wlanIp": host.ip, "capabilityBitmap": [64],
        "bData": json.dumps({"nickName": NICKNAME}), "coapUri": f"coap://{host.ip}/device_discover",
    }  # fmt: skip
    options = b"\x3d" + bytes((len(NETWORK) - 13,)) + NETWORK.encode() + b"\x8d\x02device_discover"
    return b"\x50\x02\x12\x34" + options + b"\xff" + json.dumps(about).encode() + b"\0"


def make() -> bytes:
    hello = b"\x16\xfe\xfd" + bytes(8) + b"\0\x20\1\0\0\x14" + bytes(26)  # DTLS 1.2
    return pcap(
        [
            *map(arp, (PHONE, SENSOR, PC)),
            udp(PHONE, NETWORK, (5684, 5684), discover(PHONE, "Mate 50")),
            udp(SENSOR, PC, (50000, 5684), hello),
            udp(PC, NETWORK, (50001, 5684), discover(PHONE, "Mate 50")),  # plays back what it heard
        ]
    )


if __name__ == "__main__":
    save(make(), __file__)
