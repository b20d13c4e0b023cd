"""What the wants say is never read is not read: changing it changes no observation, whatever the rest of the message."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector, Udp
from scanner.errors import Malformed
from scanner.model import Observation
from scanner.observers import Observer, observers

CASES = sorted((Path(__file__).parents[3] / "pcaps").glob("*/traffic.pcap"))
PROMISES = [
    (observer, want)
    for observer in observers()
    for want in observer.WANTS
    if isinstance(want, Udp) and (want.unread or want.any_peer)
]


@cache
def messages() -> tuple[tuple[Observer, Udp, Frame], ...]:
    """Every frame of the cases that an observer wants by a want with such a promise."""
    found = []
    for path in CASES:
        with open_source(str(path), "c") as source:
            for batch in source.batches():
                for frame, _ in scan(batch, Selector([[want] for _, want in PROMISES]), Tally("c")):
                    found += [(observer, want, frame) for observer, want in PROMISES if want.accepts(frame)]
    return tuple(found)


def read(observer: Observer, frame: Frame) -> tuple[list[Observation], str]:
    """All an observer makes of a frame."""
    seen: list[Observation] = []

    def gather(observations: Iterator[Observation]) -> str:
        try:
            seen.extend(observations)
        except Malformed as fault:
            return str(fault)
        return ""

    return seen, gather(observer.observe(frame))


def changed(frame: Frame, want: Udp, by: bytes, port: int) -> Frame:
    """The frame with other bytes, and another peer, where the want says that nobody looks."""
    payload = bytearray(frame.payload)
    for start, end in want.unread:
        for at in range(start, min(end, len(payload))):
            payload[at] = by[at % len(by)]
    source, target = frame.src_port, frame.dst_port
    if want.any_peer and source not in want.ports:
        source = port
    elif want.any_peer and target not in want.ports:
        target = port
    return Frame(
        frame.capture, frame.number, frame.time, frame.segment, frame.src_mac, frame.dst_mac, frame.ethertype, frame.src_ip,
        frame.dst_ip, frame.protocol, source, target, bytes(payload), frame.cut,
    )  # fmt: skip


def test_every_promise_is_tried() -> None:
    assert {observer.__name__ for observer, _ in PROMISES} == {observer.__name__ for observer, _, _ in messages()}


@settings(max_examples=600, deadline=None)
@given(
    st.integers(min_value=0),
    st.binary(min_size=1, max_size=16),
    st.integers(20000, 20001) | st.integers(60000, 65535),  # ports nobody wants
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4),
    st.integers(0, 64),
)
def test_what_is_said_to_be_unread_changes_nothing(
    which: int, by: bytes, port: int, edits: list[tuple[int, int]], cut: int
) -> None:
    observer, want, frame = messages()[which % len(messages())]
    payload = bytearray(frame.payload)
    for at, byte in edits:
        payload[at % len(payload)] = byte
    frame = changed(frame, Udp(want.ports), b"\0", 0)  # a copy
    frame.payload = bytes(payload[: len(payload) - cut] if cut < len(payload) else payload)
    assert read(observer, changed(frame, want, by, port)) == read(observer, frame)
