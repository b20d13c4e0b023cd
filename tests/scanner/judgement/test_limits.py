"""What a capture could not show is said, with its code; what it could show is not."""

from pathlib import Path

import packets
import pytest

from fingerprints.oui import Table
from scanner.engine import Input, read
from scanner.evidence import Evidence, Ledger, merge
from scanner.judgement import identity, limits
from scanner.line import Line
from scanner.model import Limit

A = ("00:1a:22:00:00:01", "192.168.1.10")
B = ("00:1a:22:00:00:02", "192.168.1.11")


def found(evidence: Evidence) -> dict[str, Limit]:
    return {limit.code: limit for limit in limits.find(evidence, identity.resolve(evidence))}


def talk(src: tuple[str, str]) -> bytes:
    return packets.datagram(src, B, (1, 2), b"x")


def client_hello(name: bytes, *extensions: tuple[int, bytes], cut: int = 0) -> bytes:
    """A TLS client hello in one record; cut: bytes that stand in the next segment."""
    rows = [(0, counted(b"\0" + counted(name)))] if name else []
    block = b"".join(kind.to_bytes(2, "big") + counted(body) for kind, body in [*extensions, *rows])
    body = b"\3\3" + bytes(32) + b"\0" + counted(b"\x13\x01") + b"\1\0" + counted(block)
    whole = b"\x16\3\1" + counted(b"\1" + len(body).to_bytes(3, "big") + body)
    return whole[: len(whole) - cut]


def counted(value: bytes) -> bytes:
    return len(value).to_bytes(2, "big") + value


def https(payload: bytes) -> bytes:
    return packets.segment(A, (B[0], "93.184.216.1"), (4000, 443), payload)


LEASE = packets.datagram(
    (A[0], "0.0.0.0"), (packets.BROADCAST, "255.255.255.255"), (68, 67), packets.dhcp(A[0], [(12, b"desk")])
)


@pytest.mark.parametrize(
    ("code", "count", "frames"),
    [
        ("names_ech", 2, [https(client_hello(b"front.example", (0xFE0D, bytes(20))))] * 2),
        ("names_unread", 1, [packets.datagram(A, B, (4000, 443), b"\xc3Q050" + bytes(1250))]),
        ("names_doh", 1, [https(client_hello(b"dns.google")), https(client_hello(b"chrome.cloudflare-dns.com"))]),
        ("no_unicast", 0, [packets.arp(A, B[1]), LEASE]),
        ("no_wifi", 0, [talk(A)]),
        ("behind_nat", 1, [talk((A[0], "93.184.216.1")), talk((A[0], "93.184.216.2"))]),
    ],
    ids=["ECH", "QUIC version", "DoH", "switch port", "no 802.11", "NAT"],
)
def test_each_blind_spot_is_counted(code: str, count: int, frames: list[bytes]) -> None:
    limit = found(packets.evidence(frames))[code]
    assert (limit.count, limit.capture) == (count, "")


def test_what_only_some_captures_lack_is_a_limit_of_these() -> None:
    home = packets.evidence([LEASE, packets.arp(A, B[1]), talk(A)], capture="home.pcap")
    away = packets.evidence([talk(B)], capture="away.pcap")
    both = merge([home, away])
    told = {(limit.capture, limit.code) for limit in limits.find(both, identity.resolve(both))}
    assert {("away.pcap", "no_dhcp"), ("away.pcap", "no_broadcast")} <= told
    assert not {("", "no_dhcp"), ("home.pcap", "no_dhcp"), ("", "no_broadcast"), ("away.pcap", "no_unicast")} & told


def test_raw_ip_has_no_cards_and_is_no_switch_port() -> None:
    codes = found(packets.evidence([packets.ipv4("10.0.0.1", "10.0.0.2", 17, packets.udp(1, 2, b"x"))], link=101))
    assert "no_unicast" not in codes


def test_a_capture_of_which_nothing_was_read_lacks_nothing() -> None:
    assert set(found(packets.evidence([b"whatever"], link=189))) <= {"unsupported", "short"}


def test_names_in_clear_and_wifi_are_no_blind_spots() -> None:
    codes = found(packets.evidence([https(client_hello(b"cam.example")), talk(B)]))
    assert not {"names_ech", "names_unread", "names_doh", "no_unicast"} & set(codes)
    beacon = b"\0\0\x08\0\0\0\0\0" + b"\x80\0\0\0" + b"\xff" * 6 + packets.mac(A[0]) * 2 + bytes(14)
    assert "no_wifi" not in found(packets.evidence([beacon], link=127))


def test_the_share_of_random_macs_is_told() -> None:
    frames = [packets.arp((f"02:00:00:00:00:0{n}", f"192.168.1.2{n}"), B[1]) for n in range(3)] + [packets.arp(A, B[1])]
    limit = found(packets.evidence(frames))["random_mac"]
    assert limit.count == 3
    assert ", 75 % of all" in limit.text


@pytest.mark.parametrize("kept", [14, 42, 59])
def test_a_snap_length_is_told_with_its_first_frame(kept: int) -> None:
    whole = packets.datagram(A, B, (4000, 4001), bytes(60))
    batch = packets.batch([whole, whole[:kept], whole[:kept]])
    batch.wire_sizes[1] = batch.wire_sizes[2] = len(whole)
    line = Line("test.pcap")
    line.feed(batch)
    limit = found(line.finish(sha256="", size=0, form="pcap", problem=""))["cut"]
    assert (limit.capture, limit.count, limit.first_frame) == ("test.pcap", 2, 2)


def test_a_long_frame_that_is_whole_is_not_cut() -> None:
    assert "cut" not in found(packets.evidence([talk(A)]))


@pytest.mark.parametrize(
    ("code", "frames"),
    [
        ("no_dhcp", [talk(A)]),
        ("no_broadcast", [talk(A)]),
        ("short", [talk(A)]),
        ("never_heard", [talk(A)]),
        ("random_mac", [talk(("02:00:00:00:00:01", "192.168.1.12"))]),
        ("carrier", [talk((A[0], "93.184.216.1")), talk((A[0], "93.184.216.2"))]),
        ("address_only", [talk((A[0], "93.184.216.1")), talk((A[0], "10.9.9.9"))]),
        ("address_conflict", [packets.arp(A, B[1]), packets.arp((B[0], A[1]), B[1]), packets.arp(A, B[1])]),
        ("fragment", [packets.ethernet(A[0], B[0], 0x0800, packets.ipv4(A[1], B[1], 17, b"x" * 9, offset=9))]),
        ("malformed", [packets.ethernet(A[0], B[0], 0x0800, b"\x11" * 30)]),
        ("malformed_message", [packets.datagram(A, B, (53, 53), b"\0\1\1\0\0\1" + bytes(6) + b"\xc0\x0c" * 3)]),
    ],
)
def test_each_limit_is_told(code: str, frames: list[bytes]) -> None:
    assert code in found(packets.evidence(frames))


def test_what_was_there_is_not_said_to_be_missing() -> None:
    client = packets.datagram(
        (A[0], "0.0.0.0"), (packets.BROADCAST, "255.255.255.255"), (68, 67), packets.dhcp(A[0], [(12, b"desk")])
    )
    codes = found(packets.evidence([client, packets.arp(A, B[1])]))
    assert not {"no_dhcp", "no_broadcast", "random_mac", "carrier", "address_only"} & set(codes)


def test_a_long_capture_is_not_short() -> None:
    evidence = packets.evidence([talk(A)])
    evidence.ledgers["other"] = Ledger(frames=1, first=packets.START, last=packets.START + 7200 * 1_000_000_000)
    assert "short" not in found(evidence)


@pytest.mark.parametrize(("date", "old"), [("2023-01-01", False), ("2022-01-01", True), ("", False)])
def test_tables_older_than_the_capture_are_told(date: str, old: bool) -> None:
    evidence = packets.evidence([talk(A)])
    table = Table("registry", "1", date, 1, "made up")
    told = {limit.code: limit for limit in limits.find(evidence, identity.resolve(evidence), [table])}
    assert ("old_tables" in told) is old
    if old:
        assert told["old_tables"].text.endswith("may be missing: registry (2022-01-01)")


def test_without_a_frame_no_table_is_old() -> None:
    table = Table("registry", "1", "1990-01-01", 1, "made up")
    assert "old_tables" not in {limit.code for limit in limits.find(Evidence(), identity.resolve(Evidence()), [table])}


def test_drops_of_a_live_capture_are_told() -> None:
    evidence = packets.evidence([talk(A)])
    evidence.trouble("eth0", "dropped", "", 0, 17)
    limit = found(evidence)["dropped"]
    assert (limit.capture, limit.count) == ("eth0", 17)


def test_a_cut_capture_is_told_with_its_place() -> None:
    evidence = Evidence(ledgers={"cut.pcap": Ledger(frames=2, problem="cut short at byte 99, after frame 2")})
    limit = found(evidence)["incomplete"]
    assert (limit.capture, limit.first_frame, limit.text) == ("cut.pcap", 2, "cut short at byte 99, after frame 2")


def test_an_empty_scan_has_no_limits_of_what_was_seen() -> None:
    assert found(Evidence()) == {}


def test_lost_frames_of_a_pcapng_file_are_told(tmp_path: Path) -> None:
    def block(kind: int, body: bytes) -> bytes:
        size = (12 + len(body)).to_bytes(4, "little")
        return kind.to_bytes(4, "little") + size + body + size

    statistics = bytes(12) + b"\5\0\x08\0" + (9).to_bytes(8, "little") + bytes(4)
    path = tmp_path / "lost.pcapng"
    header = block(0x0A0D0D0A, bytes.fromhex("4d3c2b1a01000000") + b"\xff" * 8)
    path.write_bytes(header + block(1, b"\1\0\0\0" + bytes(4)) + block(5, statistics))
    limit = found(read(Input(str(path), path.name)))["dropped"]
    assert (limit.capture, limit.count) == ("lost.pcapng", 9)


def test_a_log_is_not_said_to_lack_what_only_a_capture_can_hold(tmp_path: Path) -> None:
    table = tmp_path / "neigh.txt"
    table.write_text(f"{A[1]} dev eth0 lladdr {A[0]} REACHABLE\n")
    log = read(Input(str(table), "neigh.txt"))
    assert set(found(log)) == {"log"}, "its own limit says what it lacks"
    beside = limits.find(both := merge([log, packets.evidence([talk(A)])]), identity.resolve(both))
    assert {limit.capture for limit in beside if limit.code == "no_dhcp"} == {"test.pcap"}, "the log may tell of leases"
