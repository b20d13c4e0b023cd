"""PROFINET DCP: how stations answer a search, and greet (IEC 61158-6-10, section 4.3; layout in Wireshark packet-pn-dcp.c).

Ethernet type 0x8892. Of its many frames only three kinds speak of who a station is: identify response (0xFEFF), answer
to a get (0xFEFD) and hello (0xFEFC). An identify request (0xFEFE) asks.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text
from scanner.wire.text import text

CHANNELS = (
    Channel("profinet.type", "PROFINET type of station: the maker's own text"),
    Channel("profinet.name", "PROFINET name of station"),
    Channel("profinet.vendor_id", "PROFINET vendor number, four hexadecimal digits after 0x"),
    Channel("profinet.device_id", "PROFINET device number of the vendor, four hexadecimal digits after 0x"),
    Channel("profinet.role", "PROFINET role: device, controller, multidevice, supervisor"),
    Channel("profinet.alias", "PROFINET alias name"),
    Channel("profinet.ip", "the IPv4 address a PROFINET station says it has"),
    Channel("profinet.query", "a search for PROFINET stations, by what"),
)
WANTS = (EtherType(0x8892),)

_HEADER = 12  # frame id, service, type, transaction, delay, length of the blocks
_SPEAKS = {b"\xfe\xff\5\1", b"\xfe\xfd\3\1", b"\xfe\xfc\6\0"}  # frame id, service id, service type (1: success)
_ASKS = b"\xfe\xfe\5\0"
_IP, _TYPE, _NAME, _IDS, _ROLE, _ALIAS = b"\1\2", b"\2\1", b"\2\2", b"\2\3", b"\2\4", b"\2\6"
_ROLES = ("device", "controller", "multidevice", "supervisor")


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one frame. Raises Malformed if its blocks do not fit."""
    payload = frame.payload
    kind = payload[:4]
    if kind not in _SPEAKS and kind != _ASKS:
        return
    end = _HEADER + int.from_bytes(payload[10:_HEADER], "big")
    if not frame.cut and not _HEADER <= end <= len(payload):
        raise Malformed("PROFINET blocks longer than the frame")
    for option, value in _blocks(payload[_HEADER:end], cut=frame.cut):
        if kind != _ASKS:
            yield from _fact(option, value[2:])  # two bytes of qualifier go before it
        elif option in (_NAME, _ALIAS):
            yield Observation("profinet.query", text(value) or "unnamed", Role.ASKED, value)
        else:
            yield Observation("profinet.query", "all" if option == b"\xff\xff" else "by filter", Role.ASKED, option)


def _blocks(blocks: bytes, *, cut: bool) -> Iterator[tuple[bytes, bytes]]:
    """Option with suboption, and the value, of each block; a value of odd length is followed by a byte of padding."""
    at = 0
    while at + 4 <= len(blocks):
        size = int.from_bytes(blocks[at + 2 : at + 4], "big")
        end = at + 4 + size
        if end > len(blocks):
            if cut:
                return
            raise Malformed("PROFINET block longer than its message")
        yield blocks[at : at + 2], blocks[at + 4 : end]
        at = end + (size & 1)


def _fact(option: bytes, value: bytes) -> Iterator[Observation]:
    if option in (_TYPE, _NAME, _ALIAS):
        channel = {_TYPE: "profinet.type", _NAME: "profinet.name", _ALIAS: "profinet.alias"}[option]
        if value := value.strip(b" \0"):
            yield Observation(channel, text(value), raw=value)
    elif option == _IDS and len(value) >= 4:
        yield Observation("profinet.vendor_id", f"0x{value[:2].hex()}", raw=value[:2])
        yield Observation("profinet.device_id", f"0x{value[2:4].hex()}", raw=value[2:4])
    elif option == _ROLE and value:
        roles = [name for bit, name in enumerate(_ROLES) if value[0] >> bit & 1]
        if roles:
            yield Observation("profinet.role", " ".join(roles), raw=value[:1])
    elif option == _IP and len(value) >= 4 and (address := host_ip(ip_text(value[:4]))):
        yield Observation("profinet.ip", address, raw=value[:4])
