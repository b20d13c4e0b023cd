"""Syslog heads (RFC 3164, RFC 5424): who signs, never what is said."""

import time

import pytest

from scanner.capture.frames import Frame
from scanner.model import Observation, Role, Subject
from scanner.observers import syslog

SECRET = "Opensesame1"  # noqa: S105 - the text that must never appear


def facts(payload: bytes, ports: tuple[int, int] = (50000, 514)) -> list[Observation]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 17, *ports, payload, cut=False)
    found = list(syslog.observe(frame))
    assert all(fact.raw in payload and SECRET not in fact.value and SECRET.encode() not in fact.raw for fact in found)
    return found


def seen(message: str, ports: tuple[int, int] = (50000, 514)) -> list[tuple[str, str]]:
    return [(fact.channel.removeprefix("syslog."), fact.value) for fact in facts(message.encode(), ports)]


@pytest.mark.parametrize(
    ("message", "host", "tag"),
    [
        (f"<34>Oct 11 22:14:15 mymachine su: password {SECRET}", "mymachine", "su"),
        (f"<13>Feb  5 17:32:18 door-1 sshd[1234]: Accepted {SECRET}", "door-1", "sshd"),
        (f"<189>Apr 19 2019 13:57:13 SW-1 %%01SHELL/5/CMDRECORD(s)[10]:Recorded {SECRET}", "SW-1", "%%01SHELL/5/CMDRECORD"),
        (f"<189>Dec  4 17:42:33 2019 SW-2 %%10SHELL/5/SHELL_LOGOUT: {SECRET}", "SW-2", "%%10SHELL/5/SHELL_LOGOUT"),
        (f"<165>1 2003-10-11T22:14:15.003Z cam.example.com evntslog - ID47 [x y=1] {SECRET}", "cam.example.com", "evntslog"),
        ("<165>1 2003-10-11T22:14:15.000003-07:00 192.0.2.1 app 8710 - - x", "", "app"),
        ("<165>1 - - app 8710 - - x", "", "app"),
        ("<165>1 - host-1 - - - - x", "host-1", ""),
    ],
)
def test_host_and_tag(message: str, host: str, tag: str) -> None:
    assert seen(message) == [(name, value) for name, value in (("host", host), ("tag", tag)) if value]


def test_a_relayed_message_is_told_about_the_address_in_it() -> None:
    (fact,) = facts(b"<34>Oct 11 22:14:15 192.0.2.9 su: x")
    assert (fact.channel, fact.role, fact.subject) == ("syslog.tag", Role.TOLD, Subject("", "", "192.0.2.9"))
    (fact,) = facts(b"<34>Oct 11 22:14:15 192.0.2.1 su: x")
    assert (fact.role, fact.subject) == (Role.SELF, None)


@pytest.mark.parametrize(
    "message",
    ["", "<>x", "<999>Oct 11 22:14:15 host su: x", "<34>just some words: here", f"<34>Oct 11 22:14:15 host {SECRET} is it",
     "hello",
     f"<34>Oct 11 22:14:15 {SECRET}", "<165>2 - host app - - - x"],
)  # fmt: skip
def test_other_messages_tell_nothing(message: str) -> None:
    assert seen(message) == []


def test_only_towards_a_collector() -> None:
    assert seen("<34>Oct 11 22:14:15 host su: x", (514, 50000)) == []


@pytest.mark.parametrize("piece", [" ", "a", "%", "1 - ", "a.", ":"])
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    begin = time.process_time()
    seen("<34>Oct 11 22:14:15 " + piece * 30_000)
    seen("<34>1 - " + piece * 30_000)
    assert time.process_time() - begin < 0.2
