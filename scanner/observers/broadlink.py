"""BroadLink: the answer of its remotes, plugs and sensors, and of others' with its module, to a search on UDP 80.

Both messages begin with 32 bytes of zeros (in the search a date stands among them); then a checksum over all bytes, and
a command: 6 asks, 7 answers. Devices new in the network are given Wi-Fi name and password in a message of the same shape
(command 20), which is therefore never read.
Sources: mjg59/python-broadlink protocol.md; broadlink 0.19.0 (device.py); command 7 and the range of the checksum: answers
quoted in home-assistant/core issues 63853 and 69338, computed again.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.errors import Malformed
from scanner.model import Channel, Observation, Role
from scanner.wire.addresses import host_ip, ip_text, is_host_mac, mac_text

CHANNELS = (
    Channel("broadlink.type", "BroadLink device type, hexadecimal"),
    Channel("broadlink.mac", "the MAC address a BroadLink device says it has"),
    Channel("broadlink.ip", "the IPv4 address a BroadLink device says it has"),
    Channel("broadlink.query", "a search for BroadLink devices"),
)
_PORT = 80
WANTS = (Udp(ports=(_PORT,), heads=(bytes(8),)),)

_SUM, _COMMAND = slice(0x20, 0x22), slice(0x26, 0x28)
_TYPE, _IP, _MAC = slice(0x34, 0x36), slice(0x36, 0x3A), slice(0x3A, 0x40)
_ASKS, _ANSWERS = b"\x06\0", b"\x07\0"
_SEARCH_SIZE, _LEAST_ANSWER = 0x30, 0x80
_SUM_STARTS = 0xBEAF


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram. Raises Malformed if an answer's checksum is wrong."""
    payload = frame.payload
    command = payload[_COMMAND]
    if frame.cut or command not in (_ASKS, _ANSWERS) or any(payload[:8]):
        return
    if command == _ASKS:
        if frame.dst_port == _PORT and len(payload) == _SEARCH_SIZE and _whole(payload):
            yield Observation("broadlink.query", "discovery", Role.ASKED, command)
        return
    if frame.src_port != _PORT or len(payload) < _LEAST_ANSWER or any(payload[: _SUM.start]):
        return
    if not _whole(payload):
        raise Malformed("BroadLink checksum is wrong")
    kind, ip, mac = payload[_TYPE], payload[_IP], payload[_MAC]  # all three with the last byte first
    if not is_host_mac(mac_text(mac[::-1])):
        return
    yield Observation("broadlink.type", f"0x{kind[::-1].hex()}", raw=kind)
    yield Observation("broadlink.mac", mac_text(mac[::-1]), raw=mac)
    if address := host_ip(ip_text(ip[::-1])):
        yield Observation("broadlink.ip", address, raw=ip)


def _whole(payload: bytes) -> bool:
    stated = payload[_SUM]
    return (_SUM_STARTS + sum(payload) - sum(stated)) & 0xFFFF == int.from_bytes(stated, "little")
