"""Syslog over UDP: the host name and tag with which a device signs its messages (RFC 3164, RFC 5424).

The message itself is never read: logs tell of people and sometimes of secrets. A host that is an address other than the
sender's shows a relay: the tag is then told about that address.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role, Subject
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import text

CHANNELS = (
    Channel("syslog.host", "host name in a syslog message"),
    Channel("syslog.tag", "program or module that wrote a syslog message, without its process number"),
)
WANTS = (Udp(ports=(514,)),)

_HIGHEST = 191  # facility 23, severity 7
_PRIORITY = re.compile(rb"<([0-9]{1,3})>")
_NAME = rb"[A-Za-z0-9][A-Za-z0-9_.:-]{0,254}"
_NEW = re.compile(rb"1 (?:-|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9:]{5})) (-|" + _NAME + rb") ([!-~]{1,48}) ")
_CLOCK = rb"[A-Z][a-z]{2} [ 0-9][0-9] (?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?: [0-9]{4})?"
_OLD = re.compile(_CLOCK + rb" (" + _NAME + rb") {1,2}(%{0,2}[A-Za-z0-9_./-]{1,48})(?:\([a-z]\))?(?:\[[0-9]{1,10}\])?:")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read the head of one message; one that is signed in no known way tells nothing."""
    priority = _PRIORITY.match(frame.payload) if frame.dst_port == 514 else None
    if not priority or int(priority[1]) > _HIGHEST:
        return
    match = _NEW.match(frame.payload, priority.end()) or _OLD.match(frame.payload, priority.end())
    if not match:
        return
    host, tag = match[1], match[2]
    address = host_ip(host.decode("ascii"))
    other = bool(address) and address != ip_text(frame.src_ip)
    if not address and host != b"-":
        yield Observation("syslog.host", text(host), raw=host)
    if tag != b"-":
        subject = Subject(frame.segment, "", address) if other else None
        yield Observation("syslog.tag", text(tag), Role.TOLD if other else Role.SELF, tag, subject)
