"""EtherNet/IP: how a device answers ListIdentity (CIP Networks Library volume 2, sections 2-3 and 2-4.2).

UDP and TCP port 44818. The request is an empty command 0x0063; the answer repeats the command with one identity item.
Numbers are little-endian. Vendor numbers are given out by ODVA; layout and numbers also in Wireshark packet-enip.c and
packet-cip.c.
"""

import struct
from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import TcpPort, Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.text import text

CHANNELS = (
    Channel("enip.vendor_id", "EtherNet/IP vendor number, decimal, as given out by ODVA"),
    Channel("enip.device_type", "EtherNet/IP device type, decimal"),
    Channel("enip.product_code", "EtherNet/IP product code of the vendor, decimal"),
    Channel("enip.revision", "EtherNet/IP revision of the device"),
    Channel("enip.serial", "EtherNet/IP serial number, hexadecimal"),
    Channel("enip.product", "EtherNet/IP product name"),
    Channel("enip.query", "a search for EtherNet/IP devices"),
)
_PORT = 44818
_LIST_IDENTITY = b"\x63\0"
WANTS = (Udp(ports=(_PORT,), heads=(_LIST_IDENTITY,)), TcpPort(ports=(_PORT,), heads=(_LIST_IDENTITY,)))
_HEADER = struct.Struct("<HHIIQI")  # command, length, session, status, context, options
_ITEM = struct.Struct("<HHH16sHHHBBHIB")
"""Item type, its length, encapsulation version, socket address, vendor, device type, product code, revision (two bytes),
status, serial number, length of the name that follows."""
_IDENTITY_ITEM = 0x000C
_BEFORE_ITEM = _HEADER.size + 2
_NAMELESS = _ITEM.size - 4  # bytes an item counts without its name and the state after it


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one message. Raises Malformed if an identity does not fit its own lengths."""
    payload = frame.payload
    if not payload.startswith(_LIST_IDENTITY) or len(payload) < _HEADER.size:
        return
    _, size, _, status, _, options = _HEADER.unpack_from(payload)
    if status or options:
        return
    if not size:
        if frame.dst_port == _PORT and len(payload) == _HEADER.size:
            yield Observation("enip.query", "ListIdentity", Role.ASKED, payload[:2])
        return
    if frame.src_port != _PORT or len(payload) < _BEFORE_ITEM + _ITEM.size:
        return
    if len(payload) != _HEADER.size + size and not (frame.cut and len(payload) < _HEADER.size + size):
        raise Malformed("EtherNet/IP length does not match the message")
    kind, length, _, _, vendor, device, product, major, minor, _, serial, letters = _ITEM.unpack_from(payload, _BEFORE_ITEM)
    start = _BEFORE_ITEM + _ITEM.size
    if kind != _IDENTITY_ITEM:
        return
    if length < _NAMELESS + letters or (start + letters > len(payload) and not frame.cut):
        raise Malformed("EtherNet/IP name longer than its item")
    raw = payload[_BEFORE_ITEM + 22 : start]
    yield Observation("enip.vendor_id", str(vendor), raw=raw[:2])
    yield Observation("enip.device_type", str(device), raw=raw[2:4])
    yield Observation("enip.product_code", str(product), raw=raw[4:6])
    yield Observation("enip.revision", f"{major}.{minor}", raw=raw[6:8])
    if serial:
        yield Observation("enip.serial", f"{serial:08x}", raw=raw[10:14])
    name = payload[start : start + letters].strip(b" \0")
    if name and start + letters <= len(payload):
        yield Observation("enip.product", text(name), raw=name)
