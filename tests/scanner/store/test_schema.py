"""The tables, as SQLite sees them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from scanner import store
from scanner.model import Inventory
from scanner.store.schema import INDEXES, NULLABLE, TABLES, VERSION


@pytest.fixture
def conn(tmp_path: Path, inventory: Inventory) -> Iterator[sqlite3.Connection]:
    store.write(tmp_path / "scan.db", inventory)
    conn = sqlite3.connect(tmp_path / "scan.db")
    yield conn
    conn.close()


def test_the_file_names_its_owner_and_form(conn: sqlite3.Connection) -> None:
    assert conn.execute("PRAGMA application_id").fetchone() == (0x464D524B,)
    assert conn.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_every_table_is_strict(conn: sqlite3.Connection) -> None:
    strict = dict(conn.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))
    assert strict == dict.fromkeys(TABLES, 1)


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_as_documented_and_never_null_unless_documented(conn: sqlite3.Connection, table: str) -> None:
    kinds = {int: "INTEGER", str: "TEXT", float: "REAL", bytes: "BLOB"}
    columns = conn.execute('SELECT name, type, "notnull" OR pk FROM pragma_table_info(?)', [table]).fetchall()
    assert columns == [(name, kinds[kind], (table, name) not in NULLABLE) for name, kind in TABLES[table].items()]


def test_a_library_for_schemas_builds_the_very_same(conn: sqlite3.Connection) -> None:
    # sqlite-utils is not used at run time: importing it takes a tenth of a small scan.
    judge = Database(memory=True)
    for table, columns in TABLES.items():
        key, *others = columns
        judge.create_table(
            table,
            columns,
            pk=key,
            not_null=[column for column in others if (table, column) not in NULLABLE],
            foreign_keys=[(column, column.removesuffix("_no"), column) for column in others if column.endswith("_no")],
            strict=True,
        )
    for table, column in INDEXES:
        judge.table(table).create_index([column])
    built = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name"
    assert conn.execute(built).fetchall() == judge.conn.execute(built).fetchall()
    judge.close()


def test_references_hold_and_each_has_an_index(conn: sqlite3.Connection) -> None:
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    references = {
        (table, column, other)
        for table in TABLES
        for _, _, other, column, *_ in conn.execute("SELECT * FROM pragma_foreign_key_list(?)", [table])
    }
    assert references == {
        ("link_type", "capture_no", "capture"),
        ("held", "capture_no", "capture"),
        ("tie", "device_no", "device"),
        ("name", "device_no", "device"),
        ("claim", "device_no", "device"),
        ("listing", "device_no", "device"),
        ("guard", "device_no", "device"),
        ("waiver", "device_no", "device"),
        ("citation", "claim_no", "claim"),
        ("citation", "sign_no", "sign"),
        ("said", "subject_no", "subject"),
        ("fact", "subject_no", "subject"),
        ("traffic", "subject_no", "subject"),
    }


def test_evidence_of_one_device_is_found_without_reading_all(conn: sqlite3.Connection) -> None:
    plan = conn.execute("EXPLAIN QUERY PLAN SELECT * FROM evidence WHERE device_id = 'x'").fetchall()
    assert [step for *_, step in plan if step.startswith("SCAN")] == []
