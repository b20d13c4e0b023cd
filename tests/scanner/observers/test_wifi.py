"""Beacons and probes: an access point names its network, a station that looks for one only asks."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import WIFI, Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import wifi
from scanner.wire.elements import BEACON, PROBE_REQUEST, PROBE_RESPONSE
from scanner.wire.text import safe

WPS = "0050f204"


def element(number: int, content: bytes) -> bytes:
    return bytes((number, len(content))) + content


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("!HH", number, len(value)) + value


SETUP = (
    attribute(0x104A, b"\x10")
    + attribute(0x1021, b"Example Networks")
    + attribute(0x1023, b"EX-1 Router\0")
    + attribute(0x1024, b"1.0")
    + attribute(0x1042, b"serial number: not reported")
    + attribute(0x1011, b"Example AP")
)
WORDS = [
    ("wifi.wps_manufacturer", "Example Networks", Role.SELF),
    ("wifi.wps_model", "EX-1 Router", Role.SELF),
    ("wifi.wps_model_number", "1.0", Role.SELF),
    ("wifi.wps_device_name", "Example AP", Role.SELF),
]
NETWORK = element(0, b"office")


def setup(content: bytes = SETUP) -> bytes:
    return element(221, bytes.fromhex(WPS) + content)


def seen(elements: bytes, subtype: int = BEACON, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    payload = (b"" if subtype == PROBE_REQUEST else bytes(12)) + elements
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, b"\xff" * 6, WIFI | subtype, b"", b"", 0, 0, 0, payload, cut)
    facts = list(wifi.observe(frame))
    assert all(fact.raw in payload and fact.raw and fact.subject is None for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("subtype", [BEACON, PROBE_RESPONSE])
def test_an_access_point_says_its_network_its_maker_and_its_radio(subtype: int) -> None:
    radio = element(221, bytes.fromhex("001018020000"))
    assert seen(NETWORK + element(1, b"\x82") + radio + setup(), subtype) == [
        ("wifi.ssid", "office", Role.SELF),
        ("wifi.vendor_element", "00:10:18 type 2", Role.SELF),
        ("wifi.vendor_element", "00:50:f2 type 4", Role.SELF),
        *WORDS,
    ]


def test_a_station_that_looks_for_a_network_is_not_its_access_point() -> None:
    assert seen(NETWORK + setup(), PROBE_REQUEST) == [
        ("wifi.query", "office", Role.ASKED),
        ("wifi.vendor_element", "00:50:f2 type 4", Role.SELF),
        *WORDS,
    ]


@pytest.mark.parametrize("name", [b"", bytes(6), b"x" * 33])
def test_hidden_and_impossible_names_are_none(name: bytes) -> None:
    assert seen(element(0, name)) == []
    assert seen(element(0, name), PROBE_REQUEST) == []


def test_attributes_may_go_on_in_a_second_element() -> None:
    parts = [element(221, bytes.fromhex(WPS) + part) for part in (attribute(0x1021, b"Example"), attribute(0x1023, b"EX-1"))]
    assert seen(b"".join(parts))[2:] == [
        ("wifi.wps_manufacturer", "Example", Role.SELF),
        ("wifi.wps_model", "EX-1", Role.SELF),
    ]


@pytest.mark.parametrize("value", [b"", b" ", b"\0\0"])
def test_empty_words_are_left_out(value: bytes) -> None:
    assert seen(setup(attribute(0x1021, value))) == [("wifi.vendor_element", "00:50:f2 type 4", Role.SELF)]


def test_a_vendor_element_without_a_type_is_none() -> None:
    assert seen(element(221, b"\x00\x50\xf2")) == []


def test_a_cut_frame_tells_its_complete_elements() -> None:
    assert seen(NETWORK + setup()[:-1], cut=True) == [("wifi.ssid", "office", Role.SELF)]


@pytest.mark.parametrize("elements", [NETWORK[:-1], NETWORK + b"\0", setup(SETUP[:-1])])
def test_what_does_not_fit_is_malformed(elements: bytes) -> None:
    with pytest.raises(Malformed):
        seen(elements)


PIECES = [NETWORK, setup(), element(221, b"abc"), b"\xdd\xff", bytes.fromhex("0050f204"), b"\x10\x21\xff\xff"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=8),
    st.sampled_from([BEACON, PROBE_REQUEST]),
    st.booleans(),
)
def test_any_elements_give_safe_observations_or_malformed(pieces: list[bytes], subtype: int, cut: bool) -> None:
    names = {channel.name for channel in wifi.CHANNELS}
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, WIFI | subtype, b"", b"", 0, 0, 0, b"".join(pieces), cut)
    try:
        facts = list(wifi.observe(frame))
    except Malformed:
        return
    for fact in facts:
        assert fact.channel in names
        assert fact.value == safe(fact.value) != ""
