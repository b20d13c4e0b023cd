"""CDP versions 1 and 2: a device describes itself to its neighbour."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import cdp
from scanner.wire.text import safe

HEADER = b"\x02\xb4\x00\x00"
IPV4 = b"\x01\x01\xcc"
IPV6 = b"\x02\x08\xaa\xaa\x03\x00\x00\x00\x86\xdd"


def field(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value) + 4) + value


def addresses(*entries: tuple[bytes, bytes]) -> bytes:
    listed = b"".join(protocol + struct.pack(">H", len(address)) + address for protocol, address in entries)
    return struct.pack(">I", len(entries)) + listed


def frame(packet: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, bytes.fromhex("01000ccccccc"), 0x00000C2000, b"", b"", 0, 0, 0, packet, cut)


def seen(packet: bytes, *, cut: bool = False) -> list[tuple[str, str]]:
    facts = list(cdp.observe(frame(packet, cut=cut)))
    assert all(fact.role is Role.SELF and fact.subject is None and fact.raw in packet for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


@pytest.mark.parametrize("version", [b"\x01", b"\x02"])
def test_a_device_describes_itself(version: bytes) -> None:
    six = bytes.fromhex("20010db8") + bytes(11) + b"\x01"
    packet = version + HEADER[1:]
    packet += field(1, b"switch-1") + field(3, b"Gi0/1") + field(5, b"Example IOS\nVersion 12.2") + field(6, b"example X-24")
    packet += field(2, addresses((IPV4, bytes((192, 0, 2, 3))), (IPV6, six), (IPV4, bytes(4)), (b"\x01\x01\x81", b"clnp")))
    packet += field(0x16, addresses((IPV4, bytes((192, 0, 2, 4)))))
    assert seen(packet) == [
        ("cdp.device_id", "switch-1"),
        ("cdp.version", "Example IOS Version 12.2"),
        ("cdp.platform", "example X-24"),
        ("cdp.ip", "192.0.2.3"),
        ("cdp.ip", "2001:db8::1"),
        ("cdp.ip", "192.0.2.4"),
    ]


def test_padding_ends_the_packet() -> None:
    assert seen(HEADER + field(1, b"a") + bytes(20)) == [("cdp.device_id", "a")]


def test_fields_that_say_nothing_are_left_out() -> None:
    assert seen(HEADER + field(1, b"\0\0") + field(6, b" ") + field(4, b"\0\0\0\x28")) == []


def test_a_cut_packet_tells_its_complete_fields() -> None:
    assert seen(HEADER + field(1, b"a") + field(6, b"platform")[:-2], cut=True) == [("cdp.device_id", "a")]


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x03" + HEADER[1:],
        HEADER + field(6, b"platform")[:-2],
        HEADER + struct.pack(">HH", 1, 3),
        HEADER + field(2, struct.pack(">I", 0xFFFFFFFF)),
        HEADER + field(2, addresses((IPV4, bytes(4)))[:-1]),
    ],
)
def test_broken_packets_are_malformed(packet: bytes) -> None:
    with pytest.raises(Malformed):
        seen(packet)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 5, 6, 0x16]), st.binary(max_size=40)), max_size=6),
    st.binary(max_size=9),
    st.booleans(),
)
def test_any_packet_gives_safe_observations_or_malformed(fields: list[tuple[int, bytes]], rest: bytes, cut: bool) -> None:
    names = {channel.name for channel in cdp.CHANNELS}
    for packet in (rest, HEADER + b"".join(field(kind, value) for kind, value in fields) + rest):
        try:
            facts = list(cdp.observe(frame(packet, cut=cut)))
        except Malformed:
            continue
        for fact in facts:
            assert fact.channel in names
            assert fact.value == safe(fact.value) != ""
            assert fact.raw in packet
