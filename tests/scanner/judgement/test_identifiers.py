"""What in a value identifies a device, and what many devices share."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.identity import load
from reports.wording import PROOFS
from scanner.judgement.identifiers import RULES, common
from scanner.judgement.proofs import ANNOUNCED, TIES

DUID = "000400112233445566778899aabbccddee01"


@pytest.mark.parametrize(
    ("channel", "value", "identifier"),
    [
        ("dhcpv6.duid", DUID, DUID),
        ("dhcpv6.duid", "0009aabb", ""),  # a type nobody defined
        ("dhcp.client_id", "ff00000001" + DUID, DUID),
        ("dhcp.client_id", "00" + DUID[4:], DUID),  # the machine's UUID: RFC 6355 makes the same DUID from it
        ("dhcp.client_id", "01bcad28000001", ""),
        ("dhcp.client_id", "udhcp 1.24.1", ""),
        ("ssdp.usn", "uuid:4d696e69-444c-164e-9d41-a1b2c3d4e5f6::upnp:rootdevice", "4d696e69-444c-164e-9d41-a1b2c3d4e5f6"),
        ("ssdp.usn", "uuid:upnp-basicdevice-1_0", ""),
        ("lldp.chassis_id", "f4:74:88:00:00:00", "f4:74:88:00:00:00"),
        ("lldp.chassis_id", "floor-1", ""),
        ("mdns.instance", "printer cn93k1x2y4._ipp._tcp.local", "printer cn93k1x2y4._ipp._tcp.local"),
        ("mdns.instance", "living room._raop._tcp.local", ""),
        ("mdns.txt", "uuid=4d696e69-444c-164e-9d41-a1b2c3d4e5f6", "4d696e69-444c-164e-9d41-a1b2c3d4e5f6"),
        ("mdns.txt", "ty=printer 2000", ""),
        ("sadp.serial", "ds-2cd2042wd-i20160101", "ds-2cd2042wd-i20160101"),
        ("sadp.serial", "none", ""),
    ],
)
def test_readings(channel: str, value: str, identifier: str) -> None:
    assert RULES[channel].read(value) == identifier


@pytest.mark.parametrize(
    "value",
    [
        "000000000000", "11-22-11-22", "12345678", "default string", "00:00:00:00:00:00", "01:00:5e:00:00:fb", "ab1",
        "0004000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f",
    ],
)  # fmt: skip
def test_what_many_share(value: str) -> None:
    assert common(value)


def test_what_one_has() -> None:
    assert not common(DUID)
    assert not common("f4:74:88:00:00:00")


def test_every_proof_has_words_for_people() -> None:
    routers = {name.lower() for name in load().routers.names.values()}
    assert {*TIES.values(), *ANNOUNCED.values(), *(rule.proof for rule in RULES.values()), *routers} <= PROOFS.keys()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(RULES)), st.text(max_size=255))
def test_any_text_is_read(channel: str, value: str) -> None:
    common(RULES[channel].read(value.lower()))


@pytest.mark.parametrize(
    "value", ["a" * 255, "1" * 255, "a1" * 127, "0" * 255 + "_", "ff" * 127, "a" * 254 + "._ipp", "-" * 255]
)
def test_no_text_takes_long(value: str) -> None:
    began = time.perf_counter()
    for rule in RULES.values():
        rule.read(value)
    assert time.perf_counter() - began < 0.5
