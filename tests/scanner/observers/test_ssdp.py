"""SSDP (UPnP Device Architecture 2.0, section 1): announcements are of a device, searches are not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers import ssdp
from scanner.wire.text import safe

USN = "uuid:00112233-4455-6677-8899-aabbccddeeff"
TYPE = "urn:schemas-upnp-org:device:MediaRenderer:1"
FIELDS = {
    "HOST": "239.255.255.250:1900",
    "CACHE-CONTROL": "max-age=1800",
    "LOCATION": "http://192.0.2.7:1400/description.xml",
    "NT": TYPE,
    "NTS": "ssdp:alive",
    "SERVER": "Linux/4.9 UPnP/1.0 Speaker/2.1",
    "USN": f"{USN}::{TYPE}",
}


def message(start: str, fields: dict[str, str]) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


def frame(payload: bytes, *, src_port: int = 1900, dst_port: int = 1900, cut: bool = False) -> Frame:
    return Frame(
        "a.pcap", 1, 0, "vlan 5", b"\x02\0\0\0\0\x01", b"\x01\0\x5e\x7f\xff\xfa", 0x800,
        bytes((192, 0, 2, 7)), bytes((239, 255, 255, 250)), 17, src_port, dst_port, payload, cut,
    )  # fmt: skip


def seen(payload: bytes, *, cut: bool = False) -> dict[str, Observation]:
    return {fact.channel: fact for fact in ssdp.observe(frame(payload, cut=cut))}


def announcement(**changes: str) -> bytes:
    return message("NOTIFY * HTTP/1.1", {**FIELDS, **changes})


def test_an_announcement_speaks_for_its_sender() -> None:
    facts = seen(announcement())
    assert {channel: fact.value for channel, fact in facts.items()} == {
        "ssdp.server": FIELDS["SERVER"],
        "ssdp.usn": FIELDS["USN"],
        "ssdp.type": TYPE,
        "ssdp.location": FIELDS["LOCATION"],
    }
    assert all(fact.role is Role.SELF and fact.subject is None for fact in facts.values())
    assert facts["ssdp.server"].raw == FIELDS["SERVER"].encode()


def test_an_answer_to_a_search_speaks_for_its_sender() -> None:
    fields = {name: value for name, value in FIELDS.items() if name not in ("HOST", "NT", "NTS")} | {"ST": "upnp:rootdevice"}
    facts = seen(message("HTTP/1.1 200 OK", fields))
    assert facts["ssdp.type"].value == "upnp:rootdevice"
    assert facts["ssdp.usn"].role is Role.SELF


def test_an_announcement_for_another_address_is_told_about_that_address() -> None:
    facts = seen(announcement(LOCATION="http://192.0.2.99:80/tv.xml"))
    assert {fact.role for fact in facts.values()} == {Role.TOLD}
    assert {fact.subject for fact in facts.values()} == {Subject("vlan 5", "", "192.0.2.99")}


@pytest.mark.parametrize(
    "location",
    [
        "http://speaker.local:80/x",
        "https://192.0.2.7/x",
        "http://127.0.0.1/x",
        "http://0.0.0.0/x",
        "nonsense",
        "http://",
        "http://[x]/",
    ],
)
def test_a_location_that_names_no_other_host_leaves_the_sender(location: str) -> None:
    assert seen(announcement(LOCATION=location))["ssdp.usn"].subject is None


def test_an_ipv6_location_with_a_zone_is_an_address() -> None:
    facts = seen(announcement(LOCATION="http://[FE80::0001%25eth0]:80/x"))
    assert facts["ssdp.usn"].subject == Subject("vlan 5", "", "fe80::1")


def test_a_search_is_only_asked() -> None:
    fields = {"HOST": "239.255.255.250:1900", "MAN": '"ssdp:discover"', "ST": TYPE, "USER-AGENT": "Android/13 UPnP/1.1 App/1"}
    facts = seen(message("M-SEARCH * HTTP/1.1", fields))
    assert {(fact.channel, fact.value, fact.role) for fact in facts.values()} == {
        ("ssdp.search", TYPE, Role.ASKED),
        ("ssdp.user_agent", "Android/13 UPnP/1.1 App/1", Role.SELF),
    }


@pytest.mark.parametrize(
    "payload",
    [
        announcement(NTS="ssdp:propchange"),
        message("HTTP/1.1 404 Not Found", FIELDS),
        message("GET / HTTP/1.1", FIELDS),
        b"TYPE: WM-DISCOVER\r\nVERSION: 1.0\r\n",
        b"\x00\x01\x02",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == {}


def test_a_bare_uuid_is_not_a_type() -> None:
    assert "ssdp.type" not in seen(announcement(NT=USN, USN=USN))


def test_a_cut_datagram_tells_its_complete_lines() -> None:
    payload = announcement()
    part = payload[: payload.index(b"SERVER") + 12]
    assert set(seen(part, cut=True)) == {"ssdp.location", "ssdp.type"}
    before_nts = payload[: payload.index(b"NTS") + 2]
    assert set(seen(before_nts, cut=True)) == {"ssdp.location", "ssdp.type"}


@pytest.mark.parametrize("location", ["http://[" + "1:" * 3900, "http://" + "1." * 3900, "http://[::1%" + "x" * 7700])
def test_a_hostile_location_costs_no_time(location: str) -> None:
    # Everything else first: a head is read up to a limit, and the location must not push it out.
    fields = {name: value for name, value in FIELDS.items() if name != "LOCATION"} | {"LOCATION": location}
    payload = message("NOTIFY * HTTP/1.1", fields)
    begin = time.process_time()
    for _ in range(20):
        assert seen(payload)["ssdp.location"].subject is None
    assert time.process_time() - begin < 0.2  # a retry for each character takes 20 ms each


@pytest.mark.parametrize(
    "payload", [announcement(NT=""), message("M-SEARCH * HTTP/1.1", {"MAN": "x"}), announcement(USN="a\0")]
)
def test_broken_messages_are_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


STARTS = [b"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\n", b"HTTP/1.1 200 OK\r\n", b"M-SEARCH * HTTP/1.1\r\n", b""]
PIECES = [
    b"NT: ",
    b"ST: ",
    b"USN: ",
    b"SERVER: ",
    b"LOCATION: http://",
    b"[fe80::%1]",
    b"10.0.0.1",
    b"\r\n",
    b"USER-AGENT: ",
    b"\x1b[2J",
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=20), st.booleans())
def test_any_payload_gives_safe_observations_or_malformed(start: bytes, pieces: list[bytes], cut: bool) -> None:
    payload = start + b"".join(pieces)
    names = {channel.name for channel in ssdp.CHANNELS}
    try:
        facts = list(ssdp.observe(frame(payload, cut=cut)))
    except Malformed:
        return
    for fact in facts:
        assert fact.channel in names
        assert fact.value == safe(fact.value) != ""
        assert fact.raw in payload
