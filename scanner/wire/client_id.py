"""DHCP client identifiers (RFC 2132, section 9.14), as messages and lease files have them."""

from scanner.wire.text import raw_text, safe, text


def client_id(value: bytes) -> str:
    """Type 0 is "no hardware address", in practice a text; all else stays hexadecimal with its type in front."""
    body = value[1:]
    if value[:1] == b"\0" and body and raw_text(body) != body.hex():
        return text(body)
    return safe(value.hex())
