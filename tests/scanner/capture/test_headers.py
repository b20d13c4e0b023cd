"""The fast lane against hand-made frames, against random bytes, and against tshark."""

import shutil
import struct
import subprocess
from pathlib import Path

import packets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.headers import Tally, scan
from scanner.capture.sources import open_source
from scanner.capture.wants import EtherType, Icmp6, Selector, Tcp, Udp
from scanner.evidence import Evidence, Place
from scanner.model import Subject
from scanner.wire.addresses import is_host_ip

A = ("02:00:00:00:00:0a", "192.168.1.10")
B = ("02:00:00:00:00:0b", "192.168.1.11")
EVERYTHING = Selector([(EtherType(0x0806), Udp((53,)), Tcp((b"GET ",)), Icmp6((135,)))])


def run(*frames: bytes, link: int = 1) -> tuple[list[tuple[int, str, int, int, int, bytes, bool]], Evidence]:
    tally = Tally("test.pcap")
    chosen = [
        (f.number, f.segment, f.protocol, f.src_port, f.dst_port, f.payload, f.cut)
        for f, _ in scan(packets.batch(frames, link=link), EVERYTHING, tally)
    ]
    evidence = Evidence()
    tally.settle(evidence)
    return chosen, evidence


def test_a_udp_datagram_is_cut_out_of_its_padding() -> None:
    frame = packets.datagram(A, B, (4000, 53), b"hello") + bytes(9)
    assert run(frame)[0] == [(1, "", 17, 4000, 53, b"hello", False)]


def test_tcp_options_are_no_payload() -> None:
    body = packets.ipv4(A[1], B[1], 6, packets.tcp(4000, 80, b"GET / ", options=b"\x01" * 8))
    assert run(packets.ethernet(A[0], B[0], 0x0800, body))[0] == [(1, "", 6, 4000, 80, b"GET / ", False)]


def test_vlan_tags_name_the_segment_and_a_priority_tag_does_not() -> None:
    frames = [packets.datagram(A, B, (1, 53), b"x", vlans) for vlans in ([7], [7, 8], [0])]
    assert [row[1] for row in run(*frames)[0]] == ["vlan 7", "vlan 7.8", ""]


def test_what_nobody_wants_is_counted_all_the_same() -> None:
    chosen, evidence = run(packets.datagram(A, B, (1, 2), b"x"), packets.datagram(A, B, (1, 2), b"x"))
    assert chosen == []
    assert evidence.traffic[Subject("", *A)].frames == 2
    assert evidence.ledgers["test.pcap"].frames == 2


def test_extension_headers_lead_to_the_transport() -> None:
    hop = struct.pack("!BBHI", 60, 0, 0x0104, 0)
    destination = struct.pack("!BBHI", 17, 0, 0x0104, 0)
    body = packets.ipv6("fe80::1", "fe80::2", 0, hop + destination + packets.udp(1, 53, b"x"))
    assert run(packets.ethernet(A[0], B[0], 0x86DD, body))[0] == [(1, "", 17, 1, 53, b"x", False)]


def test_a_later_fragment_is_no_transport_header() -> None:
    body = packets.ipv4(A[1], B[1], 17, packets.udp(1, 53, b"x"), offset=3)
    chosen, evidence = run(packets.ethernet(A[0], B[0], 0x0800, body))
    assert chosen == []
    assert ("test.pcap", "fragment", "") in evidence.troubles


def test_the_hops_each_packet_has_left_are_noted() -> None:
    frames = [
        packets.ethernet(A[0], B[0], 0x0800, packets.ipv4(A[1], B[1], 17, packets.udp(1, 2, b""), ttl=n)) for n in (64, 3)
    ]
    frames += [
        packets.ethernet(A[0], B[0], 0x86DD, packets.ipv6("fe80::1", "fe80::2", 58, b"x", ttl=255)),
        packets.arp(A, B[1]),
    ]
    traffic = run(*frames)[1].traffic
    assert traffic[Subject("", *A)].ttls == 1 << 64 | 1 << 3
    assert traffic[Subject("", A[0], "fe80::1")].ttls == 1 << 255
    assert traffic[Subject("", A[0], "")].ttls == 0


def test_only_a_link_scope_frame_shows_that_mac_and_address_belong_together() -> None:
    unicast, group = (
        packets.datagram(A, B, (1, 2), b"x"),
        packets.datagram(A, ("01:00:5e:00:00:fb", "224.0.0.251"), (1, 2), b"x"),
    )
    _, evidence = run(unicast, group, group)
    assert evidence.traffic[Subject("", *A)].heard == Place(packets.START + 2_000_000_000, "test.pcap", 2)
    assert run(unicast)[1].traffic[Subject("", *A)].heard is None


def test_snap_carries_an_ethernet_type_or_an_organisations_own() -> None:
    arp = packets.arp(A, B[1])[14:]
    plain = b"\xaa\xaa\x03\0\0\0\x08\x06" + arp
    foreign = b"\xaa\xaa\x03\0\0\x0c\x20\x00" + arp
    frames = [packets.ethernet(A[0], B[0], len(body), body) for body in (plain, foreign)]
    assert [row[0] for row in run(*frames)[0]] == [1]


def test_an_unsupported_link_type_is_counted_and_named() -> None:
    _, evidence = run(b"whatever", link=189)
    assert evidence.ledgers["test.pcap"].unsupported == 1
    assert ("test.pcap", "unsupported", "link type USB_LINUX") in evidence.troubles


def test_raw_ip_has_no_mac() -> None:
    _, evidence = run(packets.ipv4(A[1], B[1], 17, packets.udp(1, 2, b"x")), link=101)
    assert list(evidence.traffic) == [Subject("", "", A[1])]


@pytest.mark.parametrize(("link", "head"), [(113, "000100010006"), (276, "0800000000000000000101" + "06")])
def test_cooked_frames_have_a_sender(link: int, head: str) -> None:
    body = packets.ipv4(A[1], B[1], 17, packets.udp(1, 53, b"x"))
    if link == 113:
        frame = bytes.fromhex(head) + packets.mac(A[0]) + b"\0\0\x08\x00" + body
    else:
        frame = bytes.fromhex("080000000000000100010106") + packets.mac(A[0]) + b"\0\0" + body
    chosen, evidence = run(frame, link=link)
    assert len(chosen) == 1
    assert list(evidence.traffic) == [Subject("", *A)]
    assert evidence.traffic[Subject("", *A)].heard is not None, "packet type 1 is a broadcast"


@settings(max_examples=400, deadline=None)
@given(
    st.binary(max_size=120),
    st.sampled_from([1, 101, 113, 276, 189]),
    st.integers(0, 2000),
    st.sampled_from([b"", b"\x08\x00E", b"\x86\xdd`"]),
)
def test_no_bytes_break_the_lane_and_every_frame_is_accounted_for(body: bytes, link: int, more: int, lead: bytes) -> None:
    frame = bytes(12) + lead + body if link == 1 and lead else body
    made = packets.batch([frame], link=link)
    made.wire_sizes[0] += more
    tally = Tally("test.pcap")
    chosen = list(scan(made, EVERYTHING, tally))
    ledger = tally.ledger
    assert ledger.frames == 1
    assert len(chosen) + ledger.malformed + ledger.unsupported <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(14, 90))
def test_a_short_snap_length_is_the_captures_fault_not_the_senders(size: int) -> None:
    frame = packets.datagram(A, B, (1, 53), b"x" * 60)
    made = packets.batch([frame[:size]])
    made.wire_sizes[0] = len(frame)
    tally = Tally("test.pcap")
    chosen = list(scan(made, EVERYTHING, tally))
    assert tally.ledger.malformed == 0
    assert [key[1] for key in tally.senders] == [packets.mac(A[0])], "the sender is known from 14 bytes on"
    assert all(frame.cut for frame, _ in chosen)


def captures() -> list[Path]:
    return sorted(path for path in (packets.SHARED / "labelled").rglob("*.pcap*") if path.stat().st_size < 1_000_000)


@pytest.mark.slow
@pytest.mark.skipif(not captures(), reason="no real captures at hand (../shared/captures)")
@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_senders_are_those_tshark_sees() -> None:
    """Outer addresses of every Ethernet, SLL or raw frame: MAC and IP pairs, against tshark's own dissection."""
    for path in captures():
        fields = [argument for name in ("eth.src", "sll.src.eth", "ip.src", "ipv6.src") for argument in ("-e", name)]
        command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=f", "-E", "separator=|", *fields]
        lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        theirs = {(eth or sll, four or six) for eth, sll, four, six in (line.split("|") for line in lines)}
        tally = Tally(path.name)
        links: set[int] = set()
        with open_source(str(path), path.name) as source:
            for each in source.batches():
                links.update(each.links)
                for _ in scan(each, Selector([]), tally):
                    pass
        tunnels = [segment for segment, _, _ in tally.senders if segment and not segment.startswith("vlan")]
        if tally.ledger.unsupported or tunnels or 127 in links:  # test_wifi.py and test_tunnels.py compare those
            continue
        evidence = Evidence()
        tally.settle(evidence)
        # An unspecified source (DHCP, duplicate address detection) is "no address" for us.
        ours = {(sender.mac, sender.ip) for sender in evidence.traffic if not sender.ip or is_host_ip(sender.ip)}
        theirs = {(mac, ip) for mac, ip in theirs if not ip or is_host_ip(ip)}
        assert {pair for pair in ours if pair[1]} == {pair for pair in theirs if pair[1]}, path.name
        assert {mac for mac, _ in ours} == {mac for mac, _ in theirs}, path.name
