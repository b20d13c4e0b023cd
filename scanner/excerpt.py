"""The frames a result cites, and no others, as a pcapng file that any analyst can open: each says in a comment what for.

Layout: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html (section header, interface description, enhanced
packet block with opt_comment). Times are kept to the nanosecond. Original frame numbers stand in the comments.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scanner.capture.sources import STDIN, open_source
from scanner.errors import Damaged, Unreadable
from scanner.model import Inventory
from scanner.output import replacing

Cited = dict[int, list[str]]  # frame number -> what it is cited for

_LONGEST_COMMENT = 4000
_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_COMMENT, _RESOLUTION = 1, 9


def cited(inventory: Inventory) -> dict[str, Cited]:
    """Frames that evidence points to, by capture, with a line for each claim they support."""
    found: dict[str, Cited] = defaultdict(lambda: defaultdict(list))
    for device in inventory.devices:
        for claim in device.claims:
            for each in claim.evidence:
                said = f"{device.id} {claim.kind} {claim.value} ({claim.status}) by {each.signature}"
                found[each.capture][each.frame].append(f"frame {each.frame} of {each.capture}: {said}")
    return found


def write(path: Path, inventory: Inventory, places: Mapping[str, str]) -> int:
    """Write the cited frames; places: path of each capture by its name. Returns how many frames were written.

    Standard input cannot be read twice: its frames are left out. Raises StorageFault.
    """
    wanted = cited(inventory)
    links: dict[int, int] = {}
    packets: list[bytes] = []
    for capture in sorted(wanted):
        place = places.get(capture, STDIN)
        if place != STDIN:
            packets += _frames(place, capture, wanted[capture], links)
    with replacing(path) as temporary, temporary.open("wb") as out:
        out.write(_block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for link in links:  # in the order of their numbers, which packets refer to
            out.write(_block(_INTERFACE, struct.pack("<HHI", link, 0, 0) + _option(_RESOLUTION, b"\x09") + _option(0, b"")))
        out.writelines(packets)
    return len(packets)


def _frames(place: str, capture: str, wanted: Cited, links: dict[int, int]) -> Iterator[bytes]:
    try:
        with open_source(place, capture) as source:
            for batch in source.batches():
                rows = zip(batch.offsets, batch.sizes, batch.wire_sizes, batch.times, batch.links, strict=True)
                for number, (start, size, wire_size, time, link) in enumerate(rows, batch.first):
                    if number in wanted:
                        interface = links.setdefault(link, len(links))
                        yield _packet(interface, time, wire_size, batch.buffer[start : start + size], wanted[number])
    except (Damaged, Unreadable):
        return  # what could be read before is what the result rests on


def _packet(interface: int, time: int, wire_size: int, body: bytes, lines: Iterable[str]) -> bytes:
    moment = max(time, 0)
    head = struct.pack(
        "<IIIII", interface, moment >> 32 & 0xFFFFFFFF, moment & 0xFFFFFFFF, len(body), max(wire_size, len(body))
    )
    comment = "\n".join(dict.fromkeys(lines)).encode()[:_LONGEST_COMMENT].decode("utf-8", "ignore").encode()
    return _block(_PACKET, head + _padded(body) + _option(_COMMENT, comment) + _option(0, b""))


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
