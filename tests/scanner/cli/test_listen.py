"""Listening for real: two network namespaces joined by a cable, one of them listening.

What is heard must be what a file of the same frames shows, and the listening side must not have sent a single frame.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import packets
import pytest

ROOT = Path(__file__).parents[3]
CAPTURE = ROOT / "scanner" / "demo" / "office.pcap"
HERE, THERE = f"fm-here-{os.getpid()}", f"fm-there-{os.getpid()}"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("ip"), reason="needs root and iproute2 to make network namespaces"
    ),
    pytest.mark.skipif(not shutil.which("tcpreplay"), reason="needs tcpreplay to send the demonstration capture"),
]


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def cable() -> Iterator[None]:
    """Namespaces HERE and THERE with a veth between them, silent: no IPv6, no addresses."""
    made = []
    try:
        for space in (HERE, THERE):
            done = subprocess.run(["ip", "netns", "add", space], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"network namespaces are not allowed here: {done.stderr.strip()}")
            made.append(space)
            run(
                "ip",
                "netns",
                "exec",
                space,
                "sysctl",
                "-qw",
                "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1",
            )
        run("ip", "link", "add", "cable0", "netns", HERE, "type", "veth", "peer", "name", "cable1", "netns", THERE)
        run("ip", "-n", HERE, "link", "set", "cable0", "up")
        run("ip", "-n", THERE, "link", "set", "cable1", "mtu", "9000", "up")
        run("ip", "-n", HERE, "link", "set", "cable0", "mtu", "9000")
        yield
    finally:
        for space in made:
            subprocess.run(["ip", "netns", "del", space], check=False)


def start(tmp_path: Path, *options: str) -> subprocess.Popen[str]:
    command = [
        "ip",
        "netns",
        "exec",
        HERE,
        sys.executable,
        "-m",
        "scanner",
        "listen",
        "-i",
        "cable0",
        "--db",
        str(tmp_path / "live.db"),
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    for line in process.stderr:
        if "listening on" in line:
            return process
    pytest.fail(f"did not begin to listen: exit code {process.wait()}")


def sent(space: str, interface: str) -> int:
    return int(run("ip", "netns", "exec", space, "cat", f"/sys/class/net/{interface}/statistics/tx_packets"))


def rows(db: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(
            "SELECT device_id, mac, macs, ips, hostname, vendor, verdict, level, confidence FROM inventory"
        ).fetchall()


@pytest.mark.usefixtures("cable")
def test_what_is_heard_is_what_the_file_shows_and_nothing_is_sent(tmp_path: Path) -> None:
    before = sent(HERE, "cable0")
    process = start(tmp_path)
    run("ip", "netns", "exec", THERE, "tcpreplay", "-q", "-i", "cable1", "-p", "2000", str(CAPTURE))
    time.sleep(1.2)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert sent(HERE, "cable0") == before, "the listening side sent a frame"
    subprocess.run(
        [sys.executable, "-m", "scanner", "scan", "-q", str(CAPTURE), "--db", str(tmp_path / "file.db")], check=True, cwd=ROOT
    )
    assert rows(tmp_path / "live.db") == rows(tmp_path / "file.db")


@pytest.mark.usefixtures("cable")
def test_what_is_kept_is_the_capture_the_evidence_points_to(tmp_path: Path) -> None:
    process = start(tmp_path, "-w", str(tmp_path / "kept.pcap"))
    run("ip", "netns", "exec", THERE, "tcpreplay", "-q", "-i", "cable1", "-p", "2000", str(CAPTURE))
    time.sleep(1.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    command = [sys.executable, "-m", "scanner", "scan", "-q", str(tmp_path / "kept.pcap"), "--db", str(tmp_path / "file.db")]
    subprocess.run(command, check=True, cwd=ROOT)
    assert (tmp_path / "live.db").read_bytes() == (tmp_path / "file.db").read_bytes()


@pytest.mark.usefixtures("cable")
def test_vlan_tags_the_kernel_took_out_are_put_back(tmp_path: Path) -> None:
    frame = packets.ethernet(
        "00:1a:22:00:00:01", packets.BROADCAST, 0x0806, packets.arp(("00:1a:22:00:00:01", "10.0.0.1"), "10.0.0.2")[14:], [42]
    )
    (tmp_path / "tagged.pcap").write_bytes(packets.pcap([frame]))
    process = start(tmp_path, "-c", "1", "-a", "duration:10")
    run("ip", "netns", "exec", THERE, "tcpreplay", "-q", "-i", "cable1", str(tmp_path / "tagged.pcap"))
    process.communicate(timeout=30)
    assert process.returncode == 0
    with sqlite3.connect(tmp_path / "live.db") as connection:
        assert connection.execute("SELECT segment FROM device").fetchall() == [("vlan 42",)]


@pytest.mark.usefixtures("cable")
def test_a_filter_a_duration_and_a_count_end_it(tmp_path: Path) -> None:
    begun = time.monotonic()
    process = start(tmp_path, "-a", "duration:1.5", "-f", "udp port 67")
    run("ip", "netns", "exec", THERE, "tcpreplay", "-q", "-i", "cable1", "-p", "2000", str(CAPTURE))
    process.communicate(timeout=30)
    assert time.monotonic() - begun < 15
    with sqlite3.connect(tmp_path / "live.db") as connection:
        channels = {name for (name,) in connection.execute("SELECT DISTINCT channel FROM evidence")}
    assert channels <= {"eth.oui", "dhcp.hostname", "dhcp.vendor_class", "dhcp.fqdn", "dhcp.client_id"}
    assert "eth.oui" in channels


@pytest.mark.usefixtures("cable")
def test_an_interface_that_would_talk_is_told_and_strictly_refused(tmp_path: Path) -> None:
    run("ip", "-n", HERE, "addr", "add", "192.0.2.1/24", "dev", "cable0")
    try:
        command = ["ip", "netns", "exec", HERE, sys.executable, "-m", "scanner", "listen", "-i", "cable0", "-a", "duration:1"]
        done = subprocess.run(
            [*command, "--strict-passive", "--db", str(tmp_path / "x.db")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 6
        assert "IPv4 address" in done.stderr
        assert not (tmp_path / "x.db").exists()
    finally:
        run("ip", "-n", HERE, "addr", "flush", "dev", "cable0")


@pytest.mark.parametrize(
    ("options", "words"), [(["-i", "no-such-0"], "no such interface"), (["-i", "lo", "-f", "nonsense ("], "capture filter")]
)
def test_a_wrong_interface_or_filter_is_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    command = [sys.executable, "-m", "scanner", "listen", *options, "--db", str(tmp_path / "x.db")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 6
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
