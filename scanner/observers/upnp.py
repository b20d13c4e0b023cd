"""UPnP device descriptions: the XML a device gives to those who fetch the LOCATION of its SSDP message.

An HTTP answer, or its body in a segment of its own, that holds `urn:schemas-upnp-org:device-1-0`; only the elements that
are complete, and only those of the root device, before its services and embedded devices.
Source: UPnP Device Architecture 2.0, section 2.3. A media server's manufacturer is often its software's.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation
from scanner.wire import heads
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("upnp.type", "UPnP deviceType of the root device"),
    Channel("upnp.name", "UPnP friendlyName"),
    Channel("upnp.manufacturer", "UPnP manufacturer"),
    Channel("upnp.model", "UPnP modelName"),
    Channel("upnp.description", "UPnP modelDescription"),
    Channel("upnp.model_number", "UPnP modelNumber"),
    Channel("upnp.serial", "UPnP serialNumber"),
)
_NAMESPACE = b"urn:schemas-upnp-org:device-1-0"
_ENDS = (b"<serviceList", b"<deviceList", b"</device>")


def _size(payload: bytes) -> int:
    """A description until the root device's own elements are over."""
    if payload.startswith(b"HTTP"):
        return heads.size(payload, b"xml", _ENDS)
    goes_on = _NAMESPACE in payload and not any(end in payload for end in _ENDS)
    return len(payload) + 1 if goes_on else 0


WANTS = (Tcp(prefixes=(b"HTTP/1.1 200", b"HTTP/1.0 200", b"<?xml", b"<root"), size=_size),)

_VIA = re.compile(rb"\nvia *:", re.IGNORECASE)
_ELEMENT = re.compile(rb"<([A-Za-z]{4,16})>([^<]{1,1024})</")
_ENTITY = re.compile(rb"&(amp|lt|gt|quot|apos);")
_CHARACTERS = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_FIELDS = {
    b"deviceType": "upnp.type",
    b"friendlyName": "upnp.name",
    b"manufacturer": "upnp.manufacturer",
    b"modelName": "upnp.model",
    b"modelDescription": "upnp.description",
    b"modelNumber": "upnp.model_number",
    b"serialNumber": "upnp.serial",
}


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment. What a relay passes on (a Via field in the head) is not about the sender."""
    payload = frame.payload
    start = payload.find(_NAMESPACE)
    if start < 0 or _VIA.search(payload, 0, start):
        return
    start = payload.find(b"<device>", start)
    if start < 0:
        return
    ends = [end for tag in _ENDS if (end := payload.find(tag, start)) >= 0]
    seen: set[bytes] = set()
    for name, raw in _ELEMENT.findall(payload, start, min(ends, default=len(payload))):
        channel = _FIELDS.get(name, "")
        if channel and name not in seen and (value := _shown(raw)):
            seen.add(name)
            yield Observation(channel, value, raw=raw[:LONGEST])


def _shown(raw: bytes) -> str:
    return text(_ENTITY.sub(lambda match: _CHARACTERS[match[1]], b" ".join(raw.split())))
