"""Zeek's own text: headings, escapes, what is unset, and each log's columns on the observers' channels."""

import zeek_logs
from log_files import Fact, facts, ledger, read, recognised, troubles

from scanner.model import Subject

HOST, SERVER = "192.168.1.5", "192.168.1.1"
CARD = "02:00:5e:00:00:01"
TS = "1767225600.123456"
NS = 1_767_225_600_123_456_000
ENDS: zeek_logs.Row = {"ts": TS, "uid": "C1", "id.orig_h": HOST, "id.orig_p": "50000", "id.resp_h": SERVER, "id.resp_p": "53"}


def said(path: str, *rows: zeek_logs.Row) -> list[Fact]:
    """What a log with these rows says."""
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return facts(read(zeek_logs.tsv(path, rows, columns)))


def test_dhcp() -> None:
    row: zeek_logs.Row = {
        "ts": TS, "uids": ["C1", "C2"], "client_addr": "192.168.1.9", "mac": CARD, "host_name": "lamp",
        "client_fqdn": "lamp.lan.", "requested_addr": None, "assigned_addr": HOST, "msg_types": ["REQUEST", "ACK"],
        "client_software": "udhcp",
    }  # fmt: skip
    assert said("dhcp", row) == [
        (CARD, "dhcp.fqdn", "self", "lamp.lan", 7),
        (CARD, "dhcp.hostname", "self", "lamp", 7),
        (CARD, "dhcp.ip", "told", HOST, 7),
        (CARD, "dhcp.requested_ip", "self", HOST, 7),
        (CARD, "dhcp.vendor_class", "self", "udhcp", 7),
    ]


def test_an_offer_is_no_lease() -> None:
    row: zeek_logs.Row = {
        "ts": TS,
        "mac": CARD,
        "assigned_addr": HOST,
        "requested_addr": None,
        "msg_types": ["DISCOVER", "OFFER"],
    }
    assert said("dhcp", row) == []


def test_bro_2_wrote_leases_only() -> None:
    assert said("dhcp", {"ts": TS, "mac": CARD, "assigned_ip": HOST, "lease_time": "60.0"}) == [
        (CARD, "dhcp.ip", "told", HOST, 7),
        (CARD, "dhcp.requested_ip", "self", HOST, 7),
    ]


def test_dns() -> None:
    query: zeek_logs.Row = {**ENDS, "qclass": "1", "qtype_name": "A", "rcode": "0", "answers": None}
    found = said(
        "dns",
        {**query, "query": "M1.Tuyaeu.com", "answers": ["cdn.example", "203.0.113.5"]},
        {**query, "query": "nas.lan", "answers": ["192.168.1.7"]},
        {**query, "query": "8.1.168.192.in-addr.arpa", "qtype_name": "PTR", "answers": ["cam.lan"]},
        {**query, "query": "lost.lan", "answers": ["192.168.1.9"], "rcode": "3"},
        {**query, "query": "_hue._tcp.local", "id.resp_p": "5353", "rcode": None},
        {**query, "query": "announced.local", "id.resp_p": "5353", "answers": ["192.168.1.6"]},
        {**query, "query": "printer", "id.resp_p": "5355", "rcode": None},
        {**query, "query": "ON", "id.resp_p": "137"},
    )
    assert found == [
        (HOST, "dns.query", "asked", "m1.tuyaeu.com", 7),
        ("192.168.1.7", "dns.name", "told", "nas.lan", 8),
        (HOST, "dns.query", "asked", "nas.lan", 8),
        ("192.168.1.8", "dns.name", "told", "cam.lan", 9),
        (HOST, "dns.query", "asked", "8.1.168.192.in-addr.arpa", 9),
        (HOST, "dns.query", "asked", "lost.lan", 10),
        (HOST, "mdns.query", "asked", "_hue._tcp.local", 11),
        (HOST, "llmnr.query", "asked", "printer", 13),
    ]


def test_ssl() -> None:
    row: zeek_logs.Row = {
        **ENDS, "server_name": "A.example", "ja3": "0" * 32, "ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
        "cert_chain_fps": ["ab" * 32, "cd" * 32], "subject": r"CN=cam,OU=R\+D,O=Acme\, Inc.,C=DE",
        "issuer": "CN=Root,O=Some CA",
    }  # fmt: skip
    assert said("ssl", row) == [
        (HOST, "tls.ja3", "self", "0" * 32, 7),
        (HOST, "tls.ja4", "self", "t13d1516h2_8daaf6152771_b186095e22b6", 7),
        (HOST, "tls.sni", "asked", "a.example", 7),
        (SERVER, "tlscert.issuer_name", "self", "Root", 7),
        (SERVER, "tlscert.issuer_organization", "self", "Some CA", 7),
        (SERVER, "tlscert.name", "self", "cam", 7),
        (SERVER, "tlscert.organization", "self", "Acme, Inc.", 7),
        (SERVER, "tlscert.sha256", "self", "ab" * 32, 7),
        (SERVER, "tlscert.unit", "self", "R+D", 7),
    ]


def test_http_ssh_snmp_quic() -> None:
    secret = {"username": "anna", "password": "secret", "uri": "/?token=1"}
    assert said("http", {**ENDS, **secret, "host": "A.example:8080", "user_agent": "Lamp/1", "proxied": None}) == [
        (HOST, "http.host", "asked", "a.example", 7),
        (HOST, "http.user_agent", "self", "Lamp/1", 7),
    ]
    assert said("http", {**ENDS, "host": "a.example", "user_agent": "Lamp/1", "proxied": ["VIA -> x"]}) == [
        (HOST, "http.host", "asked", "a.example", 7)
    ]
    assert said("ssh", {**ENDS, "client": "SSH-2.0-PuTTY", "server": "no ident"}) == [
        (HOST, "ssh.ident", "self", "SSH-2.0-PuTTY", 7)
    ]
    assert said("snmp", {**ENDS, "community": "public", "display_string": "Acme 7"}) == [
        (SERVER, "snmp.description", "self", "Acme 7", 7)
    ]
    assert said("quic", {**ENDS, "server_name": "a.example"}) == [(HOST, "quic.sni", "asked", "a.example", 7)]


def test_software_and_certificates_of_known_hosts() -> None:
    row: zeek_logs.Row = {"ts": TS, "host": HOST, "software_type": "HTTP::SERVER", "unparsed_version": "App-webs/"}
    assert said("software", row, {**row, "software_type": "SSH::SERVER"}) == [(HOST, "http.server", "self", "App-webs/", 7)]
    assert said("known_certs", {"ts": TS, "host": HOST, "subject": "CN=cam", "issuer_subject": None}) == [
        (HOST, "tlscert.name", "self", "cam", 7)
    ]


def test_conn_counts_what_each_side_sent() -> None:
    row: zeek_logs.Row = {
        **ENDS, "duration": "2.5", "orig_pkts": "3", "orig_ip_bytes": "300", "resp_pkts": "2", "resp_ip_bytes": "200",
        "orig_l2_addr": CARD, "resp_l2_addr": "02:00:5e:00:00:02", "vlan": "10", "inner_vlan": "20", "tunnel_parents": [],
    }  # fmt: skip
    group: zeek_logs.Row = {**row, "id.resp_h": "224.0.0.251", "resp_l2_addr": "01:00:5e:00:00:fb", "resp_pkts": "0"}
    inside: zeek_logs.Row = {**row, "id.orig_h": "10.0.0.1", "tunnel_parents": ["C7"]}
    found = read(zeek_logs.tsv("conn", [row, group, inside], tuple(row)))
    mine = found.traffic[Subject("vlan 10.20", CARD, HOST)]
    assert (mine.frames, mine.bytes, mine.first.time, mine.last) == (6, 600, NS, NS + 2_500_000_000)
    assert mine.heard
    assert mine.heard.frame == 8
    answer = found.traffic[Subject("vlan 10.20", "02:00:5e:00:00:02", SERVER)]
    assert (answer.frames, answer.bytes, answer.heard) == (2, 200, None)
    assert found.traffic[Subject("vlan 10.20", "", "10.0.0.1")].frames == 3
    assert set(found.addressed) == {("vlan 10.20", CARD), ("vlan 10.20", "02:00:5e:00:00:02")}


def test_known_hosts_devices_and_services_show_presence() -> None:
    found = read(zeek_logs.tsv("known_hosts", [{"ts": TS, "host": HOST}], ("ts", "host")))
    assert [(sender, sent.frames) for sender, sent in found.traffic.items()] == [(Subject("", "", HOST), 0)]
    row: zeek_logs.Row = {"ts": TS, "mac": CARD, "dhcp_host_name": "lamp"}
    found = read(zeek_logs.tsv("known_devices", [row], tuple(row)))
    assert Subject("", CARD, "") in found.traffic
    assert facts(found) == [(CARD, "dhcp.hostname", "self", "lamp", 7)]


def test_x509_names_no_host_and_unread_logs_are_not_taken() -> None:
    assert said("x509", {"ts": TS, "fingerprint": "ab", "certificate.subject": "CN=cam"}) == []
    assert recognised(zeek_logs.tsv("weird", [], ("ts",))) == ""


def test_escapes_and_markers_are_those_of_the_heading() -> None:
    text = (
        b"#separator \\x7c\n#set_separator|;\n#empty_field|<none>\n#unset_field|?\n#path|dns\n"
        b"#fields|ts|id.orig_h|id.resp_h|id.resp_p|query|qclass|qtype_name|rcode|answers\n"
        b"1.5|192.168.1.5|192.168.1.1|53|a\\x7cb\\\\c.lan|1|A|?|192.168.1.7;192.168.1.8\n"
        b"2|192.168.1.5|192.168.1.1|53|<none>|1|A|?|?\n"
    )
    assert facts(read(text)) == [
        ("192.168.1.7", "dns.name", "told", "a|b\\c.lan", 7),
        ("192.168.1.8", "dns.name", "told", "a|b\\c.lan", 7),
        ("192.168.1.5", "dns.query", "asked", "a|b\\c.lan", 7),
    ]


def test_logs_put_together_change_their_columns_in_the_middle() -> None:
    first = zeek_logs.tsv("known_hosts", [{"ts": TS, "host": HOST}], ("ts", "host"))
    unread = zeek_logs.tsv("weird", [{"ts": TS, "name": "x"}], ("ts", "name"))
    second = zeek_logs.tsv("quic", [{**ENDS, "server_name": "a.example"}], (*ENDS, "server_name"))
    found = read(first + unread + second)
    assert facts(found) == [(HOST, "quic.sni", "asked", "a.example", 21)]
    assert ledger(found) == (21, 2, 0)


def test_bad_lines_are_counted_with_the_first_and_the_next_are_read() -> None:
    good = zeek_logs.tsv("known_hosts", [{"ts": TS, "host": HOST}], ("ts", "host"))
    bad = (
        b"one cell\n\n1.0\tno address\nlater\t192.168.1.6\n99999999999999\t192.168.1.6\n1.0\t192.168.1.7\nthree\tcells\there\n"
    )
    found = read(good + bad)
    assert troubles(found) == {
        "not as many values as its heading has columns": (2, 8),
        "an address that is none": (1, 10),
        "a time that is none": (1, 11),
        "a time out of range": (1, 12),
    }
    assert ledger(found) == (14, 2, 5)


def test_values_without_a_heading_are_no_values() -> None:
    found = read(b"#separator \\x09\n#path\tdns\n1.0\tx\n#separator \\x0909\n")
    assert troubles(found) == {
        "not as many values as its heading has columns": (1, 3),
        "a separator that is not one character": (1, 4),
    }
