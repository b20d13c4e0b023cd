"""The compiled core against its Python twin: the same frames, masks, counts and evidence, whatever the bytes."""

from pathlib import Path

import packets
import pytest

from scanner.capture import compiled, lane
from scanner.capture.frames import Frame, FrameBatch
from scanner.capture.headers import Tally
from scanner.capture.wants import Selector
from scanner.engine import Input, read
from scanner.evidence import Evidence
from scanner.observers import observers

pytestmark = pytest.mark.skipif(not compiled.BUILT, reason="the compiled core is not built (make core)")

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "pcaps").glob("*/traffic.pcap"))
SHARED = sorted(path for path in packets.SHARED.rglob("*") if path.is_file() and path.stat().st_size < 4_000_000)
OBSERVERS = Selector([observer.WANTS for observer in observers()])


def seen(batch: FrameBatch, tally: Tally) -> tuple[list[tuple[Frame, int]], Evidence]:
    """The chosen frames and all that was counted."""
    chosen = list(lane.scan(batch, OBSERVERS, tally))
    evidence = Evidence()
    tally.settle(evidence)
    return chosen, evidence


def compare(batch: FrameBatch) -> None:
    core, twin = lane.tally("c", OBSERVERS, remember=False), Tally("c")
    assert isinstance(core, lane.CoreTally)
    assert seen(batch, core) == seen(batch, twin)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_case_gives_the_same_evidence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = read(Input(str(path), path.name))
    monkeypatch.setenv(compiled.SWITCH, "off")
    assert ours == read(Input(str(path), path.name))


@pytest.mark.slow
@pytest.mark.skipif(not SHARED, reason="no real captures at hand (../shared/captures)")
def test_so_does_every_real_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in SHARED:
        monkeypatch.delenv(compiled.SWITCH, raising=False)
        ours = read(Input(str(path), path.name))
        monkeypatch.setenv(compiled.SWITCH, "off")
        assert ours == read(Input(str(path), path.name)), path
