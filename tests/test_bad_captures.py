"""Captures that are cut, damaged, crafted to crash or to exhaust: read as far as they go, answered with the right exit code.

The first part needs ../shared/captures (not part of the project), and for its referee capinfos.
"""

import gzip
import json
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import packets
import pytest

from scanner.capture.sources import open_source
from scanner.cli.deliver import exit_code
from scanner.engine import Input, read
from scanner.errors import Damaged, Unreadable
from scanner.judgement.limits import records
from scanner.model import Inventory

BAD = packets.SHARED / "bad"
SECONDS, MEBIBYTES = 2, 300
DONE, PARTLY, NOTHING = 0, 3, 4  # README, exit codes

READ_ALL = """
import json, sys, time
from pathlib import Path
from fingerprints.catalogue import load
from scanner.cli.deliver import exit_code
from scanner.engine import Input, finish, read
from scanner.judgement.policy import load as policy
known, chosen = load(), policy()
for path in sys.stdin.read().splitlines():
    start = time.process_time()
    evidence = read(Input(path, "x"))
    inventory = finish(evidence, known, chosen)
    record, = inventory.captures
    print(json.dumps({
        "path": path, "code": exit_code(inventory, None), "seconds": time.process_time() - start, "problem": record.problem,
        "frames": record.frames,
        # Not getrusage: that counts what the parent had before this program was loaded, too.
        "peak": int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]),
    }))
"""
"""One process for all: its peak memory bounds that of each, and nothing else has been in it before."""


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    if not BAD.is_dir():
        pytest.skip("no bad captures at hand (../shared/captures/bad)")
    paths = sorted(str(path) for path in BAD.iterdir() if path.suffix != ".csv")
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL], input="\n".join(paths), capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_no_bad_capture_crashes_or_takes_long(
    answers: list[dict[str, Any]], record_property: Callable[[str, object], None]
) -> None:
    assert len(answers) >= 571
    slowest, peak = max(row["seconds"] for row in answers), max(row["peak"] for row in answers) / 1024
    record_property("figure", f"{len(answers)} bad captures: slowest {slowest:.2f} s of CPU, peak {peak:.0f} MiB")
    assert slowest < SECONDS
    assert peak < MEBIBYTES
    assert {row["code"] for row in answers} == {DONE, PARTLY, NOTHING}


OTHERWISE = {
    "0266_libpcap_pcap-invalid-version-2.pcap",  # version 2.5, which libpcap refuses as we do
    "0408_suricata-verify_fuzz.pcap",  # damaged behind one frame; capinfos takes it for a writer of longer record headers
    "made_flip_16.pcapng",  # a fault in the options of a packet, which we do not read: its frame is whole
    "made_3_bytes.pcap",  # three bytes, which capinfos takes for a text log
    "made_gz_bomb_64MB.pcap.gz",  # empty records by the million, which we stop reading
    "made_zero_bytes.pcap",  # an empty file is no capture
}
"""Where we answer otherwise than capinfos, with the reason."""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed: nobody to compare with")
def test_frames_and_exit_codes_are_what_wireshark_makes_of_the_files(answers: list[dict[str, Any]]) -> None:
    names = [Path(row["path"]).name for row in answers]
    done = subprocess.run(["capinfos", "-Trc", *names], cwd=BAD, capture_output=True, text=True, check=False)
    counts = {name: int(count) for name, count in (line.split("\t")[:2] for line in done.stdout.splitlines())}
    counts |= {name: int(count) for count, name in re.findall(r'after reading (\d+) packets? from "([^"]+)"', done.stderr)}
    # What it says of link types it does not know is no word about the file.
    faulty = set(re.findall(r'(?:file|from) "([^"]+)"(?! contains record data)', done.stderr))
    wrong = []
    for row, name in zip(answers, names, strict=True):
        if name in OTHERWISE or (name not in counts and name not in faulty):
            continue
        expected = DONE if name not in faulty else PARTLY if counts.get(name) else NOTHING
        unknown_link = row["code"] == NOTHING and not row["problem"]
        if row["frames"] != counts.get(name, 0) or (row["code"] != expected and not unknown_link):
            wrong.append((name, row["frames"], counts.get(name), row["code"], expected))
    assert wrong == []


FRAMES = [packets.arp(("02:00:00:00:00:01", f"10.0.{n // 250}.{n % 250 + 1}"), "10.0.0.1") for n in range(120)]
FIRST = 4096


def pcapng() -> bytes:
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    blocks = [struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)]
    for frame in FRAMES:
        length = 32 + len(frame) + -len(frame) % 4
        head = struct.pack("<IIIIIII", 6, length, 0, 0, 5, len(frame), len(frame))
        blocks.append(head + frame + bytes(-len(frame) % 4) + struct.pack("<I", length))
    return section + b"".join(blocks)


def growing(path: Path, content: bytes) -> Iterator[int]:
    """Each length of the first FIRST bytes, while the file has just that length."""
    with path.open("wb", buffering=0) as file:
        for cut in range(FIRST + 1):
            yield cut
            file.write(content[cut : cut + 1])


def ends(start: int, size: int) -> list[int]:
    """Where a file can end without anything missing: behind its header, and behind each frame."""
    return [start + n * size for n in range(len(FRAMES) + 1)]


PCAP_ENDS = ends(24, 16 + len(FRAMES[0]))
PCAPNG_ENDS = [28, *ends(48, 32 + len(FRAMES[0]))]


def answer(path: Path) -> int:
    """The exit code of a scan of just this file."""
    captures = records(read(Input(str(path), "x")))
    return exit_code(Inventory(devices=(), captures=captures, limits=(), tables=(), as_of="", tool="", notes=()), None)


def counted(path: Path) -> tuple[int | None, bool]:
    """Frames read (None: refused), and whether something was missing."""
    count = 0
    try:
        with open_source(str(path), "x") as source:
            for batch in source.batches():
                count += len(batch)
    except Unreadable:
        return None, True
    except Damaged:
        return count, True
    return count, False


@pytest.mark.parametrize(
    ("content", "whole", "header"),
    [(packets.pcap(FRAMES), PCAP_ENDS, 24), (pcapng(), PCAPNG_ENDS, 28)],
    ids=["pcap", "pcapng"],
)
def test_a_file_cut_at_any_byte_gives_every_whole_frame(tmp_path: Path, content: bytes, whole: list[int], header: int) -> None:
    assert len(content) > FIRST
    path = tmp_path / "x"
    for cut in growing(path, content):
        frames = sum(end <= cut for end in whole[-len(FRAMES) :])
        missing = cut not in whole
        assert counted(path) == ((None, True) if cut < header else (frames, missing)), cut
        if cut % 41 == 0 or not missing:
            assert answer(path) == (DONE if not missing else PARTLY if frames else NOTHING), cut


def test_a_compressed_file_cut_at_any_byte_gives_frames_and_says_what_is_missing(tmp_path: Path) -> None:
    content = gzip.compress(packets.pcap([bytes(n * k % 251 for k in range(100)) for n in range(1, 200)]), mtime=0)
    assert len(content) > FIRST
    path, before = tmp_path / "x.gz", 0
    for cut in growing(path, content):
        count, missing = counted(path)
        assert missing or cut == len(content)
        assert (count or 0) >= before, "a longer piece never gives fewer frames"
        before = count or 0
        if cut % 41 == 0:
            assert answer(path) == (PARTLY if before else NOTHING), cut
    assert before > 30
