"""EAPOL: devices are named, people are not, keys are never read."""

from contextlib import suppress
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import eapol
from scanner.wire.text import safe

MAC = bytes.fromhex("020000c0ffee")
REQUEST, RESPONSE = 1, 2


def eap(code: int, data: bytes) -> bytes:
    packet = pack(">BBH", code, 7, 4 + len(data)) + data
    return pack(">BBH", 2, 0, len(packet)) + packet


def identity(name: bytes, code: int = RESPONSE) -> bytes:
    return eap(code, b"\1" + name)


def attribute(kind: int, value: bytes) -> bytes:
    return pack(">HH", kind, len(value)) + value


SELF = attribute(0x1021, b"Example") + attribute(0x1023, b"EX-1") + attribute(0x1042, b"SERIAL") + attribute(0x1011, b"Hall")


def setup(message: int, *, flags: bytes = b"\0", rest: bytes = SELF, opcode: int = 4, code: int = RESPONSE) -> bytes:
    body = attribute(0x104A, b"\x10") + attribute(0x1022, bytes([message])) + rest
    return eap(code, bytes.fromhex("fe00372a00000001") + bytes([opcode]) + flags + body)


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", MAC, b"\1\x80\xc2\0\0\3", 0x888E, b"", b"", 0, 0, 0, payload, cut)
    facts = list(eapol.observe(made))
    assert all(fact.raw in payload and fact.value == safe(fact.value) for fact in facts)
    return [(fact.channel.removeprefix("eapol."), fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (b"host/pc1.example.com", "pc1.example.com"),
        (b"EXAMPLE\\PC1$", "PC1"),
        (b"PC1$@example.com", "PC1"),
        (b"CP-8845-SEP020000C0FFEE", "CP-8845-SEP020000C0FFEE"),
        (b"02-00-00-c0-ff-ee", "02-00-00-c0-ff-ee"),
    ],
)
def test_a_device_gives_its_name(name: bytes, kept: str) -> None:
    assert seen(identity(name)) == [("host", kept, Role.SELF)]
    assert seen(identity(name) + bytes(20)) == [("host", kept, Role.SELF)]  # Ethernet pads


@pytest.mark.parametrize(
    "name",
    [b"", b"anna", b"anna@example.com", b"EXAMPLE\\anna", b"anonymous@example.com", b"0123456789@wlan.3gppnetwork.org",
     b"CP-8845-SEP020000000001", b"host/", b"WFA-SimpleConfig-Enrollee-1-0", b"\0\xff"],
)  # fmt: skip
def test_people_are_not_named(name: bytes) -> None:
    assert seen(identity(name)) == []


def test_who_asks_may_name_itself() -> None:
    assert seen(identity(b"", REQUEST)) == [("query", "who is there", Role.ASKED)]
    asked = identity(b"Hello\0networkid=office,nasid=switch-7,portid=0", REQUEST)
    assert seen(asked) == [("query", "who is there", Role.ASKED), ("nas", "switch-7", Role.SELF)]
    assert seen(b"\1\1\0\0") == [("query", "to be let in", Role.ASKED)]


@pytest.mark.parametrize(("message", "code"), [(4, RESPONSE), (5, REQUEST)])
def test_protected_setup_describes_both_sides(message: int, code: int) -> None:
    told = [
        ("wps_manufacturer", "Example", Role.SELF),
        ("wps_model", "EX-1", Role.SELF),
        ("wps_device_name", "Hall", Role.SELF),
    ]
    assert seen(setup(message, code=code)) == told
    assert seen(setup(message, code=code, flags=b"\3\1\0", rest=SELF + b"\x10\x01\1\0key")) == told  # the rest is in the next


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\2\3\0\5\2\0\0\0\0",  # a key
        b"\2\0\0\0",
        b"\2\0\0\4\3\7\0\4",  # success
        eap(RESPONSE, b"\x0d\0" + b"host/pc1"),  # EAP-TLS
        setup(4, opcode=1),
        setup(7),  # a later message
        setup(4, code=3),
    ],
)
def test_other_frames_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []
    assert seen(identity(b"host/pc1")[:-1], cut=True) == []


@pytest.mark.parametrize("payload", [identity(b"host/pc1")[:-1], setup(4, rest=SELF[:-1])])
def test_what_does_not_fit_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        seen(payload)


@given(st.sampled_from([identity(b"host/pc1"), setup(4), setup(5, flags=b"\1")]), st.data())
def test_any_change_gives_safe_observations_or_malformed(payload: bytes, data: st.DataObject) -> None:
    changed = bytearray(payload)
    for at in data.draw(st.lists(st.integers(0, len(payload) - 1), max_size=4)):
        changed[at] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        seen(bytes(changed))
