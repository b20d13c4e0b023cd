"""Gateways of the Mi and Aqara home system on their own LAN: clear JSON on UDP 4321 and 9898, group 224.0.0.50.

`iam` answers a search; `heartbeat` and `report` say how the gateway and the sensors it speaks for are. An app asks with
`whois`, `read`, `write` and the like. Messages carry a session token and signed keys: only model and sid are ever read.
Sources: PyXiaomiGateway 0.14.3 (xiaomi_gateway/__init__.py); messages quoted in public code of several repositories.
"""

import re
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role
from scanner.wire import objects

CHANNELS = (
    Channel("migateway.model", "model of a Mi home gateway"),
    Channel("migateway.sid", "ID of a Mi home gateway: its MAC address without colons"),
    Channel("migateway.sensor", "model of a sensor or switch a Mi home gateway speaks for"),
    Channel("migateway.query", "a question or command to Mi home gateways"),
)
WANTS = (Udp(ports=(4321, 9898)),)

_BEGINNING = re.compile(rb'\s*\{\s*"cmd"\s*:')
_ASKED = frozenset({"whois", "get_id_list", "discovery", "read", "write"})
_SAID = frozenset({"iam", "heartbeat", "report", "read_ack", "read_rsp", "write_ack", "write_rsp"})
_SID = re.compile(r"[0-9a-f]{12}")  # a sensor's is longer: sixteen digits, of which leading zeros may be missing
_MODEL = re.compile(r"[a-z0-9_.]{2,40}")
_GATEWAY = re.compile(r"(?:gateway|acpartner)(?:\.|$)")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if it begins like one and is not JSON."""
    if frame.cut or not _BEGINNING.match(frame.payload):
        return
    message = objects.read(frame.payload)
    command, model, sid = (objects.text(message, name) for name in ("cmd", "model", "sid"))
    if command in _ASKED:
        yield Observation("migateway.query", command, Role.ASKED, command.encode())
    elif command in _SAID and _MODEL.fullmatch(model) and sid:
        if _GATEWAY.match(model):
            yield Observation("migateway.model", model, raw=model.encode())
            if _SID.fullmatch(sid):
                yield Observation("migateway.sid", sid, raw=sid.encode())
        else:
            yield Observation("migateway.sensor", model, raw=model.encode())
