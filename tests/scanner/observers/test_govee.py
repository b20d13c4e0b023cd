"""Govee: only who answers with a model is a device."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.capture.frames import Frame
from scanner.errors import Malformed
from scanner.model import Role
from scanner.observers import govee
from scanner.wire.text import safe

ABOUT = {
    "ip": "192.0.2.1", "device": "1F:80:C5:32:32:36:72:4E", "sku": "H618A", "bleVersionHard": "3.01.01",
    "bleVersionSoft": "1.03.01", "wifiVersionHard": "1.00.10", "wifiVersionSoft": "1.02.03",
}  # fmt: skip
TOLD = [
    ("sku", "H618A", Role.SELF), ("device", "1F:80:C5:32:32:36:72:4E", Role.SELF), ("ip", "192.0.2.1", Role.SELF),
    ("firmware", "1.02.03", Role.SELF),
]  # fmt: skip


def message(command: str, data: object) -> bytes:
    return json.dumps({"msg": {"cmd": command, "data": data}}).encode()


def answer(**changes: object) -> bytes:
    return message("scan", {**ABOUT, **changes})


def seen(payload: bytes, port: int = 4002, *, cut: bool = False) -> list[tuple[str, str, Role]]:
    made = Frame("c", 1, 0, "", b"\2" * 6, b"\2" * 6, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, 4003, port, payload, cut)
    facts = list(govee.observe(made))
    assert all(fact.raw in payload and fact.value == safe(fact.value) for fact in facts)
    return [(fact.channel.removeprefix("govee."), fact.value, fact.role) for fact in facts]


def test_a_lamp_answers() -> None:
    assert seen(answer()) == TOLD
    assert seen(answer(device="1F:80:C5:32:32:36", wifiVersionSoft=1) + b"\n")[0] == TOLD[0]


def test_an_app_asks_and_commands() -> None:
    assert seen(message("scan", {"account_topic": "reserve"}), 4001) == [("query", "scan", Role.ASKED)]
    assert seen(message("turn", {"value": 1}), 4003) == [("query", "turn", Role.ASKED)]
    assert seen(message("scan", {"account_topic": "reserve"})) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b'{"message": {}}',
        answer(ip="192.0.2.9"),
        answer(sku="lamp"),
        answer(device="lamp"),
        message("devStatus", {"onOff": 1}),
        message("scan", "H618A"),
    ],
)
def test_other_datagrams_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_an_answer_to_another_port_and_a_part_of_one_tell_nothing() -> None:
    assert seen(answer(), 4001) == seen(answer(), 4003) == seen(answer()[:-1], cut=True) == []


def test_what_begins_as_a_message_and_is_no_object_is_malformed() -> None:
    with pytest.raises(Malformed):
        seen(answer()[:-1])


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4), st.sampled_from([4001, 4002]))
def test_any_change_gives_safe_observations_or_malformed(changes: list[tuple[int, int]], port: int) -> None:
    payload = bytearray(answer())
    for at, byte in changes:
        payload[at % len(payload)] = byte
    with suppress(Malformed):
        seen(bytes(payload), port)
