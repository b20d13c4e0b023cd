"""IGMP: groups a host listens to; questions and farewells tell nothing."""

import struct

import packets
import pytest

from scanner.capture.frames import Frame
from scanner.capture.headers import Tally, scan
from scanner.capture.wants import Selector
from scanner.errors import Malformed
from scanner.observers import igmp

GROUP = bytes([239, 255, 255, 250])


def record(kind: int, group: bytes = GROUP, *, sources: int = 0, more: int = 0) -> bytes:
    return struct.pack(">BBH", kind, more, sources) + group + bytes(4 * (sources + more))


def report(*records: bytes) -> bytes:
    return struct.pack(">BBHHH", 0x22, 0, 0, 0, len(records)) + b"".join(records)


def seen(payload: bytes, *, cut: bool = False) -> list[str]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\1\0\x5e\0\0\x16", 0x800, b"\xc0\0\2\1", GROUP, 2, 0, 0, payload, cut)
    return [fact.value for fact in igmp.observe(made)]


@pytest.mark.parametrize("kind", [0x12, 0x16])
def test_a_report_names_its_group(kind: int) -> None:
    assert seen(bytes([kind, 0, 0, 0]) + GROUP) == ["239.255.255.250"]


def test_a_report_of_version_3_names_several() -> None:
    mdns, other, left = bytes([224, 0, 0, 251]), bytes([232, 1, 1, 1]), bytes([239, 1, 1, 1])
    payload = report(
        record(4), record(2, mdns, more=1), record(1, other, sources=2), record(3, left), record(6, left, sources=1)
    )
    assert seen(payload) == ["239.255.255.250", "224.0.0.251", "232.1.1.1"]


@pytest.mark.parametrize("payload", [b"", b"\x11\0\0\0" + GROUP, b"\x17\0\0\0" + GROUP, b"\x16\0\0\0\xc0\0\2\1", report()])
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_report_that_ends_inside_a_record() -> None:
    whole = report(record(4), record(4))
    assert seen(whole[:-1], cut=True) == ["239.255.255.250"]
    with pytest.raises(Malformed):
        seen(whole[:-1])


def test_work_is_bounded() -> None:
    assert len(seen(report(*[record(4)] * 5000))) == 128


def test_the_fast_lane_hands_over_what_follows_the_ip_options() -> None:
    head = struct.pack("!BBHHHBBH", 0x46, 0, 32, 1, 0, 1, 2, 0) + b"\xc0\0\2\1" + GROUP + b"\x94\4\0\0"  # router alert
    frame = packets.ethernet("02:00:00:00:00:01", "01:00:5e:7f:ff:fa", 0x0800, head + b"\x16\0\0\0" + GROUP)
    chosen = list(scan(packets.batch([frame]), Selector([igmp.WANTS]), Tally("c")))
    assert [fact.value for each, _ in chosen for fact in igmp.observe(each)] == ["239.255.255.250"]
