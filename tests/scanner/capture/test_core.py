"""The compiled core against its Python twin: the same frames, masks, counts and evidence, whatever the bytes."""

import struct
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture import compiled, lane, pcap, pcapng, tunnels
from scanner.capture import frames as ends
from scanner.capture.frames import ALIKE, OWN, Frame, FrameBatch
from scanner.capture.headers import Tally
from scanner.capture.joining import Joiner
from scanner.capture.pcapng_options import Interface
from scanner.capture.repeats import OPEN, Meaning
from scanner.capture.sources import open_source
from scanner.capture.wants import EtherType, Icmp6, Protocol, Selector, Tcp, TcpPort, Udp
from scanner.engine import Input, read
from scanner.evidence import Evidence
from scanner.line import Line
from scanner.observers import observers

pytestmark = pytest.mark.skipif(not compiled.BUILT, reason="the compiled core is not built (make core)")

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "pcaps").glob("*/traffic.pcap"))
SHARED = sorted(path for path in packets.SHARED.rglob("*") if path.is_file() and path.stat().st_size < 4_000_000)
EVERYONE = Selector([observer.WANTS for observer in observers()])


@pytest.fixture(autouse=True, scope="module")
def core_on() -> Iterator[None]:
    """The core runs here even where the twin is forced on all other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(compiled.SWITCH, raising=False)
        yield


def forty(_head: bytes) -> int:
    """Every message has 40 bytes."""
    return 40


FEW = Selector(
    [
        *[[EtherType(0x0806)]] * 70,  # more observers than a machine word has bits
        [Udp((53, 67)), Icmp6((135,)), Protocol((1, 2))],
        [Udp((53, 4000), heads=(b"ab", b"a")), TcpPort((80,), heads=(b"G",))],
        [TcpPort((443,), size=forty)],
        [Tcp((b"GET ", b"GE", b"\x16\x03"), size=forty)],
    ]
)


def handed_on(batches: Iterable[FrameBatch], selector: Selector, tally: Tally) -> tuple[list[tuple[Frame, int]], Evidence]:
    """The chosen frames, the messages joined of them, and all that was counted."""
    joiner, found, evidence = Joiner(selector), [], Evidence()

    def take(frame: Frame, mask: int) -> tuple[Meaning, int]:
        found.append((frame, mask))
        found.extend(joiner.feed(frame, mask))
        return OPEN, 0

    for batch in batches:
        lane.feed(batch, selector, tally, take, joiner.followed)
    tally.settle(evidence)
    joiner.settle(evidence, "c")
    return found, evidence


def core_tally(selector: Selector) -> lane.CoreTally:
    tally = lane.tally("c", selector, remember=False)
    assert isinstance(tally, lane.CoreTally)
    return tally


# Frames of all kinds the core reads, and of those it must not: each part may be what it should not be.
MACS = st.sampled_from([b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02", b"\xff" * 6, b"\x01\0\x5e\0\0\xfb", bytes(6)])
IPS4 = st.sampled_from([bytes(4), b"\x0a\0\0\x01", b"\x0a\0\0\x02", b"\xe0\0\0\xfb", b"\xff" * 4, b"\xff\x02\0\x01"])
IPS6 = st.sampled_from([bytes(16), b"\xfe\x80" + bytes(13) + b"\x01", b"\xff\x02" + bytes(13) + b"\xfb", b"\xe0" + bytes(15)])
PORTS = st.sampled_from([1, 53, 67, 80, 443, 4000, *sorted(tunnels.PORTS)])
BODIES = st.sampled_from([b"", b"a", b"G", b"GE", b"GET / HTTP/1.1", b"ab", b"\x16\x03\x01", b"\x87abc"]) | st.binary(
    max_size=50
)
KINDS = st.sampled_from([0x0800, 0x86DD, 0x0806, 0x88CC, 3, 40, 1500, 1536, *sorted(tunnels.TYPES)])
TAGS = st.lists(st.tuples(st.sampled_from([0x8100, 0x88A8, 0x9100, 0x9200]), st.sampled_from([0, 1, 7, 0x2FFF])), max_size=6)


@st.composite
def transports(draw: st.DrawFn) -> tuple[int, bytes]:
    """(protocol, transport header and payload)."""
    protocol = draw(st.sampled_from([17, 17, 6, 6, 6, 58, 1, 2, 0, 4, 41, 47, 59, 255]))
    body, ports = draw(BODIES), (draw(PORTS), draw(PORTS))
    if protocol == 17:
        size = draw(st.sampled_from([8 + len(body)] * 4 + [0, 7, 8, 9, 2000]))
        return 17, struct.pack("!HHHH", *ports, size, 0) + body
    if protocol == 6:
        sequence, options = draw(st.integers(0, 50)), draw(st.sampled_from([b"", b"", b"\1" * 8]))
        words = draw(st.sampled_from([5 + len(options) // 4] * 4 + [4, 6, 15]))
        return 6, struct.pack("!HHIIBBHHH", *ports, sequence, 1, words << 4, 24, 9, 0, 0) + options + body
    return protocol, body


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, bytes]:
    """(Ethernet type, network layer and what it carries)."""
    kind = draw(KINDS | st.sampled_from([0x0800, 0x86DD]))
    protocol, body = draw(transports())
    if kind == 0x0800:
        options = draw(st.sampled_from([b"", b"", b"\1" * 4]))
        words = draw(st.sampled_from([5 + len(options) // 4] * 6 + [0, 4, 15]))
        total = draw(st.sampled_from([20 + len(options) + len(body)] * 6 + [0, 19, 24, 3000]))
        fragment = draw(st.sampled_from([0] * 6 + [0x4000, 0x2000, 0x2001, 5]))
        head = struct.pack(
            "!BBHHHBBH",
            draw(st.sampled_from([0x40] * 9 + [0x60])) | words,
            0,
            total,
            9,
            fragment,
            draw(st.integers(0, 255)),
            protocol,
            0,
        )
        return kind, head + draw(IPS4) + draw(IPS4) + options + body
    if kind == 0x86DD:
        for extension in draw(st.lists(st.sampled_from([0, 43, 60, 44, 51, 135]), max_size=3) | st.just([0] * 17)):
            where = draw(st.sampled_from([0, 0, 1, 8]))
            size = 0 if extension == 44 else draw(st.sampled_from([0, 0, 1]))
            body = struct.pack("!BBHI", protocol, size, where, 3) + bytes(size * (4 if extension == 51 else 8)) + body
            protocol = extension
        size = draw(st.sampled_from([len(body)] * 6 + [0, 4, 3000]))
        head = struct.pack("!IHBB", draw(st.sampled_from([6] * 9 + [4])) << 28, size, protocol, draw(st.integers(0, 255)))
        return kind, head + draw(IPS6) + draw(IPS6) + body
    return kind, body


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    kind, body = draw(networks())
    tags = b"".join(struct.pack("!HH", *tag) for tag in draw(TAGS | st.just([])))
    frame = bytearray(draw(MACS) + draw(MACS) + tags + struct.pack("!H", kind) + body + draw(st.sampled_from([b"", bytes(9)])))
    for at, byte in draw(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 255)), max_size=2) | st.just([])):
        frame[at % len(frame)] = byte
    return bytes(frame[: draw(st.just(len(frame)) | st.integers(0, len(frame)))])


@st.composite
def batches(draw: st.DrawFn) -> list[FrameBatch]:
    """Two batches, the second after the first, with repeats and times out of order."""
    bodies = draw(st.lists(frames(), min_size=1, max_size=8))
    made, first = [], 1
    for _ in range(2):
        rows = draw(st.lists(st.sampled_from(bodies), max_size=8))
        batch = FrameBatch("c", first, b"".join(rows))
        at = 0
        for row in rows:
            batch.add(
                at,
                len(row),
                len(row) + draw(st.sampled_from([0, 0, 0, 5])),
                draw(st.integers(-3, 9)),
                draw(st.sampled_from([1] * 9 + [101])),
            )
            at += len(row)
        made.append(batch)
        first += len(rows)
    return made


@pytest.mark.slow
@settings(max_examples=700, deadline=None)
@given(batches())
def test_both_choose_the_same_frames_and_count_the_same(made: list[FrameBatch]) -> None:
    assert handed_on(made, FEW, core_tally(FEW)) == handed_on(made, FEW, Tally("c"))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(batches())
def test_both_give_the_same_evidence_where_repeats_are_left_out(made: list[FrameBatch]) -> None:
    bags = []
    for switch in ("on", "off"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(compiled.SWITCH, switch)
            line = Line("c")
            for batch in made:
                line.feed(batch)
            bags.append(line.finish(sha256="", size=0, form="pcap", problem=""))
    assert bags[0] == bags[1]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_case_gives_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_source(str(path), "c") as source:
        made = list(source.batches())
    assert handed_on(made, EVERYONE, core_tally(EVERYONE)) == handed_on(made, EVERYONE, Tally("c"))
    ours = read(Input(str(path), "c"))
    monkeypatch.setenv(compiled.SWITCH, "off")
    assert ours == read(Input(str(path), "c"))


@pytest.mark.slow
@pytest.mark.skipif(not SHARED, reason="no real captures at hand (../shared/captures)")
def test_so_does_every_real_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in SHARED:
        monkeypatch.delenv(compiled.SWITCH, raising=False)
        ours = read(Input(str(path), path.name))
        monkeypatch.setenv(compiled.SWITCH, "off")
        assert ours == read(Input(str(path), path.name)), path


def chosen(batch: FrameBatch, tally: Tally, meaning: Meaning) -> list[int]:
    """Numbers of the frames that are handed on, if each is said to mean this."""
    numbers: list[int] = []

    def take(frame: Frame, _mask: int) -> tuple[Meaning, int]:
        numbers.append(frame.number)
        return meaning, frame.number

    lane.feed(batch, FEW, tally, take)
    return numbers


SENDER, OTHER, TARGET = ((f"02:00:00:00:00:0{n}", f"10.0.0.{n}") for n in (1, 3, 2))


def test_what_is_remembered_is_bounded() -> None:
    tally = lane.tally("c", FEW)
    rows = [packets.datagram(SENDER, TARGET, (1, 53), struct.pack("!I", number)) for number in range(70_000)]
    made, again = packets.batch(rows, capture="c"), packets.batch(rows, capture="c", first=70_001)
    assert len(chosen(made, tally, ALIKE)) == len(rows)
    assert tally.full()
    assert len(chosen(again, tally, ALIKE)) == len(rows) - 65536, "more than that is decoded again"
    taken = [*tally.said()]
    assert (len(taken), {said.times for said in taken}) == (65536, {1})
    tally.told()
    assert [*tally.said()] == []
    assert tally.full(), "what is known stays known"
    tally.forget()
    assert not tally.full()


def test_so_is_who_said_it() -> None:
    tally = lane.tally("c", FEW)
    one = packets.datagram(SENDER, TARGET, (1, 53), b"a")
    rows = [one[:8] + number.to_bytes(4, "big") + one[12:] for number in range(270_000)]  # from so many MACs
    assert len(chosen(packets.batch(rows, capture="c"), tally, ALIKE)) == len(rows) - 262144
    assert tally.full()
    assert sum(1 for _ in tally.said()) == 262144
    tally.told()
    assert not tally.full()


@pytest.mark.parametrize(
    ("meaning", "handed_on"),
    [(ALIKE, [1]), (ends.PORTS, [1, 3]), (OWN, [1, 2, 3]), (OPEN, [1, 2, 3, 4, 5])],
)
def test_who_says_the_same_between_ends_that_count_is_handed_on(meaning: Meaning, handed_on: list[int]) -> None:
    tally = lane.tally("c", FEW)
    rows = [
        packets.datagram(SENDER, TARGET, (1, 53), b"a"),
        packets.datagram(OTHER, TARGET, (1, 53), b"a"),
        packets.datagram(SENDER, TARGET, (9, 53), b"a"),
        packets.datagram(SENDER, TARGET, (1, 53), b"a"),
        packets.datagram(SENDER, TARGET, (9, 53), b"a"),
    ]
    assert chosen(packets.batch(rows, capture="c"), tally, meaning) == handed_on
    assert sum(said.times for said in tally.said()) == len(rows) - len(handed_on)
    assert {said.outcome for said in tally.said()} <= {*handed_on}


def test_what_turns_out_to_depend_on_more_is_told_apart_by_more() -> None:
    """A message of which the ports decide that the addresses count."""
    tally = lane.tally("c", FEW)
    rows = [packets.datagram(who, TARGET, (port, 53), b"a") for port in (1, 9, 9, 1) for who in (SENDER, OTHER)]
    answers: list[int] = []

    def take(frame: Frame, _mask: int) -> tuple[Meaning, int]:
        answers.append(frame.number)
        return OWN if frame.src_port == 9 else ends.PORTS, frame.number

    lane.feed(packets.batch(rows, capture="c"), FEW, tally, take)
    assert answers == [1, 3, 4], "from port 1 once, from port 9 once of each sender"
    assert {(said.sender.ip, said.outcome, said.times) for said in tally.said()} == {
        ("10.0.0.1", 1, 1),
        ("10.0.0.3", 1, 2),
        ("10.0.0.1", 3, 1),
        ("10.0.0.3", 4, 1),
    }


@pytest.mark.parametrize("wrong", [(4, 0), (-1, 0), None, (0,), ("", 0)])
def test_an_answer_that_is_none_ends_it(wrong: Any) -> None:
    made = packets.batch([packets.datagram(SENDER, TARGET, (1, 53), b"a")], capture="c")
    with pytest.raises((ValueError, TypeError)):
        lane.feed(made, FEW, lane.tally("c", FEW), lambda _frame, _mask: wrong)


SIZES = st.lists(st.tuples(st.integers(0, 3) | st.just((1 << 32) - 1), st.integers(0, 3) | st.just((1 << 32) - 1)), max_size=9)


@given(SIZES)
def test_both_count_the_frames_that_are_cut(rows: list[tuple[int, int]]) -> None:
    batch = FrameBatch("c", 7, b"", sizes=array("L", [a for a, _ in rows]), wire_sizes=array("L", [b for _, b in rows]))
    ours = batch.cut()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(compiled.SWITCH, "off")
        assert batch.cut() == ours
    shorter = [7 + n for n, (size, wire_size) in enumerate(rows) if size < wire_size]
    assert ours == (len(shorter), shorter[0] if shorter else 7)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200),
    st.integers(0, 20),
    st.sampled_from("<>"),
    st.sampled_from([1, 1000]),
    st.sampled_from([*pcap.Lengths]),
)
def test_both_find_the_same_records(body: bytes, start: int, order: str, tick: int, lengths: pcap.Lengths) -> None:
    layout = pcap.Layout(order, tick, lengths)
    # Small sizes, or no record would be whole.
    buffer = bytes(byte if n % 16 < 8 or n % 4 == (0 if order == "<" else 3) else 0 for n, byte in enumerate(body))
    ours = pcap.split(buffer, start, layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(compiled.SWITCH, "off")
        assert pcap.split(buffer, start, layout) == ours


def number(order: str, *values: int) -> bytes:
    return struct.pack(f"{order}{len(values)}I", *values)


@st.composite
def blocks(draw: st.DrawFn, order: str) -> bytes:
    """A pcapng block, which may lie about its lengths."""
    kind = draw(st.sampled_from([6, 6, 6, 2, 3, 1, 5, 9, 0x0A0D0D0A]))
    body = draw(st.binary(max_size=9))
    size = draw(st.sampled_from([len(body)] * 5 + [len(body) + 9, 1 << 20]))
    clock = draw(st.sampled_from([0, 1, 0x60000, 0xFFFFFFFF])), draw(st.sampled_from([0, 5, 0xFFFFFFFF]))
    interface = draw(st.sampled_from([0, 0, 1, 2, 3]))
    padded = body + bytes(-len(body) % 4)
    if kind == 6:
        inside = number(order, interface, *clock, size, size + 1) + padded
    elif kind == 2:
        inside = struct.pack(f"{order}HH", interface, 7) + number(order, *clock, size, size) + padded
    elif kind == 3:
        inside = number(order, size) + padded
    else:
        inside = padded
    length = 12 + len(inside) - draw(st.sampled_from([0] * 5 + [1, 4]))
    tail = draw(st.sampled_from([length] * 8 + [length + 4]))
    return number(order, kind, length) + inside + number(order, tail)


INTERFACES = st.builds(
    Interface,
    st.sampled_from([1, 101]),
    st.sampled_from([1, 1000, 1_000_000_000]),
    st.sampled_from([1, 3, 1 << 63, 10**127]),
    st.sampled_from([0, -5, 1 << 62, -(1 << 62), 1 << 70]),
    st.sampled_from([0, 4, 65535]),
)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.data(), st.sampled_from("<>"), st.lists(INTERFACES, max_size=3), st.sampled_from([0, -7, 1 << 62]))
def test_both_find_the_same_blocks(data: st.DataObject, order: str, interfaces: list[Interface], time: int) -> None:
    buffer = b"".join(data.draw(st.lists(blocks(order), max_size=6)))
    buffer = buffer[: data.draw(st.just(len(buffer)) | st.integers(0, len(buffer)))]
    section, start = pcapng.Section(order, interfaces), data.draw(st.sampled_from([0, 0, 0, 4]))
    ours = pcapng.split(buffer, start, section, time)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(compiled.SWITCH, "off")
        assert pcapng.split(buffer, start, section, time) == ours


def nobody(_frame: Frame, _mask: int) -> tuple[Meaning, int]:
    raise AssertionError("no frame is chosen here")


def test_a_lane_refuses_what_is_no_batch() -> None:
    core = core_tally(FEW).core

    def walk(*rows: int) -> object:
        offsets, sizes, wire_sizes, times, links = (array(code, [0] * n) for code, n in zip("QLLqL", rows, strict=True))
        return core.walk("c", 1, b"", offsets, sizes, wire_sizes, times, links, 0, (), nobody)

    for wrong in range(5):
        with pytest.raises(ValueError, match="arrays of different lengths"):
            walk(*(2 if n == wrong else 1 for n in range(5)))
    assert walk(1, 1, 1, 1, 1) == (0, 1), "a row the core does not read is the twin's"


def test_a_row_that_is_not_in_the_buffer_is_not_read() -> None:
    core = core_tally(FEW).core
    size, wire_size, time, link = array("L", [60]), array("L", [60]), array("q", [0]), array("L", [1])
    for offset in (0, 1, 59, 1 << 63, (1 << 64) - 1):
        assert core.walk("c", 1, bytes(59), array("Q", [offset]), size, wire_size, time, link, 0, (), nobody) == (0, 1)


def test_there_is_room_for_so_many_observers_and_no_more() -> None:
    lane.tally("c", Selector([[EtherType(1)]] * 256))
    with pytest.raises(OverflowError):
        lane.tally("c", Selector([[EtherType(1)]] * 257))
