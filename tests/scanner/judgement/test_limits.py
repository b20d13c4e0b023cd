"""What a capture could not show is said, with its code; what it could show is not."""

import packets
import pytest

from fingerprints.oui import Table
from scanner.evidence import Evidence, Ledger
from scanner.judgement import identity, limits
from scanner.model import Limit

A = ("00:1a:22:00:00:01", "192.168.1.10")
B = ("00:1a:22:00:00:02", "192.168.1.11")


def found(evidence: Evidence) -> dict[str, Limit]:
    return {limit.code: limit for limit in limits.find(evidence, identity.resolve(evidence))}


def talk(src: tuple[str, str]) -> bytes:
    return packets.datagram(src, B, (1, 2), b"x")


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
        ("address_conflict", [packets.arp(A, B[1]), packets.arp((B[0], A[1]), B[1])]),
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
