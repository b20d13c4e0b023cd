"""Chains of small fields that radios broadcast: information elements of 802.11, data structures of Bluetooth LE.

Sources: IEEE 802.11-2020 sections 9.3.3 (which fixed fields come first) and 9.4.2.1 (element format), 9.4.2.25 (vendor
specific); Bluetooth Core Specification 5.4, volume 3, part C, section 11.
"""

from collections.abc import Iterator

from scanner.errors import Malformed

PROBE_REQUEST, PROBE_RESPONSE, BEACON, ACTION = 4, 5, 8, 13
"""Subtypes of 802.11 management frames."""

_FIXED = {PROBE_REQUEST: 0, PROBE_RESPONSE: 12, BEACON: 12}
SSID, VENDOR = 0, 221


def information_elements(subtype: int, body: bytes, *, cut: bool) -> Iterator[tuple[int, bytes]]:
    """(id, content) of each element in the body of a beacon, probe request or probe response.

    cut: the capture holds less than was sent, so the last element may be missing. Raises Malformed if one does not fit
    though nothing was cut.
    """
    at, end = _FIXED[subtype], len(body)
    while at + 2 <= end:
        following = at + 2 + body[at + 1]
        if following > end:
            break
        yield body[at], body[at + 2 : following]
        at = following
    if at != end and not cut:
        raise Malformed("information element does not fit its frame")


def vendor_elements(subtype: int, body: bytes, kind: bytes, *, cut: bool) -> Iterator[bytes]:
    """What follows `kind` (organisation, and a type where it has one) in the vendor specific elements that begin with it."""
    if kind not in body:  # most frames: spares the walk
        return
    for number, content in information_elements(subtype, body, cut=cut):
        if number == VENDOR and content.startswith(kind):
            yield content[len(kind) :]


def advertising_structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content) of each structure of advertising data; a length of 0 ends it early.

    Raises Malformed if one does not fit: a cut packet never gets here, its link layer could not be read.
    """
    at, end = 0, len(data)
    while at < end and data[at]:
        following = at + 1 + data[at]
        if following > end:
            raise Malformed("advertising data structure does not fit its packet")
        yield data[at + 1], data[at + 2 : following]
        at = following
