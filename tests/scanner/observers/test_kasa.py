"""Kasa: what answers from port 9999 with model and MAC is the device; all others ask, play, or happen to begin alike."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import kasa

UDP, TCP = 17, 6
DEVICE, APP = 9999, 50000
PLUG = {"err_code": 0, "sw_ver": "1.2.6 Build 1", "model": "HS110(EU)", "mac": "02:00:00:AB:CD:EF", "deviceId": "8006A1"}
OWNERS = {"alias": "Anna's lamp", "latitude": 48.2, "longitude": 16.3, "username": "anna@example.org"}


def scrambled(clear: bytes) -> bytes:
    """One byte after the other, as the descriptions tell it."""
    key, sent = 171, bytearray()
    for byte in clear:
        key ^= byte
        sent.append(key)
    return bytes(sent)


def message(value: object) -> bytes:
    return scrambled(json.dumps(value).encode())


def answer(**changes: object) -> bytes:
    return message({"system": {"get_sysinfo": {**PLUG, **OWNERS, **changes}}})


def frame(payload: bytes, src_port: int, dst_port: int, *, protocol: int = UDP, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", protocol, src_port, dst_port, payload, cut)


def seen(payload: bytes, src_port: int = DEVICE, dst_port: int = APP, *, protocol: int = UDP) -> list[tuple[str, str, Role]]:
    facts = list(kasa.observe(frame(payload, src_port, dst_port, protocol=protocol)))
    assert all(fact.raw in payload and len(fact.raw) <= 16 for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


OF_PLUG = [
    ("kasa.model", "HS110(EU)", Role.SELF),
    ("kasa.mac", "02:00:00:ab:cd:ef", Role.SELF),
    ("kasa.device_id", "8006A1", Role.SELF),
]


def test_a_device_answers_over_udp_and_tcp() -> None:
    assert seen(answer()) == OF_PLUG
    assert seen(len(answer()).to_bytes(4, "big") + answer(), protocol=TCP) == OF_PLUG


def test_a_bulb_and_a_camera_name_their_mac_elsewhere() -> None:
    bulb = {"model": "KL130(EU)", "mic_mac": "020000ABCDEF"}
    assert seen(message({"system": {"get_sysinfo": bulb}}))[:2] == [
        ("kasa.model", "KL130(EU)", Role.SELF),
        ("kasa.mac", "02:00:00:ab:cd:ef", Role.SELF),
    ]
    camera = {"system": {"get_sysinfo": {"err_code": 0, "system": {**PLUG, "model": "EC60(US)"}}}}
    assert seen(message(camera))[0] == ("kasa.model", "EC60(US)", Role.SELF)


@pytest.mark.parametrize(
    ("asked", "modules"),
    [
        ({"system": {"get_sysinfo": {}}}, "system"),
        ({"system": {"get_sysinfo": None}, "emeter": {"get_realtime": {}}}, "emeter system"),
        ({"netif": {"set_stainfo": {"ssid": "home", "password": "secret of mine"}}}, "netif"),
    ],
)
def test_who_asks_or_commands_is_not_the_device(asked: object, modules: str) -> None:
    assert seen(message(asked), APP, DEVICE) == [("kasa.query", modules, Role.ASKED)]
    assert seen(message(asked)) == []  # not even from the device's port
    facts = kasa.observe(frame(message(asked), APP, DEVICE))
    assert all(scrambled(b"secret of mine")[1:] not in fact.raw for fact in facts)


def test_a_program_that_plays_a_plug_is_not_one() -> None:
    assert seen(answer(mac="53:75:31:00:00:01")) == []  # a group address: no interface sends from it
    assert seen(answer(mac="")) == []
    assert seen(answer(model=None)) == []


@pytest.mark.parametrize(
    ("payload", "src_port", "dst_port"),
    [
        (answer(), 40000, 40001),
        (answer(), DEVICE, DEVICE),
        (answer(), APP, DEVICE),  # an answer in the wrong direction
        (b"\xd0\xf2" + bytes(range(100)), DEVICE, APP),  # the two bytes alone
        (b"\xd0\xf2", DEVICE, APP),
        (b"\xd0", DEVICE, APP),
        (json.dumps({"system": {"get_sysinfo": PLUG}}).encode(), DEVICE, APP),
    ],
)
def test_other_messages_tell_nothing(payload: bytes, src_port: int, dst_port: int) -> None:
    assert seen(payload, src_port, dst_port) == []


def test_a_piece_of_an_answer_tells_nothing() -> None:
    assert seen((len(answer()) + 900).to_bytes(4, "big") + answer(), protocol=TCP) == []
    assert list(kasa.observe(frame(answer()[:200], DEVICE, APP, cut=True))) == []


def test_braces_around_something_else_are_malformed() -> None:
    with pytest.raises(Malformed):
        seen(scrambled(b'{"system" and so on}'))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=8),
        lambda inner: st.dictionaries(st.sampled_from(["system", "get_sysinfo", "mac", "model"]), inner),
    )
)
def test_any_object_is_read_without_fault(value: object) -> None:
    for ports in ((DEVICE, APP), (APP, DEVICE)):
        try:
            list(kasa.observe(frame(message(value), *ports)))
        except Malformed:
            assert not isinstance(value, dict)
