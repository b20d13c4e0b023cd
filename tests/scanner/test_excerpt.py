"""The excerpt: just the cited frames, as they were, and tshark reads their comments."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fingerprints.catalogue import load
from scanner import excerpt
from scanner.capture.sources import open_source
from scanner.engine import Input, finish, read
from scanner.judgement.policy import load as load_policy
from scanner.model import ClaimKind, Inventory

DEMO = Path(__file__).parents[2] / "pcaps" / "demo" / "traffic.pcap"


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return finish(read(Input(str(DEMO), "office.pcap")), load(), load_policy())


def frames(path: Path) -> list[tuple[bytes, int, int]]:
    with open_source(str(path), "x") as source:
        return [
            (batch.buffer[start : start + size], time, link)
            for batch in source.batches()
            for start, size, time, link in zip(batch.offsets, batch.sizes, batch.times, batch.links, strict=True)
        ]


def test_exactly_the_cited_frames_unchanged(tmp_path: Path, inventory: Inventory) -> None:
    out = tmp_path / "evidence.pcapng"
    numbers = sorted(excerpt.cited(inventory)["office.pcap"])
    assert excerpt.write(out, inventory, {"office.pcap": str(DEMO)}) == len(numbers) > 10
    whole = frames(DEMO)
    assert frames(out) == [whole[number - 1] for number in numbers]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_every_frame_says_what_it_is_cited_for(tmp_path: Path, inventory: Inventory) -> None:
    out = tmp_path / "evidence.pcapng"
    excerpt.write(out, inventory, {"office.pcap": str(DEMO)})
    said = subprocess.run(
        ["tshark", "-r", out, "-T", "fields", "-e", "frame.comment"], capture_output=True, text=True, check=True
    ).stdout
    lines = said.splitlines()
    assert len(lines) == len(frames(out))
    assert all(re.match(rf"frame \d+ of office\.pcap: \S+ ({'|'.join(ClaimKind)}) ", line) for line in lines)


def test_standard_input_cannot_be_read_twice(tmp_path: Path, inventory: Inventory) -> None:
    assert excerpt.write(tmp_path / "none.pcapng", inventory, {"office.pcap": "-"}) == 0
    assert frames(tmp_path / "none.pcapng") == []


def test_same_inventory_same_bytes(tmp_path: Path, inventory: Inventory) -> None:
    for name in "ab":
        excerpt.write(tmp_path / name, inventory, {"office.pcap": str(DEMO)})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
