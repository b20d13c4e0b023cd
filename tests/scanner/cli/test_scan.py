"""`fieldmark scan` as a user runs it: a process, its output, its exit code."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import packets
import pytest

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "scanner" / "demo" / "office.pcap"
HOST = ("00:1a:22:00:00:01", "192.168.1.10")


def fieldmark(
    *arguments: str, cwd: Path, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def capture(folder: Path, name: str = "a.pcap", count: int = 3) -> Path:
    path = folder / name
    path.write_bytes(packets.pcap([packets.arp(HOST, "192.168.1.1")] * count))
    return path


def test_the_demonstration_gives_a_table_a_database_and_a_report(tmp_path: Path) -> None:
    done = fieldmark("scan", "--demo", "--html", "report.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Flagged" in done.stdout
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")
    with sqlite3.connect(tmp_path / "fieldmark.db") as connection:
        verdicts = {verdict for (verdict,) in connection.execute("SELECT verdict FROM inventory")}
    assert verdicts == {"flagged", "review", "clear", "unknown"}


def test_a_pipe_is_a_capture_too(tmp_path: Path) -> None:
    done = fieldmark("scan", "-", "--json", cwd=tmp_path, stdin=DEMO.read_bytes())
    assert done.returncode == 0
    by_pipe = json.loads(done.stdout)
    by_file = json.loads(fieldmark("scan", str(DEMO), "--json", cwd=tmp_path).stdout)
    assert [each["verdict"] for each in by_pipe["devices"]] == [each["verdict"] for each in by_file["devices"]]


def test_a_cut_file_keeps_what_came_before_and_the_others_go_on(tmp_path: Path) -> None:
    whole, cut = capture(tmp_path), capture(tmp_path, "cut.pcap")
    cut.write_bytes(cut.read_bytes()[:-7])
    done = fieldmark("scan", str(cut), str(whole), cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "cut.pcap" in done.stderr
    assert "at byte 176, after frame 2" in done.stderr
    with sqlite3.connect(tmp_path / "fieldmark.db") as connection:
        books = connection.execute("SELECT capture, frames, complete FROM captures ORDER BY capture").fetchall()
    assert books == [("a.pcap", 3, 1), ("cut.pcap", 2, 0)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "empty file"),
        (b"\x1f\x8b\x08rest of it........", "gzip data is damaged"),
        (b"just some words, no capture", "text"),
    ],
)
def test_what_is_no_capture_is_told_in_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "odd.bin"
    if content is not None:
        path.write_bytes(content)
    done = fieldmark("scan", str(path), cwd=tmp_path)
    assert done.returncode == 4
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_capture_of_an_unknown_link_type_is_read_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "usb.pcap").write_bytes(packets.pcap([b"whatever"], link=189))
    done = fieldmark("scan", "usb.pcap", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stderr == "fieldmark: usb.pcap: no frame could be read: link type USB_LINUX\n"
    assert fieldmark("scan", "usb.pcap", str(capture(tmp_path)), cwd=tmp_path).returncode == 3


def test_an_empty_capture_is_read_whole(tmp_path: Path) -> None:
    assert fieldmark("scan", str(capture(tmp_path, count=0)), cwd=tmp_path).returncode == 0


def test_one_unreadable_file_among_good_ones_is_exit_code_3(tmp_path: Path) -> None:
    assert fieldmark("scan", str(capture(tmp_path)), "missing.pcap", cwd=tmp_path).returncode == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["scan", "--as-of", "soon", "x"],
        ["scan", "--fail-on", "9", "x"],
        ["scan", "--json", "--ndjson", "x"],
        ["scan", "--nope"],
        ["nope"],
    ],
)
def test_wrong_usage_is_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    done = fieldmark(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s3://bucket/a.pcap"], "addresses are read with --cluster"),
        (["s3://bucket/a.pcap", "--evidence-pcap", "e.pcapng"], "from files, not from addresses"),
        (["a.pcap", "--cluster", "local"], "pip install 'fieldmark[cluster]'"),
    ],
)
def test_what_needs_a_cluster_says_so(tmp_path: Path, arguments: list[str], said: str) -> None:
    if "--cluster" in arguments and find_spec("distributed"):
        pytest.skip("the extra `cluster` is installed: nothing to ask for")
    done = fieldmark("scan", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_fail_on(tmp_path: Path) -> None:
    assert fieldmark("scan", "-q", "--fail-on", "3", str(DEMO), cwd=tmp_path).returncode == 10
    assert fieldmark("scan", "-q", "--fail-on", "3", str(capture(tmp_path)), cwd=tmp_path).returncode == 0


def test_a_foreign_database_is_never_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "fieldmark.db") as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = (tmp_path / "fieldmark.db").read_bytes()
    done = fieldmark("scan", str(capture(tmp_path)), cwd=tmp_path)
    assert done.returncode == 5
    assert (tmp_path / "fieldmark.db").read_bytes() == before


def test_standard_output_is_the_data_and_nothing_else(tmp_path: Path) -> None:
    whole = fieldmark("scan", str(DEMO), "--json", cwd=tmp_path)
    rows = fieldmark("scan", str(DEMO), "--ndjson", cwd=tmp_path)
    assert json.loads(whole.stdout)["devices"]
    assert all(json.loads(line) for line in rows.stdout.splitlines())
    assert fieldmark("scan", str(DEMO), "-q", cwd=tmp_path).stdout == ""


@pytest.mark.slow
def test_order_workers_locale_and_time_zone_do_not_show(tmp_path: Path) -> None:
    """Same input, same bytes out: the design's last sentence."""
    cases = sorted(str(path) for path in (ROOT / "pcaps").glob("*/traffic.pcap"))[:6]
    results = set()
    runs: list[tuple[list[str], list[str], dict[str, str]]] = [
        (cases, [], {}),
        (cases[::-1], ["--workers", "2"], {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}),
        (cases[3:] + cases[:3], ["--workers", "1"], {"TZ": "America/New_York", "PYTHONHASHSEED": "99", "COLUMNS": "200"}),
    ]
    for number, (paths, options, environment) in enumerate(runs):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = fieldmark(
            "scan", *paths, *options, "--html", "r.html", "--csv", "r.csv", "--json", cwd=folder, environment=environment
        )
        assert done.returncode == 0, done.stderr
        results.add((done.stdout, *((folder / name).read_bytes() for name in ("fieldmark.db", "r.html", "r.csv"))))
    assert len(results) == 1


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    command = f"{sys.executable} -m scanner scan {DEMO} --json --db {tmp_path / 'x.db'} | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


def test_the_three_packages_must_lie_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "__init__.py").write_text("")
    code = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; from scanner.cli import main; main()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "environment of its own" in done.stderr


@pytest.mark.slow
def test_folders_inside_folders_patterns_and_any_order(tmp_path: Path) -> None:
    (tmp_path / "set" / "day").mkdir(parents=True)
    rotated = [capture(tmp_path / "set" / "day", f"x{n}.pcap", n + 1).relative_to(tmp_path) for n in range(3)]
    given = [["set", "--recursive"], ["set/*/x?.pcap"], [str(path) for path in rotated], [str(path) for path in rotated[::-1]]]
    said = [fieldmark("scan", *each, "--json", cwd=tmp_path) for each in given]
    assert [done.returncode for done in said] == [0] * 4, said
    assert len({done.stdout for done in said}) == 1
    assert json.loads(said[0].stdout)["captures"][2]["frames"] == 3
    plain = fieldmark("scan", "set", cwd=tmp_path)
    assert "day: a folder (--recursive reads it), passed over" in plain.stderr


@pytest.mark.parametrize(
    "wrong",
    [["a.pcap", "b.pcap", "--follow"], ["-", "--follow"], [".", "--follow", "--recursive"], ["a.pcap", "-a", "duration:1"]],
)
def test_what_cannot_be_followed_is_a_wrong_usage(tmp_path: Path, wrong: list[str]) -> None:
    done = fieldmark("scan", *wrong, cwd=tmp_path)
    assert done.returncode == 2
    assert "follow" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", ["duration", "interrupt"])
def test_a_growing_capture_is_followed(tmp_path: Path, how: str) -> None:
    path = capture(tmp_path, count=3)
    rest = packets.pcap([packets.arp(("00:1a:22:00:00:02", "192.168.1.11"), "192.168.1.1")] * 4)[24:]
    command = [sys.executable, "-m", "scanner", "scan", str(path), "--follow", "--json"]
    with subprocess.Popen(
        command + (["-a", "duration:4"] if how == "duration" else []), cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert b"following" in running.stderr.readline()
        with path.open("ab") as file:
            file.write(rest)
        time.sleep(1)
        if how == "interrupt":
            running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert output.decode() == fieldmark("scan", str(path), "--json", cwd=tmp_path).stdout
    assert json.loads(output)["captures"][0]["frames"] == 7


@pytest.mark.slow
def test_what_another_program_adds_to_a_followed_folder_is_missed_but_told(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    first = capture(folder, "a.pcap", 2)
    os.utime(first, (1, 1))
    capture(folder, "b.pcap", 3)
    with subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", str(folder), "--follow", "--json"], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as running:  # fmt: skip
        assert running.stderr is not None
        running.stderr.readline()
        time.sleep(1.5)
        with first.open("ab") as file:
            file.write(bytes(50))
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=60)
    told = {book["capture"]: book["problem"] for book in json.loads(output)["captures"]}
    assert told == {"a.pcap": "50 bytes were written after the next capture had begun: not read", "b.pcap": ""}
    assert running.returncode == 3


def test_a_name_made_to_steer_a_terminal_is_shown_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    capture(folder)
    (folder / "\x1b]0;owned\x07.txt").write_text("no capture")
    done = fieldmark("scan", "set", cwd=tmp_path)
    assert "x1b]0;owned" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
