"""Addresses and identifiers that stand for no piece of hardware."""

from pathlib import Path

import pytest

from fingerprints.errors import TableError
from fingerprints.identity import PATH, load

ROUTERS = {
    "00:00:5e:00:01:ff": "VRRP", "00:00:5e:00:02:01": "VRRP", "00:00:0c:07:ac:0a": "HSRP", "00:00:0c:9f:ff:ff": "HSRP",
    "00:05:73:a0:0f:ff": "HSRP", "00:07:b4:03:ff:04": "GLBP",
}  # fmt: skip
CARDS = [
    "00:00:5e:00:53:01",
    "00:00:0c:07:ad:01",
    "00:00:0c:9f:e0:01",
    "00:05:73:a0:10:00",
    "00:07:b4:04:00:01",
    "00:1a:22:00:00:01",
]


@pytest.mark.parametrize(("mac", "protocol"), ROUTERS.items())
def test_virtual_routers(mac: str, protocol: str) -> None:
    assert load().virtual_router(mac) == protocol
    assert not load().virtual_machine(mac)


@pytest.mark.parametrize("mac", CARDS)
def test_neighbouring_addresses_are_cards(mac: str) -> None:
    assert not load().virtual_router(mac)
    assert not load().virtual_machine(mac)


def test_virtual_machines() -> None:
    assert load().virtual_machine("52:54:00:12:34:56") == "QEMU or KVM"
    assert load().virtual_machine("02:42:ac:11:00:02") == "container"


def test_shared_values_are_known_with_and_without_punctuation() -> None:
    assert {
        "to be filled by o.e.m.",
        "00010203-0405-0607-0809-0a0b0c0d0e0f",
        "000102030405060708090a0b0c0d0e0f",
    } <= load().shared


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('"52:54:00:"', '"52:54:00"'), "not written as it is compared"),
        (('"52:54:00:"', '"BC:24:11:"'), "not written as it is compared"),
        (('source = "moby', 'sauce = "moby'), "source"),
        (("[[virtual_machine]]", "[[virtual_machines]]"), "virtual_machines"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    path = tmp_path / "identity.toml"
    path.write_text(PATH.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(TableError, match=complaint):
        load(path)
