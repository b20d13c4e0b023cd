"""ARP: the sender's pair counts, and nothing else does."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers.arp import WANTS, observe
from scanner.wire.text import safe

MAC, OTHER = "34:ea:34:00:00:01", "52:54:00:00:00:02"
REQUEST, REPLY = 1, 2


def packet(operation: int, sender: tuple[str, str], target: tuple[str, str] = (OTHER, "192.168.1.1")) -> bytes:
    pairs = b"".join(bytes.fromhex(mac.replace(":", "")) + ip_address(ip).packed for mac, ip in (sender, target))
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + pairs


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    return Frame("a.pcap", 1, 0, "vlan 7", b"\x02" * 6, b"\xff" * 6, 0x0806, b"", b"", 0, 0, 0, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[Observation]:
    return list(observe(frame(payload, cut=cut)))


@pytest.mark.parametrize("operation", [REQUEST, REPLY])
def test_the_sender_states_its_address(operation: int) -> None:
    padded = packet(operation, (MAC, "192.168.1.9")) + bytes(18)
    assert seen(padded) == [
        Observation("arp.ip", "192.168.1.9", Role.SELF, b"192.168.1.9", Subject("vlan 7", MAC, "")),
    ]
    assert all(want.accepts(frame(padded)) for want in WANTS)


@pytest.mark.parametrize(
    "payload",
    [
        packet(REQUEST, (MAC, "0.0.0.0")),  # a probe (RFC 5227): no address yet
        packet(REPLY, (MAC, "255.255.255.255")),
        packet(REPLY, (MAC, "224.0.0.1")),
        packet(REPLY, (MAC, "127.0.0.1")),
        packet(REPLY, ("00:00:00:00:00:00", "192.168.1.9")),
        packet(REPLY, ("ff:ff:ff:ff:ff:ff", "192.168.1.9")),
        packet(REPLY, ("01:00:5e:00:00:01", "192.168.1.9")),
        packet(3, (MAC, "192.168.1.9")),  # reverse ARP
        struct.pack("!HHBBH", 6, 0x0800, 6, 4, REPLY) + bytes(20),  # not Ethernet
        struct.pack("!HHBBH", 1, 0x86DD, 6, 16, REPLY) + bytes(44),  # not IPv4
        b"",
    ],
)
def test_what_names_nobody(payload: bytes) -> None:
    assert seen(payload) == []


def test_who_is_asked_for_is_not_seen() -> None:
    about = {each.subject for each in seen(packet(REQUEST, (MAC, "192.168.1.9"), (OTHER, "192.168.1.44")))}
    assert about == {Subject("vlan 7", MAC, "")}


def test_short_and_cut() -> None:
    payload = packet(REPLY, (MAC, "192.168.1.9"))
    for size in range(8, len(payload)):
        assert seen(payload[:size], cut=True) == []
        with pytest.raises(Malformed):
            seen(payload[:size])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.booleans(), st.booleans())
def test_any_bytes(body: bytes, start: bool, cut: bool) -> None:
    payload = packet(REQUEST, (MAC, "10.0.0.1"))[:8] + body if start else body
    try:
        found = seen(payload, cut=cut)
    except Malformed:
        assert not cut
    else:
        assert all(safe(each.value) == each.value and each.channel == "arp.ip" for each in found)
