"""A real scheduler and real workers on the loopback: the same bytes as one process, also when a worker is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import packets
import pytest
from running import until

from scanner.capture.sources import as_capture, open_input
from scanner.engine import Input, read_all
from scanner.errors import ClusterFault, Unreadable
from scanner.kept import Folder

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
from scanner import cluster

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "pcaps").glob("*/traffic.pcap"))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


class Running(NamedTuple):
    address: str
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Running]:
    """A scheduler and two workers, each a process."""
    contact = tmp_path / "scheduler.json"

    def start(role: str, *more: str) -> "subprocess.Popen[bytes]":
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{role}",
            "--scheduler-file",
            str(contact),
            "--no-dashboard",
            *more,
        ]
        process = subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        held.callback(process.wait)
        held.callback(process.kill)
        return process

    with ExitStack() as held:
        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until(contact.exists)
        workers = [start("worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        from distributed import Client

        with Client(scheduler_file=str(contact), timeout=30) as client:
            client.wait_for_workers(2, timeout=30)
            address = client.scheduler.address
        yield Running(address, workers)


@pytest.mark.slow
def test_slices_and_groups_on_a_cluster_are_one_process(dask: Running, tmp_path: Path) -> None:
    sources = [Input(str(path), path.parent.name) for path in CASES[:12]]
    sources.append(Input("/nowhere.pcap", "gone"))
    addresses = [Input(f"file://{source.path}", source.capture) for source in sources]
    told: list[int] = []
    wanted = read_all(sources)
    assert cluster.read_all(sources, dask.address, progress=told.append, size=300, group=3) == wanted
    assert 0.95 < sum(told) / sum(path.stat().st_size for path in CASES[:12]) <= 1
    folder = Folder(tmp_path / "kept")
    folder.open()
    assert cluster.read_all(addresses, dask.address, keeper=folder, size=300) == wanted
    assert folder.found == 0
    assert cluster.read_all(addresses[:-1], dask.address, keeper=folder, size=300) == read_all(sources[:-1])
    assert folder.found == len(list(folder.path.glob("*.db"))) > 12


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_nothing(dask: Running, tmp_path: Path) -> None:
    one, all_ = ("02:00:00:00:00:01", "10.0.0.1"), (packets.BROADCAST, "10.0.0.255")
    folder = tmp_path / "captures"
    folder.mkdir()
    for number in range(16):
        names = [f"host-{n}.net-{number}.example.org" for n in range(1500)]
        frames = [packets.datagram(one, all_, (5353, 53), packets.dns_query(name)) for name in names]
        (folder / f"{number}.pcap").write_bytes(packets.pcap(frames))

    def scan(db: str, *more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "scanner", "scan", str(folder), "--db", str(tmp_path / db), "-q", *more]
        return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT)

    assert scan("one.db", "--workers", "1").wait() == 0
    kept = tmp_path / "kept"
    run = scan("cluster.db", "--cluster", dask.address, "--resume", str(kept))
    until(lambda: list(kept.glob("*.db")))
    dask.workers[0].send_signal(signal.SIGKILL)
    assert len(list(kept.glob("*.db"))) < 16
    assert run.wait() == 0
    assert (tmp_path / "cluster.db").read_bytes() == (tmp_path / "one.db").read_bytes()


@pytest.mark.slow
def test_a_local_cluster_is_one_process(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text("import sys\nfrom scanner.cli import main\nif __name__ == '__main__':\n    main()\n")
    results = []
    for number, more in enumerate((["--workers", "1"], ["--workers", "2", "--cluster", "local"])):
        db = tmp_path / f"{number}.db"
        command = [sys.executable, str(script), "scan", *map(str, CASES[:5]), "--db", str(db), "-q", *more]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        results.append(db.read_bytes())
    assert results[0] == results[1]


def test_no_scheduler_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(ClusterFault, match="no scheduler with a worker answers there") as caught:
        cluster.read_all([], "tcp://127.0.0.1:9")
    assert caught.value.exit_code == 7


def test_a_worker_with_another_program_is_refused() -> None:
    with pytest.raises(ClusterFault, match="another version"):
        cluster._read(Input(str(CASES[0]), "a"), None, "another")


def test_addresses_are_read_like_files(tmp_path: Path) -> None:
    for name in "ba":
        (tmp_path / f"{name}.pcap").write_bytes(CASES[0].read_bytes())
    wanted = [f"file://{tmp_path}/a.pcap", f"file://{tmp_path}/b.pcap"]
    assert cluster.expanded([f"file://{tmp_path}/*.pcap", "x*.pcap"]) == [*wanted, "x*.pcap"]
    for nothing in (f"file://{tmp_path}/*.cap", "nothing://*.pcap"):
        assert cluster.expanded([nothing]) == [nothing], "it is told, not passed over"
    with as_capture(open_input(wanted[0], cluster.open_address), "a") as source:
        frames = sum(len(batch) for batch in source.batches())
    assert frames == read_all([Input(str(CASES[0]), "a")]).ledgers["a"].frames
    with pytest.raises(Unreadable, match="no such file"):
        open_input("file:///nowhere.pcap", cluster.open_address)
    with pytest.raises(Unreadable, match="no such kind of address"):
        open_input("nothing://nowhere.pcap", cluster.open_address)
