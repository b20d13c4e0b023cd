"""The comparison with tshark: that it notices a wrong value and a missing one, and lets only known differences pass."""

import importlib.util
import shutil
import struct
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import packets
import pytest


def _script() -> ModuleType:
    """tests/agreement.py, which is a script beside the tests and no module of any package."""
    spec = importlib.util.spec_from_file_location("agreement", Path(__file__).with_name("agreement.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["agreement"] = module
    spec.loader.exec_module(module)
    return module


agreement = _script()

CLIENT, ROUTER = ("02:00:00:00:00:01", "192.168.1.9"), ("02:00:00:00:00:02", "192.168.1.1")
ANYBODY = (packets.BROADCAST, "255.255.255.255")
GROUP = ("01:00:5e:00:00:fb", "224.0.0.251")

needs_tshark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


def counted(value: bytes, width: int = 2) -> bytes:
    return len(value).to_bytes(width, "big") + value


def hello(name: bytes) -> bytes:
    extension = b"\0\0" + counted(counted(b"\0" + counted(name))) + b"\0\x17\0\0"
    body = b"\3\3" + bytes(range(32)) + b"\0" + counted(b"\x13\x01") + b"\1\0" + counted(extension)
    return b"\x16\3\1" + counted(b"\1" + counted(body, 3))


def segment(sequence: int, payload: bytes) -> bytes:
    head = struct.pack("!HHIIBBHHH", 40000, 443, sequence, 1, 0x50, 0x18, 1024, 0, 0)
    return packets.ethernet(CLIENT[0], ROUTER[0], 0x0800, packets.ipv4(CLIENT[1], ROUTER[1], 6, head + payload))


def fragments(datagram: bytes, at: int) -> list[bytes]:
    parts = (datagram[:at], 0x2000), (datagram[at:], at // 8)
    return [
        packets.ethernet(CLIENT[0], GROUP[0], 0x0800, packets.ipv4(CLIENT[1], GROUP[1], 17, part, offset=offset))
        for part, offset in parts
    ]


def written(path: Path, hostname: bytes = b"Camera-1", *, asked: bool = True) -> Path:
    """A capture in which values stand in one frame, in two segments, in two fragments."""
    message = hello(b"cloud.example")
    query = packets.datagram(CLIENT, ROUTER, (40000, 53), packets.dns_query("A3.example"))
    frames = [
        packets.datagram(CLIENT, ANYBODY, (68, 67), packets.dhcp(CLIENT[0], [(12, hostname), (60, b"udhcp 1.2")])),
        query if asked else packets.arp(CLIENT, "10.0.0.1"),
        segment(1000, message[:40]),
        segment(1040, message[40:]),
        *fragments(packets.udp(5353, 5353, packets.dns_query("_camera._tcp.local")), 24),
        packets.datagram(CLIENT, ROUTER, (40000, 53), packets.dns_query("x").replace(b"\1x", b"\3a\xe9\1")),
    ]
    path.write_bytes(packets.pcap(frames))
    return path


VALUES = {
    ("dhcp.hostname", 1, "Camera-1"),
    ("dhcp.vendor_class", 1, "udhcp 1.2"),
    ("dns.query", 2, "a3.example"),
    ("tls.sni", 4, "cloud.example"),
    ("mdns.query", 6, "_camera._tcp.local"),
    ("dns.query", 7, "aé\\x01"),
}


@needs_tshark
def test_both_read_the_same_also_what_runs_over_frames(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pcap")
    rows = [*agreement.compare(agreement.ours(path), agreement.theirs(path))]
    assert {(row.channel, row.frame, row.value) for row in rows} == VALUES
    assert {row.who for row in rows} == {"both"}


@needs_tshark
def test_a_wrong_value_and_a_missing_one_are_noticed(tmp_path: Path) -> None:
    right, wrong = written(tmp_path / "a.pcap"), written(tmp_path / "b.pcap", b"Camera-2", asked=False)
    rows = [*agreement.compare(agreement.ours(wrong), agreement.theirs(right))]
    assert [row for row in rows if row.who != "both"] == [
        ("dhcp.hostname", 1, "theirs", "Camera-1"),
        ("dhcp.hostname", 1, "ours", "Camera-2"),
        ("dns.query", 2, "theirs", "a3.example"),
    ]
    assert len(rows) == len(VALUES) + 1


@needs_tshark
def test_the_answer_is_given_as_exit_code_and_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "a.pcap")
    (tmp_path / "empty.pcap").write_bytes(b"")
    monkeypatch.setattr(sys, "argv", ["agreement.py", str(tmp_path)])
    assert agreement.main() == 0
    assert "6 of       6,       6  100.0000%  100.0000%" in capsys.readouterr().out


@needs_tshark
def test_remarks_and_what_icmp_quotes_are_no_names(tmp_path: Path) -> None:
    root = packets.datagram(CLIENT, ROUTER, (40000, 53), packets.dns_query("x").replace(b"\1x", b""))
    quoted = packets.datagram(CLIENT, ROUTER, (40000, 53), packets.dns_query("a.example"))[14:]
    error = packets.ipv4(ROUTER[1], CLIENT[1], 1, b"\3\3" + bytes(6) + quoted)
    path = tmp_path / "a.pcap"
    path.write_bytes(packets.pcap([root, packets.ethernet(ROUTER[0], CLIENT[0], 0x0800, error)]))
    assert not {**agreement.theirs(path)}
    assert not {**agreement.ours(path)}


@pytest.mark.parametrize(("mine", "same"), [("caf\u00e9", True), (r"caf\x92", True), ("cafe", False), ("cab\u00e9", False)])
def test_a_byte_tshark_has_lost_may_be_any_that_is_no_utf_8(mine: str, same: bool) -> None:
    rows = agreement.compare(values("dns.query", 1, mine), values("dns.query", 1, "caf\N{REPLACEMENT CHARACTER}"))
    assert [row.who for row in rows] == (["both"] if same else ["theirs", "ours"])


def values(channel: str, frame: int, value: str) -> Any:
    return {name: {(frame, value)} if name == channel else set() for name in agreement.FIELDS}


def test_only_as_many_differences_pass_as_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """The figure over all values counts the explained ones as differences, too."""
    explained = agreement.Explained("a.pcap", "dns.query", "theirs", (1000,), "it is so")
    account = agreement.Account((explained,))
    for frame in range(999):
        account.enter("a.pcap", agreement.Row("dns.query", frame, "both", "x"))
    account.enter("a.pcap", agreement.Row("dns.query", 1000, "theirs", "x"))
    assert account.finish()
    assert "1 of 1 dns.query only theirs in a.pcap: it is so" in capsys.readouterr().out
    account.enter("a.pcap", agreement.Row("dns.query", 1000, "theirs", "y"))
    assert not account.finish(), "one more than explained"
    assert account.counts["dns.query"] == {"both": 999, "theirs": 2, "explained": 1}


def test_explanations_do_not_replace_agreement() -> None:
    account = agreement.Account((agreement.Explained("a.pcap", "dns.query", "ours", tuple(range(9)), "it is so"),))
    for frame in range(9):
        account.enter("a.pcap", agreement.Row("dns.query", frame, "ours", "x"))
        account.enter("a.pcap", agreement.Row("dns.query", frame, "both", "y"))
    assert not account.finish()
