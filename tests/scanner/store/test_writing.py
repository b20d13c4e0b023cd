"""One file, whole or not at all, the same bytes every time, and nobody else's file is ever touched."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from scanner import store
from scanner.errors import StorageFault
from scanner.evidence import Evidence
from scanner.model import Inventory
from scanner.store.schema import VERSION

CHECKOUT = Path(__file__).parents[3]


def refusal(path: Path, inventory: Inventory) -> str:
    """The one line with which writing is refused; `check` says the same beforehand wherever it can know."""
    with pytest.raises(StorageFault) as caught:
        store.write(path, inventory)
    answer = str(caught.value)
    assert answer.startswith(f"{path}: ")
    assert "\n" not in answer
    assert caught.value.exit_code == 5
    return answer


def test_a_fresh_file_is_the_owners_alone(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    old = os.umask(0)
    try:
        store.write(path, inventory)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_scan_is_replaced_and_leaves_no_trace(
    tmp_path: Path, inventory: Inventory, enlarged: Callable[[int], Inventory]
) -> None:
    fresh, used = tmp_path / "fresh.db", tmp_path / "used.db"
    store.write(used, enlarged(50))
    store.write(used, inventory)
    store.write(fresh, inventory)
    assert used.read_bytes() == fresh.read_bytes()


WRITE_AGAIN = """
import sys
from pathlib import Path
from scanner import store
store.write(Path(sys.argv[2]), store.read(Path(sys.argv[1])))
"""


def test_equal_inventories_give_equal_bytes_in_every_environment(tmp_path: Path, enlarged: Callable[[int], Inventory]) -> None:
    first = tmp_path / "first.db"
    store.write(first, enlarged(300))
    for seed, zone, locale in (("1", "Asia/Kathmandu", "C"), ("2", "America/Lima", "de_DE.UTF-8")):
        again = tmp_path / f"{seed}.db"
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(CHECKOUT)}
        subprocess.run([sys.executable, "-c", WRITE_AGAIN, first, again], check=True, env=environment, cwd=tmp_path)
        assert again.read_bytes() == first.read_bytes()


def test_starting_up_does_not_pay_for_sqlite_utils() -> None:
    command = "import sys, scanner.store; sys.exit('sqlite_utils' in sys.modules)"
    subprocess.run([sys.executable, "-c", command], check=True, env={"PYTHONPATH": str(CHECKOUT)})


def _foreign(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.executescript("CREATE TABLE bookmark (url); INSERT INTO bookmark VALUES ('https://example.org/')")
    conn.close()


@pytest.mark.parametrize("name", ["foreign database", "newer form", "text", "empty"])
def test_files_of_others_are_refused_and_stay_as_they_are(tmp_path: Path, inventory: Inventory, name: str) -> None:
    path = tmp_path / "scan.db"
    match name:
        case "foreign database":
            _foreign(path)
        case "newer form":
            store.write(path, inventory)
            conn = sqlite3.connect(path)
            conn.execute(f"PRAGMA user_version = {VERSION + 1}")
            conn.close()
        case "text":
            path.write_text("my thesis " * 50)
        case "empty":
            path.touch()
    before = sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_ino
    assert "another" in refusal(path, inventory) or name == "newer form"
    assert (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(StorageFault):
        store.check(path)


@pytest.mark.parametrize("harm", ["cut to its header", "cut", "page size of three bytes", "zeros"])
def test_a_damaged_database_of_ours_is_replaced(tmp_path: Path, inventory: Inventory, harm: str) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    whole = path.read_bytes()
    match harm:
        case "cut to its header":
            path.write_bytes(whole[:100])
        case "cut":
            path.write_bytes(whole[:9_000])
        case "page size of three bytes":
            path.write_bytes(whole[:16] + b"\0\3" + whole[18:])
        case "zeros":
            path.write_bytes(whole[:100] + bytes(len(whole) - 100))
    with pytest.raises(StorageFault):
        store.read(path)
    store.write(path, inventory)
    assert path.read_bytes() == whole


def test_links_are_not_followed(tmp_path: Path, inventory: Inventory) -> None:
    target, link = tmp_path / "target.db", tmp_path / "link.db"
    store.write(target, inventory)
    before = target.read_bytes()
    link.symlink_to(target)
    assert "symbolic link" in refusal(link, replace(inventory, as_of="later"))
    assert target.read_bytes() == before
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    assert "symbolic link" in refusal(link, inventory)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_a_device_and_a_missing_folder_are_refused(tmp_path: Path, inventory: Inventory) -> None:
    (tmp_path / "file").touch()
    assert "not a regular file" in refusal(tmp_path, inventory)
    assert "not a regular file" in refusal(Path("/dev/full"), inventory)
    assert "create the folder first" in refusal(tmp_path / "absent" / "scan.db", inventory)
    assert "not a folder" in refusal(tmp_path / "file" / "scan.db", inventory)
    assert "too long" in refusal(tmp_path / ("x" * 300), inventory)
    deep = tmp_path.joinpath(*["x" * 200] * 3)
    deep.mkdir(parents=True)
    assert "too long" in refusal(deep / "scan.db", inventory)
    assert list(deep.iterdir()) == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "x" * 200]


def test_a_database_in_use_is_waited_for_but_not_for_ever(
    tmp_path: Path, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    before = path.read_bytes()
    monkeypatch.setattr("scanner.store.files.PATIENCE", 0.1)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("BEGIN IMMEDIATE")
    assert "another program has it open for writing" in refusal(path, replace(inventory, as_of="later"))
    conn.execute("ROLLBACK")
    assert path.read_bytes() == before
    store.write(path, replace(inventory, as_of="later"))
    assert store.read(path).as_of == "later"
    conn.close()


def test_a_log_that_would_be_played_into_the_new_database_is_refused(tmp_path: Path, inventory: Inventory) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("UPDATE note SET text = 'changed'")
    assert "scan.db-wal" in refusal(path, inventory)
    conn.close()
    store.write(path, inventory)
    assert store.read(path) == inventory
    (tmp_path / "fresh.db-journal").touch()
    assert "fresh.db-journal" in refusal(tmp_path / "fresh.db", inventory)


def test_a_file_put_there_while_we_were_building_is_not_overwritten(
    tmp_path: Path, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.db"
    filled = store.writing._fill

    def fill_slowly(temporary: Path, what: Inventory, evidence: Evidence) -> None:
        filled(temporary, what, evidence)
        path.write_text("mine")

    monkeypatch.setattr("scanner.store.writing._fill", fill_slowly)
    refusal(path, inventory)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_ctrl_c_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)

    def interrupted(_db: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scanner.store.writing.create_indexes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.write(path, replace(inventory, as_of="later"))
    assert store.read(path) == inventory
    assert list(tmp_path.iterdir()) == [path]
