"""CWMP: how routers and other customer equipment report to their provider's server (Broadband Forum TR-069, section A.3.3.1).

An Inform names the device in its first element, DeviceId: manufacturer, OUI, product class. It goes in clear where the
provider does not use TLS, as the body of an HTTP POST or in a segment of its own. Serial number, parameters and the address
at which the device can be called are left where they are.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp
from scanner.model import Channel, Observation
from scanner.wire.text import text

CHANNELS = (
    Channel("cwmp.manufacturer", "manufacturer a device names when it reports to its provider (TR-069)"),
    Channel("cwmp.oui", "OUI a device gives as its manufacturer's (TR-069)"),
    Channel("cwmp.product", "product class a device names when it reports to its provider (TR-069)"),
)
_PREFIXES = (b"soap", b"SOAP", b"soapenv", b"soap-env", b"soap_env", b"SOAP-ENV")
WANTS = (Tcp(prefixes=(b"POST ", b"<?xml", *(b"<" + prefix + b":Envelope" for prefix in _PREFIXES))),)

_NAMESPACE = b"urn:dslforum-org:cwmp-1-"
_INFORM = re.compile(rb"<(?:[A-Za-z_-]{1,16}:)?Inform(?:\s[^>]{0,128})?>\s{0,64}<DeviceId(?:\s[^>]{0,128})?>")
_END, _LONGEST = b"</DeviceId>", 2048
_FIELD = re.compile(rb"<(Manufacturer|OUI|ProductClass)(?:\s[^>]{0,128})?>\s{0,64}([^<]{1,256}?)\s{0,64}</")
_CHANNELS = {b"Manufacturer": "cwmp.manufacturer", b"OUI": "cwmp.oui", b"ProductClass": "cwmp.product"}


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment, if the whole element is in it."""
    payload = frame.payload
    start = payload.find(_NAMESPACE)
    if start < 0 or not (head := _INFORM.search(payload, start)):
        return
    end = payload.find(_END, head.end(), head.end() + _LONGEST)
    for name, value in dict(_FIELD.findall(payload, head.end(), max(end, 0))).items():
        yield Observation(_CHANNELS[name], text(value), raw=value)
