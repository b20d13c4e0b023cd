"""What is inside a tunnel is heard as if it were outside, under a segment of its own; what only looks like one is not."""

import json
import shutil
import struct

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import Selector, Udp
from scanner.errors import Damaged, Unreadable
from scanner.evidence import Evidence
from scanner.model import Subject
from scanner.wire.addresses import is_host_ip

OUT = ("00:1a:22:00:00:01", "192.0.2.1")
PEER = ("00:1a:22:00:00:02", "192.0.2.2")
IN = ("00:1a:22:00:00:0a", "10.0.0.10")
INNER = packets.datagram(IN, ("00:1a:22:00:00:0b", "10.0.0.11"), (4000, 53), packets.dns_query("inside.example"))
PACKET = INNER[14:]


def heard(frame: bytes) -> tuple[set[Subject], list[str]]:
    """Senders, and the segments of frames for port 53."""
    tally = Tally("t")
    chosen = [each.segment for each, _ in scan(packets.batch([frame]), Selector([[Udp((53,))]]), tally)]
    evidence = Evidence()
    tally.settle(evidence)
    return set(evidence.traffic), chosen


def in_ip(protocol: int, body: bytes) -> bytes:
    return packets.ethernet(OUT[0], PEER[0], 0x0800, packets.ipv4(OUT[1], PEER[1], protocol, body))


def in_udp(port: int, body: bytes) -> bytes:
    return packets.datagram(OUT, PEER, (50000, port), body)


RADIO = b"\x08\x01\0\0" + INNER[:6] + INNER[6:12] + INNER[:6] + b"\0\0" + b"\xaa\xaa\3\0\0\0" + INNER[12:]
"""802.11 data on its way to an access point: the frame inside, as a station sends it."""

MPLS = struct.pack("!I", 99 << 12 | 0x100 | 64)
WITH_MACS = [
    ("vxlan 7", in_udp(4789, b"\x08\0\0\0\0\0\x07\0" + INNER)),
    ("vxlan 7", in_udp(8472, b"\x08\0\0\0\0\0\x07\0" + INNER)),
    ("geneve 9", in_udp(6081, b"\x01\0\x65\x58\0\0\x09\0\x01\x02\x80\0" + INNER)),
    ("gre", in_ip(47, b"\0\0\x65\x58" + INNER)),
    ("gre 5", in_ip(47, b"\x20\0\x65\x58\0\0\0\x05" + INNER)),
    ("erspan", in_ip(47, b"\0\0\x88\xbe" + INNER)),
    ("erspan 3", in_ip(47, b"\x10\0\x88\xbe\0\0\0\x01" + b"\x10\0\0\x03\0\0\0\0" + INNER)),
    ("erspan 3", in_ip(47, b"\x10\0\x22\xeb\0\0\0\x01" + b"\x20\0\0\x03" + bytes(8) + INNER)),
    ("mpls", packets.ethernet(OUT[0], PEER[0], 0x8847, MPLS + bytes(4) + INNER)),
    ("capwap", in_udp(5247, b"\0\x10\2\0\0\0\0\0" + INNER)),
    ("capwap", in_udp(5247, b"\0\x10\3\0\0\0\0\0" + b"\x08\x01" + RADIO[2:])),
    ("capwap", in_udp(5247, b"\0\x10\3\0\0\0\0\0" + b"\x01\x08" + RADIO[2:])),
    ("capwap", in_udp(5247, b"\0\x10\3\0\0\0\0\0" + b"\x01\x08" + RADIO[2:22] + b"\x76\x30" + RADIO[24:])),
]
WITHOUT = [
    ("ipip", in_ip(4, PACKET)),
    ("gre", in_ip(47, b"\0\0\x08\0" + PACKET)),
    ("gre", in_ip(47, b"\x30\x01\x88\x0b\0\0\0\0\0\0\0\0" + b"\xff\x03\0\x21" + PACKET)),
    ("mpls", in_udp(6635, MPLS + PACKET)),
    ("gtp", in_udp(2152, b"\x30\xff\0\x40\0\0\0\x01" + PACKET)),
]
TAGS = [
    packets.ethernet(OUT[0], PEER[0], 0x8847, MPLS + PACKET),
    packets.ethernet(OUT[0], PEER[0], 0x8864, b"\x11\0\0\x01" + struct.pack("!H", len(PACKET) + 2) + b"\0\x21" + PACKET),
    packets.ethernet(OUT[0], PEER[0], 0x88E5, b"\0\0\0\0\0\x01\x08\0" + PACKET),
    packets.ethernet(OUT[0], PEER[0], 0x8926, b"\0\0\0\0\x08\0" + PACKET),
]


@pytest.mark.parametrize(("name", "frame"), WITH_MACS)
def test_a_whole_frame_inside(name: str, frame: bytes) -> None:
    senders, segments = heard(frame)
    assert Subject(name, *IN) in senders
    assert segments == [name]


@pytest.mark.parametrize(("name", "frame"), WITHOUT)
def test_a_packet_inside_has_no_mac(name: str, frame: bytes) -> None:
    senders, segments = heard(frame)
    assert senders == {Subject("", *OUT), Subject(name, "", IN[1])}
    assert segments == [name]


@pytest.mark.parametrize("frame", TAGS, ids=["mpls", "pppoe", "macsec", "vntag"])
def test_a_mere_tag_keeps_the_frames_own_sender(frame: bytes) -> None:
    senders, segments = heard(frame)
    assert senders == {Subject("", OUT[0], IN[1])}, "one frame, one sender: it is not counted for the tag as well"
    assert segments == [""]


@pytest.mark.parametrize(
    "frame",
    [
        in_udp(4789, b"\0\0\0\0\0\0\x07\0" + INNER),
        in_ip(47, bytes(4)),
        in_udp(2152, b"\x30\x01\0\x40\0\0\0\x01" + PACKET),
        in_udp(6081, b"\xc1\0\x65\x58\0\0\x09\0" + INNER),
        packets.ethernet(OUT[0], PEER[0], 0x88E5, b"\x0c\0\0\0\0\x01\x08\0" + PACKET),
    ],
    ids=["vxlan without its flag", "gre keepalive", "gtp echo", "geneve of another version", "macsec that hides its content"],
)
def test_what_only_looks_like_a_tunnel_is_not(frame: bytes) -> None:
    senders, segments = heard(frame)
    assert {sender.mac for sender in senders} == {OUT[0]}
    assert segments == []


def test_tunnels_in_tunnels_are_followed_so_far_and_counted_beyond() -> None:
    body = PACKET
    for _ in range(12):
        body = packets.ipv4("10.1.1.1", "10.1.1.2", 4, body)
    tally = Tally("t")
    assert list(scan(packets.batch([packets.ethernet(OUT[0], PEER[0], 0x0800, body)]), Selector([]), tally)) == []
    assert tally.deep == [1, 1]
    assert tally.ledger.malformed == 0


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([4, 41, 47]),
    st.sampled_from([2152, 3544, 4789, 5247, 6081, 6635, 8472]),
    st.binary(max_size=90),
    st.booleans(),
)
def test_no_bytes_break_it(protocol: int, port: int, body: bytes, udp: bool) -> None:
    heard(in_udp(port, body) if udp else in_ip(protocol, body))


EXPECTED = packets.SHARED / "links" / "expected.json"


@pytest.mark.slow
@pytest.mark.skipif(not EXPECTED.is_file(), reason="no captures of link types at hand (../shared/captures/links)")
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_addresses_inside_and_outside_are_those_tshark_sees() -> None:
    """For every file of the zoo we read: all MAC senders and all IP addresses, inner and outer, against the expectation."""
    wrong = []
    for name, truth in json.loads(EXPECTED.read_text()).items():
        tally = Tally(name)
        try:
            with open_source(str(EXPECTED.parent / name), name) as source:
                for each in source.batches():
                    for _ in scan(each, Selector([]), tally):
                        pass
        except (Unreadable, Damaged):
            continue
        if tally.ledger.unsupported or ("tun_" not in name and "ether_" not in name):
            continue
        evidence = Evidence()
        tally.settle(evidence)
        macs = {sender.mac for sender in evidence.traffic if sender.mac}
        ips = {sender.ip for sender in evidence.traffic if sender.ip and is_host_ip(sender.ip)}
        if "8472" in name:
            ips -= {"192.168.203.3", "192.168.203.5"}  # inside: tshark does not look into this older port, we do
        known = set(truth["ip_all"]) | set(truth["ipv6_all"])
        if not set(truth["src_mac_all"]) <= macs | {"00:00:00:00:00:00"} or not ips <= known:
            wrong.append((name, sorted(set(truth["src_mac_all"]) - macs), sorted(ips - known)))
    assert wrong == []
