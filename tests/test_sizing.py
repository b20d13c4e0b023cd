"""The page on clusters cannot lie: what it computes follows from the figures it was measured with."""

from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
import sizing

PAGE = sizing.PAGE.read_text(encoding="utf-8")


def test_the_tables_follow_from_the_figures() -> None:
    found = sizing.figures(PAGE)
    assert sizing.renewed(PAGE, found) == PAGE, "run make sizing"
    assert set(found) == {"date", "lane", "dense", "bulk", "cut", "merge", "memory"}


def test_a_slower_frame_needs_more_cores() -> None:
    found = sizing.figures(PAGE)
    found["dense"] = found["dense"] | {"cpu": 2 * found["dense"]["cpu"]}
    assert sizing.renewed(PAGE, found) != PAGE
    assert sizing.figures(sizing.renewed(PAGE, found))["dense"] == found["dense"]


def test_measuring_gives_every_figure(tmp_path: Path) -> None:
    capture = Path(__file__).parents[1] / "pcaps" / "demo" / "traffic.pcap"
    large = tmp_path / "large.pcap"
    content = capture.read_bytes()
    large.write_bytes(content + content[24:] * ((17 << 20) // len(content)))
    found = sizing.measure(large)
    assert found.keys() == sizing.figures(PAGE).keys()
    assert found["dense"]["frames"] > 10_000
    assert min(found[name]["cpu"] for name in ("dense", "bulk", "cut")) > 0
    sizing.tables(found)
