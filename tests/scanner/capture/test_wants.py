"""The index that chooses frames against the plain meaning of each want."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.capture.wants import LONGEST_PREFIX, EtherType, Icmp6, Protocol, Selector, Snap, Tcp, TcpPort, Udp, Want

PORTS = st.integers(50, 55)
HEADS = st.lists(st.sampled_from([b"G", b"GET", b"\x16"]), max_size=2).map(tuple)
WANTS: st.SearchStrategy[Want] = st.one_of(
    st.builds(EtherType, st.sampled_from([0x0806, 0x88CC, 0x0800])),
    st.builds(Snap, st.just(0x0C), st.sampled_from([0x2000, 0x2004])),
    st.builds(Udp, st.lists(PORTS, min_size=1, max_size=3).map(tuple), HEADS, st.just(()), st.booleans()),
    st.builds(TcpPort, st.lists(PORTS, min_size=1, max_size=2).map(tuple), st.sampled_from([None, len]), HEADS),
    st.builds(
        Tcp,
        st.lists(st.sampled_from([b"GE", b"GET ", b"HTTP/1.", b"\x16\x03"]), min_size=1, max_size=3).map(tuple),
        st.sampled_from([None, len]),
    ),
    st.builds(Icmp6, st.lists(st.integers(133, 136), min_size=1, max_size=3).map(tuple)),
    st.builds(Protocol, st.lists(st.sampled_from([1, 2, 47]), min_size=1, max_size=2).map(tuple)),
)
FRAMES = st.builds(
    lambda kind, protocol, source, target, payload: Frame(
        "c", 1, 0, "", b"", b"", kind, b"", b"", protocol, source, target, payload, False
    ),
    st.sampled_from([0x0806, 0x88CC, 0x0800, 0x0C2000, 0x0C2004]),
    st.sampled_from([0, 1, 2, 6, 17, 58]),
    PORTS,
    PORTS,
    st.sampled_from([b"", b"G", b"GE", b"GET /", b"HTTP/1.1 200", b"\x16\x03\x01", b"\x85abc", b"\x87"]),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(WANTS, max_size=3), max_size=5), FRAMES)
def test_the_index_means_what_each_want_means(groups: list[list[Want]], frame: Frame) -> None:
    plain = sum(1 << number for number, group in enumerate(groups) if any(want.accepts(frame) for want in group))
    assert Selector(groups).mask(frame) == plain


def test_an_unknown_kind_of_want_is_our_mistake_and_said_at_once() -> None:
    with pytest.raises(TypeError, match="no kind of want"):
        Selector([["udp port 53"]])  # type: ignore[list-item] # the mistake under test


@pytest.mark.parametrize("number", [0, 6, 17, 58])
def test_a_protocol_with_tables_of_its_own_is_no_plain_protocol(number: int) -> None:
    with pytest.raises(TypeError, match="no kind of want"):
        Selector([[Protocol((2, number))]])


def test_a_head_has_some_bytes_and_not_too_many() -> None:
    for head in (b"", bytes(LONGEST_PREFIX + 1)):
        with pytest.raises(TypeError, match="a head has 1 to 64 bytes"):
            Selector([[Udp((1,), (head,))]])


def test_what_one_of_two_observers_reads_is_read() -> None:
    both = Selector([[Udp((1,), unread=((0, 2),), any_peer=True)], [Udp((1, 2), unread=((1, 3), (63, 70)))]])
    assert both.unread == {1: 1 << 1, 2: 1 << 1 | 1 << 2 | 1 << 63}
    assert both.any_peer == {1: False, 2: False}
