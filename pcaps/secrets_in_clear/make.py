"""One secret, said over every protocol that carries secrets in clear or nearly so. It belongs in no result."""

import json
from base64 import b64encode
from struct import pack

from pcaps.making import MDNS, SSDP, Host, arp, mdns, pcap, save, ssdp_alive, tcp, udp
from pcaps.vendor_messages import miio_answer

PC = Host("34:e6:d7:00:00:01", "192.168.1.10")  # Dell Inc.
THING = Host("02:00:5e:00:00:61", "192.168.1.61")  # locally administered
SECRET = b"Opensesame1234!!"  # 16 bytes: a key, a token, a password
WORD = SECRET.decode()
LOGIN = b64encode(b"admin:" + SECRET).decode()


def said(*lines: str) -> bytes:
    return "\r\n".join((*lines, "", "")).encode()


def counted(value: bytes) -> bytes:
    return len(value).to_bytes(2, "big") + value


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, len(body))) + body


def to_thing(protocol: str, port: int, message: bytes) -> bytes:
    return (tcp if protocol == "tcp" else udp)(PC, THING, (50000 + len(message), port), message)


def from_thing(protocol: str, port: int, message: bytes) -> bytes:
    return (tcp if protocol == "tcp" else udp)(THING, PC, (port, 50000 + len(message)), message)


def texts() -> list[bytes]:
    """Protocols of lines: RFC 9110 section 11, 6265, 2326, 3261, 959, 4954, 854, 6120, WS-Security 1.1."""
    digest = f'Digest username="{WORD}", realm="x", response="{WORD}"'
    about = f"<s:Header><Security><Password>{WORD}</Password></Security></s:Header>"
    probe = "<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body>"
    namespaces = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    return [
        to_thing("tcp", 80, said(f"GET /in?token={WORD} HTTP/1.1", "Host: x.example", f"Authorization: Basic {LOGIN}")),
        to_thing("tcp", 80, said("POST /in HTTP/1.1", "Host: x.example", f"Cookie: id={WORD}") + b"password=" + SECRET),
        to_thing("tcp", 80, said("GET / HTTP/1.1", f"Host: admin:{WORD}@x.example", "User-Agent: curl/8.0")),
        from_thing("tcp", 80, said("HTTP/1.1 200 OK", "Server: x", f"Set-Cookie: id={WORD}", f"X-Auth-Token: {WORD}")),
        to_thing("tcp", 554, said(f"DESCRIBE rtsp://admin:{WORD}@x/ RTSP/1.0", "CSeq: 2", f"Authorization: {digest}")),
        to_thing("udp", 5060, said("REGISTER sip:x SIP/2.0", "Via: SIP/2.0/UDP 192.168.1.10", f"Authorization: {digest}")),
        to_thing("tcp", 21, said("USER admin", f"PASS {WORD}")),
        to_thing("tcp", 25, said(f"AUTH PLAIN {LOGIN}")),
        from_thing("tcp", 23, said(f"Last password: {WORD}") + b"login:"),
        to_thing("tcp", 5222, f"<stream:stream from='{WORD}@x.example' to='x.example' xmlns='jabber:client'>".encode()),
        udp(PC, SSDP, (50000, 3702), f"<s:Envelope {namespaces}>{about}{probe}</s:Envelope>".encode()),
        from_thing("udp", 514, f"<189>Mar  2 08:00:01 thing app: password is {WORD}".encode()),
    ]


def names() -> list[bytes]:
    """DNS service discovery, SSDP, OPC UA: a login inside a URL, keys among properties."""
    server = "Linux/5.10 UPnP/1.0 x/1.0"
    alive = ssdp_alive(THING, "upnp:rootdevice", "0000", server, "/x").replace(
        f"http://{THING.ip}/x".encode(), f"http://admin:{WORD}@{THING.ip}/x?token={WORD}".encode()
    )
    payload = alive[alive.index(b"NOTIFY") :]
    url = f"opc.tcp://admin:{WORD}@x:4840".encode()
    hello = pack("<IIIII", 0, 65536, 65536, 0, 0) + len(url).to_bytes(4, "little") + url
    properties = (f"wifi_password={WORD}", f"token={WORD}", f"url=http://admin:{WORD}@x/")
    return [
        mdns(THING, "_x._tcp", "thing", "thing", properties),
        udp(THING, SSDP, (1900, 1900), payload),
        to_thing("tcp", 4840, b"HELF" + (8 + len(hello)).to_bytes(4, "little") + hello),
    ]


def fields() -> list[bytes]:
    """SNMP (RFC 1901, 3414), MQTT, CoAP, RADIUS, PPPoE and EAPOL, and what DHCP options may hold (RFC 3118, 2132)."""
    name = bytes.fromhex("06082b06010201010500")[:10]  # sysName.0
    request = tlv(0xA0, tlv(2, b"\1"), tlv(2, b"\0"), tlv(2, b"\0"), tlv(0x30, tlv(0x30, name, tlv(5))))
    community = tlv(0x30, tlv(2, b"\1"), tlv(4, SECRET), request)
    connect = counted(b"MQTT") + b"\x04\xc6\0\x3c" + counted(b"plug") + counted(b"will") + counted(SECRET) * 3
    attributes = bytes((1, 18)) + SECRET + bytes((2, 18)) + SECRET + b"\x20\x07thing"
    address = bytes.fromhex(THING.mac.replace(":", ""))
    setup = b"\x10\x4a\0\1\x10\x10\x22\0\1\4\x10\x27\0\x10" + SECRET + b"\x10\x21\0\1x"
    packet = bytes.fromhex("fe00372a000000010400") + setup
    identity = b"\2\1" + (5 + len(SECRET)).to_bytes(2, "big") + b"\1" + SECRET
    wps = b"\2\2" + (4 + len(packet)).to_bytes(2, "big") + packet
    options = b"\x63\x82\x53\x63\x35\1\1\x0c\5thing\x5a\x10" + SECRET + b"\x2b\x10" + SECRET + b"\x42\x10" + SECRET + b"\xff"
    offer = b"\x11\x09\0\0" + counted(pack(">HHH", 0x0101, 0, 0x0103) + counted(SECRET))
    return [
        to_thing("udp", 161, community),
        to_thing("tcp", 1883, bytes((0x10, len(connect))) + connect),
        to_thing("udp", 5683, b"\x40\2\x12\x34\xb2in\x4d\x09token=" + SECRET + b"\xff" + SECRET),
        to_thing("udp", 1812, b"\1\7" + (20 + len(attributes)).to_bytes(2, "big") + SECRET + attributes),
        udp(THING, "255.255.255.255", (68, 67), b"\1\1\6\0" + bytes(24) + address + bytes(10 + 192) + options),
        *(b"\1\x80\xc2\0\0\3" + address + b"\x88\x8e\2\0" + counted(body) for body in (identity, wps)),
        b"\xff" * 6 + address + b"\x88\x63" + offer,
    ]


def vendors() -> list[bytes]:
    """Makers' own protocols, as their observers' sources describe them."""

    def kasa(text: str) -> bytes:
        out, last = b"", 171
        for byte in text.encode():
            last ^= byte
            out += bytes([last])
        return out

    def dvrip(number: int, text: str) -> bytes:
        return b"\xff\0\0\0" + bytes(10) + number.to_bytes(2, "little") + len(text).to_bytes(4, "little") + text.encode()

    def dhip(message: object) -> bytes:
        body = json.dumps(message).encode()
        size = len(body).to_bytes(4, "little")
        return b"\x20\0\0\0DHIP" + bytes(8) + size + bytes(4) + size + bytes(4) + body

    camera = b"DH\1\x08" + THING.ip.encode().ljust(16, b"\0") * 5 + b"\2\0^\0\0a" + b"\x50\0" + b"VSTC000001".ljust(32, b"\0")
    network = json.dumps({"SSID": "x", "PassWord": WORD, "UserName": WORD})
    heartbeat = {"cmd": "heartbeat", "model": "gateway", "sid": "02005e000061", "token": WORD, "data": "{}"}
    parameters = {"password": WORD, "deviceInfo": {"DeviceType": "x"}}
    told = {"method": "client.notifyDevInfo", "mac": THING.mac, "params": parameters}
    about = {"deviceId": WORD, "devicename": "x", "wlanIp": THING.ip, "hicomversion": "1", "type": 1, "bData": WORD}
    return [
        from_thing("udp", 54321, miio_answer(1, 1, SECRET)),
        to_thing("udp", 9999, kasa(json.dumps({"netif": {"set_stainfo": {"ssid": "x", "password": WORD, "key_type": 3}}}))),
        to_thing("udp", 48899, f"AT+WSKEY=WPA2PSK,AES,{WORD}\r".encode()),
        to_thing("udp", 8889, f"wifi x {WORD}".encode()),
        to_thing("tcp", 34567, dvrip(1000, network)),
        from_thing("udp", 34569, dvrip(1532, network)),
        from_thing("udp", 37810, dhip(told)),
        from_thing("udp", 8600, camera + b"x".ljust(80, b"\0") + b"1.0".ljust(16, b"\0") + SECRET * 4),
        udp(THING, "224.0.0.50", (4321, 9898), json.dumps(heartbeat).encode()),
        udp(PC, SSDP, (4002, 4001), json.dumps({"msg": {"cmd": "scan", "data": {"account_topic": WORD}}}).encode()),
        udp(THING, MDNS, (5684, 5684), b"\x50\2\x12\x34\xbd\x02device_discover\xff" + json.dumps(about).encode()),
    ]


def make() -> bytes:
    return pcap([arp(PC), arp(THING), *texts(), *names(), *fields(), *vendors()])


if __name__ == "__main__":
    save(make(), __file__)
