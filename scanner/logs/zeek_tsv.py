"""Zeek logs as Zeek writes them unasked: text with a heading that names separators, log and columns.

Layout: https://docs.zeek.org/en/master/log-formats.html and the options of Zeek's ASCII writer (LogAscii::). A heading may
come again in the middle, where logs were put together; from there on it holds.
"""

import re
from collections.abc import Sequence

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.zeek_rows import KINDS, LACKS, entries

__all__ = ["LACKS", "detect", "reader"]

_PATH = re.compile(rb"(?m)^#path[^A-Za-z0-9_](\w{1,64})\r?$")
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|\\)")


def detect(head: bytes, name: str) -> str:  # noqa: ARG001 - the heading says it all
    """By its heading, if it is a log with hosts in it."""
    found = _PATH.search(head) if head.startswith(b"#separator ") else None
    kind = found[1].decode("ascii", "replace") if found else ""
    return f"Zeek {kind} log" if kind in KINDS else ""


def reader(name: str) -> "Reader":  # noqa: ARG001 - the heading says it all
    """A reader for one log."""
    return Reader()


class Row:
    """A line by its columns; unset ones are absent."""

    def __init__(self, line: int, cells: dict[str, bytes], between: bytes, empty: bytes) -> None:
        self.line = line
        self._cells, self._between, self._empty = cells, between, empty

    def value(self, name: str) -> bytes:
        """The value of a column, b"" where it is unset or empty."""
        cell = self._cells.get(name, b"")
        return b"" if cell == self._empty else _unescaped(cell)

    def values(self, name: str) -> list[bytes]:
        """The elements of a set or list."""
        cell = self._cells.get(name, b"")
        return [] if cell in (b"", self._empty) else [_unescaped(part) for part in cell.split(self._between)]


def _unescaped(cell: bytes) -> bytes:
    if b"\\" not in cell:
        return cell
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode("ascii")) if found[1] else b"\\", cell)


class Reader(Rows):
    """Keeps what the heading said."""

    def __init__(self) -> None:
        self._separator = b"\t"
        self._forget()

    def _forget(self) -> None:
        self._between, self._empty, self._unset = b",", b"(empty)", b"-"
        self._path = ""
        self._columns: tuple[str, ...] = ()

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """A line of the heading, or one with values."""
        if line.raw.startswith(b"#"):
            self._heading(line.raw)
            return None
        if not line.raw:
            return None
        if self._path not in KINDS:
            return None
        cells = line.raw.split(self._separator)
        if len(cells) != len(self._columns):
            raise Malformed("not as many values as its heading has columns")
        row = {name: cell for name, cell in zip(self._columns, cells, strict=True) if cell != self._unset}
        return entries(self._path, Row(line.number, row, self._between, self._empty))

    def _heading(self, raw: bytes) -> None:
        if raw.startswith(b"#separator "):
            self._forget()
            self._separator = _unescaped(raw.removeprefix(b"#separator "))
            if len(self._separator) != 1:
                self._separator = b"\t"
                raise Malformed("a separator that is not one character")
            return
        name, _, value = raw.partition(self._separator)
        match name:
            case b"#set_separator" if value:
                self._between = _unescaped(value)
            case b"#empty_field":
                self._empty = value
            case b"#unset_field":
                self._unset = value
            case b"#path":
                self._path = value.decode("ascii", "replace")
                self._columns = ()
            case b"#fields":
                self._columns = tuple(each.decode("latin-1") for each in value.split(self._separator))
            case _:
                return  # times of opening and closing, and the types, which the columns' names imply
