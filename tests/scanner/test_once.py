"""Entries counted once, packed: the same content comes back, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.once import FACT, SENT, TARGET, Record, Seen, heard_in, name_in, name_of, names_in, pack, seen_in, unpack, who_in

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=6)  # what `scanner.wire.text` lets through
ANY = st.text(max_size=8)


@given(PLAIN, PLAIN, st.integers(0, 1 << 63), st.integers(1, 1 << 40), st.lists(PLAIN, max_size=3), ANY, ANY)
def test_it_comes_back_as_it_was(
    segment: str, mac: str, time: int, frame: int, details: list[str], capture: str, value: str
) -> None:
    record = Record((FACT, segment, mac), time, frame, tuple(details), capture, value)
    assert unpack(pack(record)) == record
    assert name_in(pack(record)) == name_of(FACT, segment, mac)
    assert names_in(pack(record)) == [FACT.encode(), segment.encode(), mac.encode()]
    assert seen_in(pack(record)) == Seen(time, capture, frame, value)


@given(PLAIN, PLAIN, PLAIN, ANY)
def test_who_it_is_about(segment: str, mac: str, ip: str, capture: str) -> None:
    for key in ((SENT, segment, mac, ip), (FACT, segment, mac, ip, "arp.ip"), (TARGET, segment, mac or "x")):
        kind, *names = names_in(pack(Record(key, 7, 1, (), capture)))
        assert who_in(pack(Record(key, 7, 1, (), capture))) == (kind, names[0], names[1] or names[2])


@pytest.mark.parametrize("heard", ["", "1"])
def test_whether_a_sender_spoke_to_a_group(heard: str) -> None:
    assert heard_in(pack(Record((SENT, "", "", "10.0.0.1"), 5, 1, ("60", heard, "0"), "1\x1e1"))) == bool(heard)


@pytest.mark.parametrize("raw", [b"", b"sent", b"sent\x1e1\x1f2", b"sent\x1ex\x1f2\x1f0\x1e", b"\xff\x1e1\x1f2\x1f0\x1e"])
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kind: who reads a database turns it into one message
        unpack(raw)
