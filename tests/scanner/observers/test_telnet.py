"""Telnet greetings: the server's first words, and never what anybody types or sees later."""

import time

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import telnet

NEGOTIATION = bytes.fromhex("fffd01 fffd1f fffb01 fffb03 fffa1801fff0 fff9")


def frame(payload: bytes, ports: tuple[int, int] = (23, 40000)) -> Frame:
    mac = bytes.fromhex("020000000001")
    return Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)


def seen(payload: bytes, ports: tuple[int, int] = (23, 40000)) -> list[tuple[str, str]]:
    facts = list(telnet.observe(frame(payload, ports)))
    assert all(fact.role is Role.SELF and fact.subject is None and fact.raw for fact in facts)
    return [(fact.channel.removeprefix("telnet."), fact.value) for fact in facts]


def test_greeting_and_question_without_commands_and_decoration() -> None:
    payload = NEGOTIATION + b"\r\n****\r\n* Example Switch 24G  *\r\n\x1b[0m\r\nexample login: "
    assert seen(payload) == [("prompt", "example login:"), ("banner", "Example Switch 24G")]


@pytest.mark.parametrize("question", ["login:", "Login: ", "Username:", "User Name : ", "Account:", "192.0.0.64 login: "])
def test_questions_for_a_name(question: str) -> None:
    assert seen(b"\r\n" + question.encode()) == [("prompt", question.strip())]


def test_an_escaped_255_is_one_byte() -> None:
    assert seen(b"caf\xff\xffe\r\nlogin: ") == [("prompt", "login:"), ("banner", "caf\xffe")]


def test_a_copyright_notice_in_a_segment_of_its_own() -> None:
    payload = (
        b"\r\n* Copyright (c) 2004-2020 Example Technologies Co., Ltd. All rights reserved.*\r\n* Without the owner's\r\n"
    )
    assert seen(payload) == [("banner", "Copyright (c) 2004-2020 Example Technologies Co., Ltd. All rights reserved.")]


@pytest.mark.parametrize(
    "payload",
    [
        b"operator\r\nPassword: ",
        b"o",
        b"operator\r\n",
        b"\r\nLast login: Mon Mar  2 08:00:00 on ttyS0\r\n# ",
        b"total 8\r\n-rw-r--r-- 1 root secret.txt\r\n# ",
        NEGOTIATION,
        b"",
        b"\xff",
        b"x" * 3000 + b"\r\nlogin: ",
    ],
)
def test_what_is_typed_or_printed_later_is_left_alone(payload: bytes) -> None:
    assert seen(payload) == []


def test_after_an_attempt_only_the_question_is_kept() -> None:
    assert seen(b"operator\r\nLogin incorrect\r\nexample login: ") == [("prompt", "example login:")]
    assert seen(b"operator\r\nLogin error!\r\n\r\nUsername:") == [("prompt", "Username:")]


def test_the_client_is_never_read() -> None:
    assert seen(b"Example Switch\r\nlogin: ", (40000, 23)) == []


@pytest.mark.parametrize("piece", [b"\xff\xfa", b"\x1b[", b"a ", b"(c)", b"\r\n", b"login"])
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    begin = time.process_time()
    seen(piece * (60_000 // len(piece)))
    seen((piece * 1500)[:2030] + b"\r\nlogin:")
    assert time.process_time() - begin < 0.5
