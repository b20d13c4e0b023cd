"""Whose file is it? Asked before a database is opened or replaced, from its first bytes and without changing anything."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from scanner.errors import StorageFault
from scanner.output import occupied
from scanner.store.schema import APPLICATION_ID, VERSION

PATIENCE = 5.0  # seconds to wait for another program that holds the database


class Header(NamedTuple):
    """What the first 100 bytes of an SQLite file say (https://www.sqlite.org/fileformat.html, "The Database Header")."""

    application_id: int
    version: int
    write_ahead: bool


def header(path: Path) -> Header:
    """The header of a Fieldmark database this version understands; StorageFault for any other file."""
    try:
        if not path.is_file():
            raise StorageFault(f"{path}: is no database file: name one that `fieldmark scan` has written")
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise StorageFault(f"{path}: cannot be read: {error.strerror}") from error
    if len(head) < 100 or not head.startswith(b"SQLite format 3\0"):
        raise StorageFault(f"{path}: is not a Fieldmark database (nor any SQLite file): name another file")
    found = Header(
        application_id=int.from_bytes(head[68:72], "big"),
        version=int.from_bytes(head[60:64], "big"),
        write_ahead=2 in head[18:20],
    )
    if found.application_id != APPLICATION_ID:
        raise StorageFault(f"{path}: is a database of another program: name another file")
    if found.version > VERSION:
        raise StorageFault(f"{path}: was written by a newer Fieldmark (form {found.version}, known here: {VERSION}): update")
    return found


def address(path: Path, mode: str) -> str:
    """The path as SQLite takes it with an access mode: "ro" reads only, "rw" writes but never creates."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def result_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code (https://www.sqlite.org/rescode.html); 0 for an error of the Python layer above it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def check(path: Path) -> None:
    """Raise StorageFault if `write` would not replace what is at `path`; nothing is changed.

    Called before a long scan, it spares the user from learning at the end that there is nowhere to put the result.
    """
    if occupied(path):
        header(path)
        _settle(path)
    for suffix in ("-journal", "-wal"):
        beside = path.with_name(path.name + suffix)
        if os.path.lexists(beside):  # SQLite would play it back into the new database, and so destroy it
            raise StorageFault(
                f"{path}: another program has it open or stopped half-way: close that program, or remove {beside.name}"
            )


def _settle(path: Path) -> None:
    # Whoever holds the file is waited for; SQLite itself tidies up after a program that stopped half-way.
    try:
        with closing(sqlite3.connect(address(path, "rw"), uri=True, timeout=PATIENCE, isolation_level=None)) as conn:
            conn.execute("BEGIN EXCLUSIVE")
            conn.execute("ROLLBACK")
    except sqlite3.Error as error:
        match result_code(error):
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                return  # ours by its header, but damaged: a new scan is the cure
            case sqlite3.SQLITE_BUSY:
                reason = "another program has it open for writing: close that program and try again"
            case _:
                reason = f"cannot be replaced ({str(error)!a}): name another file"
        raise StorageFault(f"{path}: {reason}") from error
