"""Frame relay and ATM: every form in which a packet or a bridged frame may lie there."""

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.ethernet import IPV4, IPV6
from scanner.capture.links import READERS

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
PACKET = packets.ipv4("10.0.0.1", "10.0.0.2", 17, packets.udp(1, 2, b"x"))
FRAME = packets.ethernet(A, B, IPV4, PACKET)
SHORT, LONG = b"\x18\x41", b"\x18\x40\x00\x41"  # Q.922 addresses of two and of four bytes
BRIDGED = b"\x00\x80\xc2\x00\x07"


def read(link: int, made: bytes) -> tuple[str, str, int, bytes] | None:
    """Source, destination, type and content of a frame that lies somewhere inside a buffer."""
    buffer = b"<<<" + made + b">>>"
    found = READERS[link](buffer, 3, 3 + len(made))
    if found is None:
        return None
    assert isinstance(found, tuple)
    return found[0].hex(":"), found[1].hex(":"), found[3], buffer[found[4] : found[5]]


@pytest.mark.parametrize("address", [SHORT, LONG])
def test_a_packet_is_found_in_every_form(address: bytes) -> None:
    expected = ("", "", IPV4, PACKET)
    assert read(107, address + b"\x03\xcc" + PACKET) == expected
    assert read(107, address + b"\x03\x00\xcc" + PACKET) == expected
    assert read(107, address + b"\x03\x00\x80\x00\x00\x00\x08\x00" + PACKET) == expected
    assert read(107, address + b"\x08\x00" + PACKET) == expected, "as Cisco has it"
    assert read(206, b"\x01" + address + b"\x03\xcc" + PACKET) == expected
    assert read(107, address + b"\x03\x8e" + bytes(40)) == ("", "", IPV6, bytes(40))


def test_a_bridged_frame_keeps_its_addresses() -> None:
    expected = (A, B, IPV4, PACKET)
    assert read(107, SHORT + b"\x03\x00\x80" + BRIDGED + FRAME) == expected
    assert read(100, b"\xaa\xaa\x03" + BRIDGED + b"\0\0" + FRAME) == expected


def test_atm_carries_packets_behind_802_2() -> None:
    assert read(100, b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + PACKET) == ("", "", IPV4, PACKET)


@pytest.mark.parametrize(
    "made", [b"", b"\x19", b"\x18\x41\x03", b"\x18\x40\x00\x40\x01\x08\x00", SHORT + b"\x03\x00", b"\x18" * 9]
)
def test_what_is_too_short_or_has_no_end_of_address_is_not_read(made: bytes) -> None:
    assert read(107, made) is None


def test_what_is_no_ip_is_counted_only() -> None:
    found = read(107, SHORT + b"\x03\x08\x00\x75")  # the link's own management
    assert found is not None
    assert found[2] == 0


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([100, 107, 206]),
    st.sampled_from([b"", SHORT, SHORT + b"\x03\x80", b"\xaa\xaa\x03"]),
    st.binary(max_size=50),
)
def test_any_bytes_give_a_place_inside_the_frame_or_nothing(link: int, front: bytes, body: bytes) -> None:
    made = front + body
    found = READERS[link](made + b"behind", 0, len(made))
    if found is not None:
        assert 0 <= found[4] <= len(made)  # type: ignore[operator] # a Link
        assert found[5] <= len(made)  # type: ignore[operator] # a Link
