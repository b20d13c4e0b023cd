"""PPPP: the peer-to-peer protocol of the CS2 and iLnkP2P kits in cameras of many brands, UDP 32108 (LAN) and 32100 (servers).

A message is f1, a type, the length of what follows. A device is named by a UID of 20 bytes: letters that tell whose it is
(padded to 8), a number, check letters (padded to 8). On the LAN 30 (LanSearch) asks and 41 (PunchPkt) from port 32108
answers; the same 41 goes both ways between peers elsewhere, and means nothing there. To servers a device logs in with 10 or
14, which begin with its UID, or with 12, which is enciphered: 44 bytes, of which nothing can be read.
Sources: pmarrapese/iot p2p/dissector/pppp.fdesc; W. Palant, "An overview of the PPPP protocol for IoT cameras" (2025); for the
size of an enciphered login also captures of two cameras. The iLnkP2P kit uses 12 as well, but with 20 bytes.
"""

from collections.abc import Iterator

from scanner.capture.frames import Frame
from scanner.capture.wants import Udp
from scanner.model import Channel, Observation, Role

CHANNELS = (
    Channel("pppp.uid", "PPPP device UID: prefix, number, check letters"),
    Channel("pppp.login", "a device logs in to a PPPP server, enciphered"),
    Channel("pppp.query", "a PPPP search on the LAN"),
)
_LAN, _SERVER = 32108, 32100
_HEAD, _UID = 4, 20
_SEARCH = (0x30, 0x32)
_PUNCH = 0x41
_LOGIN = {0x10: 40, 0x14: 104}  # type and size of those that name the device
_SEALED, _SEALED_SIZE = 0x12, 44
_TYPES = (*_SEARCH, _PUNCH, *_LOGIN, _SEALED)
WANTS = (Udp(ports=(_LAN, _SERVER), heads=tuple(bytes((0xF1, kind)) for kind in _TYPES), any_peer=True),)


def observe(frame: Frame) -> Iterator[Observation]:
    """Read one datagram; what is no whole message of one of these types says nothing."""
    payload = frame.payload
    size = len(payload) - _HEAD
    if size < 0 or payload[0] != 0xF1 or int.from_bytes(payload[2:4], "big") != size:
        return
    kind, uid = payload[1], payload[_HEAD : _HEAD + _UID]
    if not size:
        if kind in _SEARCH and frame.dst_port == _LAN:
            yield Observation("pppp.query", "search", Role.ASKED, payload)
    elif frame.src_port == _LAN:
        if kind == _PUNCH and size in (_UID, _UID + 4):
            yield from _device(uid)
    elif frame.dst_port == _SERVER:
        if size == _LOGIN.get(kind):
            yield from _device(uid)
        elif kind == _SEALED and size == _SEALED_SIZE:
            yield Observation("pppp.login", "enciphered", raw=payload[:_HEAD])


def _device(uid: bytes) -> Iterator[Observation]:
    prefix, check = uid[:8].rstrip(b"\0"), uid[12:].rstrip(b"\0")
    if len(prefix) >= 3 and len(check) >= 5 and _letters(prefix) and _letters(check):
        number = int.from_bytes(uid[8:12], "big")
        yield Observation("pppp.uid", f"{prefix.decode('ascii')}-{number:06}-{check.decode('ascii')}", raw=uid)


def _letters(raw: bytes) -> bool:
    return raw.isalpha() and raw.isupper()
