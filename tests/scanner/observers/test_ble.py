"""Bluetooth LE advertisements: numbers as the Bluetooth SIG prints them, names, and nothing from random addresses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import BLE, Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import ble
from scanner.wire.text import safe

MAC = bytes.fromhex("020000000001")
FLAGS = b"\x02\x01\x06"


def structure(kind: int, content: bytes) -> bytes:
    return bytes((1 + len(content), kind)) + content


def seen(data: bytes, *, mac: bytes = MAC) -> list[tuple[str, str]]:
    facts = list(ble.observe(Frame("a", 1, 0, "", mac, b"", BLE, b"", b"", 0, 0, 0, data, False)))
    assert all(fact.role is Role.SELF and fact.raw and fact.raw in data for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


def test_an_advertiser_says_who_defined_its_data() -> None:
    services = structure(2, b"\x0f\x18\x0a\x18") + structure(3, b"\x50\xfd")
    data = FLAGS + services + structure(0xFF, b"\x8f\x03payload") + structure(9, b"Example lamp")
    assert seen(data) == [
        ("ble.service", "0x180f"),
        ("ble.service", "0x180a"),
        ("ble.service", "0xfd50"),
        ("ble.company", "0x038f"),
        ("ble.name", "Example lamp"),
    ]


def test_a_mibeacon_has_a_product_number() -> None:
    assert seen(structure(0x16, b"\x95\xfe\x71\x20\x98\x00\x01more")) == [
        ("ble.service", "0xfe95"),
        ("ble.mibeacon_product", "0x0098"),
    ]
    assert seen(structure(0x16, b"\x95\xfe\x71\x20")) == [("ble.service", "0xfe95")]
    assert seen(structure(0x16, b"\x50\xfd\x71\x20\x98\x00\x01")) == [("ble.service", "0xfd50")]


@pytest.mark.parametrize(
    "data", [b"", FLAGS, structure(9, b""), structure(8, b"\0\0"), structure(0xFF, b"\x8f"), structure(3, b"\x50"), b"\0\0\0"]
)
def test_empty_and_other_structures_tell_nothing(data: bytes) -> None:
    assert seen(data) == []


def test_a_random_address_is_nobody() -> None:
    assert seen(structure(0xFF, b"\x8f\x03"), mac=b"") == []


def test_a_structure_longer_than_the_packet_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(FLAGS + structure(9, b"name")[:-1])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.builds(structure, st.sampled_from([2, 3, 8, 9, 0x16, 0xFF]), st.binary(max_size=12)) | st.binary(max_size=3))
)
def test_any_data_gives_safe_observations_or_malformed(pieces: list[bytes]) -> None:
    names = {channel.name for channel in ble.CHANNELS}
    try:
        facts = seen(b"".join(pieces))
    except Malformed:
        return
    for channel, value in facts:
        assert channel in names
        assert value == safe(value) != ""
