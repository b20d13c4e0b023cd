"""Handshake messages of TLS as they lie in records over TCP: one message may fill several records, one record several.

Layout: RFC 8446, sections 4 and 5.1; RFC 5246, sections 6.2.1 and 7.4.
"""

from collections.abc import Iterator

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE = 1, 2, 11
_IN_CLEAR = (CLIENT_HELLO, SERVER_HELLO, CERTIFICATE)
_HEAD, _MESSAGE = 5, 4  # bytes of the heads of a record and of a message
_SURE = _MESSAGE + 3  # and of what shows that a message is not encrypted
_LONGEST = 1 << 14  # of a record in clear


def handshake(payload: bytes) -> bytes:
    """The content of the handshake records a payload begins with; of the last one, as much as is here."""
    return _records(payload)[0]


def _records(payload: bytes) -> tuple[bytes, int]:
    """The same, and where the last of these records ends: past the payload if it goes on elsewhere."""
    parts = []
    at = 0
    while payload[at : at + 2] in (b"\x16\x03", b"\x16"):  # or cut in the middle of the two
        length = int.from_bytes(payload[at + 3 : at + 5], "big")
        if length > _LONGEST:
            break
        parts.append(payload[at + _HEAD : at + _HEAD + length])
        at += _HEAD + length
    return b"".join(parts), at


def messages(content: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Type, body and whether it is here whole, of each message in handshake content; only the last may not be."""
    at = 0
    while at + _MESSAGE <= len(content):
        end = at + _MESSAGE + int.from_bytes(content[at + 1 : at + 4], "big")
        yield content[at], content[at + _MESSAGE : end], end <= len(content)
        at = end


def size(payload: bytes) -> int:
    """Bytes from the start of a flight to the end of its client hello, or of its certificate, at the least.

    More than there are if the rest is in later segments. What is encrypted, or begins with another message, never goes on.
    """
    content, end = _records(payload)
    at = 0
    while at + _SURE <= len(content):
        kind, length = content[at], int.from_bytes(content[at + 1 : at + 4], "big")
        missing = at + _MESSAGE + length - len(content)
        if not _sure(kind, length, content[at + _MESSAGE : at + _SURE]):
            return 0
        if missing > 0:
            return max(end, len(payload) + missing)
        if kind != SERVER_HELLO:
            return 0
        at += _MESSAGE + length
    if at < len(content):  # the head of a message
        return max(end, len(payload) + 1) if content[at] in _IN_CLEAR else 0
    return end if end > len(payload) else 0


def _sure(kind: int, length: int, start: bytes) -> bool:
    """Whether a message is one of those in clear: an encrypted one may have any first byte."""
    if kind == CERTIFICATE:
        return int.from_bytes(start, "big") == length - 3
    return kind in _IN_CLEAR and start[0] == 3 and start[1] <= 4
