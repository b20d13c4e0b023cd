"""pcapng files, written here block by block and read back."""

import io
import struct
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.pcapng import LARGEST, MOST_INTERFACES, MOST_LOST, detect, open_stream
from scanner.capture.records import CHUNK, LONGEST
from scanner.errors import Damaged, Unreadable

ORDERS = ["<", ">"]


class Row(NamedTuple):
    number: int
    data: bytes
    wire_size: int
    time: int
    link: int


def pad(body: bytes) -> bytes:
    return body + bytes(-len(body) % 4)


def block(kind: int, body: bytes, order: str = "<", length: int | None = None, end: int | None = None) -> bytes:
    length = 12 + len(pad(body)) if length is None else length
    return struct.pack(order + "II", kind, length) + pad(body) + struct.pack(order + "I", length if end is None else end)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + pad(value)


def section(order: str = "<", version: tuple[int, int] = (1, 0), extra: bytes = b"") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, *version, -1) + extra, order)


def interface(link: int = 1, snaplen: int = 0, options: bytes = b"", order: str = "<") -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options, order)


def packet(
    data: bytes, stamp: int = 5, number: int = 0, wire_size: int | None = None, options: bytes = b"", order: str = "<"
) -> bytes:
    wire_size = len(data) if wire_size is None else wire_size
    head = struct.pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF, len(data), wire_size)
    return block(6, head + pad(data) + options, order)


def old_packet(data: bytes, stamp: int = 5, number: int = 0, order: str = "<") -> bytes:
    head = struct.pack(order + "HHIIII", number, 7, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data) + 1)
    return block(2, head + data, order)


def simple(data: bytes, wire_size: int | None = None, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", len(data) if wire_size is None else wire_size) + data, order)


def read(file: bytes, chunk: int = CHUNK) -> tuple[list[Row], Damaged | None]:
    """All rows of a file, and how it ended."""
    stream = io.BytesIO(file)
    name, batches = open_stream("path", "name", stream.read(24), stream.read, chunk)
    assert name == "pcapng"
    rows: list[Row] = []
    try:
        for batch in batches:
            assert batch.capture == "name"
            for n, (at, size) in enumerate(zip(batch.offsets, batch.sizes, strict=True)):
                data = batch.buffer[at : at + size]
                assert len(data) == size
                rows.append(Row(batch.first + n, data, batch.wire_sizes[n], batch.times[n], batch.links[n]))
    except Damaged as fault:
        return rows, fault
    return rows, None


chunks = st.integers(1, 200) | st.just(CHUNK)
frames = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2**63 // 1000),
        st.binary(max_size=40) | st.integers(41, 3000).map(bytes),
        st.integers(0, 2**32 - 1),
    ),
    max_size=10,
)
LINKS = (1, 105, 276)


@given(st.lists(st.tuples(st.sampled_from(ORDERS), frames), min_size=1, max_size=3), chunks)
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_read_whatever_the_chunks(
    sections: list[tuple[str, list[tuple[int, int, bytes, int]]]], chunk: int
) -> None:
    file = b""
    wanted: list[Row] = []
    for order, packets in sections:
        file += section(order) + b"".join(interface(link, order=order) for link in LINKS)
        for number, stamp, data, wire_size in packets:
            file += packet(data, stamp, number, wire_size, order=order)
            wanted.append(Row(len(wanted) + 1, data, wire_size, min(stamp * 1000, 2**63 - 1), LINKS[number]))
    assert detect(file)
    assert read(file, chunk) == (wanted, None)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("options", "stamp", "time"),
    [
        ({}, 1_700_000_000_123_456, 1_700_000_000_123_456_000),
        ({9: b"\x03"}, 1_700_000_000_123, 1_700_000_000_123_000_000),
        ({9: b"\x09"}, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
        ({9: b"\x00"}, 1_700_000_000, 1_700_000_000_000_000_000),
        ({9: b"\x0c"}, 1_700_000_000_999, 1_700_000_000),  # picoseconds: what is left over is dropped
        ({9: b"\x94"}, (1_700_000_000 << 20) + 1, 1_700_000_000_000_000_953),
        ({9: b"\x94"}, (3 << 20) + (1 << 19), 3_500_000_000),
        ({9: b"\xff"}, 2**64 - 1, 0),  # 2^-127 s: all 64 bits are less than a nanosecond
        ({14: 1000}, 5_000_000, 1_005_000_000_000),
        ({14: -10}, 5_000_000, -5_000_000_000),
        ({9: b"\x03", 14: 2}, 1500, 3_500_000_000),
        ({9: b"\x00"}, 2**64 - 1, 2**63 - 1),  # past 2262
        ({9: b"\x00", 14: -(2**63)}, 0, -(2**63)),  # before 1677
        ({9: b"\x03\x03"}, 1, 1000),  # an option of the wrong length says nothing
    ],
)
def test_times_follow_the_interface(order: str, options: dict[int, bytes | int], stamp: int, time: int) -> None:
    written = b"".join(
        option(code, struct.pack(order + "q", value) if isinstance(value, int) else value, order)
        for code, value in options.items()
    )
    end = option(0, b"", order) + b"after the end nothing counts"
    rows, fault = read(section(order) + interface(options=written + end, order=order) + packet(b"x", stamp, order=order))
    assert fault is None
    assert rows == [Row(1, b"x", 1, time, 1)]


def test_the_first_of_two_equal_options_holds() -> None:
    rows, _ = read(section() + interface(options=option(9, b"\x03") + option(9, b"\x09")) + packet(b"x", 1))
    assert rows[0].time == 1_000_000


def test_interfaces_are_counted_in_their_section_and_frames_through_the_file() -> None:
    file = section() + interface(1) + interface(113) + packet(b"a", number=1) + packet(b"b", number=0)
    file += section(">") + interface(228, order=">") + packet(b"c", number=0, order=">")
    rows, fault = read(file)
    assert [(row.number, row.data, row.link) for row in rows] == [(1, b"a", 113), (2, b"b", 1), (3, b"c", 228)]
    assert fault is None
    rows, fault = read(file + packet(b"d", number=1, order=">") + packet(b"e", number=0, order=">"))
    assert len(rows) == 3
    assert fault is not None
    assert (fault.offset, fault.frame) == (len(file), 3)
    assert fault.reason == "packet of interface 1, which is not described"


@pytest.mark.parametrize("order", ORDERS)
def test_old_packet_blocks(order: str) -> None:
    rows, fault = read(section(order) + interface(9, order=order) + old_packet(b"abcde", 2**33, order=order))
    assert rows == [Row(1, b"abcde", 6, 2**33 * 1000, 9)]
    assert fault is None


@pytest.mark.parametrize("order", ORDERS)
def test_simple_packets_have_no_time_of_their_own_and_stop_at_the_snap_length(order: str) -> None:
    start = section(order) + interface(1, snaplen=4, order=order) + interface(2, order=order)
    file = start + simple(b"abc", order=order) + packet(b"time", 5, 1, order=order) + simple(b"abcd", 60, order)
    rows, fault = read(file + start + simple(b"ab", order=order))
    assert fault is None
    assert rows == [
        Row(1, b"abc", 3, 0, 1),
        Row(2, b"time", 4, 5000, 2),
        Row(3, b"abcd", 60, 5000, 1),
        Row(4, b"ab", 2, 0, 1),
    ]


def test_a_snap_length_of_nothing_is_no_limit() -> None:
    assert read(section() + interface(snaplen=0) + simple(b"abcdef"))[0][0].data == b"abcdef"


def test_options_of_packets_and_blocks_of_other_types_are_passed_over() -> None:
    file = section(extra=option(2, b"hardware")) + block(4, bytes(4)) + interface() + block(0xA, b"a secret")
    file += block(5, bytes(12)) + packet(b"odd", options=option(1, b"a comment")) + block(0x7777, b"") + packet(b"b")
    rows, fault = read(file)
    assert [(row.number, row.data) for row in rows] == [(1, b"odd"), (2, b"b")]
    assert fault is None


@pytest.mark.parametrize("kind", [0xBAD, 0x40000BAD, 9, 0x204, 0x216, 0x221])
def test_blocks_that_wireshark_numbers_take_a_number_but_are_no_frames(kind: int) -> None:
    other = block(kind, bytes(40))
    file = section() + interface() + other + packet(b"a") + packet(b"b") + other + other + packet(b"c") + other
    for chunk in (1, 50, CHUNK):
        rows, fault = read(file, chunk)
        assert [(row.number, row.data) for row in rows] == [(2, b"a"), (3, b"b"), (6, b"c")]
        assert fault is None
    assert str(read(file + b"cut")[1]) == f"block cut short (3 of 8 bytes) at byte {len(file)}, after frame 6"


def statistics(interface: int, *options: bytes) -> bytes:
    return block(5, struct.pack("<III", interface, 0, 0) + b"".join(options))


def drops(file: bytes, chunk: int = CHUNK) -> int:
    stream = io.BytesIO(file)
    _, batches = open_stream("f", "c", stream.read(24), stream.read, chunk)
    return sum(batch.dropped for batch in batches)


@pytest.mark.parametrize("chunk", [64, CHUNK])
def test_lost_frames_are_those_of_the_last_statistics_of_each_interface(chunk: int) -> None:
    lost = [option(5, struct.pack("<Q", count)) + option(0, b"") for count in (3, 7, 11)]
    body = interface() + interface() + packet(b"x" * 20) + statistics(0, lost[0]) + statistics(1, lost[1])
    assert drops(section() + body + statistics(0, lost[2]) + packet(b"y" * 20), chunk) == 11 + 7
    again = section() + interface() + statistics(0, option(7, struct.pack("<Q", 2)))
    assert drops(section() + body + again, chunk) == 3 + 7 + 2
    assert drops(section() + interface() + statistics(0, option(5, b"\xff" * 8)), chunk) == MOST_LOST


@pytest.mark.parametrize(
    "odd",
    [
        statistics(9, option(5, bytes(7) + b"\1")),
        statistics(0, option(5, b"\1")),
        statistics(0, b"\5\0\xff\0"),
        block(5, b"\0" * 8),
        statistics(0),
    ],
    ids=["no such interface", "short number", "option too long", "no time", "no option"],
)
def test_statistics_that_make_no_sense_are_passed_over(odd: bytes) -> None:
    file = section() + interface() + packet(b"x" * 20) + odd + packet(b"y" * 20)
    rows, damage = read(file)
    assert (len(rows), damage, drops(file)) == (2, None, 0)


def test_padding_left_out_of_the_block_length_is_put_back() -> None:
    head = struct.pack("<IIIII", 0, 0, 5, 5, 5)
    odd = block(6, head + b"abcde", length=32 + 5)
    rows, fault = read(section() + interface() + odd + packet(b"next"))
    assert [row.data for row in rows] == [b"abcde", b"next"]
    assert fault is None


@pytest.mark.parametrize("chunk", [1, 13, 100, CHUNK])
@pytest.mark.parametrize("order", ORDERS)
def test_a_cut_anywhere_keeps_every_whole_frame_and_says_where(order: str, chunk: int) -> None:
    first = section(order, extra=option(2, b"somebody's computer", order))
    one = packet(b"one", options=option(1, b"hello", order), order=order)
    two, three = simple(b"two", order=order), old_packet(b"three", order=order)
    blocks = [interface(order=order), one, two, section(order), interface(order=order), three, block(5, bytes(12), order)]
    file = first + b"".join(blocks)
    ends = [len(first)]
    for piece in blocks:
        ends.append(ends[-1] + len(piece))
    frame_ends = [ends[2], ends[3], ends[6]]
    for cut in range(4, len(file) + 1):
        if cut < len(first):
            size = len(first) if cut >= 12 else 28
            with pytest.raises(Unreadable, match=rf"cut inside the file header \({cut} of {size} bytes\)"):
                read(file[:cut], chunk)
            continue
        rows, fault = read(file[:cut], chunk)
        whole = sum(end <= cut for end in frame_ends)
        assert [row.data for row in rows] == [b"one", b"two", b"three"][:whole]
        if cut in ends:
            assert fault is None
        else:
            assert fault is not None
            assert (fault.offset, fault.frame) == (max(end for end in ends if end <= cut), whole)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (block(6, b"", length=0, end=0), "block claims 0 bytes"),
        (block(5, b"", length=8), "block claims 8 bytes"),
        (block(5, b"", length=LARGEST + 4), f"block claims {LARGEST + 4} bytes"),
        (block(5, b"", length=2**32 - 1), "block claims 4294967296 bytes"),
        (block(5, bytes(12), end=28), "block of 24 bytes says 28 at its end"),
        (block(5, bytes(12), end=2**32 - 1), "block of 24 bytes says 4294967295 at its end"),
        (block(6, bytes(16)), "block of type 6 has only 28 bytes"),
        (block(2, bytes(16)), "block of type 2 has only 28 bytes"),
        (block(3, b""), "block of type 3 has only 12 bytes"),
        (block(1, bytes(4)), "block of type 1 has only 16 bytes"),
        (packet(b"x", number=2), "packet of interface 2, which is not described"),
        (packet(b"x", number=2**32 - 1), "packet of interface 4294967295, which is not described"),
        (old_packet(b"x", number=65535), "packet of interface 65535, which is not described"),
        (section() + packet(b"x"), "packet of interface 0, which is not described"),
        (section() + simple(b"x"), "packet of interface 0, which is not described"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 9, 9) + bytes(8)), "packet claims 9 bytes in a block of 40"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 2**32 - 1, 9)), "packet claims 4294967295 bytes in a block of 32"),
        (packet(bytes(LONGEST + 1)), f"packet claims {LONGEST + 1} bytes in a block of {LONGEST + 36}"),
        (simple(b"abcd", 5), "packet claims 5 bytes in a block of 20"),
        (simple(bytes(LONGEST + 1)), f"packet claims {LONGEST + 1} bytes in a block of {LONGEST + 20}"),
        (block(0x0A0D0D0A, bytes(16)), "section header with unknown byte order"),
        (section(version=(2, 0)), "version 2.0: only 1.0 and 1.2 are known"),
        (block(0x0A0D0D0A, struct.pack("<I", 0x1A2B3C4D)), "block of type 168627466 has only 16 bytes"),
        (interface(options=struct.pack("<HH", 2, 5) + b"four"), "interface option longer than its block"),
    ],
)
def test_what_makes_no_sense_is_damage_with_place_and_reason(bad: bytes, reason: str) -> None:
    start = section() + interface() + packet(b"before")
    place = len(start) + (len(section()) if bad.startswith(section()) else 0)
    for chunk in (100, CHUNK):
        rows, fault = read(start + bad + packet(b"after"), chunk)
        assert [row.data for row in rows] == [b"before"]
        assert fault is not None
        assert (fault.offset, fault.frame, fault.reason) == (place, 1, reason)


def test_the_longest_frame_and_the_largest_block_are_read() -> None:
    file = section() + interface() + block(0x7777, bytes(LARGEST - 12)) + packet(bytes(LONGEST)) + simple(bytes(LONGEST))
    rows, fault = read(file)
    assert [len(row.data) for row in rows] == [LONGEST, LONGEST]
    assert fault is None


def test_a_larger_block_is_damage_even_where_all_of_it_was_read() -> None:
    start = section() + interface() + packet(b"before")
    for chunk in (CHUNK, 4 * LARGEST):
        rows, fault = read(start + block(0x7777, bytes(LARGEST - 8)) + packet(b"after"), chunk)
        assert len(rows) == 1
        assert fault is not None
        assert (fault.offset, fault.reason) == (len(start), f"block claims {LARGEST + 4} bytes")


def test_a_section_cannot_fill_the_memory_with_interfaces() -> None:
    start = section() + interface() * MOST_INTERFACES
    rows, fault = read(start + packet(b"x", number=MOST_INTERFACES - 1))
    assert len(rows) == 1
    assert fault is None
    fault = read(start + interface())[1]
    assert fault is not None
    assert (fault.offset, fault.reason) == (len(start), "more than 65536 interfaces in a section")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("body", "length", "end", "reason"),
    [
        ("5A2B3C4D 0001 0000", None, None, "section header with unknown byte order"),
        ("1A2B3C4D 0002 0000", None, None, "version 2.0: only 1.0 and 1.2 are known"),
        ("1A2B3C4D 0001 0001", None, None, "version 1.1: only 1.0 and 1.2 are known"),
        ("1A2B3C4D 0001 0000", 0, None, "block claims 0 bytes"),
        ("1A2B3C4D 0001 0000", 0xFFFFFFF0, None, "block claims 4294967280 bytes"),
        ("1A2B3C4D 0001 0000", None, 32, "block of 28 bytes says 32 at its end"),
    ],
)
def test_a_first_header_that_makes_no_sense_is_unreadable(
    order: str, body: str, length: int | None, end: int | None, reason: str
) -> None:
    mark, major, minor = (int(part, 16) for part in body.split())
    file = block(0x0A0D0D0A, struct.pack(order + "IHHq", mark, major, minor, -1), order, length, end)
    with pytest.raises(Unreadable) as raised:
        read(file + interface(order=order) + packet(b"x", order=order))
    assert raised.value.reason == f"pcapng: {reason}"


def test_version_1_2_is_1_0() -> None:
    assert read(section(version=(1, 2)) + interface() + packet(b"x"))[0][0].data == b"x"


SAMPLE = (
    section(extra=option(1, b"comment"))
    + interface(options=option(9, b"\x09") + option(14, bytes(8)) + option(0, b""))
    + packet(b"hello", options=option(1, b"comment"))
    + simple(b"simple")
    + section(">")
    + interface(order=">")
    + block(0xBAD, bytes(8), ">")
    + old_packet(b"old", order=">")
    + packet(b"end", order=">")
)


def judge(file: bytes, chunk: int) -> None:
    """Frames and at most damage, the same whatever the chunks."""
    try:
        rows, fault = read(file)
    except Unreadable:
        with pytest.raises(Unreadable):
            read(file, chunk)
        return
    again, same = read(file, chunk)
    assert (again, str(same)) == (rows, str(fault))
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))
    if fault:
        assert fault.frame == (numbers[-1] if numbers else 0)
        assert len(section()) <= fault.offset < len(file)


@given(st.binary(max_size=200), st.sampled_from(ORDERS), chunks)
@settings(max_examples=200, deadline=None)
def test_any_bytes_after_the_header_give_frames_or_damage(tail: bytes, order: str, chunk: int) -> None:
    judge(section(order) + tail, chunk)
    judge(section(order) + interface(order=order) + tail, chunk)


@given(st.dictionaries(st.integers(4, len(SAMPLE) - 1), st.integers(0, 255), min_size=1, max_size=6), chunks)
@settings(max_examples=400, deadline=None)
def test_any_bytes_changed_give_frames_or_damage(changes: dict[int, int], chunk: int) -> None:
    file = bytearray(SAMPLE)
    for place, byte in changes.items():
        file[place] = byte
    judge(bytes(file), chunk)
