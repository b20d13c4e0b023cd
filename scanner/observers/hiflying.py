"""Hi-Flying's module search on UDP port 48899: a text question, answered with "IP,MAC,NAME".

The same program runs in modules of Hi-Flying and USR IOT, in Solarman loggers (NAME is a serial number) and in GoodWe's
dongles: NAME says which. Sources: goodwe 0.4.10 __init__.py; jmccrohan/pysolarmanv5 utils/solarman_scan.py; public files$
that ask and read the answer in this form.

The port goes on to carry modem commands, Wi-Fi passwords among them. Nothing but a whole answer or a whole question is read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac, mac_text

CHANNELS = (
    Channel("hiflying.name", "name a Wi-Fi module answers a search with: module, product or serial number"),
    Channel("hiflying.mac", "the MAC address a Wi-Fi module says it has"),
    Channel("hiflying.ip", "the IPv4 address a Wi-Fi module says it has"),
    Channel("hiflying.query", "a search for Wi-Fi modules, and with which text"),
)
_PORT = 48899
WANTS = (Udp(ports=(_PORT,)),)

_QUESTIONS = (b"HF-A11ASSISTHREAD", b"WIFIKIT-214028-READ", b"www.usr.cn")
_ANSWER = re.compile(rb"([0-9.]{7,15}),([0-9A-Fa-f]{12}),([A-Za-z0-9][\w.+-]{2,47})[\r\n\0]{0,3}", re.ASCII)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram: a question to the port, or an answer from it."""
    payload = frame.payload
    if frame.cut:
        return
    if payload in _QUESTIONS and frame.dst_port == _PORT:
        yield Observation("hiflying.query", payload.decode("ascii"), Role.ASKED, payload)
        return
    match = _ANSWER.fullmatch(payload)
    if not match or frame.src_port != _PORT:
        return
    address, mac = host_ip(match[1].decode("ascii")), mac_text(bytes.fromhex(match[2].decode("ascii")))
    if address and is_host_mac(mac):
        yield Observation("hiflying.name", match[3].decode("ascii"), raw=match[3])
        yield Observation("hiflying.mac", mac, raw=match[2])
        yield Observation("hiflying.ip", address, raw=match[1])
