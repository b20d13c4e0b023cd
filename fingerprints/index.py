"""All rows in one file that opens fast: reading a thousand small TOML files takes longer than all else at start.

`catalogue.json` is built by `python -m fingerprints.catalogue --build` and holds nothing of its own. It begins with a
fingerprint of the files it was built from (names and sizes, so that looking costs one listing); where that no longer fits,
it is left aside and the files are read. Equal sizes with other contents are possible: therefore a test compares digests.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from fingerprints.reading import FOLDER, sources
from fingerprints.rows import (
    ClassRule,
    Correction,
    Entity,
    Exposure,
    Kind,
    Knowledge,
    ListEntry,
    OfficialList,
    Past,
    Rule,
    Signature,
    Weights,
)

INDEX = "catalogue.json"


def fingerprint(folder: Path = FOLDER) -> str:
    """Names and sizes of the source files, as a digest. Asked at every start, so folders are listed, not searched."""
    seen = hashlib.sha256()
    for path in sources(folder, vendors=False):
        seen.update(f"{path.parent.name}/{path.name} {path.stat().st_size}\n".encode())
    with os.scandir(folder / "vendors") as files:
        found = sorted((file.name, file.stat().st_size) for file in files if file.name.endswith(".toml"))
    seen.update("".join(f"{name} {size}\n" for name, size in found).encode())
    return seen.hexdigest()


def write(knowledge: Knowledge, folder: Path = FOLDER) -> str:
    """The text of the index: one row a line, so that a change shows as a change of a line."""
    weights = knowledge.weights
    kinds = list(map(_cells, weights.kinds.values()))
    head = {
        "fingerprint": fingerprint(folder),
        "digest": knowledge.digest,
        "weights": [weights.prior, weights.rival, kinds, weights.caps, *_cells(weights)[4:]],
    }
    rows = {
        "entities": (_cells(replace(one, before=[*map(_cells, one.before)])) for one in knowledge.entities),  # type: ignore[arg-type]  # lists in the file only
        "rules": map(_cells, knowledge.rules),
        "signatures": map(list, _folded(knowledge.signatures)),
        "corrections": map(_cells, knowledge.corrections),
        "lists": (_cells(replace(one, entries=[*map(_cells, one.entries)])) for one in knowledge.lists),  # type: ignore[arg-type]  # lists in the file only
        "class_rules": map(_cells, knowledge.class_rules),
        "exposures": map(_cells, knowledge.exposures),
    }
    parts = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    parts += [f"{_json(key)}: [\n" + ",\n".join(map(_json, value)) + "\n]" for key, value in rows.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read(folder: Path = FOLDER) -> Knowledge | None:
    """What the index says, None if there is none or it was built from other files."""
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8"))  # from bytes it takes half as long again
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("fingerprint") != fingerprint(folder):
        return None
    prior, rival, kinds, caps, *dated = found["weights"]
    return Knowledge(
        entities=tuple(map(_company, found["entities"])),
        rules=tuple(Rule(*row) for row in found["rules"]),
        signatures=tuple(_unfolded(found["signatures"])),
        corrections=tuple(Correction(*row) for row in found["corrections"]),
        lists=tuple(map(_listed, found["lists"])),
        weights=Weights(prior, rival, {row[0]: Kind(*row) for row in kinds}, caps, *dated),
        digest=found["digest"],
        class_rules=tuple(ClassRule(*_tuples(row)) for row in found["class_rules"]),
        exposures=tuple(Exposure(*_tuples(row)) for row in found["exposures"]),
    )


def _company(row: list[Any]) -> Entity:
    *cells, before = row
    return Entity(*[*_tuples(cells), tuple(Past(*past) for past in before)])


def _listed(row: list[Any]) -> OfficialList:
    one = OfficialList(*row)
    return replace(one, entries=tuple(ListEntry(*entry) for entry in one.entries))  # type: ignore[misc]  # lists in the file


def _folded(signatures: tuple[Signature, ...]) -> Iterator[list[Any]]:
    """Signatures of one id as one row, with all its channels and patterns."""
    for _, group in groupby(signatures, key=lambda one: one.id):
        rows = list(group)
        channels, patterns = dict.fromkeys(one.channel for one in rows), dict.fromkeys(one.pattern for one in rows)
        yield _cells(replace(rows[0], channel=[*channels], pattern=[*patterns]))  # type: ignore[arg-type]  # lists in the file only


def _unfolded(rows: list[list[Any]]) -> Iterator[Signature]:
    for row in rows:
        id_, entity, channels, roles, match, patterns, *rest = _tuples(row)
        for channel in channels:
            for pattern in patterns:
                yield Signature(id_, entity, channel, roles, match, pattern, *rest)


def _cells(row: Any) -> list[Any]:
    return [getattr(row, field.name) for field in fields(row)]


def _tuples(cells: list[Any]) -> list[Any]:
    """The cells of a row as they are in memory: what JSON has as lists are tuples there."""
    return [tuple(cell) if type(cell) is list else cell for cell in cells]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
