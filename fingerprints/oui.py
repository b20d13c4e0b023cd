"""To whom the IEEE assigned a hardware address, and where that organisation is registered.

The table is built by `fingerprints.registry.build` and never edited by hand. `registry.bin` is one zlib stream:

    5 x uint32       blocks of 24, 28 and 36 bits; bytes of the organisations, bytes of the places
    uint64 each      block prefixes by size, ascending, each as the difference to the one before
    uint16 each      organisation of every block, in the order of the prefixes
    uint16 each      place of every block, likewise
    UTF-8 text       organisations, one a line, sorted; then places, "country TAB city" a line, sorted

all little-endian. `registry.json` says what is inside, from which sources, and the SHA-256 of `registry.bin`.
Block sizes: IEEE Registration Authority, MA-L (24 bits), MA-M (28), MA-S and the closed IAB (36).
"""

import hashlib
import json
import re
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

from fingerprints.errors import TableError

FOLDER = Path(__file__).parent / "registry"
SIZES = (24, 28, 36)
HEADER = struct.Struct("<5I")
PREFIX, INDEX = "Q", "H"
"""Array types of the columns: 8 and 2 bytes on every platform CPython runs on."""

AUTHORITY = "IEEE Registration Authority"
"""Holder of the 24-bit blocks that were cut into smaller ones: it makes no devices."""

_LONGEST_FIRST = ((36, 13), (28, 10), (24, 8))
"""Block sizes with the length of their prefix as text."""

_NOTHING: Mapping[tuple[int, int], "Registrant"] = MappingProxyType({})
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_REMEDY = "Install Fieldmark again, or build the table with `python -m fingerprints.registry.build`."


@dataclass(frozen=True, slots=True)
class Registrant:
    """Who holds a block of addresses.

    name: as the registry prints it, white space folded; "Private" where the holder asked to stay unnamed.
    country: ISO 3166-1 alpha-2 of the registered address, "" if missing or unreadable. city: the line of the address
    that names the city, without the digits of its postcode, "" if there is none. prefix: "aa:bb:cc", "aa:bb:cc:d" or
    "aa:bb:cc:dd:e" for `bits` 24, 28, 36. source: "registry", or the file name of the overlay that says so.
    """

    name: str
    country: str
    city: str
    prefix: str
    bits: int
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of knowledge: its version, the ISO date of its content ("" if unknown), its rows and where it came from."""

    name: str
    version: str
    date: str
    rows: int
    source: str


class Registry:
    """The assignments, searchable. `Registry.load()` reads the shipped ones; `table` says which edition they are."""

    def __init__(self, table: Table, columns: "_Columns", over: Mapping[tuple[int, int], Registrant] = _NOTHING) -> None:
        self.table = table
        self._columns = columns
        self._over = over

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Registry":
        """The table in `folder`. Raises TableError if it is missing or not the one its record describes."""
        table, content = _read(folder)
        return cls(table, _Columns(memoryview(content)))

    def lookup(self, mac: str) -> Registrant | None:
        """The holder of the smallest block around `mac` ("aa:bb:cc:dd:ee:ff"); None if nobody holds it.

        None for group, broadcast and all-zero addresses; for locally administered ones, except in the eighteen blocks
        assigned before IEEE 802 gave that bit its meaning (they are in the table like any other); and for what the
        registration authority keeps for itself. Raises ValueError for text in another form.
        """
        if not _MAC.fullmatch(mac):
            raise ValueError("a MAC address is six pairs of lower-case hexadecimal digits joined by colons")
        address = int(mac.replace(":", ""), 16)
        if not address or address >> 40 & 1:
            return None
        for bits, length in _LONGEST_FIRST:
            found = self._holder(bits, address >> (48 - bits), mac[:length])
            if found:
                return None if found.name == AUTHORITY else found
        return None

    def block(self, bits: int, value: int) -> Registrant | None:
        """The holder of exactly this block: `value` is its first `bits` bits. The registration authority is a holder here."""
        return self._holder(bits, value, prefix_text(bits, value))

    def blocks(self) -> Iterator[Registrant]:
        """Every block, 24 bits first, ascending within a size; those of the registration authority included."""
        for bits in SIZES:
            values = {*self._columns.prefixes[bits], *(value for size, value in self._over if size == bits)}
            yield from filter(None, (self.block(bits, value) for value in sorted(values)))

    def organisations(self) -> dict[str, set[str]]:
        """Every name that holds a block, with the countries it is registered in ("" among them where one is missing)."""
        found: dict[str, set[str]] = {}
        for name, country in self._columns.organisations() | {(held.name, held.country) for held in self._over.values()}:
            found.setdefault(name, set()).add(country)
        return found

    def overlaid(self, blocks: Mapping[tuple[int, int], Registrant]) -> "Registry":
        """The same registry with `blocks`, by (bits, value), put over its own; this one stays as it is."""
        return Registry(self.table, self._columns, {**self._over, **blocks})

    def _holder(self, bits: int, value: int, prefix: str) -> Registrant | None:
        if self._over and (over := self._over.get((bits, value))):
            return over
        found = self._columns.find(bits, value)
        return Registrant(*found, prefix, bits, "registry") if found else None


class _Columns:
    """The unpacked table: prefixes by size, the row at which each size begins, and what every row says."""

    def __init__(self, content: memoryview) -> None:
        *counts, names_size, places_size = HEADER.unpack_from(content)
        rows, at = sum(counts), HEADER.size
        self.prefixes: dict[int, array[int]] = {}
        self._first: dict[int, int] = {}
        for bits, count in zip(SIZES, counts, strict=True):
            self._first[bits] = sum(len(column) for column in self.prefixes.values())
            self.prefixes[bits] = array(PREFIX, accumulate(_column(PREFIX, content[at : at + 8 * count])))
            at += 8 * count
        self._name = _column(INDEX, content[at : at + 2 * rows])
        self._place = _column(INDEX, content[at + 2 * rows : at + 4 * rows])
        at += 4 * rows
        self._names = str(content[at : at + names_size], "utf-8").split("\n")
        self._places = str(content[at + names_size : at + names_size + places_size], "utf-8").split("\n")

    def find(self, bits: int, value: int) -> tuple[str, str, str] | None:
        """Name, country and city of the row with exactly this prefix."""
        column = self.prefixes[bits]
        row = bisect_left(column, value)
        if row == len(column) or column[row] != value:
            return None
        row += self._first[bits]
        country, _, city = self._places[self._place[row]].partition("\t")
        return self._names[self._name[row]], country, city

    def organisations(self) -> set[tuple[str, str]]:
        """Every name with every country it is registered in."""
        countries = [place.partition("\t")[0] for place in self._places]
        return {(self._names[name], countries[place]) for name, place in zip(self._name, self._place, strict=True)}


def prefix_text(bits: int, value: int) -> str:
    """A block's prefix as people write it: the half octet of 28 and 36 bits stands alone."""
    digits = f"{value:0{bits // 4}x}"
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _column(kind: str, raw: memoryview) -> "array[int]":
    column = array(kind)
    column.frombytes(raw)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _read(folder: Path) -> tuple[Table, bytes]:
    """The record as a Table, and the unpacked content of the file it describes."""
    record_path, table_path = folder / "registry.json", folder / "registry.bin"
    try:
        record = json.loads(record_path.read_bytes())
        table = Table("registry", record["version"], record["date"], record["rows"], record["source"])
        digest = record["sha256"]
    except OSError as fault:
        raise TableError(record_path, None, "", f"cannot be read ({fault.strerror})", _REMEDY) from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise TableError(record_path, None, "", "is no record of a registry table", _REMEDY) from fault
    try:
        packed = table_path.read_bytes()
    except OSError as fault:
        raise TableError(table_path, None, "", f"cannot be read ({fault.strerror})", _REMEDY) from fault
    if hashlib.sha256(packed).hexdigest() != digest:
        raise TableError(table_path, None, "sha256", "is not the table that registry.json describes", _REMEDY)
    return table, zlib.decompress(packed)
