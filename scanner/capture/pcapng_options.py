"""Blocks of a pcapng file that say something about an interface: its description, and how many frames it lost.

Format: see pcapng.py; sections 4.2 and 4.6 for the blocks, 3.5 for options.
"""

from math import gcd
from struct import Struct
from typing import NamedTuple

from scanner.capture.records import NANOSECONDS
from scanner.errors import Malformed

_IF_TSRESOL, _IF_TSOFFSET = 9, 14
_ISB_IFDROP, _ISB_OSDROP = 5, 7


class Interface(NamedTuple):
    """What an interface description says. A timestamp t is t * up // down + offset nanoseconds; snaplen 0: no limit."""

    link: int
    up: int
    down: int
    offset: int
    snaplen: int


def interface(buffer: bytes, start: int, end: int, order: str) -> Interface:
    """The interface description whose body lies from `start` to `end`; raises `Malformed` if its options overrun it."""
    link, snaplen = Struct(order + "H2xI").unpack_from(buffer, start)
    options = _options(buffer, start + 8, end, order)
    # As in Wireshark, an option of the wrong length says nothing, and the first of a kind holds.
    resolution = options.get(_IF_TSRESOL, b"")[0] if len(options.get(_IF_TSRESOL, b"")) == 1 else 6
    units = 1 << (resolution & 0x7F) if resolution & 0x80 else 10**resolution
    shared = gcd(units, NANOSECONDS)
    offset = options.get(_IF_TSOFFSET, b"")
    seconds = int.from_bytes(offset, "little" if order == "<" else "big", signed=True) if len(offset) == 8 else 0
    return Interface(link, NANOSECONDS // shared, units // shared, seconds * NANOSECONDS, snaplen)


def _options(buffer: bytes, at: int, end: int, order: str) -> dict[int, bytes]:
    """The options of a block from `at` on, the first of each kind; raises `Malformed` if one overruns the block."""
    options: dict[int, bytes] = {}
    option = Struct(order + "HH")
    while at + 4 <= end:
        code, length = option.unpack_from(buffer, at)
        if code == 0:
            break
        value = buffer[at + 4 : min(at + 4 + length, end)]
        if len(value) < length:
            raise Malformed("interface option longer than its block")
        options.setdefault(code, value)
        at += 4 + length + (-length & 3)
    return options


def lost(buffer: bytes, start: int, end: int, order: str) -> tuple[int, int] | None:
    """Interface, and frames it and its host lost since the capture began, as a statistics block says; None if it does not."""
    if end - start < 12:
        return None
    (described,) = Struct(order + "I").unpack_from(buffer, start)
    try:
        options = _options(buffer, start + 12, end, order)
    except Malformed:
        return None  # the block is for people; the packets do not hang on it
    lost = [options[code] for code in (_ISB_IFDROP, _ISB_OSDROP) if len(options.get(code, b"")) == 8]
    return described, sum(int.from_bytes(value, "little" if order == "<" else "big") for value in lost)
