"""Bluetooth LE: public advertisers are devices, random addresses are not, damaged packets are not read."""

import shutil
import struct
import subprocess
from collections.abc import Callable

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture import bluetooth
from scanner.capture.ethernet import BAD_FCS, Link
from scanner.capture.frames import BLE
from scanner.capture.links import READERS
from scanner.capture.sources import open_source
from scanner.wire.addresses import mac_text

SENDER, OTHER = packets.mac("02:11:22:33:44:55"), packets.mac("02:66:77:88:99:aa")
CRC = b"CRC"
ADVERTISING = bytes.fromhex("d6be898e")  # 0x8e89bed6 as sent
RANDOM_SENDER, RANDOM_RECEIVER = 0x40, 0x80


def packet(kind: int, body: bytes, *, bits: int = 0, access: bytes = ADVERTISING, coded: bool = False) -> bytes:
    """Access address, (coding indicator,) header, body, CRC (Core Specification volume 6 part B section 2.1 and 2.2)."""
    return access + (b"\0" if coded else b"") + bytes((kind | bits, len(body))) + body + CRC


def legacy(kind: int = 0, bits: int = 0, more: bytes = b"data") -> bytes:
    return packet(kind, SENDER[::-1] + more, bits=bits)


def extended(header: bytes, data: bytes = b"data", bits: int = 0) -> bytes:
    return packet(7, bytes((len(header),)) + header + data, bits=bits)


def with_header(made: bytes, flags: int) -> bytes:
    return struct.pack("<BbbBIH", 37, -40, 0, 0, 0, flags) + made


def nordic(made: bytes, flags: int = 1, identifier: int = 2) -> bytes:
    serial = struct.pack("<BHBHB", 3, 10 + len(made), 3, 7, identifier)
    return serial + struct.pack("<BBBBHI", 10, flags, 37, 40, 0, 0) + made


def read(
    made: bytes, reader: Callable[[bytes, int, int], Link | str | None] = bluetooth.plain
) -> tuple[bytes, bytes, int, bytes] | str | None:
    link = reader(b"<<<" + made + b">>>", 3, 3 + len(made))
    if link is None or isinstance(link, str):
        return link
    source, target, segment, kind, at, end = link
    assert segment == ""
    return source, target, kind, (b"<<<" + made + b">>>")[at:end]


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
def test_an_advertisement_has_its_sender_in_usual_order(kind: int) -> None:
    assert read(legacy(kind)) == (SENDER, b"", BLE | kind, b"data")


@pytest.mark.parametrize("made", [legacy(bits=RANDOM_SENDER), extended(b"\x01" + SENDER[::-1], bits=RANDOM_SENDER)])
def test_a_random_address_is_no_source(made: bytes) -> None:
    assert read(made) == (b"", b"", BLE | made[4] & 15, b"data")


@pytest.mark.parametrize("kind", [1, 3, 5])
def test_packets_to_one_have_a_receiver_and_no_advertising_data(kind: int) -> None:
    more = OTHER[::-1] + b"parameters"
    assert read(legacy(kind, more=more)) == (SENDER, OTHER, BLE | kind, b"")
    assert read(legacy(kind, RANDOM_RECEIVER, more)) == (SENDER, b"", BLE | kind, b"")
    assert read(legacy(kind, more=more[:5])) is None


def test_an_extended_advertisement_may_have_an_address() -> None:
    assert read(extended(b"\x01" + SENDER[::-1])) == (SENDER, b"", BLE | 7, b"data")
    assert read(extended(b"\x09" + SENDER[::-1] + b"\x75\x0e")) == (SENDER, b"", BLE | 7, b"data")
    assert read(extended(b"\x08\x75\x0e")) == (b"", b"", BLE | 7, b"data")
    assert read(extended(b"")) == (b"", b"", BLE | 7, b"data")
    assert read(packet(7, b"\x3f" + bytes(20))) is None  # a header longer than the packet
    assert read(packet(7, b"")) is None


def test_other_packets_are_counted_only() -> None:
    assert read(packet(0, SENDER[::-1], access=b"DATA")) == (b"", b"", 0, b"")
    assert read(with_header(legacy(), 0), bluetooth.with_header) == (b"", b"", 0, b"")  # whitened
    assert read(nordic(b"", identifier=7)[:8], bluetooth.nordic) == (b"", b"", 0, b"")


@pytest.mark.parametrize(
    ("reader", "made"),
    [
        (bluetooth.plain, legacy()),
        (bluetooth.plain, legacy()[:-3]),  # captured without its CRC
        (bluetooth.with_header, with_header(legacy(), 0x0001)),
        (bluetooth.with_header, with_header(legacy(), 0x0C01)),
        (bluetooth.with_header, with_header(packet(0, SENDER[::-1] + b"data", coded=True), 0x8001)),
        (bluetooth.nordic, nordic(legacy())),
        (bluetooth.nordic, nordic(packet(0, SENDER[::-1] + b"data", coded=True), 0x21)),
    ],
)
def test_every_header_leads_to_the_packet(reader: Callable[[bytes, int, int], Link | str | None], made: bytes) -> None:
    assert read(made, reader) == (SENDER, b"", BLE, b"data")


@pytest.mark.parametrize(
    ("reader", "made"),
    [
        (bluetooth.plain, legacy()[:-4]),
        (bluetooth.plain, packet(0, b"short")),
        (bluetooth.plain, b"short"),
        (bluetooth.with_header, b"nine byte"),
        (bluetooth.nordic, nordic(legacy())[:16]),
        (bluetooth.nordic, b"six by"),
    ],
)
def test_cut_packets_are_not_read(reader: Callable[[bytes, int, int], Link | str | None], made: bytes) -> None:
    assert read(made, reader) is None


def test_packets_with_a_wrong_checksum_are_told_apart() -> None:
    assert read(with_header(legacy(), 0x0401), bluetooth.with_header) == BAD_FCS
    assert read(nordic(legacy(), 0x00), bluetooth.nordic) == BAD_FCS


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([(251, b""), (256, bytes(8) + b"\x01\0"), (256, bytes(8) + b"\x01\x80"), (272, nordic(b""))]),
    st.sampled_from([b"", ADVERTISING]),
    st.binary(max_size=60),
)
def test_any_bytes_give_a_place_inside_the_frame_or_nothing(front: tuple[int, bytes], access: bytes, body: bytes) -> None:
    made = front[1] + access + body
    found = READERS[front[0]](made + b"behind", 0, len(made))
    if isinstance(found, tuple):
        source, target, _, kind, at, end = found
        assert 0 <= at <= end <= len(made)
        assert {len(source), len(target)} <= {0, 6}
        assert kind == 0 or kind >= BLE


LONG_RANGE = packets.SHARED / "links/dlt_ble_nordic__odid_bt5_lr_sample.pcapng"


@pytest.mark.skipif(not LONG_RANGE.exists(), reason="no captures at hand (../shared/captures)")
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_every_advertiser_is_the_one_tshark_sees() -> None:
    names = ("btle.advertising_address", "btle.advertising_header.randomized_tx", "nordic_ble.crcok")
    command = ["tshark", "-n", "-r", str(LONG_RANGE), "-T", "fields", *(part for name in names for part in ("-e", name))]
    rows = iter(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())
    read_whole = 0
    with open_source(str(LONG_RANGE), "a") as source:
        for batch in source.batches():
            for at, size, link in zip(batch.offsets, batch.sizes, batch.links, strict=True):
                address, random, whole = next(rows).split("\t")
                found = READERS[link](batch.buffer, at, at + size)
                assert (found == BAD_FCS) is (whole not in {"1", "True"})
                if isinstance(found, tuple):
                    read_whole += 1
                    assert mac_text(found[0]) == ("" if random in {"1", "True"} else address)
    assert read_whole > 100
