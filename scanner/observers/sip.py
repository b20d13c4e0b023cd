"""SIP heads on port 5060: with which software a telephone or server speaks (RFC 3261), and GB/T 28181's 20-digit ids.

What a message says of software is about its author, so only messages that come straight from their author count: requests
with a single Via (each relay adds one, section 16.6), answers to REGISTER (a registrar's own), and answers whose Contact is
the sender's address. Numbers, names and credentials are never read; of From only an id in the form of GB/T 28181: eight
digits of place, two of trade, three of type (111 recorder, 132 camera, 200 centre ...), one of network, six of serial.
A device of that standard describes itself in a MESSAGE (its annex A). Sources: RFC 3261; GB/T 28181-2016 annexes A and D;
public code that builds and reads these messages (several files agree).
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TCP, TcpPort, Udp
from scanner.model import Channel, Observation
from scanner.wire import heads
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("sip.user_agent", "SIP User-Agent of a request its sender wrote itself"),
    Channel("sip.server", "SIP Server or User-Agent of an answer its sender wrote itself"),
    Channel("sip.gb28181", "GB/T 28181 id of a video device or platform"),
    Channel("sip.manufacturer", "manufacturer a GB/T 28181 device names"),
    Channel("sip.model", "model a GB/T 28181 device names"),
    Channel("sip.firmware", "firmware a GB/T 28181 device names"),
)
_PORT = 5060

_REQUEST = re.compile(rb"([A-Z]{2,16}) sips?:\S+ SIP/2\.0")
_STATUS = re.compile(rb"SIP/2\.0 [1-6][0-9][0-9](?: |$)")


def _size(payload: bytes) -> int:
    """A head, and the description behind it."""
    begins = payload.startswith(b"SIP/2.0 ") or _REQUEST.match(payload)
    return heads.size(payload, b"manscdp") if begins else 0


WANTS = (Udp(ports=(_PORT,)), TcpPort(ports=(_PORT,), size=_size))
_ID = re.compile(rb"sip:([1-6][0-9]{9}(?:1[0-9]{2}|2[01][0-9])[0-9]{7})@")
_CONTACT = re.compile(rb"sips?:(?:[^@<>;,]{0,128}@)?(?:\[([0-9A-Fa-f:.]{2,45})]|([0-9.]{7,15}))")
_ELEMENT = re.compile(rb"<([A-Za-z]{1,20})>([^<]{1,255})</")
_DESCRIPTION = ((b"Manufacturer", "sip.manufacturer"), (b"Model", "sip.model"), (b"Firmware", "sip.firmware"))
_LONGEST_BODY = 4096


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the message a datagram or segment begins with, if its head is all there. Raises Malformed on a NUL in the head."""
    payload = frame.payload
    if not (payload.startswith(b"SIP/2.0 ") or _REQUEST.match(payload)):
        return
    end = payload.find(b"\r\n\r\n", 0, heads.LONGEST_HEAD)
    if end < 0 and (frame.cut or frame.protocol == TCP):
        return  # a Via may be missing
    head = heads.read(payload, whole=True)
    if _STATUS.match(head.start):
        agent = _value(head, b"server") or _value(head, b"user-agent")
        if agent and (_value(head, b"cseq").endswith(b"REGISTER") or _contact(head) == ip_text(frame.src_ip)):
            yield Observation("sip.server", text(agent), raw=agent[:LONGEST])
        return
    vias = [value for name, value in head.fields if name in (b"via", b"v")]
    request = _REQUEST.fullmatch(head.start)
    if not request or len(vias) != 1 or b"," in vias[0]:
        return
    if agent := _value(head, b"user-agent"):
        yield Observation("sip.user_agent", text(agent), raw=agent[:LONGEST])
    if match := _ID.search(_value(head, b"from", b"f")[:LONGEST]):
        yield Observation("sip.gb28181", match[1].decode("ascii"), raw=match[1])
    if request[1] == b"MESSAGE" and b"manscdp" in _value(head, b"content-type", b"c").lower() and end >= 0:
        yield from _described(payload[end + 4 : end + 4 + _LONGEST_BODY])


def _value(head: heads.Head, *names: bytes) -> bytes:
    """The first field of one of the names (the second is the compact form)."""
    return next((value for name, value in head.fields if name in names), b"")


def _contact(head: heads.Head) -> str:
    """The address in Contact, "" if it is none or a name."""
    match = _CONTACT.search(_value(head, b"contact", b"m")[:LONGEST])
    return host_ip((match[1] or match[2]).decode("ascii")) if match else ""


def _described(body: bytes) -> Iterator[Observation]:
    """What a device says of itself in answer to a DeviceInfo query. Catalogues list other devices, so they tell nothing."""
    elements = {name: value.strip() for name, value in reversed(_ELEMENT.findall(body))}
    if b"<Response>" not in body or elements.get(b"CmdType") != b"DeviceInfo":
        return
    for name, channel in _DESCRIPTION:
        if value := elements.get(name):
            yield Observation(channel, text(value), raw=value)
