"""DHIP: notifyDevInfo is a device, search a tool; what sets a device up is left alone."""

import json
from struct import pack

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import dhip

DEVICE: dict[str, object] = {
    "DeviceType": "IPC-EXAMPLE",
    "DeviceClass": "IPC",
    "Vendor": "Private",
    "SerialNo": "0A00000PAG00001",
    "Version": "2.800.0000000.1.R",
    "MachineName": "yard",
    "IPv4Address": {"IPAddress": "192.0.2.7", "SubnetMask": "255.255.255.0", "DhcpEnable": True},
}


def dhip_datagram(body: bytes) -> bytes:
    size = pack("<I", len(body))
    return b"\x20\0\0\0DHIP" + bytes(8) + size + bytes(4) + size + bytes(4) + body


def answer(**changes: object) -> bytes:
    params = {"deviceInfo": {**DEVICE, **changes}}
    message = {"mac": "02:00:00:00:00:07", "method": "client.notifyDevInfo", "params": params}
    return dhip_datagram(json.dumps(message).encode() + b"\n\0")


def frame(payload: bytes, *, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\7", b"\xef\xff\xff\xfb", 17, 37810, 37810, payload, cut)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    facts = list(dhip.observe(frame(payload, cut=cut)))
    assert all(fact.raw in payload for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


def test_a_device_describes_itself() -> None:
    assert seen(answer()) == [
        ("dhip.model", "IPC-EXAMPLE", Role.SELF),
        ("dhip.class", "IPC", Role.SELF),
        ("dhip.vendor", "Private", Role.SELF),
        ("dhip.serial", "0A00000PAG00001", Role.SELF),
        ("dhip.firmware", "2.800.0000000.1.R", Role.SELF),
        ("dhip.name", "yard", Role.SELF),
        ("dhip.mac", "02:00:00:00:00:07", Role.SELF),
        ("dhip.ip", "192.0.2.7", Role.SELF),
    ]


def test_a_tool_only_asks() -> None:
    body = b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
    assert seen(dhip_datagram(body)) == [("dhip.query", "DHDiscover.search", Role.ASKED)]


def test_what_sets_a_device_up_is_left_alone() -> None:
    body = {
        "method": "DHDiscover.setConfig",
        "mac": "02:00:00:00:00:07",
        "params": {"password": "hunter2", "deviceInfo": DEVICE},
    }
    assert seen(dhip_datagram(json.dumps(body).encode())) == []


def test_fields_of_a_wrong_kind_are_left_out() -> None:
    found = [channel for channel, _, _ in seen(answer(SerialNo=7, Vendor=None, IPv4Address="x", MachineName=" "))]
    assert found == ["dhip.model", "dhip.class", "dhip.firmware", "dhip.mac"]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x20\0\0\0DHIx" + answer()[8:],  # another protocol of the same port
        b'{"method": "client.notifyDevInfo"}',
        b"\xff",
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_nothing() -> None:
    assert seen(answer()[:200], cut=True) == []


@pytest.mark.parametrize(
    "payload",
    [
        answer()[:-1],
        answer() + b"x",
        answer()[:20],
        dhip_datagram(b"not JSON"),
        dhip_datagram(b"[1]"),
        dhip_datagram(b"[" * 60_000),
        dhip_datagram(b'{"method":' + b"9" * 5000 + b"}"),
        dhip_datagram(b'{"method":"client.notifyDevInfo","params":{"deviceInfo":[]}}'),
    ],
)
def test_broken_messages(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)
