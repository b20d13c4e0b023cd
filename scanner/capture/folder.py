"""Which captures a run reads, and what each is called: patterns and folders opened up, doubles dropped, names made to differ.

Nothing here depends on the order in which inputs are given, so the same captures have the same names in every run over them.
In which order they are read does not matter either: evidence merges.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from glob import glob
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

from scanner.capture.sources import HEAD, STDIN, recognise
from scanner.errors import Unreadable
from scanner.wire.text import safe

SUFFIXES = frozenset({".pcap", ".pcapng", ".cap"})
"""Files in a folder with such a name are read whatever they hold: a broken capture is reported, not passed over."""


MOST_FILES = 100_000
DEEPEST = 64
"""Files and folders that one folder may hold, and folders inside each other, that are gone through."""


class Inputs(NamedTuple):
    """captures: path and name of each, sorted by name; skipped: what folders hold besides, and why, sorted."""

    captures: list[tuple[str, str]]
    skipped: list[tuple[str, str]]


def _no_other(_: str) -> bool:
    return False


def captures(inputs: Sequence[str], also: Callable[[str], bool] = _no_other, *, recursive: bool = False) -> Inputs:
    """The captures meant by these paths: files, folders, patterns of the shell (in quotes), and "-" for standard input.

    also: whether another file is read, too. Of a folder, regular files that are captures are read; hidden ones and links are
    not, and what folders inside it hold only if `recursive`. A path that leads nowhere, or to a folder that may not be listed,
    comes back as it is: opening it tells why. A file reached by several paths is read once. A name is the file's own, or the
    shortest end of its path that no other capture of the run has. Raises `Unreadable` for a folder of more than MOST_FILES.
    """
    found: dict[str, str] = {}
    skipped: dict[str, tuple[str, str]] = {}
    for path in sorted({path for given in inputs for path in _meant(given)}):
        entries = None if path == STDIN else inside(path)
        if entries is None:
            found.setdefault(_real(path), path)
            continue
        for entry in _within(path, entries) if recursive else entries:
            if is_capture(entry, also):
                found.setdefault(_real(entry), entry)
            else:
                skipped.setdefault(_real(entry), (entry, _reason(entry, recursive=recursive)))
    called = names(list(found.values()))
    return Inputs(
        sorted(zip(found.values(), called, strict=True), key=lambda pair: (pair[1], pair[0])),
        sorted(entry for real, entry in skipped.items() if real not in found),
    )


def _real(path: str) -> str:
    return path if path == STDIN else os.path.realpath(path)


def _meant(given: str) -> list[str]:
    """What a pattern matches; any other path, and a pattern that matches nothing, as it is."""
    if given == STDIN or not any(sign in given for sign in "*?[") or os.path.lexists(given):
        return [given]
    return glob(given) or [given]  # noqa: PTH207 - Path.glob takes no absolute pattern


def _within(folder: str, entries: list[str]) -> list[str]:
    """What a folder holds, and what the folders in it do; no links: so nothing is met twice, and no way leads back."""
    files, left, met = [], [(entry, 1) for entry in entries], 0
    while left:
        path, depth = left.pop()
        met += 1
        below = inside(path) if depth < DEEPEST and Path(path).is_dir() and not Path(path).is_symlink() else None
        if below is None:
            files.append(path)
        else:
            left += [(entry, depth + 1) for entry in below]
        if met + len(left) > MOST_FILES:
            raise _too_many(folder)
    return sorted(files)


def _reason(path: str, *, recursive: bool) -> str:
    """Why something in a folder is not read."""
    if Path(path).is_symlink():
        return "a link"
    if Path(path).is_dir():
        return "a folder too deep inside, or not to be listed" if recursive else "a folder (--recursive reads it)"
    return "not a capture"


def inside(path: str) -> list[str] | None:
    """Paths of what a folder shows, sorted; None if it is no folder, or keeps it to itself. Raises as `captures` does."""
    try:
        with os.scandir(path) as entries:
            names = (entry.name for entry in entries if not entry.name.startswith("."))
            found = [str(Path(path) / name) for name in islice(names, MOST_FILES + 1)]
    except OSError:
        return None
    if len(found) > MOST_FILES:
        raise _too_many(path)
    return sorted(found)


def _too_many(folder: str) -> Unreadable:
    return Unreadable(folder, f"more than {MOST_FILES} files: scan its parts, then `fieldmark merge`")


def is_capture(path: str, also: Callable[[str], bool] = _no_other) -> bool:
    """True if what a folder shows at this path is to be read: a regular file that is named or begins like a capture."""
    file = Path(path)
    try:
        # Only a regular file is opened: a pipe would wait for its writer.
        if file.is_symlink() or not file.is_file():
            return False
        if SUFFIXES.intersection(suffix.lower() for suffix in file.suffixes):
            return True
        with file.open("rb") as start:
            known = recognise(start.read(HEAD)) is not None
        return known or also(path)
    except OSError:
        return False


def names(paths: list[str]) -> list[str]:
    """A name for each path: the last part, with as many before it as it takes to differ from every other."""
    parts = [_parts(path) for path in paths]
    ends = Counter(whole[-length:] for whole in parts for length in range(1, len(whole) + 1))
    return [
        str(PurePath(*next((whole[-length:] for length in range(1, len(whole)) if ends[whole[-length:]] == 1), whole)))
        for whole in parts
    ]


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path, from the root on, fit to be shown."""
    if path == STDIN:
        return ("stdin",)
    file = Path(path)
    return tuple(map(shown, (Path(os.path.realpath(file.parent)) / file.name).parts))


def shown(part: str) -> str:
    """A part of a path, fit to be shown."""
    # A backslash marks what was escaped, so two names that differ are never shown alike.
    return part if part == safe(part) and "\\" not in part else ascii(part)[1:-1]
