"""The slow lane: failures are counted, repeats are only counted, and neither changes what else is found."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import ALIKE, OWN, PORTS, Ends, Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.repeats import Repeats
from scanner.capture.sources import open_source
from scanner.capture.wants import EtherType, Selector, Udp
from scanner.decode import Decoder
from scanner.errors import Malformed
from scanner.evidence import Evidence, Trouble
from scanner.model import Channel, Observation, Role, Subject
from scanner.observers import Observer, observers

CASES = sorted((Path(__file__).parents[2] / "pcaps").glob("*/traffic.pcap"))


class Words(ModuleType):
    """An observer as plain as can be: each byte is a word; 0 breaks the message, 255 breaks the observer."""

    CHANNELS = (Channel("words.word", "a word"),)
    WANTS = (Udp((9,)),)

    def observe(self, frame: Frame) -> Iterator[Observation]:
        for byte in frame.payload:
            if byte == 0:
                raise Malformed("zero byte")
            if byte == 255:
                raise ZeroDivisionError
            yield Observation("words.word", str(byte), Role.SELF, bytes([byte]))


def frame(payload: bytes, number: int, ip: int = 1, time: int = 0) -> Frame:
    return Frame(
        "c.pcap",
        number,
        time or number * 10,
        "",
        b"\x02" * 6,
        b"",
        0x0800,
        bytes([10, 0, 0, ip]),
        b"",
        17,
        9,
        9,
        payload,
        False,
    )


def decode(frames: list[Frame], *, remember: bool = True) -> Evidence:
    decoder = Decoder("c.pcap", [cast("Observer", Words("a.b.words"))], Evidence())
    repeats = Repeats()
    for each in frames:
        if not remember or repeats.first(each, 1):
            repeats.keep(decoder.outcomes.keep(decoder.feed(each, 1)))
    decoder.again(repeats.said())
    return decoder.evidence


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"\1\2", b"\2", b"\3\0\4", b"\5\xff"]), st.integers(1, 30), st.integers(1, 2), st.integers(1, 9)
        ),
        max_size=25,
        unique_by=lambda row: row[1],
    )
)
def test_remembering_repeats_changes_nothing(rows: list[tuple[bytes, int, int, int]]) -> None:
    """Also when a repeat turns up earlier in time, or with a smaller number, than what was decoded first."""
    frames = [frame(*row) for row in rows]
    assert decode(frames) == decode(frames, remember=False)


def test_a_failure_is_counted_with_its_first_frame_and_keeps_what_came_before() -> None:
    evidence = decode([frame(b"\7\0", 5), frame(b"\7\0", 3), frame(b"\xff", 4), frame(b"\x08", 6)])
    assert evidence.troubles == {
        ("c.pcap", "observer words", "zero byte"): Trouble(2, 3),
        ("c.pcap", "observer words", "unexpected ZeroDivisionError"): Trouble(1, 4),
    }
    group = evidence.facts[Subject("", "02:02:02:02:02:02", "10.0.0.1"), "words.word"]
    assert {value for _, value in group.values} == {"7", "8"}


def chosen() -> Iterator[tuple[Observer, Frame]]:
    """Every frame of the cases with each observer who wants it."""
    everyone = observers()
    selector = Selector([observer.WANTS for observer in everyone])
    for path in CASES:
        with open_source(str(path), path.parent.name) as source:
            for batch in source.batches():
                for each, mask in scan(batch, selector, Tally(batch.capture)):
                    yield from ((observer, each) for n, observer in enumerate(everyone) if mask >> n & 1)


def seen(observer: Observer, made: Frame) -> list[object]:
    """What an observer sees, and how it fails."""
    found: list[object] = []
    try:
        found.extend(observer.observe(made))
    except Malformed as fault:
        found.append(str(fault))
    return found


def elsewhere(made: Frame, ends: Ends) -> Frame:
    """The same frame between other ends, but for those that were read."""
    ports = (made.src_port, made.dst_port) if ends == PORTS else (made.src_port ^ 1, made.dst_port ^ 1)
    return replace(
        made,
        src_mac=b"\x06" * 6,
        dst_mac=b"\x0a" * 6,
        src_ip=bytes(reversed(made.src_ip)),
        dst_ip=bytes(reversed(made.dst_ip)),
        src_port=ports[0],
        dst_port=ports[1],
    )


def test_what_is_seen_without_reading_an_end_is_seen_between_any_others() -> None:
    """Whatever the observer: what it did not ask the frame for cannot show in what it says."""
    read = Counter[Ends]()
    for observer, made in chosen():
        made = replace(made, ends_read=ALIKE)
        before, ends = seen(observer, made), made.ends_read
        read[ends] += 1
        assert ends == OWN or seen(observer, elsewhere(made, ends)) == before, observer.__name__
    assert {*read} == {ALIKE, PORTS, OWN}
    assert min(read.values()) > 20


def test_no_observer_reads_what_makes_a_frame_one_of_many() -> None:
    """Its number, its time, its capture and its place in a stream are no part of what was said."""
    for observer in observers():
        tree = ast.parse(Path(str(sys.modules[observer.__name__].__file__)).read_text(encoding="utf-8"))
        read = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        fields = {node.attr for node in read if ast.unparse(node.value).endswith("frame")}
        assert not fields & {"number", "time", "capture", "part", "ends_read"}, observer.__name__


def test_every_observer_keeps_its_contract() -> None:
    everyone = observers()
    assert len(everyone) >= 16
    names: list[str] = []
    for observer in everyone:
        public = {name for name in vars(sys.modules[observer.__name__]) if name.isupper() and not name.startswith("_")}
        assert {"CHANNELS", "WANTS"} <= public
        assert observer.WANTS
        names += [channel.name for channel in observer.CHANNELS]
        short = observer.__name__.rpartition(".")[2]
        assert all(channel.name.startswith(f"{short}.") and channel.meaning for channel in observer.CHANNELS), short
    assert len(names) == len(set(names))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(observers()),
    st.binary(max_size=300),
    st.integers(0, 65535),
    st.booleans(),
    st.sampled_from([4, 16]),
)
def test_no_payload_makes_an_observer_fail_in_a_way_it_does_not_announce(
    observer: Observer, payload: bytes, port: int, cut: bool, size: int
) -> None:
    kind = next(
        (want.value for want in observer.WANTS if isinstance(want, EtherType)), 0x0800
    )  # it may rely on what it asked for
    made = Frame("c", 1, 1, "", b"\x02" * 6, b"\x02" * 6, kind, bytes(size), bytes(size), 17, port, port, payload, cut)
    known = {channel.name for channel in observer.CHANNELS}
    try:
        for seen in observer.observe(made):
            assert seen.channel in known
            assert seen.value.isprintable() or not seen.value
            assert len(seen.value) <= 255
    except Malformed:
        pass
