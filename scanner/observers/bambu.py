"""Bambu Lab: how its 3D printers announce themselves, on UDP 2021 and 1990 instead of SSDP's 1900.

The messages look like SSDP, with the serial number as USN and headers of the maker's own. A program searches for the same
name, or announces a printer that stands in another network: the address in Location then says for whom.
Sources: jonans/bsnotify README; GridSpace/grid-apps mods/bambu/ssdp.js; messages quoted in public code of ten repositories,
two of which alternate the ports. The name the owner gave the printer is not read.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import heads
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("bambu.serial", "serial number of a Bambu Lab printer"),
    Channel("bambu.model", "model code of a Bambu Lab printer"),
    Channel("bambu.firmware", "firmware version of a Bambu Lab printer"),
    Channel("bambu.query", "a search for Bambu Lab printers"),
)
WANTS = (Udp(ports=(1990, 2021)),)

_TYPE = b"urn:bambulab-com:device:3dprinter:1"
_SERIAL = re.compile(rb"(?:uuid:)?([0-9A-Za-z]{8,32})(?:::.{0,64})?")
_LOCATION = re.compile(rb"(?:https?://)?([0-9.]{7,15})(?:[:/].{0,64})?")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed on a NUL in its head."""
    payload = frame.payload
    if not payload.startswith((b"NOTIFY * HTTP/1.", b"HTTP/1.1 200", b"M-SEARCH * HTTP/1.")):
        return
    head = heads.read(payload, whole=not frame.cut)
    if _TYPE not in (head.value(b"nt"), head.value(b"st")):
        return
    if payload.startswith(b"M-SEARCH"):
        yield Observation("bambu.query", "3dprinter", Role.ASKED, _TYPE)
        return
    serial, location = _SERIAL.fullmatch(head.value(b"usn")), _LOCATION.fullmatch(head.value(b"location"))
    address = host_ip(location[1].decode("ascii")) if location else ""
    if not serial or not address:
        return
    own = address == ip_text(frame.src_ip)
    role, subject = (Role.SELF, None) if own else (Role.TOLD, Subject(frame.segment, "", address))
    for channel, value in (
        ("bambu.serial", serial[1]),
        ("bambu.model", head.value(b"devmodel.bambu.com")),
        ("bambu.firmware", head.value(b"devversion.bambu.com")),
    ):
        if value:
            yield Observation(channel, text(value), role, value[:LONGEST], subject)
