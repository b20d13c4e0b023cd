"""Group records of multicast membership reports: one layout, with addresses of four bytes in IGMPv3 and sixteen in MLDv2.

RFC 3376, section 4.2.4; RFC 3810, section 5.2.4.
"""

from collections.abc import Iterator

from scanner.errors import Malformed

_EXCLUDE = (2, 4)  # record types "all but these sources"
_SOME = (1, 3, 5)  # "only these sources", or more of them
_MOST = 128


def joined(payload: bytes, width: int, protocol: str, *, cut: bool) -> Iterator[bytes]:
    """Groups a report says its sender listens to. payload: the whole report, its records from byte 8 on; width: of an address.

    Raises Malformed, naming the protocol, if a record does not fit.
    """
    at = 8
    for _ in range(min(int.from_bytes(payload[6:8], "big"), _MOST)):
        if at + 4 + width > len(payload):
            if cut:
                return
            raise Malformed(f"{protocol} report ends inside a record")
        sources = int.from_bytes(payload[at + 2 : at + 4], "big")
        if payload[at] in _EXCLUDE or (payload[at] in _SOME and sources):
            yield payload[at + 4 : at + 4 + width]
        at += 4 + width * (1 + sources) + 4 * payload[at + 1]
