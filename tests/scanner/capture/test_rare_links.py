"""The seldom link layers: a hand-made frame of each, and any bytes at all."""

import struct

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.ethernet import BAD_FCS, IPV4, IPV6
from scanner.capture.links import READERS, link_name

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
BODY = packets.ipv4("10.0.0.1", "10.0.0.2", 17, packets.udp(1, 2, b"x"))
SNAP = b"\xaa\xaa\x03\0\0\0\x08\x00" + BODY
PPP = b"\x00\x21" + BODY
ADDRESSES = packets.mac(B) + packets.mac(A)


def attribute(kind: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def hardware(order: str) -> bytes:
    return attribute(8, b"\0\x06\0\0" + packets.mac(A) + b"\0\0", order)


NOBODY = ("", "")
WORLD_WIDE = b"\x10\0"
FRAMES = [
    (0, b"\2\0\0\0" + BODY, *NOBODY),
    (0, b"\x0f\0\x08\0" + BODY, *NOBODY),
    (0, b"\xff\x03" + PPP, *NOBODY),
    (7, b"\x01\x02\xd4\0\0\x07" + BODY, *NOBODY),
    (7, b"\x01\x02\xf0" + BODY, *NOBODY),
    (117, b"\x3d\x02" + bytes(62) + BODY, *NOBODY),
    (109, b"\2\0\0\0" + bytes(8) + BODY, *NOBODY),
    (122, WORLD_WIDE + packets.mac(B) + WORLD_WIDE + packets.mac(A) + SNAP, A, B),
    (122, b"\x50" + bytes(7) + WORLD_WIDE + packets.mac(A) + SNAP, A, ""),
    (129, b"\x01\x02\0\0\xd4\0\0\x07" + BODY, *NOBODY),
    (129, b"\x01\x02\0\0\xd4\xff\xff\xff\xd4\0\0\x07" + BODY, *NOBODY),
    (138, bytes(16) + b"\x08\0" + BODY, *NOBODY),
    (166, b"\x01\x03" + PPP, *NOBODY),
    (204, b"\x01\xff\x03" + PPP, *NOBODY),
    (205, b"\x01\x0f\0\x08\0" + BODY, *NOBODY),
    (226, b"\x02\x02" + bytes(22) + BODY, *NOBODY),
    (240, b"\0\x04\0\0" + packets.ethernet(A, B, IPV4, BODY), A, B),
    (0, b"\0\0\0\2" + BODY, *NOBODY),
    (108, b"\0\0\0\2" + BODY, *NOBODY),
    (6, b"\x10\x40" + ADDRESSES + SNAP, *NOBODY),
    (6, b"\x10\x40" + ADDRESSES[:6] + b"\x82" + ADDRESSES[7:] + b"\x06\x30\0\0\0\0" + SNAP, *NOBODY),
    (9, PPP, *NOBODY),
    (9, b"\x21" + BODY, *NOBODY),
    (9, b"\xff\x03" + PPP, *NOBODY),
    (50, b"\xff\x03" + PPP, *NOBODY),
    (50, b"\x0f\0\x08\0" + BODY, *NOBODY),
    (51, b"\x11\0\0\x01" + struct.pack("!H", len(PPP)) + PPP, *NOBODY),
    (10, b"\x50" + ADDRESSES + SNAP, *NOBODY),
    (101, BODY, *NOBODY),
    (104, b"\x8f\0\x08\0" + BODY, *NOBODY),
    (239, b"\x02\0\0\x2a" + attribute(10, b"odd\0.") + attribute(9, BODY), *NOBODY),
    (239, b"\x02\0\0\x2a" + hardware("<") + attribute(9, BODY), A, ""),
    (239, b"\x02\0\0\x2a" + hardware(">") + attribute(9, BODY, ">"), A, ""),
    (242, bytes(40) + b"\x08\0\0\0" + BODY, *NOBODY),
    (258, struct.pack("<III", 20, 1, 1) + bytes(8) + packets.ethernet(A, B, IPV4, BODY), A, B),
    (258, struct.pack("<III", 20, 1, 12) + bytes(8) + BODY, *NOBODY),
    (281, ADDRESSES + b"\x20\0\0\x01" + b"\x08\0" + BODY, A, B),
    (282, b"\x20\0\0\x01" + packets.ethernet(A, B, IPV4, BODY), A, B),
    (284, ADDRESSES + b"\xc0\x0a\0\x07" + b"\x08\0" + BODY, A, B),
    (285, ADDRESSES + b"\xda\xda\0\0\xc0\x0a\0\x07" + b"\x08\0" + BODY, A, B),
]


@pytest.mark.parametrize(("link", "made", "source", "target"), FRAMES, ids=lambda value: str(value)[:12])
def test_each_link_layer_leads_to_its_packet(link: int, made: bytes, source: str, target: str) -> None:
    buffer = b"<<<" + made + b">>>"
    found = READERS[link](buffer, 3, 3 + len(made))
    assert isinstance(found, tuple)
    assert found[:4] == (packets.mac(source), packets.mac(target), "", IPV4)
    assert buffer[found[4] : found[5]].rstrip(b"\0") == BODY


def kind(link: int, made: bytes) -> int | None:
    found = READERS[link](made, 0, len(made))
    assert not isinstance(found, str)
    return found and found[3]


@pytest.mark.parametrize("family", [10, 24, 28, 30])
def test_ipv6_has_a_number_on_every_system(family: int) -> None:
    assert kind(0, struct.pack("<I", family) + bytes(40)) == IPV6
    assert kind(108, struct.pack(">I", family) + bytes(40)) == IPV6


@pytest.mark.parametrize(
    ("link", "made"),
    [
        (0, struct.pack("<I", 16) + BODY),  # AppleTalk
        (7, b"\x01\x02\xd5\0\0\x07" + bytes(18)),  # ARP whose hardware addresses have one byte
        (129, b"\x01\x02\0\0\xd4\x02\0\x07" + BODY),  # a later fragment
        (240, b"\0\x05\0\0" + bytes(8)),  # a signal on a pin
        (9, b"\xc0\x21" + BODY),  # LCP
        (9, b"\x23" + BODY),
        (6, b"\x10\x00" + ADDRESSES + SNAP),  # a MAC frame of the ring itself
        (10, b"\xc2" + ADDRESSES + SNAP),
        (239, b"\x02\0\0\x2a" + attribute(10, b"only a prefix")),
        (258, struct.pack("<III", 20, 2, 1) + bytes(8) + BODY),
        (258, struct.pack("<III", 20, 1, 258) + bytes(8) + struct.pack("<III", 12, 1, 1) + BODY),  # itself inside itself
    ],
)
def test_what_is_no_ip_is_counted_only(link: int, made: bytes) -> None:
    assert kind(link, made) == 0


@pytest.mark.parametrize(
    ("link", "made"),
    [
        (0, b"\2\0\0"),
        (7, b"\x01\x02"),
        (7, b"\x01\x02\xd4\xff\0\0\xd4"),
        (109, b"\2\0\0\0" + bytes(7)),
        (117, b"\x3d\x02" + bytes(61)),
        (117, b"\x2c\x02" + bytes(61)),  # a header shorter than any was
        (122, bytes(18)),
        (138, bytes(17)),
        (226, bytes(23)),
        (240, bytes(3)),
        (6, b"\x10\x40" + ADDRESSES),
        (6, b"\x10\x40" + ADDRESSES[:6] + b"\x82" + ADDRESSES[7:] + b"\x1f\x30"),
        (9, b"\x21"),
        (10, b"\x50" + ADDRESSES[:11]),
        (51, b"\x11\0\0\x01\0\x01\0"),
        (104, b"\x0f\0\x08"),
        (239, b"\x02\x01\0\0"),  # version 1
        (239, b"\x02\0\0\0\x03\0\x09\0"),  # an attribute shorter than its head
        (242, bytes(43)),
        (258, bytes(11)),
        (258, struct.pack("<III", 9, 1, 1) + bytes(60)),
        (258, struct.pack("<III", 90, 1, 1) + bytes(60)),
        (284, ADDRESSES + bytes(4)),
        (285, ADDRESSES + bytes(9)),
    ],
)
def test_what_is_too_short_is_not_read(link: int, made: bytes) -> None:
    assert READERS[link](made, 0, len(made)) is None


def test_a_frame_the_analyser_found_damaged_is_told_apart() -> None:
    made = b"\x04\x04\0\0" + packets.ethernet(A, B, IPV4, BODY)
    assert READERS[240](made, 0, len(made)) == BAD_FCS


def test_a_tagged_frame_behind_a_marvell_switch_keeps_its_vlan() -> None:
    for made in (ADDRESSES + b"\xe0\x0a\xe0\x07", ADDRESSES + b"\xda\xda\0\0\xe0\x0a\xe0\x07"):
        link = 284 if len(made) == 16 else 285
        inner = made + b"\x81\0\0\x09\x08\0" + BODY
        found = READERS[link](inner, 0, len(inner))
        assert isinstance(found, tuple)
        assert found[2:4] == ("vlan 7.9", IPV4)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.sampled_from(FRAMES), st.integers(0, 60), st.binary(max_size=80))
def test_any_bytes_give_a_place_inside_the_frame_or_nothing(
    link: int, start: tuple[int, bytes, str, str], kept: int, more: bytes
) -> None:
    made = start[1][:kept] + more
    for number in (link, start[0]):
        found = READERS[number](made + b"behind", 0, len(made))
        if isinstance(found, tuple):
            source, target, _, _, at, end = found
            assert {len(source), len(target)} <= {0, 6}
            assert at >= 0
            assert end <= len(made)
            assert link_name(number).partition(" ")[0] != "LINKTYPE"
