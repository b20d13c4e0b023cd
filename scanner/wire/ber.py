"""Type, length, value: the basic and distinguished encoding rules (ITU-T X.690), as far as SNMP and certificates need them.

Only definite lengths and tags of one byte exist in both, so nothing else is read: each value lies inside the one around
it, and reading is one pass from left to right.
"""

from collections.abc import Iterator

from scanner.errors import Malformed

INTEGER, OCTETS, OBJECT, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31

LONGEST_OBJECT = 128
"""Bytes of an object identifier that are read: SNMP allows 128 parts (RFC 3416, section 4.1)."""


def read(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag of the value at `at`, and where its content begins and ends. Raises Malformed if it does not end before `end`."""
    if at + 2 > end:
        raise Malformed("BER value is cut")
    tag, size = data[at], data[at + 1]
    at += 2
    if tag & 0x1F == 0x1F:
        raise Malformed("BER tag of several bytes")
    if size & 0x80:
        width = size & 0x7F
        if not 1 <= width <= 4 or at + width > end:
            raise Malformed("BER length is none that SNMP or a certificate has")
        size = int.from_bytes(data[at : at + width], "big")
        at += width
    if at + size > end:
        raise Malformed("BER value runs past the end")
    return tag, at, at + size


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the value at `at` begins and ends. Raises Malformed if it has another tag."""
    found, start, stop = read(data, at, end)
    if found != tag:
        raise Malformed("BER value of another type than its place asks for")
    return start, stop


def values(data: bytes, at: int, end: int, most: int) -> Iterator[tuple[int, int, int]]:
    """The values that stand between two places, `most` of them at the most; whatever follows is left alone."""
    for _ in range(most):
        if at >= end:
            return
        value = read(data, at, end)
        yield value
        at = value[2]


def object_text(content: bytes) -> str:
    """An object identifier in dotted form (X.690, section 8.19). Raises Malformed if it is empty, too long or cut."""
    if not content or len(content) > LONGEST_OBJECT or content[-1] & 0x80:
        raise Malformed("BER object identifier is broken")
    parts: list[int] = []
    number = 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(number)
            number = 0
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, (first, parts[0] - 40 * first, *parts[1:])))
