"""S7 communication: the answers in which a controller names itself (system status lists 0x1C and 0x11).

TPKT (RFC 1006) and COTP data (ISO 8073) on TCP port 102, then "2" as protocol id, user data, function group 4 (CPU),
subfunction 1 (read SZL). List 0x1C is the component identification, 0x11 the module identification (Siemens, SIMATIC
System Software for S7-300/400, System and Standard Functions, chapter System Status Lists). Layout also in Wireshark
packet-s7comm.c and nmap s7-info.nse. Serial numbers are left where they are.

Makers of compatible controllers write their own copyright line, and repeat Siemens' order numbers: only the first tells
the maker. A list longer than one message goes on in further ones without its head; of those nothing is read.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("s7.system", "S7 name of the automation system"),
    Channel("s7.module", "S7 name of the module"),
    Channel("s7.plant", "S7 plant identification"),
    Channel("s7.copyright", "S7 copyright line: whose equipment it is"),
    Channel("s7.type", "S7 type of the module"),
    Channel("s7.order_number", "S7 order number of the module"),
    Channel("s7.firmware", "S7 firmware version"),
    Channel("s7.query", "somebody asks an S7 controller what it is"),
)
WANTS = (TcpPort(ports=(102,)),)

_PORT = 102
_COTP_DATA = b"\x02\xf0\x80"
_USER_DATA = b"\x32\x07"
_HEAD = b"\0\1\x12"  # of the parameters
_REQUEST, _RESPONSE = 0x44, 0x84  # kind and function group
_READ_SZL = 1
_PARAMETERS = 17  # offset in the segment: TPKT 4, COTP 3, S7 10
_COMPONENT, _MODULE = 0x1C, 0x11
_COMPONENT_SIZE, _MODULE_SIZE = 34, 28
_TEXTS = {1: "s7.system", 2: "s7.module", 3: "s7.plant", 4: "s7.copyright", 7: "s7.type"}
_MODULE_ITSELF, _FIRMWARE = 1, 7


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one segment. Raises Malformed if the entries of a list do not fit it."""
    payload = frame.payload
    if payload[:2] != b"\3\0" or payload[4:9] != _COTP_DATA + _USER_DATA or len(payload) < _PARAMETERS + 8:
        return
    end = int.from_bytes(payload[2:4], "big")
    if payload[_PARAMETERS : _PARAMETERS + 3] != _HEAD or payload[_PARAMETERS + 6] != _READ_SZL or end > len(payload):
        return
    kind = payload[_PARAMETERS + 5]
    data = payload[_PARAMETERS + int.from_bytes(payload[13:15], "big") : end]  # return code, transport, length, then the list
    number = int.from_bytes(data[4:6], "big")
    if len(data) < 8 or number & 0xFF not in (_COMPONENT, _MODULE) or data[0] != 0xFF:
        return
    if kind == _REQUEST and frame.dst_port == _PORT:
        yield Observation("s7.query", f"SZL 0x{number:04x}", Role.ASKED, data[4:6])
    elif kind == _RESPONSE and frame.src_port == _PORT and len(data) >= 12:
        yield from _entries(number & 0xFF, data)


def _entries(number: int, data: bytes) -> Iterator[Observation]:
    """List id, index, size of an entry, their count, then the entries."""
    size = int.from_bytes(data[8:10], "big")
    if size != (_COMPONENT_SIZE if number == _COMPONENT else _MODULE_SIZE):
        return
    if int.from_bytes(data[2:4], "big") > len(data) - 4:
        raise Malformed("S7 list longer than its message")
    count = min(int.from_bytes(data[10:12], "big"), (len(data) - 12) // size)
    for at in range(12, 12 + count * size, size):
        index = int.from_bytes(data[at : at + 2], "big")
        if number == _COMPONENT:
            value, channel = data[at + 2 : at + size], _TEXTS.get(index, "")
        elif index == _MODULE_ITSELF:
            value, channel = data[at + 2 : at + 22], "s7.order_number"
        elif index == _FIRMWARE and data[at + 24 : at + 25] == b"V":
            raw = data[at + 25 : at + 28]
            yield Observation("s7.firmware", f"V{raw[0]}.{raw[1]}.{raw[2]}", raw=data[at + 24 : at + 28])
            continue
        else:
            continue
        value = value.partition(b"\0")[0].strip()
        if channel and value:
            yield Observation(channel, text(value), raw=value)
