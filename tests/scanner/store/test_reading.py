"""What was written is read back, and nothing else is taken for it."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import store
from scanner.errors import StorageFault
from scanner.evidence import Evidence, Place, Traffic
from scanner.model import (
    CaptureRecord,
    Citation,
    Claim,
    Device,
    Finding,
    Guard,
    Inventory,
    Limit,
    Listing,
    Subject,
    TableVersion,
    Tie,
    Waiver,
)
from scanner.once import FACT, SENT, TARGET, Record, pack
from scanner.store.schema import VERSION

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
CHANCES = st.floats(allow_nan=False)


def of(kind: type, **others: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Any value of a class of the model: fields of plain types are drawn freely, the others as said."""
    plain = {str: WORDS, int: NUMBERS, float: CHANCES, bytes: st.binary(max_size=12), bool: st.booleans()}
    fields = {name: plain[hint] for name, hint in kind.__annotations__.items() if hint in plain}
    return st.builds(kind, **{**fields, **others})


def several(part: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(part, max_size=3).map(tuple)


CLAIMS = of(Claim, evidence=several(of(Citation)))
DEVICES = of(
    Device,
    macs=several(of(Tie)),
    ips=several(of(Tie)),
    names=several(WORDS),
    claims=several(CLAIMS),
    listings=several(of(Listing)),
    finding=of(Finding, level=st.none() | NUMBERS),
    guards=several(st.sampled_from(Guard)),
    waivers=several(of(Waiver)),
)
CAPTURES = of(
    CaptureRecord,
    link_types=several(WORDS),
    held=several(WORDS),
    first_seen=st.none() | NUMBERS,
    last_seen=st.none() | NUMBERS,
)
INVENTORIES = of(
    Inventory,
    devices=several(DEVICES),
    captures=several(CAPTURES),
    limits=several(of(Limit)),
    tables=several(of(TableVersion)),
    notes=several(WORDS),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(INVENTORIES)
def test_any_inventory_comes_back_as_it_was(inventory: Inventory) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "scan.db")
        store.write(path, inventory)
        assert store.read(path) == inventory


def test_the_sample_comes_back_with_its_types(tmp_path: Path, inventory: Inventory) -> None:
    store.write(tmp_path / "scan.db", inventory)
    assert repr(store.read(tmp_path / "scan.db")) == repr(inventory)


@pytest.mark.parametrize("name", ["a?mode=rw.db", "a#b%41.db", "a b'\".db", "ü☃.db", "file:x.db", ":memory:", "-r"])
def test_any_file_name_will_do(tmp_path: Path, inventory: Inventory, name: str) -> None:
    store.write(tmp_path / name, inventory)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert store.read(tmp_path / name) == inventory


def test_reading_leaves_file_and_folder_as_they_were(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    before = path.read_bytes(), path.stat()
    path.chmod(0o400)
    store.read(path)
    path.chmod(0o600)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before[0], before[1].st_mtime_ns)
    assert list(tmp_path.iterdir()) == [path]


def refusal(path: Path) -> str:
    """The one line a refused file is answered with."""
    with pytest.raises(StorageFault) as caught:
        store.read(path)
    answer = str(caught.value)
    assert answer.startswith(f"{path}: ")
    assert "\n" not in answer
    assert caught.value.exit_code == 5
    return answer


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    assert "no database file" in refusal(tmp_path / "absent.db")
    assert "no database file" in refusal(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no database file" in refusal(tmp_path / "pipe")


def test_names_and_paths_too_long_for_the_system_or_for_sqlite(tmp_path: Path, inventory: Inventory) -> None:
    assert "too long" in refusal(tmp_path / ("x" * 300))
    deep = tmp_path.joinpath(*["x" * 200] * 3)
    deep.mkdir(parents=True)
    store.write(tmp_path / "scan.db", inventory)
    (deep / "scan.db").write_bytes((tmp_path / "scan.db").read_bytes())
    assert "shorter path" in refusal(deep / "scan.db")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"\xd4\xc3\xb2\xa1" * 50, bytes(4096)])
def test_other_files_are_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert "not a Fieldmark database" in refusal(path)


def test_databases_of_others_and_of_the_future_are_named_as_such(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert "newer Fieldmark" in refusal(path)
    conn.execute("PRAGMA application_id = 7")
    assert "another program" in refusal(path)
    conn.close()


def test_a_write_ahead_log_is_refused_with_the_remedy(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.close()
    assert "PRAGMA journal_mode=DELETE" in refusal(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_is_waited_for_but_not_for_ever(
    tmp_path: Path, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    monkeypatch.setattr("scanner.store.reading.PATIENCE", 0.1)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("BEGIN EXCLUSIVE")
    assert "another program is writing" in refusal(path)
    conn.execute("ROLLBACK")
    assert store.read(path) == inventory
    conn.close()


STOPPED_HALF_WAY = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size = 1")
conn.execute("BEGIN")
conn.execute("CREATE TABLE more (i)")
conn.executemany("INSERT INTO more VALUES (?)", ((n,) for n in range(50_000)))
conn.execute("UPDATE device SET id = 'changed'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_another_program_that_stopped_half_way_is_noticed_and_undone_by_the_next_write(
    tmp_path: Path, inventory: Inventory
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    ended = subprocess.run([sys.executable, "-c", STOPPED_HALF_WAY, path], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2  # the journal of the other program
    assert "another program stopped half-way" in refusal(path)
    store.write(path, inventory)
    assert list(tmp_path.iterdir()) == [path]
    assert store.read(path) == inventory


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("DROP TABLE listing", "no table listing"),
        ("DROP TABLE note; CREATE VIEW note AS SELECT 1 AS note_no, 'x' AS text", "no table note"),
        ("DELETE FROM scan", "never writes"),
        ("DELETE FROM claim WHERE claim_no = 1", "rows are missing"),
        ("DELETE FROM sign", "rows are missing"),
        ("UPDATE device SET verdict = 'guilty'", "never writes"),
        ("UPDATE claim SET kind = 'rumour'", "never writes"),
        ("UPDATE tie SET kind = 'rope'", "never writes"),
        ("ALTER TABLE device RENAME COLUMN mac TO address", "no such column"),
        ("UPDATE note SET text = CAST(x'ff' AS TEXT)", "UTF-8"),
    ],
)
def test_tables_that_cannot_be_ours_are_not_believed(
    tmp_path: Path, inventory: Inventory, change: str, complaint: str
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    conn = sqlite3.connect(path)
    conn.executescript(change)
    conn.close()
    answer = refusal(path)
    assert "damaged" in answer
    assert complaint in answer


def test_additions_of_the_user_do_no_harm(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    conn = sqlite3.connect(path)
    conn.executescript("CREATE TABLE owner (mac, name); CREATE VIEW mine AS SELECT 1; CREATE INDEX extra ON device (mac)")
    conn.close()
    assert store.read(path) == inventory


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    whole = path.read_bytes()
    for size in range(0, len(whole), 509):
        path.write_bytes(whole[:size])
        refusal(path)


def test_flipped_bits_never_escape(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    whole = path.read_bytes()
    dice = random.Random(1)
    refused = 0
    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(dice.choice((1, 4, 64))):
            broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        path.write_bytes(broken)
        try:
            assert isinstance(store.read(path), Inventory)  # a changed letter in a name cannot be noticed
        except StorageFault:
            refused += 1
    assert refused > 100


def test_packed_evidence_comes_back_and_what_was_never_packed_is_refused(tmp_path: Path, inventory: Inventory) -> None:
    record = pack(Record((SENT, "", "02:00:00:00:00:01", ""), 1, 1, ("60", "", "0"), "lan.pcap"))
    evidence = Evidence(
        traffic={Subject("", "02:00:00:00:00:02", ""): Traffic(2, 120, Place(1, "lan.pcap", 2), 3, None)}, once=[record]
    )
    path = tmp_path / "scan.db"
    store.write(path, inventory, evidence)
    assert store.read_evidence(path).once == [record]
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("UPDATE once SET record = x'00'")
    with pytest.raises(StorageFault, match="damaged"):
        store.read_evidence(path)


@pytest.mark.parametrize(
    "record",
    [
        Record((SENT, "", "02:00:00:00:00:01"), 1, 1, ("60", "", "0"), "lan.pcap"),  # a name with a part too few
        Record((SENT, "", "02:00:00:00:00:01", ""), 1, 1, ("60", "", "z"), "lan.pcap"),
        Record((TARGET, ""), 1, 1, (), "lan.pcap"),
        Record((FACT, "", "arp.ip"), 1, 1, ("self", ""), "lan.pcap"),
        Record((FACT, "", "02:00:00:00:00:01", "", "arp.ip"), 1, 1, ("maybe", ""), "lan.pcap"),
        Record((FACT, "", "02:00:00:00:00:01", "", "arp.ip"), 1, 1, ("self", "xy"), "lan.pcap"),
        Record(("guess", "", "", ""), 1, 1, (), "lan.pcap"),
    ],
)
def test_a_packed_record_with_wrong_parts_is_refused(tmp_path: Path, inventory: Inventory, record: Record) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory, Evidence(once=[pack(record)]))
    with pytest.raises(StorageFault, match="damaged"):
        store.read_evidence(path)
