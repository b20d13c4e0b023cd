"""Yeelight: the lamp leads to itself with yeelight://, an app looks for wifi_bulb; the owner's name for a lamp stays out."""

import json

import pytest

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role, Subject
from scanner.observers import yeelight

NAMED = "of my daughter"
TCP, UDP = 6, 17


def answer(
    location: str = "yeelight://192.0.2.1:55443", start: str = "HTTP/1.1 200 OK", device: str = "0x000000000015243f"
) -> bytes:
    lines = [start, "Cache-Control: max-age=3600", "Date: ", "Ext: ", f"Location: {location}", "Server: POSIX UPnP/1.0 YGLC/1"]
    lines += [f"id: {device}", "model: color", "fw_ver: 18", "support: get_prop set_power", "power: on", f"name: {NAMED}"]
    return ("\r\n".join(lines) + "\r\n").encode()


SEARCH = b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1982\r\nMAN: "ssdp:discover"\r\nST: wifi_bulb'


def frame(payload: bytes, src_port: int = 1982, dst_port: int = 50000, *, protocol: int = UDP, cut: bool = False) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", protocol, src_port, dst_port, payload, cut)


def seen(given: Frame) -> list[tuple[str, str, Role]]:
    facts = list(yeelight.observe(given))
    assert all(fact.raw in given.payload and NAMED not in fact.value for fact in facts)
    return [(fact.channel, fact.value, fact.role) for fact in facts]


@pytest.mark.parametrize("start", ["HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1"])
def test_a_lamp_answers_and_announces_itself(start: str) -> None:
    assert seen(frame(answer(start=start))) == [
        ("yeelight.id", "0x000000000015243f", Role.SELF),
        ("yeelight.model", "color", Role.SELF),
        ("yeelight.firmware", "18", Role.SELF),
    ]


def test_a_lamp_elsewhere_is_told_of() -> None:
    facts = list(yeelight.observe(frame(answer("yeelight://192.0.2.77:55443"))))
    assert {(fact.role, fact.subject) for fact in facts} == {(Role.TOLD, Subject("", "", "192.0.2.77"))}


def test_an_app_asks() -> None:
    assert seen(frame(SEARCH, 50000, 1982)) == [("yeelight.query", "wifi_bulb", Role.ASKED)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        SEARCH.replace(b"wifi_bulb", b"ssdp:all"),
        answer("http://192.0.2.1:55443"),
        answer("yeelight://999.0.2.1:55443"),
        answer("yeelight://0.0.0.0:55443"),
        answer(device="lamp"),
        answer(start="HTTP/1.1 404 Not Found"),
    ],
)
def test_other_messages_tell_nothing(payload: bytes) -> None:
    assert seen(frame(payload)) == []


def test_a_cut_answer_tells_its_whole_lines() -> None:
    payload = answer()
    part = payload[: payload.index(b"color") + 2]
    assert seen(frame(part, cut=True)) == [("yeelight.id", "0x000000000015243f", Role.SELF)]


REPORT = json.dumps({"method": "props", "params": {"power": "on", "bright": 10, "name": NAMED, "else": 1}}).encode() + b"\r\n"


def test_a_lamp_reports_its_properties_over_tcp() -> None:
    expected = [("yeelight.properties", "bright name power", Role.SELF)]
    assert seen(frame(REPORT, 55443, 50000, protocol=TCP)) == expected
    assert seen(frame(REPORT + b'{"id":1, "result":["ok"]}\r\n', 55443, 50000, protocol=TCP)) == expected


@pytest.mark.parametrize(
    ("payload", "src_port"),
    [
        (REPORT, 50000),  # towards a lamp, or two strangers
        (REPORT[:-2], 55443),
        (b'{"id":1, "result":["ok"]}\r\n', 55443),
        (b'{"method":"props","params":{"volume":5}}\r\n', 55443),
        (b'{"method":"props","params":["power"]}\r\n', 55443),
        (b"\x16\x03\x01\x02\x00\r\n", 55443),  # a client whose port happens to be this one
    ],
)
def test_other_traffic_on_the_control_port_tells_nothing(payload: bytes, src_port: int) -> None:
    assert seen(frame(payload, src_port, 55443 if src_port != 55443 else 50000, protocol=TCP)) == []


def test_a_report_that_is_not_json_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(frame(b'{"method":"props","params":{"power"\r\n', 55443, protocol=TCP))
