"""Yeelight: how its lamps are found and what they tell their apps.

Search and answer look like SSDP but live on UDP 1982 (group 239.255.255.250), with `Location: yeelight://` as the device's
mark; an app searches for `wifi_bulb`. Over TCP 55443 a lamp reports changes of its properties, of which only the
names are read: one of them is the name its owner chose.
Sources: Yeelight WiFi Light Inter-Operation Specification, sections 3 and 4.2; yeelight 0.7.16 (ssdp_discover.py, main.py).
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import heads, objects
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("yeelight.model", "Yeelight lamp model"),
    Channel("yeelight.id", "Yeelight lamp ID"),
    Channel("yeelight.firmware", "Yeelight firmware version"),
    Channel("yeelight.properties", "properties whose change a Yeelight lamp reports"),
    Channel("yeelight.query", "a search for Yeelight lamps"),
)
_SEARCH_PORT, _CONTROL_PORT = 1982, 55443
WANTS = (Udp(ports=(_SEARCH_PORT,)), TcpPort(ports=(_CONTROL_PORT,)))

_LOCATION = re.compile(rb"yeelight://([0-9.]{7,15}):[0-9]{1,5}/?")
_ID = re.compile(rb"0x[0-9a-fA-F]{4,16}")
_REPORT = re.compile(rb'\{ ?"method" ?: ?"props"')
_PROPERTIES = """
    active_bright active_mode bg_bright bg_ct bg_flow_params bg_flowing bg_hue bg_lmode bg_power bg_rgb bg_sat bright
    color_mode ct delayoff flow_params flowing hue main_power music_on name nl_br power rgb sat
"""
_KNOWN = frozenset(_PROPERTIES.split())


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed on a NUL in a head, or a report that is not JSON."""
    if frame.protocol == TCP:
        yield from _report(frame)
    elif frame.payload.startswith(b"M-SEARCH * HTTP/1."):
        target = heads.read(frame.payload, whole=not frame.cut).value(b"st")
        if target.startswith(b"wifi_bulb"):
            yield Observation("yeelight.query", text(target), Role.ASKED, target[:LONGEST])
    elif frame.payload.startswith((b"NOTIFY * HTTP/1.", b"HTTP/1.1 200")):
        yield from _lamp(frame)


def _lamp(frame: Frame) -> Iterator[Observation]:
    """An answer or announcement; one that leads to another host was passed on by somebody."""
    head = heads.read(frame.payload, whole=not frame.cut)
    location, device = _LOCATION.fullmatch(head.value(b"location")), head.value(b"id")
    address = host_ip(location[1].decode("ascii")) if location else ""
    if not address or not _ID.fullmatch(device):
        return
    own = address == ip_text(frame.src_ip)
    role, subject = (Role.SELF, None) if own else (Role.TOLD, Subject(frame.segment, "", address))
    for channel, value in (
        ("yeelight.id", device),
        ("yeelight.model", head.value(b"model")),
        ("yeelight.firmware", head.value(b"fw_ver")),
    ):
        if value:
            yield Observation(channel, text(value), role, value[:LONGEST], subject)


def _report(frame: Frame) -> Iterator[Observation]:
    """A lamp's report, which ends its line; several may follow each other in one segment, and the first will do."""
    line, end, _ = frame.payload.partition(b"\r\n")
    if frame.src_port != _CONTROL_PORT or not end:
        return
    beginning = _REPORT.match(line)
    if not beginning:
        return
    names = sorted(_KNOWN & objects.inner(objects.read(line), "params").keys())
    if names:
        yield Observation("yeelight.properties", " ".join(names), raw=beginning[0])
