"""What is kept while listening reads back as it was heard."""

import hashlib
from pathlib import Path

import packets
import pytest

from scanner.capture.saving import Saver
from scanner.capture.sources import open_source
from scanner.errors import StorageFault

FRAMES = [packets.arp(("00:1a:22:00:00:01", f"10.0.0.{n}"), "10.0.0.99") for n in range(1, 6)]


def test_batches_read_back_with_their_nanoseconds(tmp_path: Path) -> None:
    path = tmp_path / "kept.pcap"
    batches = [packets.batch(FRAMES[:2]), packets.batch(FRAMES[2:], first=3)]
    batches[1].times[0] += 7
    with Saver(path, 1) as saver:
        for batch in batches:
            saver.write(batch)
    assert (saver.sha256, saver.bytes) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    with open_source(str(path), "kept.pcap") as source:
        (read,) = source.batches()
        assert source.format == saver.format
    assert [read.buffer[a : a + size] for a, size in zip(read.offsets, read.sizes, strict=True)] == FRAMES
    assert list(read.times) == [*batches[0].times, *batches[1].times]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFault):
        Saver(tmp_path / "nowhere" / "kept.pcap", 1)
    with pytest.raises(StorageFault):
        Saver(tmp_path, 1)
