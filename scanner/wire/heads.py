"""Heads of text messages shaped like HTTP: a start line, then `name: value` lines, then an empty line.

HTTP/1 (RFC 9112, section 2.1) and SSDP (UPnP Device Architecture 2.0, section 1) share the shape. Devices write it
carelessly, so a bare line feed ends a line too (RFC 9112, section 2.2), and a line that is no field, or that folds the
one before (obsolete, section 5.2), is passed over: it says nothing about the fields beside it.
"""

import re
from typing import NamedTuple

from scanner.errors import Malformed

LONGEST_HEAD = 8192
"""Bytes of a message that are looked at for its head."""
MOST_LINES = 100
"""Lines of a head that are read; later ones are left alone."""
_END = re.compile(rb"\n\r?\n")
_FOLDED = (b" ", b"\t")
_BODY = re.compile(rb"\ncontent-type *: *([^\r\n;]{1,128})", re.IGNORECASE)
_LENGTH = re.compile(rb"\ncontent-length *: *([0-9]{1,9})", re.IGNORECASE)
_HOST = re.compile(rb"(?:\[([0-9a-f:.]+)]|([\w.-]+))(?::[0-9]*)?", re.IGNORECASE)


class Head(NamedTuple):
    """start: the first line; fields: names in lower case with their values as captured, outer blanks gone, in order."""

    start: bytes
    fields: list[tuple[bytes, bytes]]

    def value(self, name: bytes) -> bytes:
        """The first field of that (lower-case) name, b"" if there is none."""
        for known, value in self.fields:
            if known == name:
                return value
        return b""


def read(message: bytes, *, whole: bool) -> Head:
    """Read the head a message begins with; only lines that were captured to their end count.

    whole: the message ends where the bytes do (a datagram captured in full), so the last line needs no line end.
    The start is b"" if not even the first line is there. Raises Malformed on a NUL in the head (RFC 9110, section 5.5).
    """
    head = message[:LONGEST_HEAD]
    end = _END.search(head)
    if end:
        head = head[: end.start()]
    if b"\0" in head:
        raise Malformed("NUL in a head line")
    lines = head.split(b"\n", MOST_LINES)
    if len(lines) > MOST_LINES or not (end or (whole and len(message) <= LONGEST_HEAD)):
        lines.pop()  # more lines, or one that goes on elsewhere
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if colon and name[:1] not in _FOLDED:
            fields.append((name.rstrip().lower(), value.strip()))
    return Head(lines[0].strip() if lines else b"", fields)


def size(message: bytes, kind: bytes = b"", ends: tuple[bytes, ...] = ()) -> int:
    """How many bytes a message takes, at the least: its head, and its body too if its content type holds `kind`.

    ends: after the first of these nothing in the body matters. One byte more than there are stands for "it goes on".
    """
    head = _END.search(message, 0, LONGEST_HEAD)
    if not head:
        return len(message) + 1 if len(message) < LONGEST_HEAD else 0
    start = head.end()
    typed = _BODY.search(message, 0, start) if kind else None
    if not typed or kind not in typed[1].lower() or any(end in message for end in ends):
        return start
    length = _LENGTH.search(message, 0, start)
    return start + int(length[1]) if length else len(message) + 1


def host(value: bytes) -> bytes:
    """The name or address in a Host field (RFC 9110, section 7.2), without port and brackets; b"" if it is neither."""
    found = _HOST.fullmatch(value)
    return (found[1] or found[2]) if found else b""
