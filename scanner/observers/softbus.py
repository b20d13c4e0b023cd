"""SoftBus discovery: how phones, tablets and things with HarmonyOS or OpenHarmony find each other on a LAN, UDP port 5684.

A CoAP POST to /device_discover, not encrypted in spite of the port, whose content is JSON. Who asks describes itself as well
as who answers, so both are devices. The identifier, the owner's nickname (bData) and the ports are left where they are.
Sources: openharmony/communication_dsoftbus, components/nstackx/nstackx_ctrl/core/json_payload.c (members) and
coap_discover.c (path); a public Go rewrite's README (types of device).
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation
from scanner.wire import coap, objects
from scanner.wire.addresses import ip_text

CHANNELS = (
    Channel("softbus.name", "device name in SoftBus discovery"),
    Channel("softbus.type", "type of device in SoftBus discovery: 14 is a phone, 12 a computer, 156 a television"),
    Channel("softbus.version", "version of the discovery in SoftBus"),
    Channel("softbus.ip", "the IPv4 address a device says it has in SoftBus discovery"),
)
_PORT = 5684
WANTS = (Udp(ports=(_PORT,)),)

_PATH = [b"device_discover"]


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if a message to that path is no CoAP, or its content no JSON."""
    if frame.cut or _PATH[0] not in frame.payload[:128] or coap.code(frame.payload) != coap.POST:
        return
    message = coap.read(frame.payload)
    if message.all(coap.URI_PATH) != _PATH:
        return
    found = objects.read(message.content.rstrip(b"\0"))
    address = objects.ip(found, "wlanIp")
    if not objects.text(found, "deviceId") or not address or address != ip_text(frame.src_ip):
        return  # of another device, passed on
    raw = _PATH[0]
    yield Observation("softbus.ip", address, raw=raw)
    for channel, member in (("softbus.name", "devicename"), ("softbus.version", "hicomversion")):
        if value := objects.text(found, member):
            yield Observation(channel, value, raw=raw)
    kind = found.get("type")
    if type(kind) is int and 0 <= kind <= 0xFFFF:
        yield Observation("softbus.type", str(kind), raw=raw)
