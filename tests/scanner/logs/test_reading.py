"""The loop: lines counted and bounded, faults kept with what came before, nothing raised for any bytes."""

import gzip
from io import BytesIO
from pathlib import Path

import log_files
import pytest
import zeek_logs
from hypothesis import given, settings
from hypothesis import strategies as st
from log_files import DHCPD, IOS_LLDP, LLDPCTL, facts, ledger, read, troubles

from scanner.capture.folder import captures
from scanner.engine import Input, finish, read_all
from scanner.engine import read as read_input
from scanner.evidence import Evidence, merge
from scanner.logs import arp_listing, reading
from scanner.logs.entries import Line
from scanner.model import TEXT_LINES

ROW: zeek_logs.Row = {
    "ts": "1.5", "uid": "C1", "id.orig_h": "192.168.1.5", "id.orig_p": "5", "id.resp_h": "192.168.1.1", "id.resp_p": "53",
    "host": "192.168.1.5", "mac": "02:00:5e:00:00:01", "orig_pkts": "1", "orig_ip_bytes": "60", "query": "a.lan",
    "qclass": "1",
    "answers": ["192.168.1.7"], "qtype_name": "A", "subject": "CN=x,O=y", "server_name": "a.example", "msg_types": ["ACK"],
    "assigned_addr": "192.168.1.5", "vlan": "7", "duration": "1.0", "cert_chain_fps": ["ab" * 32],
}  # fmt: skip
KINDS = ("conn", "dhcp", "dns", "ssl", "x509", "http", "ssh", "software", "known_hosts", "known_devices", "known_services",
         "known_certs", "snmp", "quic")  # fmt: skip
SEEDS = {
    **{kind: zeek_logs.tsv(kind, [ROW] * 3, tuple(ROW)) for kind in KINDS},
    "json": b'{"_path": "dns", "ts": 1.5, "id.orig_h": "192.168.1.5", "id.resp_h": "::1", "id.resp_p": 53, "query": "a"}\n'
    * 3,
    "dhcpd": DHCPD,
    "lldpctl": LLDPCTL,
    "ios_lldp": IOS_LLDP,
    "dnsmasq": b"1767272400 02:00:5e:00:00:01 192.168.1.10 lamp 01:02:00:5e:00:00:01\n" * 3,
    "kea": b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id\n"
    + b"192.168.1.10,02:00:5e:00:00:01,01:02,3600,1767272400,1\n" * 3,
    "ip_neigh": b"192.168.1.1 dev eth0 lladdr 02:00:5e:00:00:01 REACHABLE\n" * 3,
    "proc_arp": b"IP address HW type Flags HW address Mask Device\n" + b"192.168.1.1 0x1 0x2 02:00:5e:00:00:01 * eth0\n" * 3,
    "arp": b"? (192.168.1.1) at 02:00:5e:00:00:01 [ether] on eth0\n" * 3,
    "windows": b"Interface: 192.168.1.20 --- 0x5\n" + b"192.168.1.1 02-00-5e-00-00-01 dynamic\n" * 3,
    "ios_arp": b"Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    + b"Internet  10.0.10.7  12   0200.5e00.0001  ARPA   Vlan10\n" * 3,
    "mac_table": b"Vlan    Mac Address       Type        Ports\n" + b"  10    0200.5e00.0001    DYNAMIC     Gi1/0/5\n" * 3,
}


@pytest.mark.parametrize("kind", SEEDS)
def test_no_bytes_break_a_reader(kind: str) -> None:
    """Lines cut, doubled, swapped, with bytes changed and put in: every line is in the ledger once, and nothing is raised."""
    seed = SEEDS[kind]
    begin = seed.splitlines(keepends=True)[0]

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def broken(data: st.DataObject) -> None:
        text = bytearray(seed)
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(text)))
            end = at + data.draw(st.integers(0, 12))
            text[at:end] = data.draw(
                st.binary(max_size=6) | st.sampled_from([b"\n", b"\t", b"\\", b"-", b'"', b"{", b"9" * 20, begin])
            )
        source = log_files.opened(bytes(text), "dns.log")
        known = reading.recognised(source)
        if known:
            found = reading.read(source, "dns.log", *known)
            frames, decoded, malformed = ledger(found)
            assert frames == len(reading_lines(bytes(text)))
            assert sum(count for count, _ in troubles(found).values()) == malformed
            assert not [reason for reason in troubles(found) if reason.startswith("unexpected")]
            assert all(0 < line <= frames for *_, line in facts(found))
            assert decoded <= frames

    broken()


def reading_lines(content: bytes) -> list[bytes]:
    whole = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return whole if whole[-1] else whole[:-1]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([b"", b"a", b"bb\r", b"c" * 20]), max_size=20).map(b"\n".join),
    st.integers(1, 40),
    st.integers(1, 9),
)
def test_lines_are_the_same_however_they_come(content: bytes, head: int, step: int) -> None:
    rest = BytesIO(content[head:])
    found = [line.raw for line in reading.lines(content[:head], lambda _: rest.read(step))]
    assert [raw.removesuffix(b"\r") for raw in found] == [raw.removesuffix(b"\r") for raw in reading_lines(content)]


def test_giant_lines_nul_and_windows_line_ends() -> None:
    good = zeek_logs.tsv("known_hosts", [{"ts": "1.5", "host": "192.168.1.5"}], ("ts", "host")).replace(b"\n", b"\r\n")
    found = read(b"\xef\xbb\xbf" + good + b"x" * (reading.LONGEST_LINE + 1) + b"\n" + b"a\0b\n" + b"2.5\t192.168.1.6")
    assert troubles(found) == {f"longer than {reading.LONGEST_LINE} bytes": (1, 8), "a NUL in it": (1, 9)}
    assert ledger(found) == (10, 2, 2)
    assert {sender.ip for sender in found.traffic} == {"192.168.1.5", "192.168.1.6"}


def test_a_line_of_a_gigabyte_takes_no_memory() -> None:
    pieces = iter([b"y" * (1 << 20)] * 64)
    kept = [len(line.raw) for line in reading.lines(b"short\nx", lambda _: next(pieces, b""))]
    assert kept == [5, reading.LONGEST_LINE + 1]


def test_counts_that_cannot_be_true_end_somewhere() -> None:
    row: zeek_logs.Row = {**ROW, "orig_pkts": "9" * 15, "orig_ip_bytes": "9" * 15}
    found = read(zeek_logs.tsv("conn", [row] * 100, tuple(row)))
    assert sum(sent.bytes for sent in found.traffic.values()) < reading.MOST_SENT
    assert troubles(found)["counts more than can have been sent"][0] > 50


def test_a_cut_gz_keeps_what_came_before(tmp_path: Path) -> None:
    rows: list[zeek_logs.Row] = [
        {"ts": f"{second}.5", "host": f"192.168.{second // 250}.{second % 250 + 1}"} for second in range(20_000)
    ]
    packed = gzip.compress(zeek_logs.tsv("known_hosts", rows, ("ts", "host")), mtime=0)
    path = tmp_path / "known_hosts.2026-01-01-00.log.gz"
    path.write_bytes(packed[: len(packed) // 2])
    found = read_input(Input(str(path), path.name))
    book = found.ledgers[path.name]
    assert book.problem.startswith("gzip data ends early at byte ")
    assert book.frames > 5000
    assert len(found.traffic) > 5000
    assert book.format == "Zeek known_hosts log, gzip"


def test_a_gz_cut_in_its_first_bytes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dns.log.gz"
    path.write_bytes(gzip.compress(SEEDS["dns"], mtime=0)[:-9])
    book = read_input(Input(str(path), "dns.log.gz")).ledgers["dns.log.gz"]
    assert "gzip data" in book.problem


def test_any_split_into_files_merges_to_the_same(tmp_path: Path) -> None:
    rows: list[zeek_logs.Row] = [{**ROW, "ts": f"{second}.5", "query": f"{second}.lan"} for second in range(30)]
    parts = []
    for place, some in enumerate((rows[:7], rows[7:20], rows[20:])):
        path = tmp_path / f"dns.{place}.log"
        path.write_bytes(zeek_logs.tsv("dns", some, tuple(ROW)))
        parts.append(Input(str(path), path.name))
    whole = read_all(parts)
    assert whole == merge(read_input(part) for part in reversed(parts))
    assert len({value for group in whole.facts.values() for _, value in group.values}) == 30


def test_a_folder_gives_its_logs_and_captures(tmp_path: Path) -> None:
    for name, content in (
        ("neigh.txt", SEEDS["ip_neigh"]),
        ("dns.log.gz", gzip.compress(SEEDS["dns"])),
        ("notes.txt", b"words\n"),
    ):
        (tmp_path / name).write_bytes(content)
    found = captures([str(tmp_path)], also=reading.is_log)
    assert [name for _, name in found.captures] == ["dns.log.gz", "neigh.txt"]
    assert [Path(path).name for path, _ in found.skipped] == ["notes.txt"]


def test_a_log_says_what_it_is_and_what_it_lacks() -> None:
    from fingerprints.catalogue import load
    from scanner.judgement.policy import load as load_policy

    found = merge([read(SEEDS["ip_neigh"], "a.txt"), read(SEEDS["ip_neigh"], "b.txt"), Evidence()])
    inventory = finish(found, load(), load_policy())
    (device,) = inventory.devices
    assert [(tie.address, tie.proof) for tie in device.ips] == [("192.168.1.1", "arp")]
    assert [(record.is_log, record.link_types, record.format) for record in inventory.captures] == [
        (True, (TEXT_LINES,), "ip neigh table")
    ] * 2
    (limit,) = [limit for limit in inventory.limits if limit.code == "log"]
    assert (limit.capture, limit.count) == ("", 2)
    assert "no times" in limit.text


def test_a_mistake_of_a_reader_costs_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    source = log_files.opened(SEEDS["arp"], "arp.txt")
    known = reading.recognised(source)
    assert known
    feed, fed = arp_listing.Reader.feed, []

    def mistaken(self: arp_listing.Reader, line: Line) -> object:
        fed.append(line.number)
        if line.number == 2:
            raise ZeroDivisionError
        return feed(self, line)

    monkeypatch.setattr(arp_listing.Reader, "feed", mistaken)
    found = reading.read(source, "arp.txt", *known)
    assert fed == [1, 2, 3]
    assert ledger(found) == (3, 2, 1)
    assert troubles(found) == {"unexpected ZeroDivisionError": (1, 2)}
