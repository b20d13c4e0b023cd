"""Lease files: what a client said, what its server says of it, and when."""

from log_files import DHCPD, facts, ledger, read, troubles

CARD = "02:00:5e:00:00:01"
NOON = 1_767_268_800_000_000_000  # 2026-01-01 12:00:00 UTC


def test_isc_dhcpd() -> None:
    found = read(DHCPD)
    assert facts(found) == [
        (CARD, "dhcp.ip", "told", "192.168.1.10", 5),
        (CARD, "dhcp.requested_ip", "self", "192.168.1.10", 5),
        (CARD, "dhcp.client_id", "self", "0102005e000001", 12),
        (CARD, "dhcp.vendor_class", "self", 'udhcp 1.2"x"', 13),
        (CARD, "dhcp.hostname", "self", "lamp", 14),
        (CARD, "dhcp.requested_ip", "self", "192.168.1.11", 16),
    ]
    assert troubles(found) == {"a date that is none": (1, 22)}
    (book,) = found.ledgers.values()
    assert (book.first, book.last, book.problem) == (NOON, NOON, "")


def test_a_backslash_before_no_octal_digit_stands_for_what_follows() -> None:
    hostname = rb'client-hostname "lamp\8\189\x";'
    found = read(DHCPD.replace(b'client-hostname "lamp";', hostname))
    assert ("dhcp.hostname", "lamp8\\x0189x") in {(channel, value) for _, channel, _, value, _ in facts(found)}


def test_dnsmasq() -> None:
    found = read(
        b"1767272400 02:00:5e:00:00:01 192.168.1.10 lamp 01:02:00:5e:00:00:01\n"
        b"0 02:00:5e:00:00:02 192.168.1.11 * *\n"
        b"duid 00:01:00:01:2a:00\n"
        b"1767272400 12345 fd00::10 lamp 00:01:00:01:2a:00\n"
        b"1767272400 02:00:5e:00:00:01 192.168.1.999 lamp *\n"
        b"broken\n"
    )
    assert facts(found) == [
        (CARD, "dhcp.client_id", "self", "0102005e000001", 1),
        (CARD, "dhcp.hostname", "told", "lamp", 1),
        (CARD, "dhcp.ip", "told", "192.168.1.10", 1),
        (CARD, "dhcp.requested_ip", "self", "192.168.1.10", 1),
        ("02:00:5e:00:00:02", "dhcp.ip", "told", "192.168.1.11", 2),
        ("02:00:5e:00:00:02", "dhcp.requested_ip", "self", "192.168.1.11", 2),
    ]
    assert ledger(found) == (6, 2, 2)


def test_kea() -> None:
    found = read(
        b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
        b"192.168.1.10,02:00:5e:00:00:01,01:02:00:5e:00:00:01,3600,1767272400,1,0,0,lamp.lan.,0,{ &#x2c },0\n"
        b"192.168.1.11,02:00:5e:00:00:01,,3600,1767272400,1,0,0,,2,,0\n"
        b"192.168.1.12,,,3600,1767272400,1,0,0,,1,,0\n"
        b"192.168.1.13,02:00:5e:00:00:01,,x,1767272400,1,0,0,,0,,0\n"
        b"192.168.1.14,too,few\n"
    )
    assert facts(found) == [
        (CARD, "dhcp.client_id", "self", "0102005e000001", 2),
        (CARD, "dhcp.hostname", "told", "lamp.lan", 2),
        (CARD, "dhcp.ip", "told", "192.168.1.10", 2),
        (CARD, "dhcp.requested_ip", "self", "192.168.1.10", 2),
        (CARD, "dhcp.requested_ip", "self", "192.168.1.11", 3),
    ]
    assert troubles(found) == {"a time that is none": (1, 5), "not as many values as its heading has columns": (1, 6)}
    (book,) = found.ledgers.values()
    assert book.first == NOON


def test_kea_for_ipv6() -> None:
    found = read(
        b"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,"
        b"hwaddr,state,user_context,hwtype,hwaddr_source,pool_id\n"
        b"fd00::10,00:03:00:01:02:00:5e:00:00:01,3600,1767272400,1,3000,0,7,128,0,0,,02:00:5e:00:00:01,0,,1,2,0\n"
        b"fd00:1::,00:03:00:01:02:00:5e:00:00:01,3600,1767272400,1,3000,2,7,64,0,0,,02:00:5e:00:00:01,0,,1,2,0\n"
    )
    assert facts(found) == [
        (CARD, "dhcpv6.duid", "self", "0003000102005e000001", 2),
        (CARD, "dhcpv6.ip", "told", "fd00::10", 2),
    ]
