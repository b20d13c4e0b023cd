"""The laws of the line (ARCHITECTURE.md), on every case of `pcaps/` and, where at hand, on real captures.

The plain way is the judge: every frame decoded, handed to every observer whose wants accept it, no repeats remembered.
"""

from collections.abc import Callable, Iterable
from functools import cache
from io import BufferedIOBase, BufferedReader, BytesIO, TextIOWrapper
from pathlib import Path
from random import Random

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.catalogue import load
from scanner import decode
from scanner import evidence as bags
from scanner import line as lines
from scanner.capture import compiled, headers
from scanner.capture.frames import Frame, FrameBatch
from scanner.capture.headers import Tally, scan
from scanner.capture.joining import Joiner
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector
from scanner.decode import Decoder
from scanner.engine import Crew, Input, finish, needed, read, read_all
from scanner.errors import Unreadable
from scanner.evidence import Evidence, merge
from scanner.judgement.policy import load as load_policy
from scanner.line import Line
from scanner.model import Inventory
from scanner.observers import observers
from scanner.pieces import Piece, pieces
from scanner.processes import Processes

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "pcaps").glob("*/traffic.pcap"))
NAMES = [path.parent.name for path in CASES]
REAL = sorted(path for path in (packets.SHARED / "labelled").rglob("*.pcap*") if path.stat().st_size < 200_000)


class Everybody(dict[int, int]):
    """A table in which every key is wanted by everyone: selection switched off."""

    def get(self, _key: int, _default: int = 0) -> int:  # type: ignore[override] # only this form is used
        return 1


def plain(path: Path) -> Evidence:
    """Evidence of a capture the slow and obvious way."""
    everything = Selector([])
    for name in ("ethertypes", "udp_ports", "tcp_ports", "icmp6_types", "protocols"):
        setattr(everything, name, Everybody())
    everything.joined = 1
    evidence, tally = Evidence(), Tally(path.name)
    decoder = Decoder(path.name, observers(), evidence)
    joiner = Joiner(Selector([observer.WANTS for observer in observers()]))
    with open_source(str(path), path.name) as source:
        for batch in source.batches():
            for frame, _ in scan(batch, everything, tally, joiner.followed):
                mask = sum(
                    1 << n for n, observer in enumerate(observers()) if any(want.accepts(frame) for want in observer.WANTS)
                )
                if mask:
                    decoder.feed(frame, mask)
                for message, wanted in joiner.feed(frame, mask):
                    decoder.feed(message, wanted)
    joiner.settle(evidence, path.name)
    tally.settle(evidence)
    return evidence


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_selection_and_remembering_change_no_evidence(path: Path) -> None:
    ours, judge = read(Input(str(path), path.name)), plain(path)
    assert (ours.facts, ours.traffic, ours.addressed) == (judge.facts, judge.traffic, judge.addressed)


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="no real captures at hand (../shared/captures)")
def test_nor_on_real_captures() -> None:
    for path in REAL:
        ours, judge = read(Input(str(path), path.name)), plain(path)
        assert (ours.facts, ours.traffic, ours.addressed) == (judge.facts, judge.traffic, judge.addressed), path.name


@cache
def frames(case: str) -> tuple[tuple[bytes, int], ...]:
    """(bytes, time) of every frame of a case."""
    with open_source(str(ROOT / "pcaps" / case / "traffic.pcap"), case) as source:
        return tuple(
            (batch.buffer[start : start + size], time)
            for batch in source.batches()
            for start, size, time in zip(batch.offsets, batch.sizes, batch.times, strict=True)
        )


def evidence(case: str, numbers: Iterable[int]) -> Evidence:
    """Evidence of some frames of a case, each under its own number, in the order given."""
    line = Line(case)
    for number in numbers:
        body, time = frames(case)[number]
        batch = FrameBatch(case, number + 1, body)
        batch.add(0, len(body), len(body), time, 1)
        line.feed(batch)
    return line.finish(sha256="", size=0, form="pcap", problem="")


def judged(bag: Evidence) -> Inventory:
    return finish(bag, load(), load_policy())


@cache
def joins() -> frozenset[str]:
    """Cases with messages that run over several frames: there the order of the frames means something."""
    found = set()
    for name in NAMES:
        line = Line(name)
        for number, (body, time) in enumerate(frames(name), 1):
            batch = FrameBatch(name, number, body)
            batch.add(0, len(body), len(body), time, 1)
            line.feed(batch)
            if line.waits:
                found.add(name)
    return frozenset(found)


@pytest.mark.parametrize("case", sorted(joins()))
def test_slices_that_read_on_give_the_same_evidence(case: str) -> None:
    rows = frames(case)

    def batch(begin: int, end: int) -> FrameBatch:
        made = FrameBatch(case, begin + 1, b"".join(body for body, _ in rows[begin:end]))
        at = 0
        for body, time in rows[begin:end]:
            made.add(at, len(body), len(body), time, 1)
            at += len(body)
        return made

    def part(begin: int, end: int) -> Evidence:
        line = Line(case)
        line.feed(batch(begin, end))
        line.read_on(batch(end, len(rows)))
        return line.finish(sha256="", size=0, form="pcap", problem="")

    whole = part(0, len(rows))
    for cut in range(1, len(rows)):
        assert merge([part(0, cut), part(cut, len(rows))]) == whole


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([name for name in NAMES if name not in {"demo", *joins()}]), st.data())
def test_any_split_in_any_order_gives_the_same_evidence_and_inventory(case: str, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(frames(case)))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    parts = [evidence(case, order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    whole = evidence(case, range(len(frames(case))))
    assert merge(parts) == whole
    assert judged(merge(parts)) == judged(whole)


def shuffled(seed: int) -> Crew:
    """A crew of one that takes the pieces in an order of chance."""

    def crew(work: Callable[[Piece], tuple[int, Evidence]], given: Iterable[Piece]) -> Iterable[tuple[int, Evidence]]:
        waiting = list(given)
        Random(seed).shuffle(waiting)
        return map(work, waiting)

    return crew


@settings(max_examples=60)
@given(st.sampled_from(CASES), st.integers(1, 3000), st.integers(0, 9), st.data())
def test_any_slices_in_any_order_give_the_same_evidence(
    tmp_path_factory: pytest.TempPathFactory, path: Path, size: int, seed: int, data: st.DataObject
) -> None:
    content = path.read_bytes()
    if data.draw(st.booleans(), "damaged"):
        at = data.draw(st.integers(24, len(content) - 1))
        content = content[:at] + data.draw(st.binary(max_size=40))
    copy = tmp_path_factory.getbasetemp() / "copy.pcap"
    copy.write_bytes(content)
    sources = [Input(str(copy), "copy"), Input(str(CASES[0]), "other"), Input("/nowhere.pcap", "gone")]
    assert read_all(sources, shuffled(seed), size=size) == read_all(sources)


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="no real captures at hand (../shared/captures)")
def test_slices_of_real_captures_give_the_same_evidence() -> None:
    every = (packets.SHARED / "labelled").rglob("*.pcap*")
    sources = [Input(str(path), path.name) for path in every]
    assert len(list(pieces(sources, Evidence(), 50_000))) > 3 * len(sources)
    assert read_all(sources, shuffled(1), size=50_000) == read_all(sources)


@pytest.mark.parametrize("switch", ["on", "off"])
def test_what_a_line_holds_of_decoded_frames_is_bounded(monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    monkeypatch.setenv(compiled.SWITCH, switch)
    one, other = ("02:00:00:00:00:01", "10.0.0.1"), ("02:00:00:00:00:02", "10.0.0.2")
    rows = [packets.segment(one, other, (1000 + n, 22), b"SSH-2.0-made_up_%d\r\n" % n) for n in range(300)]

    def counted() -> tuple[int, Evidence]:
        line, most = Line("c"), 0
        for first in range(0, len(rows), 50):
            line.feed(packets.batch(rows[first : first + 50], capture="c", first=first + 1))
            most = max(most, len(line._outcomes.kept) - 1)  # one stands for nothing
        return most, line.finish(sha256="", size=0, form="pcap", problem="")

    monkeypatch.setattr(lines, "_known", {})
    whole = counted()
    monkeypatch.setattr(decode, "MOST_HELD", 150)  # an outcome and one observation each
    assert (whole[0], counted()) == (300, (50, whole[1]))


def test_what_is_known_from_one_capture_changes_nothing_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor of the same one, whose messages are all known by then."""
    monkeypatch.setattr(lines, "_known", {})
    decoded: list[int] = []
    feed = Decoder.feed

    def counting(self: Decoder, frame: Frame, mask: int) -> decode.Outcome:
        decoded.append(frame.number)
        return feed(self, frame, mask)

    monkeypatch.setattr(Decoder, "feed", counting)
    first = [read(Input(str(path), path.parent.name)) for path in CASES]
    before = len(decoded)
    assert [read(Input(str(path), path.parent.name)) for path in CASES] == first
    assert not compiled.used() or len(decoded) - before < before / 2
    for path, after in zip(CASES, first, strict=True):
        lines._known.clear()
        assert read(Input(str(path), path.parent.name)) == after, path


@pytest.mark.parametrize("switch", ["on", "off"])
@pytest.mark.parametrize(("link", "held"), [(1, {"group"}), (101, {"group", "unicast"})])
def test_senders_that_were_packed_on_the_way_count_for_what_a_capture_holds(
    monkeypatch: pytest.MonkeyPatch, switch: str, link: int, held: set[str]
) -> None:
    """Senders are packed when they are many: a slice would else know more of them than the whole capture does."""
    monkeypatch.setenv(compiled.SWITCH, switch)
    for module, name, most in ((bags, "MANY", 4096), (headers, "MANY", 4096), (bags, "LONELY", 100)):
        monkeypatch.setattr(module, name, most)
    rows = [packets.ipv4(f"10.0.{n >> 8}.{n & 255}", "255.255.255.255", 99, b"") for n in range(8192)]
    if link == 1:
        cards = (f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}" for n in range(8192))
        rows = [packets.ethernet(card, packets.BROADCAST, 0x0800, row) for card, row in zip(cards, rows, strict=True)]

    def part(begin: int, end: int) -> Evidence:
        line = Line("c")
        line.evidence._room = 4096
        line.feed(packets.batch(rows[begin:end], link=link, capture="c", first=begin + 1))
        return line.finish(sha256="", size=0, form="pcap", problem="")

    whole = part(0, 8192)
    assert whole.ledgers["c"].held == held
    assert len(whole.once) == 8192
    assert whole == merge([part(0, 50), part(50, 8192)])


def test_many_processes_are_one() -> None:
    sources = [Input(str(path), path.parent.name) for path in CASES[:8]]
    assert read_all(sources, Processes(2, needed()), size=2000) == read_all(sources)


def test_progress_adds_up_to_the_input() -> None:
    sources = [Input(str(path), path.parent.name) for path in CASES[:8]]
    told: list[int] = []
    read_all(sources, map, told.append, size=2000)
    every = sum(path.stat().st_size for path in CASES[:8])
    assert 0.95 * every < sum(told) <= every  # file headers belong to no slice


def test_standard_input_is_read_where_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    content = CASES[0].read_bytes()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BufferedReader(BytesIO(content))))
    piped = read_all([Input("-", "a"), Input(str(CASES[1]), "b")], Processes(2, needed()))
    assert piped == read_all([Input(str(CASES[0]), "a"), Input(str(CASES[1]), "b")])


def test_a_capture_that_changes_while_it_is_read_is_not_complete(tmp_path: Path) -> None:
    copy = tmp_path / "copy.pcap"
    copy.write_bytes(CASES[0].read_bytes())

    def late(work: Callable[[Piece], tuple[int, Evidence]], given: Iterable[Piece]) -> Iterable[tuple[int, Evidence]]:
        waiting = list(given)
        copy.write_bytes(copy.read_bytes()[:500])
        return map(work, waiting)

    made = judged(read_all([Input(str(copy), "copy")], late, size=100))
    assert (made.captures[0].complete, made.captures[0].problem) == (False, "changed while it was read")


def test_judging_changes_no_evidence_and_repeats() -> None:
    path = ROOT / "pcaps" / "demo" / "traffic.pcap"
    bag = read(Input(str(path), "demo"))
    assert judged(bag) == judged(bag)
    assert bag == read(Input(str(path), "demo"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_the_ledger_adds_up_and_every_device_is_one(path: Path) -> None:
    made = judged(read(Input(str(path), path.name)))
    (record,) = made.captures
    assert record.not_wanted >= 0
    assert record.frames == record.decoded + record.malformed + record.unsupported + record.not_wanted
    ids = [device.id for device in made.devices]
    assert ids == sorted(set(ids))
    assert sum(device.frames for device in made.devices) <= record.frames


def test_what_cannot_be_opened_is_a_record_not_an_exception() -> None:
    made = judged(read(Input("/nowhere/at/all.pcap", "all.pcap")))
    assert made.devices == ()
    assert (made.captures[0].complete, made.captures[0].problem) == (False, "no such file")


def no_such_address(path: str) -> BufferedIOBase:
    raise Unreadable(path, "no such kind of address")


def test_nor_is_an_address_of_no_known_kind() -> None:
    sources = [Input("nothing://a.pcap", "a", no_such_address), Input(str(CASES[0]), "b")]
    made = judged(read_all(sources, map, keeper=Nowhere()))
    assert {record.capture: record.problem for record in made.captures} == {"a": "no such kind of address", "b": ""}


class Nowhere:
    """A keeper that has nothing."""

    found = 0

    def get(self, _name: str) -> None:
        return None

    def put(self, _name: str, _evidence: Evidence) -> None:
        pass
