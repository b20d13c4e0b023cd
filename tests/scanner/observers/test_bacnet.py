"""BACnet/IP: I-Am and answers speak for the device; Who-Is asks; forwarded messages are told about their origin."""

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Observation, Role, Subject
from scanner.observers import bacnet

DEVICE = (8 << 22 | 1234).to_bytes(4, "big")
I_AM = b"\x10\0\xc4" + DEVICE + b"\x22\x05\xc4\x91\x03\x22\x03\xde"


def packet(apdu: bytes, *, npdu: bytes = b"\1\0", function: int = 0x0B, origin: bytes = b"") -> bytes:
    body = origin + npdu + apdu
    return bytes([0x81, function]) + (len(body) + 4).to_bytes(2, "big") + body


def answer(number: int, value: bytes, *, device: bytes = DEVICE) -> bytes:
    return b"\x30\1\x0c\x0c" + device + b"\x19" + bytes([number]) + b"\x3e" + value + b"\x3f"


def string(value: bytes, charset: int = 0) -> bytes:
    return b"\x75" + bytes([len(value) + 1, charset]) + value


def facts(payload: bytes, *, cut: bool = False) -> list[Observation]:
    made = Frame(
        "c", 1, 0, "vlan 4", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\xff", 17, 47808, 47808, payload, cut
    )
    return list(bacnet.observe(made))


def seen(payload: bytes, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    return [(fact.channel, fact.value, fact.role) for fact in facts(payload, cut=cut)]


def test_i_am_names_instance_and_vendor() -> None:
    assert seen(packet(I_AM)) == [("bacnet.instance", "1234", Role.SELF), ("bacnet.vendor_id", "990", Role.SELF)]
    everywhere = b"\1\x20\xff\xff\0\xff"
    assert seen(packet(I_AM, npdu=everywhere)) == seen(packet(I_AM))


def test_i_have_names_the_device_but_not_by_its_objects_name() -> None:
    assert seen(packet(b"\x10\1\xc4" + DEVICE + b"\xc4\0\0\0\1" + string(b"room"))) == [("bacnet.instance", "1234", Role.SELF)]


@pytest.mark.parametrize(
    ("number", "value", "channel", "text"),
    [
        (77, string(b"AHU-3"), "bacnet.name", "AHU-3"),
        (121, string(b"Example Controls"), "bacnet.vendor", "Example Controls"),
        (70, string("Ü-9".encode("utf-16-be"), 4), "bacnet.model", "Ü-9"),
        (44, string(b"1.\xe9", 5), "bacnet.firmware", "1.é"),
        (12, b"\x75\xfe\0\x04\x002.1", "bacnet.software", "2.1"),
        (120, b"\x21\x05", "bacnet.vendor_id", "5"),
    ],
)
def test_a_device_answers_for_its_properties(number: int, value: bytes, channel: str, text: str) -> None:
    assert seen(packet(answer(number, value), function=0x0A)) == [(channel, text, Role.SELF)]


@pytest.mark.parametrize(("apdu", "value"), [(b"\x10\x08", "who is"), (b"\x10\x07\x3d\5\0room", "who has")])
def test_a_search_is_only_asked(apdu: bytes, value: str) -> None:
    assert seen(packet(apdu)) == [("bacnet.query", value, Role.ASKED)]


def test_a_forwarded_message_is_told_about_its_origin() -> None:
    found = facts(packet(I_AM, function=4, origin=bytes([192, 0, 2, 77, 0xBA, 0xC0])))
    assert {(fact.role, fact.subject) for fact in found} == {(Role.TOLD, Subject("vlan 4", "", "192.0.2.77"))}
    assert facts(packet(I_AM, function=4, origin=bytes(6))) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        packet(I_AM, npdu=b"\1\x08\0\5\1\x07"),  # from a device on network 5, behind a router
        packet(b"\0\0\5", npdu=b"\1\x80"),  # between routers
        packet(I_AM, function=2),  # tables of broadcast managers
        packet(I_AM)[:-1],
        packet(answer(77, string(b"a point"), device=b"\0\0\0\1")),  # an analogue input, not the device
        packet(answer(85, b"\x44\0\0\0\0")),
        packet(b"\x00\x05\1\x0c\x0c" + DEVICE + b"\x19\x4d"),  # the question
        packet(b""),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_message_tells_what_is_there() -> None:
    assert seen(packet(I_AM)[:-1], cut=True) == [("bacnet.instance", "1234", Role.SELF)]


@pytest.mark.parametrize(
    "apdu", [I_AM[:-2], I_AM.replace(b"\xc4", b"\xc5", 1), b"\x10\0\xc4\0\0\0\1", answer(77, b"\x75\0"), answer(77, b"\x21\5")]
)
def test_values_that_break_their_tags_are_malformed(apdu: bytes) -> None:
    with pytest.raises(Malformed):
        seen(packet(apdu))
