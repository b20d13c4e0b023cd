"""Build `registry.bin` and `registry.json` from packages a maintainer has already downloaded and unpacked.

    python -m fingerprints.registry.build --oui-data DIR --oui-date 2026-08-26 --iab iab.txt --iab-version 20220827.1

Sources: npm `oui-data` (BSD-2-Clause), the IEEE registries MA-L, MA-M and MA-S with address and country, of which DIR is
the unpacked package and the date its day of publication (`npm view oui-data time`); and Debian `ieee-data`, whose
`iab.txt` holds the Individual Address Blocks, a registry the IEEE has closed. Nothing here opens a connection.

The same sources give the same bytes (with the same zlib). The script prints what changed against the table it replaces,
and stops before writing if more than one block in a hundred of any size is gone, if an entity of the tables loses a fifth
of its blocks, or if a rule of an entity meets a country it never met (`guards`).
"""

import argparse
import hashlib
import json
import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fingerprints.catalogue import load
from fingerprints.errors import TableError
from fingerprints.oui import FOLDER, HEADER, INDEX, PREFIX, SIZES, Registrant, Registry, prefix_text
from fingerprints.registry.guards import complaints
from fingerprints.registry.printed import city, clean, countries

LOSS = 0.01
"""Share of the blocks of one size that may be gone before the build stops: the IEEE hardly ever takes one back."""

SHOWN = 8
"""Examples printed for each kind of change."""


class Holder(NamedTuple):
    """What the table says about a block; see `fingerprints.oui.Registrant`."""

    name: str
    country: str
    city: str


Blocks = dict[tuple[int, int], Holder]
"""Holders by (bits, value)."""


def read_oui_data(package: Path) -> Blocks:
    """The blocks of an unpacked `oui-data`: its `index.json` maps 6, 7 or 9 digits to lines: name, street, city, country."""
    path, codes = package / "index.json", countries()
    blocks = {}
    for key, text in _json(path).items():
        if not re.fullmatch(r"[0-9A-F]{6}(?:[0-9A-F]|[0-9A-F]{3})?", key):
            raise TableError(path, None, key, "is no prefix of 6, 7 or 9 hexadecimal digits", "See what the package changed.")
        name, *address = text.split("\n")
        country = ""
        # A few addresses lack the country; their last line then ends in a postcode, which no country's name does.
        if address and not any(map(str.isdigit, address[-1])):
            last = address.pop()
            if last not in codes:
                remedy = "Add the line to countries.csv: with its code, or without one if it names no country."
                raise TableError(path, None, key, f"ends in {last!r}, which countries.csv does not know", remedy)
            country = codes[last]
        blocks[len(key) * 4, int(key, 16)] = Holder(clean(name), country, city(address[-1]) if address else "")
    return blocks


def read_iab(path: Path) -> Blocks:
    """The blocks of `iab.txt`: paragraphs of "00-50-C2 (hex)", "7D5000-7D5FFF (base 16) NAME", address lines, country code."""
    codes = countries()
    known = {*codes.values(), ""}
    blocks = {}
    for line, paragraph in _paragraphs(path):
        if paragraph[0].startswith("OUI "):
            continue  # the heading of the page
        head = re.fullmatch(r"([0-9A-F-]{8}) +\(hex\).*\n([0-9A-F]{3})000-\2FFF +\(base 16\)(.*)", "\n".join(paragraph[:2]))
        if not head:
            raise TableError(path, line, "", "is no block of the IAB registry", "Take iab.txt from Debian's ieee-data.")
        oui, extension, name = head.groups()
        address = paragraph[2:]
        printed = address.pop().strip() if address else ""
        country = codes.get(printed, printed)
        if country not in known:
            remedy = "Add it there: a code once more as a name, if it is retired."
            raise TableError(path, line, "country", f"{printed!r} is not in countries.csv", remedy)
        block = 36, int(oui.replace("-", "") + extension, 16)
        blocks[block] = Holder(clean(name), country, city(address[-1]) if address else "")
    return blocks


def pack(blocks: Blocks) -> bytes:
    """The content of `registry.bin`, in the form `fingerprints.oui` describes."""
    order = sorted(blocks)
    names = sorted({holder.name for holder in blocks.values()})
    places = sorted({f"{holder.country}\t{holder.city}" for holder in blocks.values()})
    if max(len(names), len(places)) > 1 << 16:
        remedy = 'Widen INDEX in fingerprints/oui.py to "I".'
        raise TableError("registry.bin", None, "", "more organisations or places than two bytes can number", remedy)
    name_row, place_row = _numbered(names), _numbered(places)
    counts, prefixes = [], array(PREFIX)
    for size in SIZES:
        values = [value for bits, value in order if bits == size]
        counts.append(len(values))
        prefixes.extend(value - before for before, value in zip([0, *values], values, strict=False))
    name_column = array(INDEX, (name_row[blocks[block].name] for block in order))
    place_column = array(INDEX, (place_row[f"{blocks[block].country}\t{blocks[block].city}"] for block in order))
    texts = ["\n".join(lines).encode() for lines in (names, places)]
    if sys.byteorder == "big":
        for column in (prefixes, name_column, place_column):
            column.byteswap()
    header = HEADER.pack(*counts, *map(len, texts))
    return zlib.compress(b"".join((header, prefixes.tobytes(), name_column.tobytes(), place_column.tobytes(), *texts)), 9)


def changes(old: Registry, new: Blocks) -> Iterator[str]:
    """What differs from the table before, for people: one line a kind of change with its commonest examples."""
    before = {_block(found.prefix): Holder(found.name, found.country, found.city) for found in old.blocks()}
    both = [(before[block], new[block]) for block in sorted(before.keys() & new.keys())]
    yield _change("new", (new[block].name for block in sorted(new.keys() - before.keys())))
    yield _change("gone", (before[block].name for block in sorted(before.keys() - new.keys())))
    yield _change("renamed", (f"{was.name} -> {now.name}" for was, now in both if was.name != now.name))
    moved = ((was, now) for was, now in both if was.country != now.country)
    yield _change("country moved", (f"{now.name}: {was.country or '-'} -> {now.country or '-'}" for was, now in moved))


def guard(old: Registry, new: Blocks) -> None:
    """Raise TableError if too many blocks of one size are gone: rather a broken source than a change at the IEEE."""
    before = [_block(found.prefix) for found in old.blocks()]
    for size in SIZES:
        known = [block for block in before if block[0] == size]
        gone = sum(block not in new for block in known)
        if gone > LOSS * len(known):
            problem = f"{gone} of {len(known)} blocks of {size} bits are gone"
            raise TableError("registry.bin", None, "", problem, "Check the sources; --accept-loss if the loss is real.")


def guard_entities(old: Registry, new: Blocks) -> None:
    """Raise TableError if entities of the tables lose blocks or turn up in new countries; see `guards`."""
    registrants = (Registrant(*holder, prefix_text(bits, value), bits, "new") for (bits, value), holder in new.items())
    found = complaints(load(), old.blocks(), registrants)
    if found:
        problem = f"{len(found)} entities change: " + " ".join(found[:SHOWN])
        raise TableError("registry.bin", None, "", problem, "Look at each; --accept-loss when all are right.")


def build(oui_data: Path, oui_date: str, iab: Path, iab_version: str, out: Path, *, accept_loss: bool) -> list[str]:
    """Write both files into `out`; returns the report. Raises TableError, having written nothing, if a source is not right."""
    version = _json(oui_data / "package.json")["version"]
    blocks, closed = read_oui_data(oui_data), read_iab(iab)
    if twice := blocks.keys() & closed.keys():
        remedy = "Look which of the two sources is right; the IAB registry is closed."
        raise TableError(iab, None, "", f"{len(twice)} blocks are in {oui_data} too", remedy)
    blocks |= closed
    report = []
    if (out / "registry.json").exists():
        old = Registry.load(out)
        report = list(changes(old, blocks))
        if not accept_loss:
            guard(old, blocks)
            guard_entities(old, blocks)
    table = pack(blocks)
    sizes = Counter(bits for bits, _ in blocks)
    lands = Counter(holder.country for holder in blocks.values())
    record = {
        "version": f"oui-data {version} + ieee-data {iab_version}",
        "date": oui_date,
        "rows": len(blocks),
        "source": f"IEEE Registration Authority, from npm oui-data {version} and (IAB) Debian ieee-data {iab_version}",
        "sha256": hashlib.sha256(table).hexdigest(),
        "sources": [
            _origin("npm oui-data", version, oui_date, oui_data / "index.json"),
            _origin("Debian ieee-data", iab_version, date.fromisoformat(iab_version[:8]).isoformat(), iab),
        ],
        "blocks": {str(size): sizes[size] for size in SIZES},
        "organisations": len({holder.name for holder in blocks.values()}),
        "countries": {land: lands[land] for land in sorted(lands)},
    }
    (out / "registry.bin").write_bytes(table)
    (out / "registry.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
    report.append(f"{len(blocks)} blocks: " + ", ".join(f"{sizes[size]} of {size} bits" for size in SIZES))
    return report


def main(arguments: list[str] | None = None) -> int:
    """The script: report on standard output, a refusal on standard error with exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m fingerprints.registry.build", description="Build the registry table.")
    parser.add_argument("--oui-data", type=Path, required=True, help="unpacked npm package oui-data")
    parser.add_argument("--oui-date", type=date.fromisoformat, required=True, help="day that version was published")
    parser.add_argument("--iab", type=Path, required=True, help="iab.txt of Debian's ieee-data")
    parser.add_argument("--iab-version", required=True, help="version of ieee-data, such as 20220827.1")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--accept-loss", action="store_true", help="write even if a guard objects")
    given = parser.parse_args(arguments)
    try:
        report = build(
            given.oui_data,
            given.oui_date.isoformat(),
            given.iab,
            given.iab_version,
            given.out,
            accept_loss=given.accept_loss,
        )
    except TableError as fault:
        sys.stderr.write(f"{fault}\n")
        return TableError.exit_code
    sys.stdout.write("".join(f"{line}\n" for line in report))
    return 0


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise TableError(path, None, "", f"cannot be read ({fault})", "Unpack the npm package oui-data there.") from fault
    if not isinstance(content, dict):
        raise TableError(path, None, "", "is no JSON object", "Unpack the npm package oui-data there.")
    return content


def _paragraphs(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines between empty lines, with the number of the first; a line of spaces is an empty address line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise TableError(path, None, "", f"cannot be read ({fault})", "Take iab.txt from Debian's ieee-data.") from fault
    line = 1
    for paragraph in text.split("\n\n"):
        if lines := paragraph.strip("\n"):
            yield line, lines.split("\n")
        line += paragraph.count("\n") + 2


def _numbered(lines: list[str]) -> dict[str, int]:
    return {line: number for number, line in enumerate(lines)}


def _block(prefix: str) -> tuple[int, int]:
    digits = prefix.replace(":", "")
    return len(digits) * 4, int(digits, 16)


def _change(kind: str, texts: Iterable[str]) -> str:
    counted = Counter(texts)
    examples = "; ".join(f"{text} ({count})" for text, count in counted.most_common(SHOWN))
    return f"{kind}: {counted.total()}" + (f": {examples}" if examples else "")


def _origin(package: str, version: str, published: str, path: Path) -> dict[str, str]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"package": package, "version": version, "date": published, "file": path.name, "sha256": digest}


if __name__ == "__main__":
    sys.exit(main())
