"""Zeek logs as JSON, an object a line (LogAscii::use_json), also many logs in one stream (`_path` in every line).

Layout: https://docs.zeek.org/en/master/log-formats.html. Numbers are taken as they are written: no digit of a time is lost.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from scanner.errors import Malformed
from scanner.logs.entries import Entry, Line, Rows
from scanner.logs.zeek_rows import KINDS, LACKS, entries

__all__ = ["LACKS", "detect", "reader"]

_PATH = re.compile(rb'"_path"\s*:\s*"(\w{1,64})"')
_NAME = re.compile(r"(?:json_streaming_)?([a-z][a-z0-9_]*?)(?:[._-]\d[^/]*)?\.(?:log|json|ndjson)(?:\.[a-z0-9]{1,4})?")
_TIME = re.compile(rb'"ts"\s*:')


def detect(head: bytes, name: str) -> str:
    """A line with a time that says which log it is of; or one in a file that is named like a log."""
    if not head.startswith(b"{") or not _TIME.search(head):
        return ""
    said = [found[1].decode("ascii", "replace") for found in _PATH.finditer(head)] or [_named(name)]
    kind = next((kind for kind in said if kind in KINDS), "")
    return f"Zeek {kind} log (JSON)" if kind else ""


def _named(name: str) -> str:
    """The log a file holds by its name: "dhcp.log", "conn.2026-01-01-00.log.gz"."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def reader(name: str) -> "Reader":
    """A reader for one file; name: tells which log it is where its lines do not."""
    return Reader(_named(name))


class Row:
    """An object by its members."""

    def __init__(self, line: int, members: Mapping[str, Any]) -> None:
        self.line = line
        self._members = members

    def value(self, name: str) -> bytes:
        """The value of a column, b"" where it is absent, or a list or object."""
        return _octets(self._members.get(name))

    def values(self, name: str) -> list[bytes]:
        """The elements of a set or list."""
        found = self._members.get(name)
        return [_octets(each) for each in found] if isinstance(found, list) else []


def _octets(value: object) -> bytes:
    return value.encode("utf-8", "backslashreplace") if isinstance(value, str) else b""


class Reader(Rows):
    """path: the log lines are of that do not say it themselves."""

    def __init__(self, path: str) -> None:
        self._path = path

    def feed(self, line: Line) -> Sequence[Entry] | None:
        """One object."""
        if not line.raw.strip():
            return None
        try:
            found = json.loads(line.raw.decode(errors="replace"), parse_float=str, parse_int=str)
        except (ValueError, RecursionError):  # the second: nesting so deep that the parser gives up
            raise Malformed("not JSON") from None
        if not isinstance(found, dict):
            raise Malformed("no JSON object")
        path = found.get("_path", self._path)
        return entries(path, Row(line.number, found)) if isinstance(path, str) else None
