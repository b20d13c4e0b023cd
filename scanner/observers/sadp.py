"""SADP: Hikvision's search for active devices, XML in datagrams on 239.255.255.250 port 37020.

The root element gives the direction: ProbeMatch is a device, Probe a tool (both carry the same Types text).
Sources: julienblitte/UniversalScanner, Hikvision.cs; mhzhuji.com/zhuji_info_958.

The messages are flat lists of elements without attributes. A pattern over the text reads them in linear time and knows
neither document types nor entities of the sender's making, so hostile XML has nothing to work with: an XML parser
would have to be guarded against both, and would lose a whole message to the one unescaped character devices do send.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("sadp.model", "SADP device description (the model), else its numeric type"),
    Channel("sadp.serial", "SADP serial number"),
    Channel("sadp.mac", "the MAC address a device says it has over SADP"),
    Channel("sadp.ip", "the IPv4 address a device says it has over SADP"),
    Channel("sadp.firmware", "SADP software version"),
    Channel("sadp.oem", "SADP OEM information: whose brand the device carries"),
    Channel("sadp.query", "a SADP search, and of which kind"),
)
WANTS = (Udp(ports=(37020,)),)

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(ProbeMatch|Probe)(?:\s[^>]*)?>")
_ELEMENT = re.compile(rb"<([A-Za-z0-9]+)>([^<]*)</")
_ENTITY = re.compile(rb"&(amp|lt|gt|quot|apos);")
_CHARACTERS = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_MAC = re.compile(rb"[0-9A-Fa-f]{12}")
_ABSENT = (b"", b"N/A")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if the root element is not closed."""
    payload = frame.payload
    root = _ROOT.match(payload)
    if not root:
        return
    if not frame.cut and b"</" + root[1] + b">" not in payload:
        raise Malformed("SADP message does not end")
    found = _ELEMENT.findall(payload, root.end())
    elements = {name: value.strip() for name, value in reversed(found)}  # of two with one name, the first
    if root[1] == b"Probe":
        kind = elements.get(b"Types") or root[1]
        yield Observation("sadp.query", _shown(kind), Role.ASKED, kind[:LONGEST])
        return
    for channel, names, form in (
        ("sadp.model", (b"DeviceDescription", b"DeviceType"), _shown),
        ("sadp.serial", (b"DeviceSN",), _shown),
        ("sadp.mac", (b"MAC",), _mac),
        ("sadp.ip", (b"IPv4Address",), lambda raw: host_ip(text(raw))),
        ("sadp.firmware", (b"SoftwareVersion",), _shown),
        ("sadp.oem", (b"OEMInfo",), _shown),
    ):
        raw = next((elements[name] for name in names if elements.get(name, b"") not in _ABSENT), b"")
        if value := form(raw):
            yield Observation(channel, value, raw=raw[:LONGEST])


def _shown(raw: bytes) -> str:
    return text(_ENTITY.sub(lambda match: _CHARACTERS[match[1]], raw))


def _mac(raw: bytes) -> str:
    """Canonical MAC address from any usual spelling, "" if it is none that one interface can have."""
    digits = raw.translate(None, b"-:.")
    mac = mac_text(bytes.fromhex(digits.decode())) if _MAC.fullmatch(digits) else ""
    return mac if is_host_mac(mac) else ""
