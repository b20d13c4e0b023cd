"""The last guard before anything is shown: one function for each kind of output.

Captured text was made safe when it was stored (`scanner.wire.text`). A database may be older than that rule, or edited,
and a report may not import that room: so each kind of output guards itself once more. Values that are already safe
pass unchanged.
"""

import json
import re
import unicodedata

LONGEST = 8192
"""Characters of one value shown on a page or terminal: a path of PATH_MAX bytes fits, a name of 64 kB does not."""

LONGEST_CELL = 32_767
"""Characters a spreadsheet takes in one cell (Microsoft, "Excel specifications and limits")."""


def _shown(char: str) -> bool:
    # Not printable in Python's sense: controls, bidirectional and other format characters, line and paragraph
    # separators, surrogates, private and unassigned code points; and every space but U+0020, which are harmless.
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _visible(char: str) -> str:
    if _shown(char):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _safe(value: str, longest: int) -> str:
    if len(value) > longest:
        value = value[: longest - 1] + "…"
    return value if value.isprintable() else "".join(map(_visible, value))[:longest]


def for_html(value: str) -> str:
    """Text for a page: controls and direction overrides become visible escapes. Markup is escaped by Jinja2, not here."""
    return _safe(value, LONGEST)


def for_terminal(value: str) -> str:
    """Text for one line of a terminal: nothing in it can move the cursor, change a colour, a title or the direction."""
    return _safe(value, LONGEST)


_STARTS_FORMULA = re.compile(r"(^|;)(?=\s*(.))", re.DOTALL)


def for_csv(value: str) -> str:
    """Text for a cell: one that a spreadsheet would take for a formula gets an apostrophe in front (OWASP ASVS 1.2.10).

    Formulas begin with = + - @, or with a character that is one of these in another width (NFKC). Tab, carriage return
    and NUL, which OWASP also names, are visible escapes by then. A semicolon begins a cell where it separates lists.
    """

    def quote(start: re.Match[str]) -> str:
        return start[1] + ("'" if unicodedata.normalize("NFKC", start[2])[0] in "=+-@" else "")

    # An apostrophe lengthens the value, so room is left for it before the cut.
    return _STARTS_FORMULA.sub(quote, _safe(value, LONGEST_CELL // 2))


def for_json(document: str) -> str:
    """A JSON document whose strings hold no raw control, format or surrogate character: it reads back as the same values.

    `document`: from `json.dumps`, so a line feed stands between values and never inside one.
    """
    if document.replace("\n", "").isprintable():
        return document
    hidden = [char for char in set(document) if char != "\n" and not _shown(char)]
    return document.translate({ord(char): json.dumps(char)[1:-1] for char in hidden})
