"""The tables, as SQLite sees them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import store
from scanner.model import Inventory
from scanner.store.schema import NULLABLE, TABLES, VERSION


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
