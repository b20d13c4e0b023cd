"""Links without MAC addresses: counted, shown as such, and never a device."""

import shutil
import struct
import subprocess

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.addressless import _crc16
from scanner.capture.ethernet import BAD_FCS, Link
from scanner.capture.links import CUT_READERS, READERS, WITHOUT_ADDRESSES, link_name
from scanner.capture.sources import open_source

EUI64 = bytes.fromhex("0011223344556677")
ZIGBEE = b"\x61\xcc\x01\x34\x12" + EUI64 + EUI64[::-1] + b"payload"  # frame control says: both addresses have 64 bits
CAN = struct.pack(">IB3x", 0x123, 4) + b"abcd"
FRAMES = {
    140: b"\x1d\x1d\x02rest",
    195: ZIGBEE + _crc16(ZIGBEE),
    227: CAN,
    230: ZIGBEE,
    253: struct.pack(">HH10xH", 4, 824, 0) + bytes(16),
    271: struct.pack("<QQIIHHH2x", 3, 2, 1024, 1234, 1, 2, 4) + b"more",
    283: struct.pack("<BBHHHI", 0, 0, 12, 0, 1, 1) + ZIGBEE + _crc16(ZIGBEE),
}


def read(link: int, made: bytes) -> Link | str | None:
    return READERS[link](b"<<<" + made + b">>>", 3, 3 + len(made))


def test_each_has_a_frame_here() -> None:
    assert FRAMES.keys() == WITHOUT_ADDRESSES


@pytest.mark.parametrize("link", FRAMES)
def test_a_whole_frame_is_counted_and_has_no_sender(link: int) -> None:
    found = read(link, FRAMES[link])
    assert isinstance(found, tuple)
    assert found[:4] == (b"", b"", "", 0)


@pytest.mark.parametrize("link", FRAMES)
def test_the_result_says_that_such_frames_show_no_device(link: int) -> None:
    evidence = packets.evidence([FRAMES[link]] * 3, link=link)
    assert {sender.mac for sender in evidence.traffic} <= {""}
    trouble = evidence.troubles["test.pcap", "addressless", f"link type {link_name(link)}"]
    assert (trouble.times, trouble.first_frame) == (3, 1)
    assert evidence.ledgers["test.pcap"].unsupported == 0


@pytest.mark.parametrize(
    ("link", "made"),
    [
        (140, b"\x1d\x1d"),
        (195, b"\x02\0\x07\0"),
        (227, CAN[:7]),
        (227, CAN[:-1]),
        (227, struct.pack("<IBBHI", 0, 0x80, 0, 5, 0) + b"four"),  # CAN XL
        (230, b"\x02\0"),
        (253, bytes(15)),
        (271, FRAMES[271][:31]),
        (271, FRAMES[271][:-1]),
        (283, b"\x01" + FRAMES[283][1:]),
        (283, struct.pack("<BBH", 0, 0, 3) + ZIGBEE),
        (283, struct.pack("<BBH", 0, 0, 300) + ZIGBEE),
    ],
)
def test_what_is_too_short_or_lies_about_its_length_is_not_read(link: int, made: bytes) -> None:
    assert read(link, made) is None


def test_a_long_can_frame_is_read() -> None:
    assert isinstance(read(227, struct.pack("<IBBHI", 0, 0x80, 0, 4, 0) + b"four"), tuple)


def test_the_checksum_is_the_one_of_the_standard() -> None:
    """The acknowledgement of its example: 0100 0000 0000 0000 0101 0110, then 0010 0111 1001 1110, first bit sent first."""
    sent = "0100000000000000010101100010011110011110"
    octets = bytes(int(sent[at : at + 8][::-1], 2) for at in range(0, len(sent), 8))
    assert _crc16(octets[:-2]) == octets[-2:]


@pytest.mark.parametrize("link", [195, 283])
def test_a_wrong_checksum_is_told_apart(link: int) -> None:
    made = FRAMES[link]
    assert read(link, made[:-1] + bytes((made[-1] ^ 1,))) == BAD_FCS
    assert isinstance(CUT_READERS[link](made[:-4], 0, len(made) - 4), tuple), "cut short, it has none"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FRAMES)), st.integers(0, 40), st.binary(max_size=60))
def test_any_bytes_give_a_place_inside_the_frame_or_nothing(link: int, kept: int, more: bytes) -> None:
    made = FRAMES[link][:kept] + more
    for readers in (READERS, CUT_READERS):
        found = readers[link](made + b"behind", 0, len(made))
        assert found in (None, BAD_FCS) or 0 <= found[4] <= len(made)  # type: ignore[operator] # a Link


CAPTURE = packets.SHARED / "links/dlt_802154_withfcs__control4-sample.pcap"


@pytest.mark.skipif(not CAPTURE.exists(), reason="no captures at hand (../shared/captures)")
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_the_damaged_frames_are_those_tshark_finds() -> None:
    command = ["tshark", "-n", "-r", str(CAPTURE), "-T", "fields", "-e", "wpan.fcs_ok"]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    with open_source(str(CAPTURE), "a") as source:
        found = [
            READERS[195](batch.buffer, at, at + size) != BAD_FCS
            for batch in source.batches()
            for at, size in zip(batch.offsets, batch.sizes, strict=True)
        ]
    assert found == [row in {"1", "True"} for row in rows]
