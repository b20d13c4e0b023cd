"""802.11: who sent it, for whom, and what it carries, behind every header capture tools put in front."""

import shutil
import struct
import subprocess
from collections.abc import Callable
from zlib import crc32

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture import wifi
from scanner.capture.ethernet import BAD_FCS, Link
from scanner.capture.frames import LLC, WIFI
from scanner.capture.links import CUT_READERS, READERS
from scanner.capture.sources import open_source
from scanner.wire.addresses import mac_text

ONE, TWO, THREE, FOUR = (packets.mac(f"02:00:00:00:00:0{n}") for n in range(1, 5))
SNAP_ARP = b"\xaa\xaa\x03\0\0\0\x08\x06"
BEACON, PROBE_REQUEST, ACTION = 8, 4, 13


def frame(kind: int, subtype: int, *addresses: bytes, flags: int = 0, sequence: int = 0, more: bytes = b"") -> bytes:
    """A MAC frame (IEEE 802.11-2020 figure 9-2): the sequence field follows the third address."""
    first = b"".join(addresses[:3])
    control = struct.pack("<H", sequence) if len(addresses) > 2 else b""
    return bytes((subtype << 4 | kind << 2, flags, 0, 0)) + first + control + b"".join(addresses[3:]) + more


def data(flags: int = 0, subtype: int = 0, more: bytes = SNAP_ARP + b"body", sequence: int = 0) -> bytes:
    addresses = (ONE, TWO, THREE, FOUR)[: 4 if flags & 3 == 3 else 3]
    return frame(2, subtype, *addresses, flags=flags, sequence=sequence, more=more)


def beacon(more: bytes = b"fields", flags: int = 0) -> bytes:
    return frame(0, BEACON, ONE, TWO, THREE, flags=flags, more=more)


def checked(made: bytes) -> bytes:
    return made + struct.pack("<I", crc32(made))


def radiotap(made: bytes, flags: int | None = 0, *, words: int = 1, time: bool = False) -> bytes:
    """Version, pad, length, presence words, then (time,) flags and a rate."""
    present = (1 if time else 0) | (2 if flags is not None else 0) | 4
    fields = struct.pack("<I", present | (1 << 31 if words > 1 else 0))
    fields += struct.pack("<I", 1 << 31) * (words - 2) + struct.pack("<I", 0) * (words > 1)
    if time:
        fields += bytes(-(4 + len(fields)) % 8 + 8)
    fields += (b"" if flags is None else bytes((flags,))) + b"\x02"
    return struct.pack("<BBH", 0, 0, 4 + len(fields)) + fields + made


def ppi(made: bytes, flags: int, *, link: int = 105, before: bytes = b"", align: int = 0) -> bytes:
    common = struct.pack("<HHQHHHHBBbb", 2, 20, 0, flags, 0, 0, 0, 0, 0, 0, 0)
    return struct.pack("<BBHI", 0, align, 8 + len(before) + len(common), link) + before + common + made


def read(
    made: bytes, reader: Callable[[bytes, int, int], Link | str | None] = wifi.plain
) -> tuple[bytes, bytes, int, bytes] | str | None:
    """Source, destination, type and payload of a frame that lies somewhere inside a buffer, or what is wrong with it."""
    link = reader(b"<<<" + made + b">>>", 3, 3 + len(made))
    if link is None or isinstance(link, str):
        return link
    source, target, segment, kind, at, end = link
    assert segment == ""
    return source, target, kind, (b"<<<" + made + b">>>")[at:end]


@pytest.mark.parametrize(("flags", "source", "target"), [(0, TWO, ONE), (1, TWO, THREE), (2, THREE, ONE), (3, FOUR, THREE)])
@pytest.mark.parametrize("subtype", [0, 8])
def test_addresses_of_data_follow_the_distribution_system_bits(flags: int, source: bytes, target: bytes, subtype: int) -> None:
    more = (b"\0\0" if subtype else b"") + SNAP_ARP + b"body"
    assert read(data(flags, subtype, more)) == (source, target, 0x0806, b"body")


def test_ht_control_stands_only_behind_qos() -> None:
    assert read(data(0x80, 8, b"\0\0" + b"HTCT" + SNAP_ARP + b"body")) == (TWO, ONE, 0x0806, b"body")
    assert read(data(0x80, 0)) == (TWO, ONE, 0x0806, b"body")  # there the bit says "strictly ordered"


@pytest.mark.parametrize(
    "made", [data(0x40), data(sequence=1), data(subtype=4), data(subtype=12, more=b"\0\0"), data(more=b"")]
)
def test_encrypted_later_and_empty_data_has_addresses_only(made: bytes) -> None:
    assert read(made) == (TWO, ONE, 0, b"")


def test_of_an_a_msdu_the_first_subframe_is_read() -> None:
    first = THREE + FOUR + struct.pack("!H", 12) + SNAP_ARP + b"body"
    assert read(data(2, 8, b"\x80\0" + first + b"second subframe")) == (FOUR, THREE, 0x0806, b"body")
    assert read(data(2, 8, b"\x80\0" + first[:13])) is None
    encrypted = data(0x42, 8, b"\x80\0" + first)
    assert read(encrypted) == (TWO, ONE, 0, b""), "its third address may be the access point's: the transmitter counts"


def test_management_frames_keep_their_body() -> None:
    assert read(beacon()) == (TWO, ONE, WIFI | BEACON, b"fields")
    assert read(beacon(b"HTCTfields", flags=0x80)) == (TWO, ONE, WIFI | BEACON, b"fields")
    assert read(frame(0, ACTION, ONE, TWO, THREE, flags=0x40, more=b"secret")) == (TWO, ONE, 0, b"")
    assert read(beacon(b"HT", flags=0x80)) is None


@pytest.mark.parametrize("subtype", range(16))
def test_control_frames_are_counted_by_their_transmitter(subtype: int) -> None:
    made = frame(1, subtype, ONE, TWO)
    has_sender = subtype in {2, 4, 5, 8, 9, 10, 11, 14, 15}
    assert read(made) == (TWO if has_sender else b"", b"", 0, b"")
    assert (read(made[:10]) is None) is has_sender  # an acknowledgement is whole at that length


def test_a_bandwidth_bit_is_no_part_of_the_address() -> None:
    assert read(frame(1, 11, ONE, bytes((TWO[0] | 1,)) + TWO[1:])) == (TWO, b"", 0, b"")


def test_other_versions_and_extension_frames_are_not_guessed_at() -> None:
    assert read(b"\x81" + beacon()[1:]) is None
    assert read(frame(3, 0, ONE, TWO, THREE)) == (b"", b"", 0, b"")


@pytest.mark.parametrize("cut", [9, 10, 23])
def test_a_frame_cut_in_its_header_is_not_read(cut: int) -> None:
    assert read(data()[:cut]) is None


def test_a_checksum_nobody_announced_is_known_by_itself() -> None:
    for reader, made in (
        (wifi.plain, b""),
        (wifi.radiotap, radiotap(b"", None)),
        (wifi.prism, struct.pack("<II", 0x44, 144) + bytes(136)),
        (wifi.prism, struct.pack(">II", 0x44, 144) + bytes(136)),
        (wifi.avs, struct.pack(">II", 0x80211001, 64) + bytes(56)),
        (wifi.prism, struct.pack(">II", 0x80211001, 64) + bytes(56)),
    ):
        assert read(made + checked(beacon()), reader) == (TWO, ONE, WIFI | BEACON, b"fields")
        assert read(made + beacon(), reader) == (TWO, ONE, WIFI | BEACON, b"fields")


@pytest.mark.parametrize("words", [1, 2, 4])
@pytest.mark.parametrize("time", [False, True])
def test_radiotap_says_whether_the_checksum_is_there(words: int, time: bool) -> None:
    expected = (TWO, ONE, WIFI | BEACON, b"fields")
    assert read(radiotap(checked(beacon()), 0x10, words=words, time=time), wifi.radiotap) == expected
    assert read(radiotap(beacon(), 0, words=words, time=time), wifi.radiotap) == expected
    assert read(radiotap(beacon() + b"FCS!", 0x10, words=words, time=time), wifi.radiotap) == BAD_FCS
    assert read(radiotap(checked(beacon()), 0x50, words=words, time=time), wifi.radiotap) == BAD_FCS
    assert read(radiotap(b"\x80\0\0\0", 0x10, words=words, time=time), wifi.radiotap) is None


def test_a_turned_bit_anywhere_is_told_by_the_checksum() -> None:
    made = checked(beacon())
    for place in range(len(made) * 8):
        turned = bytearray(made)
        turned[place // 8] ^= 1 << place % 8
        assert read(radiotap(bytes(turned), 0x10), wifi.radiotap) == BAD_FCS


@pytest.mark.parametrize("link", [105, 119, 127, 163, 192])
def test_of_a_frame_cut_short_no_checksum_is_expected(link: int) -> None:
    front = {127: radiotap(b"", 0x10), 192: ppi(b"", 1)}.get(link, FRONTS[link])
    assert read(front + beacon(), CUT_READERS[link]) == (TWO, ONE, WIFI | BEACON, b"fields")
    assert read(front + checked(beacon()), CUT_READERS[link]) == (TWO, ONE, WIFI | BEACON, checked(beacon())[24:])
    assert read(front + checked(beacon()), READERS[link]) == (TWO, ONE, WIFI | BEACON, b"fields")


def test_a_padded_header_is_four_bytes_aligned() -> None:
    made = data(0, 8, b"\0\0" + b"\0\0" + SNAP_ARP + b"body")
    assert read(radiotap(made, 0x20), wifi.radiotap) == (TWO, ONE, 0x0806, b"body")
    assert read(radiotap(made, 0), wifi.radiotap) == (TWO, ONE, LLC, b"\xaa" + SNAP_ARP[2:] + b"body")
    on_the_air = checked(made[:26] + made[28:])  # the checksum knows nothing of the padding
    assert read(radiotap(made + on_the_air[-4:], 0x30), wifi.radiotap) == (TWO, ONE, 0x0806, b"body")
    assert read(radiotap(checked(made), 0x30), wifi.radiotap) == BAD_FCS
    assert read(radiotap(checked(beacon()), 0x30), wifi.radiotap) == (TWO, ONE, WIFI | BEACON, b"fields")


@pytest.mark.parametrize(
    "made",
    [
        b"\0\0\x07\0\0\0\0\0" + beacon(),
        b"\0\0\xff\x7f\0\0\0\0" + beacon(),
        b"\0\0\x08\0\x02\0\0\x80" + beacon(),  # a further presence word outside the header
        b"\0\0\x08\0\x02\0\0\0" + beacon(),  # flags outside the header
        b"\0\0\x08",
    ],
)
def test_radiotap_that_lies_about_its_length_is_not_read(made: bytes) -> None:
    assert read(made, wifi.radiotap) is None


def test_ppi_says_whether_the_checksum_is_there() -> None:
    expected = (TWO, ONE, WIFI | BEACON, b"fields")
    odd = struct.pack("<HH3s", 9, 3, b"odd")
    assert read(ppi(checked(beacon()), 1), wifi.ppi) == expected
    assert read(ppi(beacon() + b"FCS!", 1), wifi.ppi) == BAD_FCS
    assert read(ppi(beacon(), 0), wifi.ppi) == expected
    assert read(ppi(beacon(), 0, before=odd), wifi.ppi) == expected
    assert read(ppi(checked(beacon()), 1, before=odd + b"\0", align=1), wifi.ppi) == expected
    assert read(ppi(checked(beacon()), 5), wifi.ppi) == BAD_FCS
    assert read(ppi(beacon(), 8), wifi.ppi) is None
    assert read(struct.pack("<BBHI", 0, 0, 8, 105) + checked(beacon()), wifi.ppi) == expected
    assert read(ppi(b"Ethernet perhaps", 0, link=1), wifi.ppi) == (b"", b"", 0, b"")
    assert read(ppi(beacon(), 0)[:20], wifi.ppi) is None


@pytest.mark.parametrize("reader", [wifi.prism, wifi.avs])
@pytest.mark.parametrize("head", [b"", bytes(8), b"\xff" * 8, b"\x80\x21\x10\x01\0\0\0\x04", b"\x80\x21\x10\x01\0\0\1\0"])
def test_front_headers_that_lie_are_not_read(reader: Callable[[bytes, int, int], Link | str | None], head: bytes) -> None:
    assert read(head + beacon(), reader) is None


FRONTS = {
    105: b"",
    119: struct.pack("<II", 0x44, 24) + bytes(16),
    127: radiotap(b"", 0),
    163: struct.pack(">II", 0x80211001, 16) + bytes(8),
    192: ppi(b"", 0),
}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FRONTS)), st.booleans(), st.binary(max_size=60), st.integers(0, 90))
def test_any_bytes_give_a_place_inside_the_frame_or_nothing(link: int, front: bool, body: bytes, cut: int) -> None:
    made = (FRONTS[link] if front else b"") + body
    made = made[: max(0, len(made) - cut)] if cut < 30 else made
    found = READERS[link](made + b"behind", 0, len(made))
    if isinstance(found, tuple):
        source, target, _, kind, at, end = found
        assert 0 <= at <= end <= len(made)
        assert {len(source), len(target)} <= {0, 6}
        assert kind >= 0


CAPTURES = sorted(
    path
    for pattern in (
        "labelled/cs563/*.pcap",
        "labelled/odid/*.pcap",
        "links/dlt_80211*",
        "links/dlt_radiotap*",
        "links/dlt_ppi*",
    )
    for path in packets.SHARED.glob(pattern)
)


@pytest.mark.skipif(not CAPTURES, reason="no captures at hand (../shared/captures)")
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: str(path.name))
def test_every_sender_is_the_one_tshark_sees(path: object) -> None:
    """Frame by frame; frames we do not read are those received damaged, and those in which tshark finds no frame either."""
    fields = [
        part
        for name in ("wlan.sa", "wlan.ta", "wlan.fc.type", "radiotap.flags.badfcs", "wlan.fcs.status")
        for part in ("-e", name)
    ]
    command = [
        "tshark",
        "-n",
        "-o",
        "wlan.check_checksum:TRUE",
        "-r",
        str(path),
        "-T",
        "fields",
        "-E",
        "occurrence=f",
        *fields,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = iter(said)
    with open_source(str(path), "a") as source:
        for batch in source.batches():
            frames = zip(batch.offsets, batch.sizes, batch.wire_sizes, batch.links, strict=True)
            for number, (at, size, wire_size, link) in enumerate(frames, batch.first):
                sender, transmitter, kind, damaged, status = next(rows).split("\t")
                found = (READERS if size >= wire_size else CUT_READERS)[link](batch.buffer, at, at + size)
                if not kind:  # tshark does not even look at the checksum of what is no frame
                    assert found in (None, BAD_FCS), number
                elif damaged in {"1", "True"} or status == "0":
                    assert found == BAD_FCS, number
                else:
                    assert isinstance(found, tuple), number
                    assert mac_text(found[0]) == (sender or transmitter), number
    assert next(rows, None) is None
