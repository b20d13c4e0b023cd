"""Zeek's JSON: the same facts as from its text, whatever a line holds instead of what it should."""

import json

import pytest
from log_files import facts, ledger, read, recognised, troubles

LINE = {"ts": 1767225600.123456, "id.orig_h": "192.168.1.5", "id.resp_h": "192.168.1.1", "id.resp_p": 53}
QUERY = {**LINE, "query": "nas.lan", "qclass": 1, "qtype_name": "A", "rcode": 0, "answers": ["192.168.1.7"]}


def written(*lines: object) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_a_file_named_like_its_log() -> None:
    found = read(written(QUERY), "dns.2026-01-01-00.log")
    assert facts(found) == [
        ("192.168.1.7", "dns.name", "told", "nas.lan", 1),
        ("192.168.1.5", "dns.query", "asked", "nas.lan", 1),
    ]
    (book,) = found.ledgers.values()
    assert (book.first, book.format) == (1_767_225_600_123_456_000, "Zeek dns log (JSON)")


def test_many_logs_in_one_stream() -> None:
    stream = written(
        {"_path": "weird", "ts": 1}, {"_path": "quic", **LINE, "server_name": "a.example"}, {**QUERY, "_path": "dns"}
    )
    assert [channel for _, channel, *_ in facts(read(stream))] == ["quic.sni", "dns.name", "dns.query"]


@pytest.mark.parametrize(
    ("name", "log"),
    [
        ("dns.log", "Zeek dns log (JSON)"),
        ("json_streaming_known_hosts.log", "Zeek known_hosts log (JSON)"),
        ("x509.2026-01-01-00-00-00.log.gz", "Zeek x509 log (JSON)"),
        ("conn_20260101.json", "Zeek conn log (JSON)"),
        ("weird.log", ""),
        ("notes.txt", ""),
    ],
)
def test_names(name: str, log: str) -> None:
    assert recognised(written(LINE), name) == log


def test_lines_that_are_not_what_they_should_be() -> None:
    deep = b'{"_path": "dns", "ts": ' + b"[" * 100_000 + b"\n"
    odd = written(
        {**QUERY, "query": 7, "answers": "no list"},
        {**QUERY, "query": "\ud800"},
        {**QUERY, "ts": True},
        [],
        {**QUERY, "_path": []},
    )
    found = read(written(QUERY) + deep + b"{broken\n\n" + odd + b'{"ts": 1, "query": "\xff"}\n', "dns.log")
    assert troubles(found) == {
        "not JSON": (2, 2),
        "a time that is none": (1, 7),
        "no JSON object": (1, 8),
        "an address that is none": (1, 10),
    }
    assert ledger(found) == (10, 3, 5)
    assert ("192.168.1.5", "dns.query", "asked", "\\ud800", 6) in facts(found)


@pytest.mark.parametrize("lasted", [0.00019502639770507813, 9.5367431640625e-07, 0.25])
def test_a_duration_is_read_as_json_writes_a_number(lasted: float) -> None:
    line = {**LINE, "duration": lasted, "orig_pkts": 2, "orig_ip_bytes": 120}
    found = read(written(line), "conn.log")
    assert not troubles(found)
    ((_, sent),) = found.traffic.items()
    assert sent.last - sent.first.time == int(lasted * 1_000_000_000)
