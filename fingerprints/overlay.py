"""A newer registry file of the user's, laid over the shipped table.

Two forms are read: the CSV the IEEE publishes (oui.csv, mam.csv, oui36.csv, iab.csv; quoting as in RFC 4180), which has
addresses; and the vendor list of the `mac-vendor-lookup` package ("A4C138:Vendor name" a line, 24 bits only), which has
not. A block counts where the registry lacks it or names another organisation. A file with one wrong line is refused whole.
"""

import contextlib
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from fingerprints.errors import TableError
from fingerprints.match import normalise
from fingerprints.oui import Registrant, Registry, Table, prefix_text
from fingerprints.registry.printed import clean, countries

HEADER = ["Registry", "Assignment", "Organization Name", "Organization Address"]
BITS = {"MA-L": 24, "MA-M": 28, "MA-S": 36, "IAB": 36}

_DOWNLOAD = "Download oui.csv, mam.csv or oui36.csv from the IEEE again, or leave the overlay out."
_CACHE = "Each line reads A4C138:Vendor name; mend the line, or leave the overlay out."

# An address of the CSV is one line: street, city, state, country code, postcode. Two letters may also be a state, a street
# or the end of a Dutch postcode, so a code counts directly before a postcode or at the very end, and nowhere else. Checked
# against the 46,519 entries of 2022 whose country is known: 98.7 % right, 1.3 % not found, nine entries wrong.
_BEFORE_POSTCODE = re.compile(
    r"(?:(.*) )?([A-Z]{2}) (?:[A-Za-z0-9.-]{0,9}[0-9][A-Za-z0-9.-]{0,9}(?: [A-Za-z0-9-]{1,9}){0,2}|NA)"
)
_AT_END = re.compile(r"(?:(.*) )?([A-Z]{2})")


class Row(NamedTuple):
    """One assignment of the file; `line` is the line it ends on."""

    line: int
    bits: int
    value: int
    name: str
    country: str
    city: str


def lay_over(registry: Registry, path: Path) -> tuple[Registry, Table]:
    """The registry with the file over it, and what to call the file in a report: its SHA-256, and the date in its name if any.

    The file itself has none, and the time it was saved here says nothing about its content.

    Raises TableError if the file cannot be read, is of neither form, or has a wrong line.
    """
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise _unreadable(path, fault) from fault
    ieee = raw.removeprefix(b"\xef\xbb\xbf").startswith(b"Registry,")
    rows = list(_ieee_rows(path, raw) if ieee else _vendor_rows(path, raw, registry))
    if not rows:
        raise TableError(path, None, "", "holds no assignment", _DOWNLOAD)
    news: dict[tuple[int, int], Registrant] = {}
    settled = set()  # the IEEE prints a few old blocks more than once, under several names
    for row in rows:
        block = row.bits, row.value
        known = registry.block(*block)
        if known is None and row.value >> (row.bits - 8) & 3:
            problem = f"{prefix_text(*block)} is no prefix of hardware addresses (group or local bit set)"
            raise TableError(path, row.line, "", problem, "Company identifiers (CID) are no addresses: leave them out.")
        if known and _key(known.name) == _key(row.name):
            settled.add(block)
        news.setdefault(block, Registrant(row.name, row.country, row.city, prefix_text(*block), row.bits, path.name))
    table = Table("overlay", f"sha256:{hashlib.sha256(raw).hexdigest()}", _date(path.name), len(rows), path.name)
    return registry.overlaid({block: news[block] for block in news.keys() - settled}), table


def _date(name: str) -> str:
    """The ISO date a file's name carries (oui-2026-11-01.csv), "" if it carries none."""
    for found in re.findall(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)", name):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(found).isoformat()
    return ""


def address_country(address: str) -> tuple[str, str]:
    """The country code in an address as the IEEE's CSV prints it, "" if none stands out, and the address before it."""
    line = address.rstrip()
    for pattern in (_BEFORE_POSTCODE, _AT_END):
        found = pattern.fullmatch(line)
        if found and found[2] in countries().values():
            return found[2], clean(found[1] or "")
    return "", clean(address)


def _ieee_rows(path: Path, raw: bytes) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_text(path, raw), newline=""), strict=True)
    try:
        if next(reader) != HEADER:
            raise TableError(path, 1, "", f"the header is not {','.join(HEADER)}", _DOWNLOAD)
        for fields in reader:
            if len(fields) != len(HEADER):
                raise TableError(path, reader.line_num, "", f"{len(fields)} fields instead of {len(HEADER)}", _DOWNLOAD)
            kind, assignment, name, address = fields
            if kind not in BITS:
                raise TableError(path, reader.line_num, HEADER[0], f"{kind!r} is none of {', '.join(BITS)}", _DOWNLOAD)
            if not re.fullmatch(f"[0-9A-Fa-f]{{{BITS[kind] // 4}}}", assignment):
                problem = f"{assignment!r} is no prefix of {BITS[kind]} bits"
                raise TableError(path, reader.line_num, HEADER[1], problem, _DOWNLOAD)
            if not clean(name):
                raise TableError(path, reader.line_num, HEADER[2], "is empty", _DOWNLOAD)
            yield Row(reader.line_num, BITS[kind], int(assignment, 16), clean(name), *address_country(address))
    except csv.Error as fault:
        raise TableError(path, reader.line_num, "", f"is no CSV ({fault})", _DOWNLOAD) from fault


def _vendor_rows(path: Path, raw: bytes, registry: Registry) -> Iterator[Row]:
    lines = raw.splitlines()
    for number, line in enumerate(lines, 1):
        form = re.fullmatch(rb"[0-9A-F]{6}:(.*)", line)
        if not form or not clean(_text(path, form[1], number)):
            raise TableError(path, number, "", "is neither an IEEE CSV nor a line of a vendor list", _CACHE)
    known: dict[tuple[str, ...], set[str]] = {}
    for name, lands in registry.organisations().items():
        known.setdefault(_key(name), set()).update(lands)
    vendors = _load_vendors(path)
    for number, line in enumerate(lines, 1):
        name = clean(vendors[line[:6]].decode())
        # A name registered in two countries (Espressif) says nothing about the country of a new block.
        agreed = known.get(_key(name), set())
        yield Row(number, 24, int(line[:6], 16), name, next(iter(agreed)) if len(agreed) == 1 else "", "")


def _load_vendors(path: Path) -> dict[bytes, bytes]:
    """The list as `mac-vendor-lookup` loads it, bound to this file.

    Left alone, the package prefers ~/.cache, then a list in sys.prefix, and downloads one if it finds none (0.1.15).
    """
    # Here and not above: the package brings aiohttp, a third of a second that nobody without such a file should wait.
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from mac_vendor_lookup import AsyncMacLookup, BaseMacLookup

    async def refuse(*_: object) -> None:
        raise TableError(path, None, "", "cannot be loaded without a download", "A passive tool downloads nothing.")

    AsyncMacLookup.update_vendors = refuse  # its only way to the network, shut for the whole process
    BaseMacLookup.cache_path = str(path)
    vendors = AsyncMacLookup()
    vendors.find_vendors_list = lambda: str(path)
    # In a thread of its own, because the caller may already be inside an event loop.
    with ThreadPoolExecutor(1) as thread:
        try:
            thread.submit(asyncio.run, vendors.load_vendors()).result()
        except OSError as fault:
            raise _unreadable(path, fault) from fault
    prefixes: dict[bytes, bytes] = vendors.prefixes
    return prefixes


def _unreadable(path: Path, fault: OSError) -> TableError:
    return TableError(path, None, "", f"cannot be read ({fault.strerror})", "Name a file you may read.")


def _text(path: Path, raw: bytes, line: int | None = None) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise TableError(path, line, "", f"is not UTF-8 (byte {fault.start})", "Save it as UTF-8.") from fault


def _key(name: str) -> tuple[str, ...]:
    """Two spellings of one organisation are equal; a name without letters or digits is only equal to itself."""
    return normalise(name) or (name,)
