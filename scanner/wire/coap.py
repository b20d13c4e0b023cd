"""Messages of the Constrained Application Protocol over UDP (RFC 7252, section 3)."""

from typing import NamedTuple

from scanner.errors import Malformed

GET, POST, CONTENT = 0x01, 0x02, 0x45
URI_HOST, URI_PATH, CONTENT_FORMAT, URI_QUERY = 3, 11, 12, 15
_HEAD, _END = 4, 0xFF
_MOST_OPTIONS = 32


class Message(NamedTuple):
    """options: (number, value) in their order; content: what follows them."""

    code: int
    options: list[tuple[int, bytes]]
    content: bytes

    def all(self, number: int) -> list[bytes]:
        """The values of every option of that number."""
        return [value for known, value in self.options if known == number]


def code(data: bytes) -> int:
    """The method or answer of what may be such a message; -1 if it is none: another version, a token that is too long."""
    return data[1] if len(data) >= _HEAD and data[0] >> 6 == 1 and data[0] & 0x0F <= 8 else -1


def read(data: bytes) -> Message:
    """Options and content of a message `code` accepts. The number of an option is told as the distance from the one before.

    Raises Malformed if an option runs past the end, or there are more than anybody needs.
    """
    at = _HEAD + (data[0] & 0x0F)
    if at > len(data):
        raise Malformed("CoAP token runs past the end")
    options: list[tuple[int, bytes]] = []
    number = 0
    while at < len(data) and data[at] != _END:
        if len(options) == _MOST_OPTIONS:
            raise Malformed("CoAP message with too many options")
        delta, size = data[at] >> 4, data[at] & 0x0F
        delta, at = _extended(data, at + 1, delta)
        size, at = _extended(data, at, size)
        if at + size > len(data):
            raise Malformed("CoAP option runs past the end")
        number += delta
        options.append((number, data[at : at + size]))
        at += size
    return Message(data[1], options, data[at + 1 :])


def _extended(data: bytes, at: int, value: int) -> tuple[int, int]:
    """A distance or length that may go on in one or two more bytes (section 3.1), and where it ends."""
    if value < 13:
        return value, at
    width = value - 12
    if width > 2 or at + width > len(data):
        raise Malformed("CoAP option head is broken")
    return int.from_bytes(data[at : at + width], "big") + (13 if width == 1 else 269), at + width
