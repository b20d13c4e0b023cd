"""Full disks, forbidden folders and `kill -9`: the old database stays, and nothing half done is left in its name."""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner import store
from scanner.errors import StorageFault
from scanner.model import Inventory

CHECKOUT = Path(__file__).parents[3]
NOBODY = 65534


@pytest.mark.parametrize("limit", [0, 4_096, 50_000, 300_000])
def test_a_file_that_may_not_grow(
    tmp_path: Path, inventory: Inventory, enlarged: Callable[[int], Inventory], limit: int
) -> None:
    path = tmp_path / "scan.db"
    store.write(path, inventory)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(StorageFault, match="cannot be written"):
            store.write(path, enlarged(1_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("NOT TESTED: a full and a read-only disk (mounting a small one needs root)")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_at_forty_sizes(small_disk: Path, inventory: Inventory, enlarged: Callable[[int], Inventory]) -> None:
    path, ballast = small_disk / "scan.db", small_disk / "ballast"
    large = enlarged(300)
    answers: list[str] = []
    for step in range(40):
        ballast.write_bytes(b"")
        store.write(path, inventory)
        before = path.read_bytes()
        ballast.write_bytes(bytes((1_048_576 - len(before)) * (40 - step) // 40 // 4_096 * 4_096))
        try:
            store.write(path, large)
        except StorageFault as fault:
            answers.append(str(fault))
            assert path.read_bytes() == before
        else:
            assert store.read(path) == large
        assert sorted(small_disk.iterdir()) == [ballast, path]
    assert 5 < len(answers) < 40
    assert set(answers) == {f"{path}: cannot be written: no space is left: free some, or name a file on another disk"}


def test_a_read_only_disk(small_disk: Path, inventory: Inventory) -> None:
    path = small_disk / "scan.db"
    store.write(path, inventory)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for name in (path, small_disk / "new.db"):
        with pytest.raises(StorageFault, match="you may not write in its folder"):
            store.check(name)
        with pytest.raises(StorageFault, match="you may not write in its folder"):
            store.write(name, inventory)
    assert store.read(path) == inventory


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder of an ordinary user's, who we are for as long: root may write anywhere, and write protection would not show."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)


def test_a_write_protected_database_is_kept(own_folder: Path, inventory: Inventory) -> None:
    path = own_folder / "scan.db"
    store.write(path, inventory)
    before = path.read_bytes()
    path.chmod(0o400)
    with pytest.raises(StorageFault, match="write-protected"):
        store.write(path, inventory)
    assert path.read_bytes() == before
    assert list(own_folder.iterdir()) == [path]


def test_a_folder_one_may_not_write_in(own_folder: Path, inventory: Inventory) -> None:
    own_folder.chmod(0o500)
    try:
        with pytest.raises(StorageFault, match="you may not write"):
            store.write(own_folder / "scan.db", inventory)
    finally:
        own_folder.chmod(0o700)


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from scanner import store
path, other = Path(sys.argv[1]), Path(sys.argv[2])
one, two = store.read(path), store.read(other)
print("ready", flush=True)
while True:
    store.write(path, two)
    store.write(path, one)
"""


def test_killed_while_writing_the_file_is_the_old_or_the_new_one(tmp_path: Path, enlarged: Callable[[int], Inventory]) -> None:
    path, other = tmp_path / "scan.db", tmp_path / "other.db"
    one, two = enlarged(400), enlarged(500)
    store.write(path, one)
    store.write(other, two)
    known = {path.read_bytes(), other.read_bytes()}
    dice = random.Random(2)  # the same moments every time
    half_done = 0
    for _ in range(8):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(path), str(other)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(CHECKOUT)}) as child:
            assert child.stdout
            child.stdout.readline()
            time.sleep(dice.uniform(0.05, 0.3))
            child.send_signal(signal.SIGKILL)
        assert path.read_bytes() in known
        store.check(path)
        for left in tmp_path.glob(".fieldmark-*.partial"):
            half_done += 1
            left.unlink()
        assert sorted(tmp_path.iterdir()) == [other, path]
    assert half_done  # the kills did hit a write
