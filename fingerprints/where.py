"""In which file and line the row stands that a complaint of `fingerprints.checks` is about."""

import re
from pathlib import Path

from fingerprints.reading import FOLDER

_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_FILE = re.compile(r"(vendors/[\w-]+\.toml|weights\.toml|exceptions\.csv)\b")
_ROW = re.compile(r"(categories|exposures)\.toml: ([\w-]+)(?:\.([\w-]+))?")
_LIST = re.compile(r"lists/([\w-]+):")
_OWNED = re.compile(r"registered name .* belongs to ([\w-]+) \(")
_SIGN = re.compile(r"([\w-]+)\.([\w-]+)(?:: | on )")


def located(complaint: str, folder: Path = FOLDER) -> str:
    """The complaint behind "file:line: ", as far as both can be told from it; the file alone where no line stands out."""
    found = _place(complaint, folder)
    if found is None:
        return complaint
    path, marks = found
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next((at for mark in marks for at, line in enumerate(lines, 1) if mark in line), None)
    name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    return f"{name}:{number}: {complaint}" if number else f"{name}: {complaint}"


def _place(complaint: str, folder: Path) -> tuple[Path, list[str]] | None:
    """The file a complaint is about, and what marks its line, the surest mark first."""
    quoted = [first or second for first, second in _QUOTED.findall(complaint)]
    if row := _ROW.match(complaint):
        return folder / f"{row[1]}.toml", [*([f'id = "{row[3]}"'] if row[3] else []), f'id = "{row[2]}"']
    if named := _FILE.match(complaint):
        return folder / named[1], quoted
    if named := _LIST.match(complaint):
        at = folder / "lists" / named[1]
        entries = [name for name in quoted if name in (at / "entries.csv").read_text(encoding="utf-8")]
        setting = "last_checked" if "last checked" in complaint else "expected"
        return (at / "entries.csv", entries) if entries else (at / "list.toml", [f"{setting} ="])
    if owned := _OWNED.match(complaint):
        return folder / "vendors" / f"{owned[1]}.toml", quoted
    if sign := _SIGN.match(complaint):
        path = folder / ("generic.toml" if sign[1] == "generic" else f"vendors/{sign[1]}.toml")
        return (path, [f'id = "{sign[2]}"']) if path.is_file() else None
    return None
