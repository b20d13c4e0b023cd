"""Xiongmai (XM, Sofia, DVR-IP): recorders and cameras of many brands that run one firmware.

Every message has a head of 20 bytes: ff, direction (1 in answers), two bytes, session, sequence, two bytes, the
message's number at byte 14 and the length of the JSON behind it at byte 16, little-endian. On UDP 34569 a tool broadcasts
1530 and devices answer 1531 with their network settings; 1532 sets them and carries a password, so it is left alone. On
TCP 34567 a client logs in with 1000, with user and password, of which nothing is read; 1001 is the device's answer.
Sources: python-dvr 0.0.1 DeviceManager.py, dvrip.py; public code (two files) for the answer 1001.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire import objects
from scanner.wire.addresses import host_ip, ip_text, is_host_mac
from scanner.wire.text import LONGEST, safe

CHANNELS = (
    Channel("xiongmai.mac", "the MAC address a device says it has in a Xiongmai search answer"),
    Channel("xiongmai.ip", "the IPv4 address a device says it has in a Xiongmai search answer"),
    Channel("xiongmai.serial", "Xiongmai serial number (SN): the device's name in the cloud"),
    Channel("xiongmai.name", "host name in a Xiongmai search answer"),
    Channel("xiongmai.firmware", "firmware version in a Xiongmai search answer"),
    Channel("xiongmai.type", "type of device in the answer to a login on TCP 34567: DVR, IPC …"),
    Channel("xiongmai.query", "a Xiongmai search or login"),
)
WANTS = (Udp(ports=(34569,)), Tcp(prefixes=(b"\xff\x00\x00\x00", b"\xff\x01\x00\x00")))

_HEAD = 20
_SEARCH, _FOUND, _LOGIN, _LOGGED_IN = 1530, 1531, 1000, 1001
_PORT = 34567
_SHOWN = 4  # bytes of a head kept as evidence of a question: neither session nor body
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_HEX = re.compile(r"0x[0-9A-Fa-f]{8}")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the body of an answer is not the JSON its head promises."""
    payload = frame.payload
    if len(payload) < _HEAD or payload[0] != 0xFF or payload[1] > 1:
        return
    kind, size = int.from_bytes(payload[14:16], "little"), int.from_bytes(payload[16:20], "little")
    body = payload[_HEAD : _HEAD + size]
    if frame.protocol == 17:
        if kind == _SEARCH and not size:
            yield Observation("xiongmai.query", "search", Role.ASKED, payload[:_SHOWN])
        elif kind == _FOUND and not frame.cut:
            yield from _found(_object(body, size))
    elif frame.dst_port == _PORT and kind == _LOGIN and body.lstrip().startswith(b"{"):
        yield Observation("xiongmai.query", "login", Role.ASKED, payload[:_SHOWN])
    elif frame.src_port == _PORT and kind == _LOGGED_IN and len(body) == size:
        answer = _object(body, size)
        value = answer.get("DeviceType ", answer.get("DeviceType"))  # the blank is theirs
        if "Ret" in answer and isinstance(value, str) and (shown := safe(value).strip()):
            yield Observation("xiongmai.type", shown, raw=_raw(value))


def _object(body: bytes, size: int) -> objects.Object:
    if len(body) != size or not size:
        raise Malformed("Xiongmai length does not match the message")
    return objects.read(body.rstrip(b"\0\n\r "), any_charset=True)


def _found(answer: objects.Object) -> Iterator[Observation]:
    net = answer.get("NetWork.NetCommon")
    if not isinstance(net, dict):
        raise Malformed("Xiongmai search answer without its network settings")
    fields = {key: value for key, value in net.items() if isinstance(value, str)}
    mac = fields.get("MAC", "").lower()
    if not _MAC.fullmatch(mac) or not is_host_mac(mac):
        return
    yield Observation("xiongmai.mac", mac, raw=_raw(fields["MAC"]))
    number = fields.get("HostIP", "")
    if _HEX.fullmatch(number) and (ip := host_ip(ip_text(int(number, 16).to_bytes(4, "little")))):
        yield Observation("xiongmai.ip", ip, raw=_raw(number))
    for channel, key in (("xiongmai.serial", "SN"), ("xiongmai.name", "HostName"), ("xiongmai.firmware", "Version")):
        if value := safe(fields.get(key, "")).strip():
            yield Observation(channel, value, raw=_raw(fields[key]))


def _raw(value: str) -> bytes:
    return value.encode(errors="replace")[:LONGEST]
