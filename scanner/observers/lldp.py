"""LLDP: a station's description of itself to its neighbour (IEEE 802.1AB-2016, section 8).

Besides the basic fields it reads the inventory of LLDP-MED (ANSI/TIA-1057, section 10.2.6) and the MUD URL (RFC 8520,
section 11).
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import EtherType
from scanner.errors import Malformed
from scanner.model import Channel, Observation
from scanner.wire.addresses import ip_text, is_host_ip, mac_text
from scanner.wire.text import LONGEST, text

CHANNELS = (
    Channel("lldp.chassis_id", "LLDP chassis ID: a MAC or network address, or a name"),
    Channel("lldp.port_description", "LLDP port description"),
    Channel("lldp.system_name", "LLDP system name"),
    Channel("lldp.system_description", "LLDP system description: hardware, software, versions"),
    Channel("lldp.management_ip", "LLDP management address, if an IP address"),
    Channel("lldp.hardware", "LLDP-MED hardware revision"),
    Channel("lldp.firmware", "LLDP-MED firmware revision"),
    Channel("lldp.software", "LLDP-MED software revision"),
    Channel("lldp.serial", "LLDP-MED serial number"),
    Channel("lldp.manufacturer", "LLDP-MED manufacturer name"),
    Channel("lldp.model", "LLDP-MED model name"),
    Channel("lldp.mud_url", "URL of the manufacturer usage description (RFC 8520) in LLDP"),
)
WANTS = (EtherType(0x88CC),)

_END, _CHASSIS, _PORT, _TTL, _MANAGEMENT, _ORGANISATION = 0, 1, 2, 3, 8, 127
_BASIC = {4: "lldp.port_description", 5: "lldp.system_name", 6: "lldp.system_description"}
_OWNED = {  # by organisation (its OUI) and subtype
    b"\x00\x12\xbb\x05": "lldp.hardware",
    b"\x00\x12\xbb\x06": "lldp.firmware",
    b"\x00\x12\xbb\x07": "lldp.software",
    b"\x00\x12\xbb\x08": "lldp.serial",
    b"\x00\x12\xbb\x09": "lldp.manufacturer",
    b"\x00\x12\xbb\x0a": "lldp.model",
    b"\x00\x00\x5e\x01": "lldp.mud_url",
}
_MAC, _NETWORK = 4, 5  # chassis ID subtypes that hold an address (table 8-2)
_IP_SIZES = {1: 4, 2: 16}  # IANA address family numbers: IPv4, IPv6


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one LLDP data unit. Raises Malformed if its fields overrun it or the mandatory three do not lead it."""
    fields = list(_fields(frame.payload, cut=frame.cut))
    kinds = [kind for kind, _ in fields[:3]]
    if kinds != [_CHASSIS, _PORT, _TTL][: len(kinds) if frame.cut else 3]:
        raise Malformed("LLDP unit does not begin with chassis, port and time to live")
    found = [_meaning(kind, value) for kind, value in fields]  # all of it first: a broken unit tells nothing
    for channel, shown, raw in found:
        if shown:
            yield Observation(channel, shown, raw=raw[:LONGEST])


def _fields(unit: bytes, *, cut: bool) -> Iterator[tuple[int, bytes]]:
    """Type and value of each field up to the end mark: seven bits of type, nine of length (section 8.4)."""
    at = 0
    while at + 2 <= len(unit):
        kind, size = unit[at] >> 1, (unit[at] & 1) << 8 | unit[at + 1]
        at += 2
        if kind == _END:
            return
        if at + size > len(unit):
            if cut:
                return
            raise Malformed("LLDP field runs past the end")
        yield kind, unit[at : at + size]
        at += size


def _meaning(kind: int, value: bytes) -> tuple[str, str, bytes]:
    """Channel, text and bytes of one field; the text is "" where the field tells nothing."""
    if kind in _BASIC:
        return _BASIC[kind], _line(value), value
    if kind == _ORGANISATION and value[:4] in _OWNED:
        return _OWNED[value[:4]], _line(value[4:]), value[4:]
    if kind == _CHASSIS:
        return "lldp.chassis_id", _chassis(value), value[1:]
    if kind == _MANAGEMENT:
        return "lldp.management_ip", _management(value), value[1:]
    return "", "", b""


def _chassis(value: bytes) -> str:
    """Text of a chassis ID: subtype, then an address or a name (section 8.5.2)."""
    if len(value) < 2:
        raise Malformed("LLDP chassis ID is empty")
    kind, identifier = value[0], value[1:]
    if kind == _MAC and len(identifier) == 6:
        return mac_text(identifier)
    if kind == _NETWORK and _IP_SIZES.get(identifier[0]) == len(identifier) - 1:
        return ip_text(identifier[1:])
    return _line(identifier)


def _management(value: bytes) -> str:
    """The management address if it is an IP address of one host: length, family, address, … (section 8.5.9)."""
    size = value[0] if value else 0
    if not 2 <= size < len(value):
        raise Malformed("LLDP management address has a wrong length")
    if _IP_SIZES.get(value[1]) != size - 1:
        return ""
    address = ip_text(value[2 : size + 1])
    return address if is_host_ip(address) else ""


def _line(value: bytes) -> str:
    """One line of text: descriptions come in several, and some devices end them with NUL."""
    return text(b" ".join(value.rstrip(b"\0").split()))
