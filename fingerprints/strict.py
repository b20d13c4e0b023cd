"""Asking a TOML table or a CSV row for what it must hold.

Every key is asked for by name; a key nobody asked for, a wrong type, an unknown word is a `TableError` that names file,
field and remedy.
"""

import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn

from fingerprints.errors import TableError


class Part:
    """One table of a TOML file or one row of a CSV file, read key by key; `close` complains about what was never asked for."""

    def __init__(self, file: str, where: str, values: Mapping[str, object], line: int | None = None) -> None:
        self._file, self._where, self._line = file, where, line
        self._values = dict(values)

    def wrong(self, key: str, problem: str, remedy: str) -> NoReturn:
        raise TableError(self._file, self._line, " ".join(filter(None, (self._where, key))), problem, remedy)

    def text(
        self, key: str, default: str | None = None, among: Collection[str] = (), form: re.Pattern[str] | None = None
    ) -> str:
        """A string; required unless there is a default."""
        value = self._values.pop(key, default)
        if not isinstance(value, str):
            self.wrong(key, "is missing" if value is None else "is not text", f'Write `{key} = "…"`.')
        if among and value not in among:
            self.wrong(key, f"{value!r} is not known", f"Use one of: {', '.join(filter(None, among))}.")
        if form and not form.fullmatch(value):
            self.wrong(key, f"{value!r} has the wrong form", f"It must look like {form.pattern}.")
        return value

    def texts(self, key: str, default: Collection[str] | None = None, among: Collection[str] = ()) -> tuple[str, ...]:
        """Several strings; one alone may stand without brackets."""
        value = self._values.pop(key, None if default is None else list(default))
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
            self.wrong(key, "is missing" if value is None else "is not a list of texts", f'Write `{key} = ["…", "…"]`.')
        if len(set(values)) < len(values):
            self.wrong(key, "says something twice", "Leave one of the two out.")
        for item in values:
            if among and item not in among:
                self.wrong(key, f"{item!r} is not known", f"Use only: {', '.join(among)}.")
        return tuple(values)

    def day(self, key: str, *, empty: bool = False) -> str:
        """A date in ISO form; TOML's own dates and, in CSV, text."""
        value = self._values.pop(key, "" if empty else None)
        if value == "" and empty:
            return ""
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.wrong(key, "is missing" if value is None else f"{value!r} is no date", "Write it as 2026-11-22.")

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        value = self._values.pop(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.wrong(key, "is missing" if value is None else "is not a number", f"Write `{key} = 0`.")
        return float(value)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false."""
        value = self._values.pop(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "is missing" if value is None else "is neither true nor false", f"Write `{key} = false`.")
        return value

    def numbers(self) -> dict[str, float]:
        """All that is left, as numbers."""
        return {key: self.number(key) for key in sorted(self._values)}

    def parts(self, key: str, among: Collection[str] = ()) -> "Iterator[tuple[str, Part]]":
        """The named tables [key.NAME] inside this one."""
        value = self._values.pop(key, {})
        for name, inner in value.items() if isinstance(value, dict) else [("", None)]:
            if not isinstance(inner, dict) or (among and name not in among):
                self.wrong(f"{key}.{name}", "is not known", f"Write [{key}.NAME], NAME one of: {', '.join(among) or 'any'}.")
            yield name, Part(self._file, f"{key}.{name}", inner)

    def rows(self, key: str) -> "Iterator[Part]":
        """The tables [[key]] inside this one, named by their id in complaints."""
        value = self._values.pop(key, [])
        for inner in value if isinstance(value, list) else [None]:
            if not isinstance(inner, dict):
                self.wrong(key, "is not a list of tables", f"Begin each with [[{key}]].")
            yield Part(self._file, f"{key} {inner.get('id', 'without id')}:", inner)

    def close(self) -> None:
        """Complain about keys nobody asked for."""
        for key in self._values:
            self.wrong(key, "is not a key we know", "Correct its spelling or leave it out.")


def name_of(path: Path) -> str:
    """A file as complaints name it: from the folder `fingerprints` on."""
    parts = path.parts
    return "/".join(parts[-3:] if "lists" in parts[-3:] else parts[-2:])


def toml(path: Path) -> Part:
    """A whole TOML file."""
    try:
        return Part(name_of(path), "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as fault:
        raise TableError(name_of(path), None, "", f"cannot be read ({fault})", "Restore the file.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise TableError(name_of(path), None, "", f"is no TOML: {fault}", "Mend the line it names.") from fault


def csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Part]:
    """The rows of a CSV file with exactly these columns."""
    try:
        lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True)
        if tuple(next(lines, ())) != columns:
            raise TableError(name_of(path), 1, "", "has other columns", f"The first line must be {','.join(columns)}.")
        for cells in lines:
            if len(cells) != len(columns):
                raise TableError(name_of(path), lines.line_num, "", f"{len(cells)} cells", f"Each line needs {len(columns)}.")
            yield Part(name_of(path), "", dict(zip(columns, cells, strict=True)), lines.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise TableError(name_of(path), None, "", f"cannot be read ({fault})", "Restore the file.") from fault
