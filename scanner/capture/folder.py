"""Which captures a run reads, and what each is called: folders opened up, doubles dropped, names made to differ.

Nothing here depends on the order in which inputs are given, so the same captures have the same names in every run over them.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from scanner.capture.sources import HEAD, STDIN, recognise
from scanner.wire.text import safe

SUFFIXES = frozenset({".pcap", ".pcapng", ".cap"})
"""Files in a folder with such a name are read whatever they hold: a broken capture is reported, not passed over."""


class Inputs(NamedTuple):
    """captures: path and name of each, sorted by name; skipped: what folders hold besides, sorted."""

    captures: list[tuple[str, str]]
    skipped: list[str]


def _no_other(_: str) -> bool:
    return False


def captures(inputs: Sequence[str], also: Callable[[str], bool] = _no_other) -> Inputs:
    """The captures meant by these paths: files, folders, and "-" for standard input. also: whether another file is read, too.

    Of a folder, regular files that are captures are read; hidden ones, links and folders inside it are not. A path that
    leads nowhere, or to a folder that may not be listed, comes back as it is: opening it tells why. A file reached by several
    paths is read once. A name is the file's own, or the shortest end of its path that no other capture of the run has.
    """
    found: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for path in sorted(set(inputs)):
        inside = None if path == STDIN else _inside(path)
        if inside is None:
            found.setdefault(_real(path), path)
            continue
        for entry in inside:
            (found if _is_capture(entry, also) else skipped).setdefault(_real(entry), entry)
    names = _names(list(found.values()))
    return Inputs(
        sorted(zip(found.values(), names, strict=True), key=lambda pair: (pair[1], pair[0])),
        sorted(entry for real, entry in skipped.items() if real not in found),
    )


def _real(path: str) -> str:
    return path if path == STDIN else os.path.realpath(path)


def _inside(path: str) -> list[str] | None:
    """Paths of what a folder shows, sorted; None if it is no folder, or keeps it to itself."""
    try:
        return sorted(str(entry) for entry in Path(path).iterdir() if not entry.name.startswith("."))
    except OSError:
        return None


def _is_capture(path: str, also: Callable[[str], bool]) -> bool:
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


def _names(paths: list[str]) -> list[str]:
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
    return tuple(map(_shown, (Path(os.path.realpath(file.parent)) / file.name).parts))


def _shown(part: str) -> str:
    # A backslash marks what was escaped, so two names that differ are never shown alike.
    return part if part == safe(part) and "\\" not in part else ascii(part)[1:-1]
