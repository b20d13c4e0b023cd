"""Addresses: one spelling, and the questions that decide whether one can name a device."""

import pytest

from scanner.wire.addresses import (
    host_ip,
    host_mac,
    ip_text,
    is_group_mac,
    is_host_ip,
    is_host_mac,
    is_local_ip,
    is_local_mac,
    is_mac,
    mac_text,
)


@pytest.mark.parametrize(
    "written",
    ["02:00:5E:00:00:0a", "02-00-5e-00-00-0A", " 2:0:5e:0:0:a ", "0200.5e00.000a", "02005E00000A"],
)
def test_every_spelling_of_a_mac(written: str) -> None:
    assert host_mac(written) == "02:00:5e:00:00:0a"


@pytest.mark.parametrize(
    "written", ["", "02:00:5e:00:00", "02:00-5e:00:00:0a", "01:00:5e:00:00:0a", "0:0:0:0:0:0", "0200:5e00:000a", "word"]
)
def test_what_is_no_mac_of_a_host(written: str) -> None:
    assert host_mac(written) == ""


def test_spellings() -> None:
    assert mac_text(bytes(range(6))) == "00:01:02:03:04:05"
    assert ip_text(bytes.fromhex("20010db8000000000000000000000001")) == "2001:db8::1"
    assert (mac_text(b""), ip_text(b"")) == ("", "")


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "fe80::1", "fd00::1"]
)
def test_local(address: str) -> None:
    assert is_local_ip(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "203.0.113.1", "2001:db8::1", "224.0.0.1", "0.0.0.0"]
)
def test_not_local(address: str) -> None:
    assert not is_local_ip(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "255.255.255.255", "224.0.0.251", "127.0.0.1", "::", "ff02::1", "::1"])
def test_no_hosts_address(address: str) -> None:
    assert not is_host_ip(address)
    assert host_ip(address) == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [("2001:DB8::0:1", "2001:db8::1"), ("fe80::1%eth0", ""), ("1.2.3", ""), ("", ""), ("10.0.0.1", "10.0.0.1")],
)
def test_an_address_written_in_a_message(text: str, address: str) -> None:
    assert host_ip(text) == address


def test_bits_of_a_mac() -> None:
    assert is_local_mac("02:00:00:00:00:01")
    assert not is_local_mac("00:1a:22:00:00:01")
    assert is_group_mac("01:00:5e:00:00:01")
    assert [is_host_mac(mac) for mac in ("00:1a:22:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(("text", "answer"), [("00:1a:22:00:00:01", True), ("fe80::1:22:33:444", False), ("10.0.0.1", False)])
def test_an_address_is_not_taken_for_a_mac(text: str, answer: bool) -> None:
    assert is_mac(text) is answer
