"""The one place where captured bytes become text.

Every name, banner and label a device sends passes here before it is stored, so no later room meets a control
character, a terminal escape, a bidirectional override or an unbounded string. Renderers still escape for their own format.
"""

import unicodedata

LONGEST = 255
_BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def _visible(char: str) -> str:
    code = ord(char)
    if char == " " or 0x21 <= code <= 0x7E:
        return char
    if code in _BIDI or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}:
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def text(raw: bytes, longest: int = LONGEST) -> str:
    """Safe text of captured bytes: strict UTF-8, else Latin-1; controls shown as escapes; NFC; cut at `longest` characters."""
    head = bytes(raw[: longest * 4])
    try:
        decoded = head.decode()
    except UnicodeDecodeError as fault:
        # A cut at four bytes a character may split the last one: that is our cut, not their mistake.
        whole = len(raw) > len(head) and fault.start >= len(head) - 3
        decoded = head[: fault.start].decode() if whole else head.decode("latin-1")
    return safe(decoded, longest)


def safe(value: str, longest: int = LONGEST) -> str:
    """The same for text that is already decoded (JSON or XML inside a message)."""
    normal = unicodedata.normalize("NFC", value[:longest])
    if normal.isascii() and normal.isprintable():
        return normal
    return "".join(map(_visible, normal))[:longest]


def raw_text(raw: bytes) -> str:
    """How evidence bytes are shown: as safe text when they are printable ASCII, else as hexadecimal."""
    if raw and all(0x20 <= byte <= 0x7E for byte in raw):
        return raw.decode("ascii")
    return raw.hex()
