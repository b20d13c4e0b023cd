"""The tables of the database, documented here and nowhere else. They are the store's own affair and may change with `VERSION`.

Outside programs use the views (`scanner.store.views`), which do not change without notice. Conventions:

- A table's first column is its key, `<table>_no`: 1, 2, 3 … in the order the inventory has its parts. A later column named
  `<other>_no` refers to a row of that other table.
- All other columns are fields of the class in `scanner.model` named beside the table, by the same name and with the same
  meaning; a comment here only adds what that class does not say.
- Times are nanoseconds since 1970 UTC. Absent text is "". NULL stands only in the columns of `NULLABLE`.
"""

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x464D524B  # "FMRK", in the file's header: this database is Fieldmark's
VERSION = 2  # in the file's header as `user_version`: which form of the tables

TABLES: dict[str, dict[str, type]] = {
    # Inventory. One row: what was judged, by what.
    "scan": {"scan_no": int, "as_of": str, "tool": str},
    # Inventory.notes, one a row.
    "note": {"note_no": int, "text": str},
    # TableVersion: a table of knowledge the judgement used.
    "knowledge": {"knowledge_no": int, "name": str, "version": str, "date": str, "rows": int, "source": str},
    # CaptureRecord: the ledger of one input.
    "capture": {
        "capture_no": int,
        "capture": str,  # the name evidence cites; `sign.capture` and `tie.capture` hold the same text
        "sha256": str,
        "bytes": int,
        "format": str,
        "frames": int,
        "decoded": int,
        "malformed": int,
        "unsupported": int,
        "first_seen": int,  # NULL: no frame
        "last_seen": int,  # NULL: no frame
        "complete": int,  # 1 or 0
        "problem": str,
    },
    # CaptureRecord.link_types, one a row.
    "link_type": {"link_type_no": int, "capture_no": int, "name": str},
    # CaptureRecord.held, one a row.
    "held": {"held_no": int, "capture_no": int, "name": str},
    # Limit: what could not be shown, or was lost. (LIMIT is a word of SQL.)
    "shortfall": {"shortfall_no": int, "capture": str, "code": str, "count": int, "first_frame": int, "text": str},
    # Device with its Finding.
    "device": {
        "device_no": int,
        "id": str,
        "mac": str,
        "segment": str,
        "device_class": str,
        "registrant": str,
        "registrant_country": str,
        "verdict": str,  # Finding, as are the next three
        "level": int,  # NULL: nothing is known
        "confidence": float,
        "reason": str,
        "first_seen": int,
        "last_seen": int,
        "frames": int,
        "bytes": int,
    },
    # Tie: an address of a device; Device.macs and Device.ips in one table.
    "tie": {
        "tie_no": int,
        "device_no": int,
        "kind": str,  # "mac" or "ip"
        "address": str,
        "proof": str,
        "time": int,
        "capture": str,
        "frame": int,
    },
    # Device.names, one a row.
    "name": {"name_no": int, "device_no": int, "name": str},
    # Claim.
    "claim": {
        "claim_no": int,
        "device_no": int,
        "kind": str,
        "value": str,
        "entity": str,
        "country": str,
        "probability": float,
        "status": str,
        "note": str,
    },
    # What many citations have in common, said once: some hundred rows here for what a million would repeat.
    "sign": {"sign_no": int, "channel": str, "signature": str, "source": str, "capture": str},
    # Citation, the rest of it: one piece of evidence for a claim.
    "citation": {
        "citation_no": int,
        "claim_no": int,
        "sign_no": int,
        "raw": str,
        "raw_bytes": bytes,
        "weight": float,
        "frame": int,
        "time": int,
    },
    # Listing: an entry of an official list that names the device's maker.
    "listing": {
        "listing_no": int,
        "device_no": int,
        "list_id": str,
        "title": str,
        "entry": str,
        "entity": str,
        "scope": str,
        "since": str,
        "citation": str,
        "via": str,
    },
    # Device.guards, one a row.
    "guard": {"guard_no": int, "device_no": int, "name": str},
    # Waiver: somebody answers for the device.
    "waiver": {
        "waiver_no": int,
        "device_no": int,
        "device": str,
        "reason": str,
        "owner": str,
        "expires": str,
        "in_force": int,  # 1 or 0
    },
    # From here on: the evidence all of that was judged from (scanner.evidence), for judging again and for merging.
    # Subject: an address pair something was seen on.
    "subject": {"subject_no": int, "segment": str, "mac": str, "ip": str},
    # Group: one channel of one subject; overflow 1: more values than are kept.
    "said": {"said_no": int, "subject_no": int, "channel": str, "observed": int, "overflow": int},
    # A value of a group and where it was seen first (Sighting).
    "fact": {
        "fact_no": int,
        "subject_no": int,
        "channel": str,
        "role": str,
        "value": str,
        "time": int,
        "capture": str,
        "frame": int,
        "raw": bytes,
    },
    # Traffic of one sender.
    "traffic": {
        "traffic_no": int,
        "subject_no": int,
        "frames": int,
        "bytes": int,
        "first_time": int,
        "first_capture": str,
        "first_frame": int,
        "last": int,
        "heard_time": int,  # NULL, as the next two: never sent to a group that routers do not forward
        "heard_capture": str,
        "heard_frame": int,
        "ttls": str,  # in hexadecimal: the mask has 256 bits
    },
    # Received: frames addressed to one card.
    "received": {
        "received_no": int,
        "segment": str,
        "mac": str,
        "frames": int,
        "first_time": int,
        "first_capture": str,
        "first_frame": int,
        "last": int,
    },
    # Evidence.once: entries that were counted once, packed (scanner.once).
    "once": {"once_no": int, "record": bytes},
    # Trouble: what went wrong while reading.
    "trouble": {"trouble_no": int, "capture": str, "code": str, "reason": str, "times": int, "first_frame": int},
}

NULLABLE = {
    ("capture", "first_seen"),
    ("capture", "last_seen"),
    ("device", "level"),
    ("traffic", "heard_time"),
    ("traffic", "heard_capture"),
    ("traffic", "heard_frame"),
}

ADDED = {("traffic", "ttls"): (2, "'0'")}
"""Columns that older forms do not have: the form that brought them, and what is read (SQL) from a database without them."""

NEW = {"once": 2}
"""Tables that older forms do not have, and the form that brought them."""

INDEXES = [
    ("capture", "capture"),
    ("device", "id"),
    ("link_type", "capture_no"),
    ("held", "capture_no"),
    ("tie", "device_no"),
    ("name", "device_no"),
    ("claim", "device_no"),
    ("listing", "device_no"),
    ("guard", "device_no"),
    ("waiver", "device_no"),
    ("citation", "claim_no"),
]
"""What the views look rows up by. Built after the rows are in: sorting once is quicker than inserting in order."""


def fields(table: str) -> list[str]:
    """The columns of a table after its key, in the order they are stored."""
    return list(TABLES[table])[1:]


def rows_of(conn: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """All rows of a table, key first, in the order they were written."""
    (form,) = conn.execute("PRAGMA user_version").fetchone()
    if form < NEW.get(table, 0):
        return iter(())
    columns = []  # unquoted: a quoted name that is no column would be read as a text
    for column in TABLES[table]:
        since, default = ADDED.get((table, column), (0, ""))
        columns.append(column if form >= since else default)
    return conn.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {table}_no")  # noqa: S608 names of ours


def create_tables(db: "Database") -> None:
    """Create every table, empty."""
    for table, columns in TABLES.items():
        key, *others = columns
        db.create_table(
            table,
            columns,
            pk=key,
            not_null=[column for column in others if (table, column) not in NULLABLE],
            foreign_keys=[(column, column.removesuffix("_no"), column) for column in others if column.endswith("_no")],
            strict=True,
        )


def create_indexes(db: "Database") -> None:
    """Create every index, over the rows that are there."""
    for table, column in INDEXES:
        db.table(table).create_index([column])
