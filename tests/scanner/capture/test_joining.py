"""Messages over several frames: joined where nothing is missing, whatever the order after the first part; bounded; and the
same from a capture in slices as from one read at once."""

import struct
import time
import tracemalloc
from ipaddress import ip_address

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture import joining
from scanner.capture.frames import FrameBatch
from scanner.capture.headers import Tally, scan
from scanner.capture.joining import LONGEST, MOST_PARTS, WINDOW, Joiner
from scanner.capture.wants import Selector, Tcp, TcpPort, Udp
from scanner.evidence import Evidence

A, B = ("02:00:00:00:00:0a", "10.0.0.1"), ("02:00:00:00:00:0b", "10.0.0.2")
SIX = "fd00::1", "fd00::2"


def length_first(payload: bytes) -> int:
    """A made-up protocol: `MSG`, a length of two bytes, so many bytes."""
    return 5 + int.from_bytes(payload[3:5], "big")


WANTS = Selector([(Tcp((b"MSG",), size=length_first),), (Udp((99,)),), (Tcp((b"MSG",)),)])
MESSAGE = b"MSG" + (900).to_bytes(2, "big") + bytes(n % 251 for n in range(900))


def stream(sequence: int, payload: bytes, ports: tuple[int, int] = (1000, 2000)) -> bytes:
    head = struct.pack("!HHIIBBHHH", *ports, sequence % (1 << 32), 1, 0x50, 0x18, 1024, 0, 0)
    return packets.ethernet(A[0], B[0], 0x0800, packets.ipv4(A[1], B[1], 6, head + payload))


def pieces(message: bytes, size: int, start: int = 5000) -> list[bytes]:
    return [stream(start + at, message[at : at + size]) for at in range(0, len(message), size)]


def fragment(body: bytes, at: int, size: int, number: int = 7, *, six: bool = False) -> bytes:
    """`size` bytes from `at` of a UDP datagram, as an IP fragment."""
    piece, more = body[at : at + size], at + size < len(body)
    if six:
        head = struct.pack("!BBHI", 17, 0, at | more, number)
        return packets.ethernet(A[0], B[0], 0x86DD, packets.ipv6(*SIX, 44, head + piece))
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(piece), number, more << 13 | at // 8, 64, 17, 0)
    return packets.ethernet(A[0], B[0], 0x0800, head + ip_address(A[1]).packed + ip_address(B[1]).packed + piece)


def joined(frames: list[bytes], joiner: Joiner | None = None) -> list[tuple[int, bytes, int]]:
    """Number of the completing frame, payload and mask of every message put together."""
    joiner = joiner or Joiner(WANTS)
    found = []
    for frame, mask in scan(packets.batch(frames), WANTS, Tally("c"), joiner.followed):
        for message, wanted in joiner.feed(frame, mask):
            assert not message.cut
            found.append((message.number, message.payload, wanted))
    return found


def limits(frames: list[bytes]) -> dict[str, tuple[int, int]]:
    joiner, bag = Joiner(WANTS), Evidence()
    joined(frames, joiner)
    joiner.settle(bag, "c")
    return {code: (trouble.times, trouble.first_frame) for (_, code, _), trouble in bag.troubles.items()}


def test_a_message_in_one_segment_is_nothing_to_join() -> None:
    assert joined([stream(1, MESSAGE)]) == []


def test_the_whole_goes_to_those_who_ask_for_it_at_the_frame_that_completes_it() -> None:
    assert joined(pieces(MESSAGE, 300)) == [(4, MESSAGE, 1)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_later_parts_in_any_order_twice_and_overlapping(data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([5000, (1 << 32) - 450]))  # the second runs over the end of the numbers
    first, *rest = pieces(MESSAGE, 100, start)
    more = [
        stream(start + at, MESSAGE[at : at + size])
        for at, size in data.draw(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=8))
        if at
    ]
    found = joined([first, *data.draw(st.permutations(rest + more))])
    assert [(payload, mask) for _, payload, mask in found] == [(MESSAGE, 1)]


def test_what_is_here_first_stays() -> None:
    first, second, third = pieces(MESSAGE, 400)
    changed = stream(5000 + 400, b"\0" * 400)
    assert joined([first, second, changed, third]) == [(4, MESSAGE, 1)]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_with_a_part_missing_there_is_no_message_and_that_is_said(missing: int) -> None:
    frames = pieces(MESSAGE, 250)
    del frames[missing]
    assert joined(frames) == []
    assert limits(frames) == {"unfinished": (1, 1)}


def test_other_flows_do_not_mix() -> None:
    first, *rest = pieces(MESSAGE, 300)
    other = [stream(5000 + at, b"x" * 300, (1001, 2000)) for at in range(300, 905, 300)]
    assert joined([first, *other]) == []
    assert joined([first, *other, *rest]) == [(7, MESSAGE, 1)]


def test_two_messages_of_one_flow_one_begun_in_the_other() -> None:
    inner = MESSAGE[:300] + b"MSG" + (95).to_bytes(2, "big") + bytes(500)
    message = b"MSG" + (len(inner) - 5).to_bytes(2, "big") + inner[5:]
    found = joined(pieces(message, 300))
    assert (len(pieces(message, 300)), message, 1) in found


def test_a_longer_message_is_handed_on_as_far_as_is_kept() -> None:
    message = b"MSG\xff\xff" + b"y" * 40_000
    (one,) = joined(pieces(message, 1400))
    assert one[1] == message[:LONGEST]


def test_after_many_frames_it_is_given_up() -> None:
    first, second = pieces(MESSAGE, 500)
    noise = [packets.arp(A, B[1])]
    assert joined([first, *noise * (WINDOW - 1), second]) == [(WINDOW + 1, MESSAGE, 1)]
    assert joined([first, *noise * WINDOW, second]) == []


def test_after_many_frames_of_its_flow_too() -> None:
    first, second = pieces(MESSAGE, 500)
    again = [stream(4000, b"older")]
    assert len(joined([first, *again * (MOST_PARTS - 1), second])) == 1
    assert joined([first, *again * MOST_PARTS, second]) == []


def test_many_heads_of_one_flow_take_bounded_time_and_memory() -> None:
    head = b"MSG\x3f\x00" + bytes(50)
    frames = [stream(5000 + 7 * n, head) for n in range(6000)]
    joiner, start = Joiner(WANTS), time.process_time()
    joined(frames, joiner)
    assert sum(map(len, joiner.followed.values())) <= MOST_PARTS
    assert time.process_time() - start < 10  # 1.6 s here; each frame anew against all before it would take minutes


def test_messages_that_wait_for_the_same_frames_share_them() -> None:
    heads = [stream(5000 + n, b"MSG\x3f\x00") for n in range(30)]
    parts = [stream(5200 + 7 * n, bytes(LONGEST)) for n in range(30)]
    rows, joiner = packets.batch(heads + parts), Joiner(WANTS)
    held = 0
    tracemalloc.start()
    for frame, mask in scan(rows, WANTS, Tally("c"), joiner.followed):
        list(joiner.feed(frame, mask))
        held = max(held, tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert len(joiner.followed) == 1
    assert held < 2 * len(parts) * LONGEST


def test_a_segment_longer_than_what_is_kept_of_a_message_waits_for_none() -> None:
    long = b"MSG\xff\xff" + bytes(LONGEST)
    assert joined([stream(5000, long), stream(5000 + len(long), bytes(1000))]) == []
    assert limits([stream(5000, long)]) == {}


def test_a_cut_segment_begins_and_continues_nothing() -> None:
    whole = packets.batch(pieces(MESSAGE, 500))
    whole.sizes[0] -= 100
    joiner = Joiner(WANTS)
    for frame, mask in scan(whole, WANTS, Tally("c"), joiner.followed):
        assert list(joiner.feed(frame, mask)) == []
    assert not joiner.followed


@pytest.mark.parametrize("six", [False, True])
def test_fragments_after_the_first_in_any_order(six: bool) -> None:
    body = packets.udp(99, 98, MESSAGE)
    parts = [fragment(body, at, 256, six=six) for at in range(0, len(body), 256)]
    assert joined(parts) == [(4, MESSAGE, 2)]
    assert joined([parts[0], parts[3], parts[1], parts[1], parts[2]]) == [(5, MESSAGE, 2)]
    assert joined([*parts[:3], fragment(body, 768, 256, number=8, six=six)]) == []


def test_fragments_are_counted_and_those_joined_too() -> None:
    body = packets.udp(99, 98, MESSAGE)
    parts = [fragment(body, at, 256) for at in range(0, len(body), 256)]
    assert limits(parts) == {"rejoined": (3, 4)}
    assert limits(parts[:2]) == {"unfinished": (1, 1)}
    bag = packets.evidence(parts, capture="c")
    assert bag.troubles["c", "fragment", ""].times == 3


def test_an_ipv6_fragment_that_is_whole_is_no_fragment() -> None:
    body = packets.udp(99, 98, b"all of it")
    tally = Tally("c")
    ((frame, mask),) = scan(packets.batch([fragment(body, 0, 900, six=True)]), WANTS, tally)
    assert (frame.payload, frame.cut, frame.part, mask, tally.fragments) == (b"all of it", False, None, 2, [])


def test_a_first_fragment_says_that_more_was_sent() -> None:
    body = packets.udp(99, 98, MESSAGE)
    ((frame, _),) = scan(packets.batch([fragment(body, 0, 256)]), WANTS, Tally("c"))
    assert frame.cut


def test_an_observer_has_one_way_to_tell_a_length() -> None:
    with pytest.raises(TypeError, match="one way"):
        Selector([(Tcp((b"MSG",), size=length_first), TcpPort((1,), size=len))])


def made_capture() -> list[bytes]:
    body = packets.udp(99, 98, MESSAGE)
    return [
        packets.arp(A, B[1]),
        *pieces(MESSAGE, 300),
        *(fragment(body, at, 256) for at in range(0, len(body), 256)),
        *pieces(MESSAGE, 450)[:1],
        packets.arp(B, A[1]),
        *pieces(MESSAGE, 200, 9000),
    ]


@pytest.mark.parametrize("cut", range(len(made_capture()) + 1))
@pytest.mark.parametrize("window", [WINDOW, 3])
def test_slices_read_on_past_their_end_give_what_one_reading_gives(
    cut: int, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "WINDOW", window)  # few enough that messages run out of it
    frames = made_capture()

    def read(begin: int, end: int) -> tuple[list[tuple[int, bytes, int]], Evidence]:
        joiner, found, bag = Joiner(WANTS), [], Evidence()
        for batch, own in ((part(begin, end), True), (part(end, len(frames)), False)):
            for frame, mask in scan(batch, WANTS, Tally("c"), joiner.followed):
                for message, wanted in joiner.feed(frame, mask if own else 0):
                    found.append((message.number, message.payload, wanted))
        joiner.settle(bag, "c")
        return found, bag

    def part(begin: int, end: int) -> FrameBatch:
        return packets.batch(frames[begin:end], capture="c", first=begin + 1)

    whole, first, second = read(0, len(frames)), read(0, cut), read(cut, len(frames))
    assert sorted(whole[0]) == sorted(first[0] + second[0])
    first[1].absorb(second[1])
    assert whole[1].troubles == first[1].troubles
