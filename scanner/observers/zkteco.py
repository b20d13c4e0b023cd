"""ZKTeco terminals (attendance, doors) on port 4370: UDP, and TCP with eight bytes before each message.

TCP: 50 50 82 7d, length (4). Message: command, checksum, session, reply number (2 each, little-endian), data. Answers
have commands from 2000 on; those to a question for an option are "name=value". The checksum is the inverted sum of all
other 16-bit words with the carry added on. Passwords go the same way, to the terminal: no data but a few known options is
read, and of requests only the command. Source: pyzk 0.9 zk/base.py, zk/const.py.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import UDP, TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("zkteco.answer", "a ZKTeco terminal answers a request"),
    Channel("zkteco.serial", "serial number of a ZKTeco terminal"),
    Channel("zkteco.model", "device name of a ZKTeco terminal"),
    Channel("zkteco.platform", "hardware platform of a ZKTeco terminal"),
    Channel("zkteco.mac", "the MAC address a ZKTeco terminal says it has"),
    Channel("zkteco.query", "a request to a ZKTeco terminal"),
)
_PORT = 4370
WANTS = (Udp(ports=(_PORT,)), TcpPort(ports=(_PORT,)))

_TOP = b"\x50\x50\x82\x7d"
_ANSWERS = {2000: "ok", 2001: "error", 2002: "data", 2005: "not authorised"}
_REQUESTS = {11: "option", 1000: "connect", 1100: "version"}
_OPTIONS = {b"~SerialNumber": "zkteco.serial", b"~DeviceName": "zkteco.model", b"~Platform": "zkteco.platform"}
_MAC = re.compile(rb"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
_LONGEST = 1500  # of a message whose checksum is worked out: what describes a terminal is short


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the checksum of one that is otherwise right is wrong."""
    message = frame.payload
    if frame.cut or _PORT not in (frame.src_port, frame.dst_port):
        return
    framed = frame.protocol != UDP
    if framed:
        if not message.startswith(_TOP) or len(message) != 8 + int.from_bytes(message[4:8], "little"):
            return
        message = message[8:]
    if not 8 <= len(message) <= _LONGEST:
        return
    command = int.from_bytes(message[:2], "little")
    answer = _ANSWERS.get(command) if frame.src_port == _PORT else None
    request = _REQUESTS.get(command) if frame.dst_port == _PORT else None
    if not answer and not request:
        return
    if not _whole(message):
        if framed:
            raise Malformed("ZKTeco checksum is wrong")
        return  # without the eight bytes, nothing else says whose protocol this is
    if answer:
        yield Observation("zkteco.answer", answer, raw=message[:4])
        yield from _option(message[8:])
    elif request:
        yield Observation("zkteco.query", request, Role.ASKED, message[:2])


def _option(data: bytes) -> Iterator[Observation]:
    name, _, value = data.partition(b"=")
    value = value.partition(b"\0")[0].strip()[:LONGEST]
    if name in _OPTIONS and value:
        yield Observation(_OPTIONS[name], text(value), raw=value)
    elif name == b"MAC" and _MAC.fullmatch(value):
        mac = mac_text(bytes.fromhex(value.decode("ascii").replace(":", "")))
        if is_host_mac(mac):
            yield Observation("zkteco.mac", mac, raw=value)


def _whole(message: bytes) -> bool:
    """Whether all 16-bit words, the checksum among them, add up to nothing (ffff, with the carry added on)."""
    padded = message + bytes(len(message) % 2)
    total = sum(int.from_bytes(padded[at : at + 2], "little") for at in range(0, len(padded), 2))
    return total % 0xFFFF == 0
