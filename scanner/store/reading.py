"""File to inventory: exactly the one that was written. The file is opened for reading only and never trusted."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from scanner.errors import StorageFault
from scanner.evidence import Evidence
from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    ClaimKind,
    Device,
    Finding,
    Guard,
    Inventory,
    Limit,
    Listing,
    Status,
    TableVersion,
    Tie,
    Verdict,
    Waiver,
)
from scanner.store import bag
from scanner.store.files import PATIENCE, address, header, result_code
from scanner.store.schema import NEW, TABLES, fields, rows_of

T = TypeVar("T")
Row = tuple[Any, ...]


_REASONS = {
    sqlite3.SQLITE_BUSY: "another program is writing to it: try again when that is done",
    sqlite3.SQLITE_READONLY: "another program stopped half-way in it; undo that with: sqlite3 FILE .tables",
    sqlite3.SQLITE_CANTOPEN: "SQLite cannot open it there: copy it to a folder with a shorter path",
}


def read(path: Path) -> Inventory:
    """The inventory in the database at `path`.

    Raises StorageFault with a plain reason: missing, not a Fieldmark database, of a newer form, damaged, or in use.
    """
    return _read(path, _inventory)


def read_evidence(path: Path) -> Evidence:
    """The evidence the inventory at `path` was judged from. Raises as `read` does, and if it was written without any."""
    return _read(path, _evidence)


def _read(path: Path, part: Callable[[sqlite3.Connection], T]) -> T:
    if header(path).write_ahead:  # SQLite would create files beside it, even for a reader
        raise StorageFault(f"{path}: was altered by another program; undo it with: sqlite3 FILE 'PRAGMA journal_mode=DELETE'")
    try:
        with closing(sqlite3.connect(address(path, "ro"), uri=True, timeout=PATIENCE, isolation_level=None)) as conn:
            conn.execute("PRAGMA trusted_schema = 0")
            conn.execute("PRAGMA cell_size_check = 1")
            conn.execute("BEGIN")  # all tables as of one moment
            _distrust(conn)
            return part(conn)
    except sqlite3.Error as error:
        # The message may quote the file, so it is shown escaped.
        reason = _REASONS.get(result_code(error), f"the database is damaged ({str(error)!a}): scan again")
        raise StorageFault(f"{path}: {reason}") from error
    except (ValueError, KeyError) as error:  # an unknown word, no row in `scan`, a message that is no text
        raise StorageFault(f"{path}: the database is damaged (a value Fieldmark never writes): scan again") from error


def _evidence(conn: sqlite3.Connection) -> Evidence:
    evidence = bag.load(conn)
    evidence.ledgers = {record.capture: bag.ledger(record) for record in _captures(conn)}
    there = evidence.facts or evidence.traffic or evidence.addressed or evidence.once  # of a table, facts only
    if not there and conn.execute("SELECT 1 FROM device LIMIT 1").fetchone():
        raise ValueError("an inventory without its evidence")
    return evidence


def _inventory(conn: sqlite3.Connection) -> Inventory:
    ((_, as_of, tool),) = rows_of(conn, "scan")
    return Inventory(
        devices=tuple(_devices(conn)),
        captures=tuple(_captures(conn)),
        limits=tuple(Limit(*values) for _, *values in rows_of(conn, "shortfall")),
        tables=tuple(TableVersion(*values) for _, *values in rows_of(conn, "knowledge")),
        as_of=as_of,
        tool=tool,
        notes=tuple(note for _, note in rows_of(conn, "note")),
    )


def _distrust(conn: sqlite3.Connection) -> None:
    """Raise if the file is not built as it must be: what follows may then rely on types, NULLs and references."""
    # A view or virtual table under one of our names could compute for ever; neither has a page of its own.
    stored = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")}
    (form,) = conn.execute("PRAGMA user_version").fetchone()
    if missing := {table for table in TABLES if NEW.get(table, 0) <= form} - stored:
        raise sqlite3.DatabaseError(f"no table {min(missing)}")
    (answer,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(answer.splitlines()[-1])
    if conn.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.DatabaseError("rows are missing")


def _parts(rows: Iterator[Row], make: Callable[..., T]) -> dict[int, list[T]]:
    """Rows turned into model objects, by the number of the row they belong to: key, owner, then what `make` takes."""
    parts: dict[int, list[T]] = defaultdict(list)
    for _, owner, *values in rows:
        parts[owner].append(make(*values))
    return parts


def _captures(conn: sqlite3.Connection) -> Iterator[CaptureRecord]:
    link_types, held = _parts(rows_of(conn, "link_type"), str), _parts(rows_of(conn, "held"), str)
    for number, *values in rows_of(conn, "capture"):
        field = dict(zip(fields("capture"), values, strict=True))
        complete = bool(field.pop("complete"))
        yield CaptureRecord(**field, link_types=tuple(link_types[number]), held=tuple(held[number]), complete=complete)


def _citations(conn: sqlite3.Connection) -> dict[int, list[Citation]]:
    signs = {number: sign for number, *sign in rows_of(conn, "sign")}
    parts: dict[int, list[Citation]] = defaultdict(list)
    for _, claim, number, raw, raw_bytes, weight, frame, time in rows_of(conn, "citation"):
        channel, signature, source, capture = signs[number]
        parts[claim].append(Citation(channel, raw, raw_bytes, weight, capture, frame, time, signature, source))
    return parts


def _claims(conn: sqlite3.Connection) -> dict[int, list[Claim]]:
    citations = _citations(conn)
    parts: dict[int, list[Claim]] = defaultdict(list)
    for number, device, kind, value, entity, country, probability, status, note in rows_of(conn, "claim"):
        evidence = tuple(citations[number])
        parts[device].append(Claim(ClaimKind(kind), value, entity, country, probability, Status(status), evidence, note))
    return parts


def _waiver(device: str, reason: str, owner: str, expires: str, in_force: int) -> Waiver:
    return Waiver(device, reason, owner, expires, bool(in_force))


def _devices(conn: sqlite3.Connection) -> Iterator[Device]:
    macs: dict[int, list[Tie]] = defaultdict(list)
    ips: dict[int, list[Tie]] = defaultdict(list)
    for _, device, kind, *values in rows_of(conn, "tie"):
        {"mac": macs, "ip": ips}[kind][device].append(Tie(*values))
    names = _parts(rows_of(conn, "name"), str)
    claims = _claims(conn)
    listings = _parts(rows_of(conn, "listing"), Listing)
    guards = _parts(rows_of(conn, "guard"), Guard)
    waivers = _parts(rows_of(conn, "waiver"), _waiver)
    for number, *values in rows_of(conn, "device"):
        field = dict(zip(fields("device"), values, strict=True))
        finding = Finding(Verdict(field.pop("verdict")), field.pop("level"), field.pop("confidence"), field.pop("reason"))
        yield Device(
            **field,
            macs=tuple(macs[number]),
            ips=tuple(ips[number]),
            names=tuple(names[number]),
            claims=tuple(claims[number]),
            listings=tuple(listings[number]),
            guards=tuple(guards[number]),
            waivers=tuple(waivers[number]),
            finding=finding,
        )
