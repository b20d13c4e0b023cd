"""Tello drones: the drone's state counts, the app's commands do not, and passwords in them stay unread."""

import pytest

from scanner.capture.frames import Frame
from scanner.model import Observation, Role
from scanner.observers import tello

STATE = (
    b"pitch:0;roll:-1;yaw:14;vgx:0;vgy:0;vgz:0;templ:61;temph:63;tof:10;h:0;bat:87;baro:102.35;time:0;"
    b"agx:-3.00;agy:2.00;agz:-999.00;\r\n"
)
PADS = b"mid:-1;x:0;y:0;z:0;mpry:0,0,0;" + STATE


def seen(payload: bytes, src_port: int = 8889, dst_port: int = 8890, *, cut: bool = False) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    made = Frame(
        "a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\xa8\x0a\1", b"\xc0\xa8\x0a\2", 17, src_port, dst_port, payload, cut
    )
    return list(tello.observe(made))


def test_a_drone_reports_its_state() -> None:
    assert seen(STATE) == [Observation("tello.state", "SDK 1", Role.SELF, STATE[:24])]
    assert seen(PADS) == [Observation("tello.state", "SDK 2", Role.SELF, PADS[:24])]


def test_values_that_change_do_not_make_new_facts() -> None:
    assert seen(STATE)[0].value == seen(STATE.replace(b"bat:87", b"bat:9"))[0].value


def test_an_app_only_asks() -> None:
    assert seen(b"command", 50000, 8889) == [Observation("tello.query", "command", Role.ASKED, b"command")]


@pytest.mark.parametrize("payload", [b"takeoff", b"battery?", b"ap MyNet hunter22", b"wifi MyNet hunter22", STATE])
def test_other_commands_tell_nothing(payload: bytes) -> None:
    assert seen(payload, 50000, 8889) == []


@pytest.mark.parametrize(
    "payload",
    [b"", b"ok", b"pitch:0;roll:0;", STATE[:-20], STATE + b"x", STATE.replace(b"bat:87", b"bat:full"), b"mid:1;" * 90],
)
def test_other_text_tells_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_a_cut_state_or_one_to_another_port_tells_nothing() -> None:
    assert seen(STATE, cut=True) == []
    assert seen(STATE, 8890, 50000) == []
