"""LLDP (IEEE 802.1AB-2016, section 8): a station describes itself."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import lldp
from scanner.wire.text import safe

MAC = bytes.fromhex("0200000000aa")
MED, IANA = bytes.fromhex("0012bb"), bytes.fromhex("00005e")


def field(kind: int, value: bytes) -> bytes:
    return struct.pack(">H", kind << 9 | len(value)) + value


def management(family: int, address: bytes) -> bytes:
    return field(8, bytes((len(address) + 1, family)) + address + b"\x02" + struct.pack(">I", 1) + b"\x00")


LEAD = field(1, b"\x04" + MAC) + field(2, b"\x05gi0/1") + field(3, b"\x00\x78")
END = field(0, b"")


def frame(unit: bytes, *, cut: bool = False) -> Frame:
    return Frame("a.pcap", 1, 0, "", MAC, bytes.fromhex("0180c200000e"), 0x88CC, b"", b"", 0, 0, 0, unit, cut)


def seen(unit: bytes, *, cut: bool = False) -> list[tuple[str, str]]:
    facts = list(lldp.observe(frame(unit, cut=cut)))
    assert all(fact.role is Role.SELF and fact.subject is None and fact.raw in unit for fact in facts)
    return [(fact.channel, fact.value) for fact in facts]


def test_basic_fields() -> None:
    unit = LEAD + field(4, b"Uplink") + field(5, b"sw-1") + field(6, b"Example OS\r\nVersion 5.2,  Release 1\0") + END
    assert seen(unit) == [
        ("lldp.chassis_id", "02:00:00:00:00:aa"),
        ("lldp.port_description", "Uplink"),
        ("lldp.system_name", "sw-1"),
        ("lldp.system_description", "Example OS Version 5.2, Release 1"),
    ]


def test_management_addresses() -> None:
    six = bytes.fromhex("20010db8000000000000000000000001")
    unit = (
        LEAD + management(1, bytes((192, 0, 2, 1))) + management(2, six) + management(6, MAC) + management(1, bytes(4)) + END
    )
    assert seen(unit)[1:] == [("lldp.management_ip", "192.0.2.1"), ("lldp.management_ip", "2001:db8::1")]


def test_inventory_and_mud_url() -> None:
    inventory = {5: b"HW 2", 6: b"FW 3", 7: b"SW 4", 8: b"SN5", 9: b"Example Corp", 10: b"Phone 6", 11: b"asset tag"}
    unit = LEAD + b"".join(field(127, MED + bytes((kind,)) + value) for kind, value in inventory.items())
    unit += field(127, IANA + b"\x01https://example.com/mud") + field(127, b"\x00\x80\xc2\x01\x00\x01") + END
    assert seen(unit)[1:] == [
        ("lldp.hardware", "HW 2"),
        ("lldp.firmware", "FW 3"),
        ("lldp.software", "SW 4"),
        ("lldp.serial", "SN5"),
        ("lldp.manufacturer", "Example Corp"),
        ("lldp.model", "Phone 6"),
        ("lldp.mud_url", "https://example.com/mud"),
    ]


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        (b"\x05\x01" + bytes((192, 0, 2, 9)), "192.0.2.9"),
        (b"\x05\x02" + bytes(15) + b"\x01", "::1"),
        (b"\x07switch-7", "switch-7"),
        (b"\x06eth0", "eth0"),
        (b"\x04abc", "abc"),
    ],
)
def test_chassis_identifiers(identifier: bytes, shown: str) -> None:
    assert seen(field(1, identifier) + LEAD[9:] + END) == [("lldp.chassis_id", shown)]


def test_nothing_after_the_end_mark_is_read() -> None:
    assert seen(LEAD + END + field(5, b"padding")) == seen(LEAD + END)


def test_a_cut_unit_tells_its_complete_fields() -> None:
    unit = LEAD + field(5, b"sw-1") + field(6, b"a long description")
    assert seen(unit[:-3], cut=True) == [("lldp.chassis_id", "02:00:00:00:00:aa"), ("lldp.system_name", "sw-1")]
    assert seen(LEAD[:5], cut=True) == []
    with pytest.raises(Malformed):  # what is here of it does not begin as a unit does
        seen(field(24, b"0000000") + field(5, b"0000000000"), cut=True)


@pytest.mark.parametrize(
    "unit",
    [
        LEAD[:-1],
        b"",
        END,
        field(5, b"name first") + LEAD + END,
        field(1, b"\x04") + LEAD[9:] + END,
        LEAD + field(8, b"\x1f\x01\x00") + END,
        LEAD + field(8, b"") + END,
    ],
)
def test_broken_units_are_malformed(unit: bytes) -> None:
    with pytest.raises(Malformed):
        seen(unit)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([1, 4, 5, 6, 8, 127]), st.binary(max_size=40)), max_size=6),
    st.binary(max_size=9),
    st.booleans(),
)
def test_any_unit_gives_safe_observations_or_malformed(fields: list[tuple[int, bytes]], rest: bytes, cut: bool) -> None:
    names = {channel.name for channel in lldp.CHANNELS}
    for unit in (rest, LEAD + b"".join(field(kind, value) for kind, value in fields) + rest):
        try:
            facts = list(lldp.observe(frame(unit, cut=cut)))
        except Malformed:
            continue
        for fact in facts:
            assert fact.channel in names
            assert fact.value == safe(fact.value) != ""
            assert fact.raw in unit
