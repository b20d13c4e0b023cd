"""SADP: ProbeMatch is a device, Probe a tool; hostile XML finds nobody home."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import sadp
from scanner.wire.text import safe

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\r\n'
FIELDS = {
    "Uuid": "00000000-0000-0000-0000-000000000001",
    "Types": "inquiry",
    "DeviceType": "136",
    "DeviceDescription": "DS-EXAMPLE-I",
    "DeviceSN": "DS-EXAMPLE-I20260101AAWR1",
    "MAC": "02-00-00-AB-CD-EF",
    "IPv4Address": "192.0.2.64",
    "SoftwareVersion": "V5.4.0build 160101",
    "OEMInfo": "Example Brand",
}


def xml(root: str, fields: dict[str, str], declaration: str = DECLARATION) -> bytes:
    inside = "".join(f"<{name}>{value}</{name}>\r\n" for name, value in fields.items())
    return f"{declaration}<{root}>\r\n{inside}</{root}>".encode()


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\x40", b"\xef\xff\xff\xfa", 17, 37020, 37020, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(sadp.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload and fact.subject is None for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def values(**changes: str) -> dict[str, str]:
    return {channel: value for channel, value, _ in seen(xml("ProbeMatch", {**FIELDS, **changes}))}


@pytest.mark.parametrize("declaration", [DECLARATION, "", "\ufeff" + DECLARATION, "\r\n"])
def test_a_device_describes_itself(declaration: str) -> None:
    assert seen(xml("ProbeMatch", FIELDS, declaration)) == [
        ("sadp.model", "DS-EXAMPLE-I", Role.SELF),
        ("sadp.serial", "DS-EXAMPLE-I20260101AAWR1", Role.SELF),
        ("sadp.mac", "02:00:00:ab:cd:ef", Role.SELF),
        ("sadp.ip", "192.0.2.64", Role.SELF),
        ("sadp.firmware", "V5.4.0build 160101", Role.SELF),
        ("sadp.oem", "Example Brand", Role.SELF),
    ]


def test_a_tool_only_asks() -> None:
    assert seen(xml("Probe", {"Uuid": "1", "Types": "inquiry"})) == [("sadp.query", "inquiry", Role.ASKED)]
    assert seen(xml("Probe", {**FIELDS, "Types": ""})) == [("sadp.query", "Probe", Role.ASKED)]


def test_absent_values_are_left_out() -> None:
    found = values(OEMInfo="N/A", DeviceDescription="", DeviceSN=" ", MAC="00-00-00-00-00-00", IPv4Address="0.0.0.0")
    assert found == {"sadp.model": "136", "sadp.firmware": FIELDS["SoftwareVersion"]}
    assert "sadp.mac" not in values(MAC="02-00-00-AB-CD")
    assert "sadp.ip" not in values(IPv4Address="fe80::1%eth0")


def test_predefined_entities_and_nothing_else_are_expanded() -> None:
    assert values(OEMInfo="R&amp;D &lt;&quot;&apos;&gt; &amp;lt; &bomb; &#65;")["sadp.oem"] == "R&D <\"'> &lt; &bomb; &#65;"


def test_of_two_elements_with_one_name_the_first_counts() -> None:
    payload = xml("ProbeMatch", FIELDS).replace(b"</ProbeMatch>", b"<DeviceSN>second</DeviceSN></ProbeMatch>")
    assert ("sadp.serial", FIELDS["DeviceSN"], Role.SELF) in seen(payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<Envelope><ProbeMatch><DeviceSN>1</DeviceSN></ProbeMatch></Envelope>",
        b"<ProbeMatches><MAC>020000000001</MAC></ProbeMatches>",
        b'{"DeviceSN": "1"}',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><ProbeMatch><DeviceSN>&b;</DeviceSN></ProbeMatch>',
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_its_complete_elements() -> None:
    payload = xml("ProbeMatch", FIELDS)
    part = payload[: payload.index(b"AB-CD-EF")]
    assert [channel for channel, _, _ in seen(part, cut=True)] == ["sadp.model", "sadp.serial"]


def test_a_message_that_does_not_end_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(xml("ProbeMatch", FIELDS)[:-1])


@pytest.mark.parametrize("piece", [b"<a", b"<a>", b" ", b"<a> ", b"&amp", b"<a></", b"<?xml "])
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    payload = b"<ProbeMatch>" + piece * (65_000 // len(piece)) + b"</ProbeMatch>"
    begin = time.process_time()
    seen(payload)
    assert time.process_time() - begin < 1.0  # quadratic time would be minutes


PIECES = (
    [f"<{name}>".encode() for name in FIELDS]
    + [f"</{name}>".encode() for name in FIELDS]
    + [b"&lt;", b"02-00-00-00-00-01", b"N/A"]
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"<ProbeMatch>", b"<Probe>", b""]),
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=30),
    st.booleans(),
)
def test_any_payload_gives_safe_observations_or_malformed(root: bytes, pieces: list[bytes], cut: bool) -> None:
    payload = root + b"".join(pieces) + root.replace(b"<", b"</")
    names = {channel.name for channel in sadp.CHANNELS}
    for given_payload in (payload, payload[: len(payload) // 2]):
        try:
            facts = list(sadp.observe(frame(given_payload, cut=cut)))
        except Malformed:
            continue
        for fact in facts:
            assert fact.channel in names
            assert fact.value == safe(fact.value) != ""
            assert fact.raw in given_payload
