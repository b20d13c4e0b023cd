"""Inventory to file: one new database, filled in the inventory's order, put in the place of the old one at the end.

Equal inventories give equal bytes: a fresh file, fixed page size, every row at a fixed place, no clock. (The SQLite library
writes its own version number into the header, so this holds for one library version.) For that reason the table of applied
migrations that sqlite-utils offers is not used: it records when they ran. Nothing is ever changed in place either.
"""

import errno
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from operator import attrgetter
from pathlib import Path

from scanner.evidence import Evidence
from scanner.model import Claim, Device, Inventory
from scanner.output import replacing
from scanner.store import bag
from scanner.store.files import check, result_code
from scanner.store.schema import APPLICATION_ID, VERSION, create_indexes, create_tables, fields
from scanner.store.views import create_views

Row = tuple[object, ...]

_SETTINGS = {
    # The file gets its name only when it is whole and on the disk, so SQLite need not guard it meanwhile.
    "journal_mode": "MEMORY",
    "synchronous": 0,
    "locking_mode": "EXCLUSIVE",
    "temp_store": "MEMORY",
    "foreign_keys": 0,  # checking each reference as it goes in takes a fifth longer; `read` checks them all at once
    # What the file is to be, whatever this library was built to prefer.
    "page_size": 4096,
    "auto_vacuum": 0,
    "encoding": "'UTF-8'",
    "application_id": APPLICATION_ID,
    "user_version": VERSION,
}


_ERRNO = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.ENAMETOOLONG,  # the file is there: only SQLite's own limit, 512 bytes of path, is left
}
"""What SQLite could not do, as the operating system would say it."""


def write(path: Path, inventory: Inventory, evidence: Evidence | None = None) -> None:
    """Write the inventory to `path`, readable by its owner only, in place of an older Fieldmark database if there is one.

    evidence: what it was judged from, kept for judging again; without it the database only reports.

    Raises StorageFault, leaving what was there untouched: another program's file, a newer or locked database, a symbolic
    link or folder, a missing or read-only folder, a full disk.
    """
    check(path)
    with replacing(path, mode=0o600) as temporary:
        _fill(temporary, inventory, evidence or Evidence())
        check(path)  # once more: somebody may have put another file there meanwhile


def _fill(path: Path, inventory: Inventory, evidence: Evidence) -> None:
    # Imported here because it costs a tenth of a second, which every `fieldmark --help` would pay.
    from sqlite_utils import Database

    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            for name, value in _SETTINGS.items():
                conn.execute(f"PRAGMA {name} = {value}")
            # Plugins installed for sqlite-utils are for its own command: none may alter our file.
            db = Database(conn, execute_plugins=False)
            with db.atomic():
                create_tables(db)
                create_views(db)
                for table, rows in (*_rows(inventory), *bag.rows(evidence)):
                    # sqlite-utils' own insert_all takes several times as long.
                    columns = fields(table)
                    places = ", ".join("?" * len(columns))
                    conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608 names of ours
                create_indexes(db)
    except sqlite3.OperationalError as error:
        if (number := _ERRNO.get(result_code(error))) is None:
            raise  # a mistake of ours
        raise OSError(number, "the disk reports an error") from error


def _rows(inventory: Inventory) -> Iterator[tuple[str, Iterable[Row]]]:
    # Keys are left out: in an empty table SQLite numbers rows 1, 2, 3 …, as enumerate does here for those that refer to them.
    devices, captures = inventory.devices, inventory.captures
    signs: dict[Row, int] = {}  # filled while the citations go in, written after them
    yield "scan", [(inventory.as_of, inventory.tool)]
    yield "note", ((note,) for note in inventory.notes)
    yield "knowledge", map(_values("knowledge"), inventory.tables)
    yield "capture", map(_values("capture"), captures)
    yield "link_type", ((number, name) for number, capture in enumerate(captures, 1) for name in capture.link_types)
    yield "held", ((number, name) for number, capture in enumerate(captures, 1) for name in capture.held)
    yield "shortfall", map(_values("shortfall"), inventory.limits)
    yield "device", map(_values("device"), devices)
    yield "tie", _ties(devices)
    yield "name", ((number, name) for number, device in enumerate(devices, 1) for name in device.names)
    yield "claim", _owned("claim", (device.claims for device in devices))
    yield "citation", _citations((claim for device in devices for claim in device.claims), signs)
    yield "sign", signs
    yield "listing", _owned("listing", (device.listings for device in devices))
    yield "guard", ((number, guard.value) for number, device in enumerate(devices, 1) for guard in device.guards)
    yield "waiver", _owned("waiver", (device.waivers for device in devices))


def _owned(table: str, parts: Iterable[Iterable[object]]) -> Iterator[Row]:
    """Rows for what the first owner has, the second, and so on."""
    values = _values(table, owners=1)
    return ((number, *values(part)) for number, group in enumerate(parts, 1) for part in group)


def _ties(devices: Iterable[Device]) -> Iterator[Row]:
    values = _values("tie", owners=2)
    for number, device in enumerate(devices, 1):
        for kind, ties in (("mac", device.macs), ("ip", device.ips)):
            for tie in ties:
                yield number, kind, *values(tie)


def _citations(claims: Iterable[Claim], signs: dict[Row, int]) -> Iterator[Row]:
    common, values = _values("sign"), _values("citation", owners=2)
    for number, claim in enumerate(claims, 1):
        for citation in claim.evidence:
            yield number, signs.setdefault(common(citation), len(signs) + 1), *values(citation)


_ELSEWHERE = {("device", field): f"finding.{field}" for field in ("verdict", "level", "confidence", "reason")} | {
    # The plain text of these: handing the enumeration's member to SQLite takes it three times as long.
    ("claim", "kind"): "kind.value",
    ("claim", "status"): "status.value",
}


def _values(table: str, owners: int = 0) -> "attrgetter[Row]":
    """Takes from a model object what a row holds after its first `owners` columns."""
    return attrgetter(*(_ELSEWHERE.get((table, field), field) for field in fields(table)[owners:]))
