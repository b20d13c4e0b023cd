"""WS-Discovery: what ONVIF cameras, printers and computers announce and answer, and what others look for.

SOAP in datagrams on UDP 3702 (OASIS WS-Discovery 1.1): the first element of the body gives the direction. Hello,
ProbeMatches and ResolveMatches speak about a device, Probe and Resolve ask. Cameras put name, hardware and more into
scopes (ONVIF Core Specification, section 7.3.3). Printers say no maker there but in their metadata, which a client fetches
over HTTP (Devices Profile for Web Services 1.1, section 5): read here, too.

As in SADP, patterns over the text do the reading: nothing in it can then name an entity or a document type. One sender may
speak for others (a discovery proxy): where all addresses it gives are others of its own family, the first of them is meant.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Tcp, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import heads
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("wsdiscovery.name", "ONVIF scope name"),
    Channel("wsdiscovery.hardware", "ONVIF scope hardware: the model"),
    Channel("wsdiscovery.manufacturer", "ONVIF scope manufacturer, or manufacturer in the metadata of a device"),
    Channel("wsdiscovery.model", "model name in the metadata of a device"),
    Channel("wsdiscovery.location", "ONVIF scope location, as set or left by the factory"),
    Channel("wsdiscovery.serial", "ONVIF scope serial"),
    Channel("wsdiscovery.mac", "the MAC address in an ONVIF scope"),
    Channel("wsdiscovery.type", "a type a device says it is, without its namespace prefix"),
    Channel("wsdiscovery.query", "types somebody looks for with WS-Discovery"),
)
_BODIES = (b"HTTP/1.1 200", b"HTTP/1.0 200", b"<?xml")  # the head, or the body in a segment of its own
_ENDED = b"Envelope>"


def _size(payload: bytes) -> int:
    """Metadata until the envelope ends."""
    if payload.startswith(b"HTTP"):
        return heads.size(payload, b"xml", (_ENDED,))
    return len(payload) + 1 if b"Envelope" in payload and _ENDED not in payload else 0


WANTS = (Udp(ports=(3702,)), Tcp(prefixes=_BODIES, size=_size))

_BODY = re.compile(
    rb"<(?:[\w.-]{1,64}:)?Body(?:\s[^<>]{0,1024})?>\s{0,64}<(?:[\w.-]{1,64}:)?(Hello|ProbeMatches|ResolveMatches|Probe|Resolve)[\s/>]"
)
_ELEMENT = re.compile(rb"<(?:[\w.-]{1,64}:)?(Types|Scopes|XAddrs)(?:\s[^<>]{0,1024})?>([^<]*)</")
_END = re.compile(rb"</(?:[\w.-]{1,64}:)?(?:ProbeMatch|ResolveMatch|Hello)\s{0,8}>")
_MODEL = re.compile(rb"<(?:[\w.-]{1,64}:)?(Manufacturer|ModelName)(?:\s[^<>]{0,256})?>([^<]{1,512})</")
_SCOPE = re.compile(rb"onvif://www\.onvif\.org/(\w{1,32})/(\S{1,512})", re.IGNORECASE)
_HOST = re.compile(rb"https?://(?:\[([0-9a-f:.]{2,45})(?:%[^]]{0,64})?]|([0-9.]{7,15})(?:[/:?#]|$))", re.IGNORECASE)
_MAC = re.compile(rb"[0-9A-Fa-f]{12}")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SCOPES = {
    b"name": "wsdiscovery.name",
    b"hardware": "wsdiscovery.hardware",
    b"manufacturer": "wsdiscovery.manufacturer",
    b"location": "wsdiscovery.location",
    b"serial": "wsdiscovery.serial",
    b"mac": "wsdiscovery.mac",
    b"macaddr": "wsdiscovery.mac",
}
_MOST = 64  # scopes, types or addresses of one message that are read


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if a datagram begins an envelope and does not end it."""
    payload = frame.payload
    if frame.protocol == 17:
        body = _BODY.search(payload)
        if not body:
            return
        if not frame.cut and _ENDED not in payload[-128:]:
            raise Malformed("WS-Discovery message does not end")
        if body[1] in (b"Probe", b"Resolve"):
            yield from _question(payload, body.end(), body[1])
        else:
            yield from _device(frame, body.end())
    elif b"devprof/ThisModel" in payload or b"/dpws/2009/01/ThisModel" in payload:
        yield from _metadata(payload)


def _question(payload: bytes, start: int, kind: bytes) -> Iterator[Observation]:
    wanted = next((value for name, value in _ELEMENT.findall(payload, start) if name == b"Types"), b"")
    types = [local for one in wanted.split()[:_MOST] if (local := _local(one))]
    for one in dict.fromkeys(types or [kind]):
        yield Observation("wsdiscovery.query", text(one), Role.ASKED, one[:LONGEST])


def _device(frame: Frame, start: int) -> Iterator[Observation]:
    """What a message says of its (first) device; further ones are a proxy's and have messages of their own."""
    elements: dict[bytes, bytes] = {}
    end = _END.search(frame.payload, start)
    for name, value in _ELEMENT.findall(frame.payload, start, end.start() if end else len(frame.payload)):
        elements.setdefault(name, value)
    other = _other(elements.get(b"XAddrs", b""), ip_text(frame.src_ip))
    role = Role.TOLD if other else Role.SELF
    subject = Subject(frame.segment, "", other) if other else None
    for one in elements.get(b"Types", b"").split()[:_MOST]:
        if value := text(_local(one)):
            yield Observation("wsdiscovery.type", value, role, one[:LONGEST], subject)
    for scope in elements.get(b"Scopes", b"").split()[:_MOST]:
        match = _SCOPE.fullmatch(scope)
        channel = _SCOPES.get(match[1].lower(), "") if match else ""
        if match and channel:
            value = _mac(match[2]) if channel == "wsdiscovery.mac" else text(_unquoted(match[2])).strip()
            if value:
                yield Observation(channel, value, role, scope[:LONGEST], subject)


def _metadata(payload: bytes) -> Iterator[Observation]:
    channels = {b"Manufacturer": "wsdiscovery.manufacturer", b"ModelName": "wsdiscovery.model"}
    for name, raw in _MODEL.findall(payload):
        channel = channels.pop(name, "")
        if channel and (value := text(b" ".join(raw.split()))):
            yield Observation(channel, value, raw=raw[:LONGEST])


def _unquoted(raw: bytes) -> bytes:
    """What a percent-encoded part of a URI stands for (RFC 3986, section 2.1)."""
    return _PERCENT.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), raw)


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


def _mac(raw: bytes) -> str:
    digits = raw.translate(None, b"-:.")
    mac = mac_text(bytes.fromhex(digits.decode())) if _MAC.fullmatch(digits) else ""
    return mac if is_host_mac(mac) else ""


def _other(addresses: bytes, sender: str) -> str:
    """The first address given, if there are some of the sender's family and none is the sender's; else ""."""
    matches = [_HOST.match(url) for url in addresses.split()[:_MOST]]
    hosts = [host_ip((match[1] or match[2]).decode("ascii")) for match in matches if match]
    family = [host for host in hosts if host and (":" in host) == (":" in sender)]
    return family[0] if family and sender and sender not in family else ""
