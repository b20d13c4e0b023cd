"""IPv6 neighbour discovery: who has which address, and who routes."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.nd import CHANNELS, WANTS, observe
from scanner.wire.text import safe

MAC = "34:ea:34:00:00:01"
FRAME_MAC = "52:54:00:00:00:02"
SOURCE, TARGET = "fe80::36ea:34ff:fe00:1", "2001:db8::9"
RS, RA, NS, NA = 133, 134, 135, 136
SOURCE_OPTION, TARGET_OPTION = 1, 2


def option(kind: int, mac: str = MAC) -> bytes:
    return bytes([kind, 1]) + bytes.fromhex(mac.replace(":", ""))


def message(kind: int, *options: bytes, target: str = TARGET) -> bytes:
    body = {
        RS: bytes(4),
        RA: struct.pack("!BBHII", 64, 0, 1800, 0, 0),
        NS: bytes(4) + ip_address(target).packed,
        NA: struct.pack("!I", 6 << 28) + ip_address(target).packed,
    }
    return bytes([kind, 0, 0xAB, 0xCD]) + body[kind] + b"".join(options)


def frame(payload: bytes, *, source: str = SOURCE, cut: bool = False) -> Frame:
    macs = bytes.fromhex(FRAME_MAC.replace(":", "")), bytes.fromhex("333300000001")
    addresses = ip_address(source).packed, ip_address("ff02::1").packed
    return Frame("a.pcap", 1, 0, "vlan 7", *macs, 0x86DD, *addresses, 58, 0, 0, payload, cut)


def pairs(payload: bytes, *, source: str = SOURCE, cut: bool = False) -> list[tuple[str, str]]:
    """Link-layer and IPv6 address of each pair seen."""
    found = []
    for each in observe(frame(payload, source=source, cut=cut)):
        if each.channel == "nd.ip":
            assert each.subject == Subject("vlan 7", each.subject.mac if each.subject else "", "")
            assert (each.role, each.raw) == (Role.SELF, each.value.encode())
            found.append((each.subject.mac, each.value))
    return found


@pytest.mark.parametrize(
    ("payload", "pair"),
    [
        (message(NS, option(SOURCE_OPTION)), (MAC, SOURCE)),
        (message(RS, option(SOURCE_OPTION)), (MAC, SOURCE)),
        (message(RA, option(SOURCE_OPTION)), (MAC, SOURCE)),
        (message(NA, option(TARGET_OPTION)), (MAC, TARGET)),
        (message(NA), (FRAME_MAC, TARGET)),  # the option may be left out in an answer
        (message(RA, b"\x05\x01" + bytes(6), option(SOURCE_OPTION)), (MAC, SOURCE)),  # after the MTU
    ],
)
def test_whose_address(payload: bytes, pair: tuple[str, str]) -> None:
    assert pairs(payload) == [pair]
    assert all(want.accepts(frame(payload)) for want in WANTS)


def test_a_router_says_so() -> None:
    payload = message(RA, option(SOURCE_OPTION))
    assert Observation("nd.router", "router", raw=payload[:16]) in list(observe(frame(payload)))
    assert not [each for kind in (RS, NS, NA) for each in observe(frame(message(kind))) if each.channel == "nd.router"]


@pytest.mark.parametrize("kind", [RS, NS])
def test_duplicate_address_detection_says_nothing(kind: int) -> None:
    assert pairs(message(kind, option(SOURCE_OPTION)), source="::") == []


@pytest.mark.parametrize(
    "payload",
    [
        message(NS),  # the address asked for is somebody else's
        message(NS, option(TARGET_OPTION)),  # not the sender's option
        message(RS),
        message(NA, target="ff02::1"),
        message(NA, option(TARGET_OPTION, "33:33:00:00:00:01")),
        message(NS, bytes([SOURCE_OPTION, 2]) + bytes(14)),  # an address of another kind of link
        b"\x88\x01" + message(NA)[2:],  # no such code
        b"\x80" + bytes(30),  # an echo request
        b"",
    ],
)
def test_what_names_nobody(payload: bytes) -> None:
    assert list(observe(frame(payload))) == []


@pytest.mark.parametrize(
    "payload",
    [
        message(NA)[:20],
        message(NS)[:23],
        message(RA)[:15],
        message(NA, b"\x02\x00" + bytes(6)),  # an option of no length would never end
        message(NS, option(SOURCE_OPTION), b"\x0e\x05" + bytes(6)),
    ],
)
def test_broken(payload: bytes) -> None:
    with pytest.raises(Malformed):
        list(observe(frame(payload)))


def test_cut() -> None:
    assert pairs(message(NS)[:20], cut=True) == []
    assert pairs(message(NS, option(SOURCE_OPTION), b"\x0e\x05" + bytes(6)), cut=True) == [(MAC, SOURCE)]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([RS, RA, NS, NA]), st.binary(max_size=120), st.booleans(), st.booleans())
def test_any_bytes(kind: int, body: bytes, start: bool, cut: bool) -> None:
    payload = message(kind) + body if start else body
    try:
        found = list(observe(frame(payload, cut=cut)))
    except Malformed:
        return
    assert {each.channel for each in found} <= {channel.name for channel in CHANNELS}
    assert all(safe(each.value) == each.value for each in found)
