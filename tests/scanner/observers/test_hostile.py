"""Every observer against bytes that were made to hurt: frames it asked for, from the cases, with their payload spoilt.

It may fail only in the way it announces, shows only safe text, cites only bytes that are there, and takes bounded time.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector, Tcp, TcpPort
from scanner.errors import Malformed
from scanner.observers import Observer, observers

CASES = Path(__file__).parents[3] / "pcaps"
NAMES = [observer.__name__.rpartition(".")[2] for observer in observers()]
LONGEST = 9000  # bytes of payload a jumbo frame holds
MOST_SECONDS = 0.005
FILLERS = (b"\0", b"\xff", b"\1", b"\x02\x01", b"\xc0\x0c", b" ", b"\n", b"a:\n", b"<", b"<a>", b'{"a":', b"\\")


@cache
def frames() -> dict[str, list[Frame]]:
    """Frames of the cases by the observers that want them, one for each size."""
    selector = Selector([observer.WANTS for observer in observers()])
    found: dict[str, dict[int, Frame]] = defaultdict(dict)
    for path in sorted(CASES.glob("*/traffic.pcap")):
        with open_source(str(path), path.name) as source:
            for batch in source.batches():
                for frame, mask in scan(batch, selector, Tally("hostile")):
                    for number, name in enumerate(NAMES):
                        if mask >> number & 1:
                            found[name].setdefault(len(frame.payload), frame)
    return {name: list(by_size.values()) for name, by_size in found.items()}


def named(name: str) -> Observer:
    return observers()[NAMES.index(name)]


def test_every_observer_has_frames_in_the_cases() -> None:
    assert sorted(frames()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(st.data())
def test_spoilt_frames_give_safe_observations_or_malformed(name: str, data: st.DataObject) -> None:
    observer, made = named(name), data.draw(st.sampled_from(frames()[name]))
    known = {channel.name for channel in observer.CHANNELS}
    payload = bytearray(made.payload)
    for at in data.draw(st.lists(st.integers(0, len(payload) - 1), max_size=6)):
        payload[at] = data.draw(st.integers(0, 255))
    size = data.draw(st.integers(1, len(payload)))
    spoilt = replace(made, payload=bytes(payload[:size]), cut=data.draw(st.booleans()))
    with suppress(Malformed):
        for seen in observer.observe(spoilt):
            assert seen.channel in known
            assert seen.value.isprintable()
            assert 0 < len(seen.value) <= 255


def payloads(name: str) -> Iterator[tuple[Frame, bytes]]:
    """Long ones: a frame said over and over, and its beginning, half or whole with one thing said over and over behind it."""
    for made in frames()[name][:2]:
        yield made, (made.payload * (LONGEST // len(made.payload) + 1))[:LONGEST]
        for size, filler in product({16, len(made.payload) // 2, len(made.payload)}, FILLERS):
            yield made, (made.payload[:size] + filler * (LONGEST // len(filler)))[:LONGEST]


def seconds(observer: Observer, frame: Frame) -> float:
    begun = process_time()
    with suppress(Malformed):
        for _ in observer.observe(frame):
            pass
    return process_time() - begun


@pytest.mark.parametrize("name", NAMES)
def test_no_frame_takes_long(name: str) -> None:
    """Time of this process, and the best of five where the first was over: machines are shared."""
    for made, payload in payloads(name):
        frame = replace(made, payload=payload)
        spent = seconds(named(name), frame)
        if spent > MOST_SECONDS:
            spent = min(seconds(named(name), frame) for _ in range(5))
        assert spent <= MOST_SECONDS, f"{spent * 1000:.1f} ms for {payload[:40]!r}…"


SIZES = {
    name: sizes
    for name in NAMES
    if (sizes := [want.size for want in named(name).WANTS if isinstance(want, Tcp | TcpPort) and want.size])
}


@pytest.mark.parametrize("name", SIZES)
@settings(max_examples=60)
@given(st.data())
def test_how_long_a_message_is_can_be_told_of_any_bytes(name: str, data: st.DataObject) -> None:
    """It is asked outside the slow lane, where nothing would catch a fault."""
    made = data.draw(st.sampled_from(frames()[name])).payload
    kept = data.draw(st.integers(0, len(made)))
    message = made[:kept] + data.draw(st.binary(max_size=80) | st.sampled_from(FILLERS))
    assert all(size(message) >= 0 for size in SIZES[name])


@pytest.mark.parametrize("name", SIZES)
def test_and_soon(name: str) -> None:
    def seconds(message: bytes) -> float:
        begun = process_time()
        for size in SIZES[name]:
            size(message)
        return process_time() - begun

    for _, message in payloads(name):
        assert min(seconds(message) for _ in range(3)) <= MOST_SECONDS, message[:40]
