"""SSDP: what UPnP devices announce and answer, and what others search for (UPnP Device Architecture 2.0, section 1).

A NOTIFY (alive, update, and byebye: a farewell too says whose it is) and a 200 answer speak about a device; an M-SEARCH
asks. One sender may announce for others (a proxy, a router): the address in LOCATION then says for whom, and the whole
message is told about that address.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire import heads, urls
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("ssdp.server", "SSDP SERVER: operating system, UPnP version, product"),
    Channel("ssdp.usn", "SSDP USN: unique name of a device or service"),
    Channel("ssdp.type", "SSDP NT or ST of an announcement or answer: the device or service type"),
    Channel("ssdp.location", "SSDP LOCATION: where the device description is, without login or query"),
    Channel("ssdp.search", "SSDP ST of a search: what the sender looks for"),
    Channel("ssdp.user_agent", "SSDP USER-AGENT of a search: the asker's software"),
)
WANTS = (Udp(ports=(1900,), any_peer=True),)

_PURPOSES = (b"ssdp:alive", b"ssdp:update", b"ssdp:byebye")

# The address in a URL. Every repetition is bounded: a line of thousands of colons must not cost a retry for each.
_HOST = re.compile(rb"https?://(?:\[([0-9a-f:.]{2,45})(?:%[^]]{0,64})?]|([0-9.]{7,15})(?:[/:]|$))", re.IGNORECASE)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one SSDP message. Raises Malformed if it does not say what it is about."""
    payload = frame.payload
    if payload.startswith(b"M-SEARCH * HTTP/1."):
        yield from _search(frame)
    elif payload.startswith((b"NOTIFY * HTTP/1.", b"HTTP/1.")):
        yield from _announcement(frame)


def _search(frame: Frame) -> Iterator[Observation]:
    head = heads.read(frame.payload, whole=not frame.cut)
    target, agent = head.value(b"st"), head.value(b"user-agent")
    if not target and not frame.cut:
        raise Malformed("M-SEARCH without ST")
    if target:
        yield Observation("ssdp.search", text(target), Role.ASKED, target[:LONGEST])
    if agent:
        yield Observation("ssdp.user_agent", text(agent), Role.SELF, agent[:LONGEST])


def _announcement(frame: Frame) -> Iterator[Observation]:
    head = heads.read(frame.payload, whole=not frame.cut)
    if head.start.startswith(b"NOTIFY"):
        purpose = head.value(b"nts")
        if purpose not in _PURPOSES and (purpose or not frame.cut):
            return  # something else than SSDP
        kind = head.value(b"nt")
    elif head.start.split()[1:2] == [b"200"]:
        kind = head.value(b"st")
    else:
        return
    if not kind and not frame.cut:
        raise Malformed("announcement without NT or ST")
    location = head.value(b"location")
    shown = urls.public(location)
    other = _other(shown, ip_text(frame.src_ip))
    role = Role.TOLD if other else Role.SELF
    subject = Subject(frame.segment, "", other) if other else None
    for channel, value in (
        ("ssdp.server", head.value(b"server")),
        ("ssdp.usn", head.value(b"usn")),
        ("ssdp.type", b"" if kind.startswith(b"uuid:") else kind),  # a bare UUID is the USN once more
    ):
        if value:
            yield Observation(channel, text(value), role, value[:LONGEST], subject)
    if shown:
        yield Observation("ssdp.location", text(shown), role, urls.evidence(location)[:LONGEST], subject)


def _other(location: bytes, sender: str) -> str:
    """The address in a LOCATION if it is one host's and not the sender's, else ""."""
    match = _HOST.match(location)
    if not match:
        return ""
    address = host_ip((match[1] or match[2]).decode("ascii"))
    return "" if address == sender else address
