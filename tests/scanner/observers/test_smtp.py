"""SMTP greetings: the server's 220 without the hour of day."""

import time

import pytest

from scanner.capture.frames import Frame
from scanner.model import Role
from scanner.observers import smtp


def seen(payload: bytes, ports: tuple[int, int] = (25, 40000)) -> list[str]:
    mac = bytes.fromhex("020000000001")
    frame = Frame("a.pcap", 1, 0, "", mac, mac, 0x800, b"\xc0\0\2\1", b"\xc0\0\2\2", 6, *ports, payload, cut=False)
    facts = list(smtp.observe(frame))
    assert all((fact.channel, fact.role) == ("smtp.banner", Role.SELF) and fact.raw in payload for fact in facts)
    return [fact.value for fact in facts]


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"220 mail.example ESMTP Postfix\r\n", "mail.example ESMTP Postfix"),
        (b"220 mx.example ESMTP Sendmail 8.15; Mon, 2 Mar 2026 08:00:00 GMT\r\n", "mx.example ESMTP Sendmail 8.15"),
        (b"220 mx.example ESMTP Example 4.96 Mon, 02 Mar 2026 08:00:00 +0000\r\n", "mx.example ESMTP Example 4.96"),
        (b"220-mx.example ESMTP 2026-03-02 08:00\r\n220 ready\r\n", "mx.example ESMTP"),
    ],
)
def test_greeting_without_its_date(payload: bytes, value: str) -> None:
    assert seen(payload) == [value]
    assert seen(payload, (587, 40000)) == [value]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"220 ",
        b"220 cut he",
        b"220 ***\r\n",
        b"250-mx.example greets pc.example\r\n",
        b"334 VXNlcm5hbWU6\r\n",
        b"2200 a b\r\n",
    ],
)
def test_other_replies_tell_nothing(payload: bytes) -> None:
    assert seen(payload) == []


def test_clients_are_never_read() -> None:
    assert seen(b"220 operator\r\n", (40000, 25)) == []
    assert seen(b"EHLO pc.example\r\n", (40000, 587)) == []
    assert seen(b"220 mx.example ESMTP\r\n", (465, 40000)) == []


@pytest.mark.parametrize("piece", [b" ", b"; ", b"Mon, ", b"2026-03-02 "])
def test_hostile_repetition_is_read_in_linear_time(piece: bytes) -> None:
    begin = time.process_time()
    seen(b"220 " + piece * (60_000 // len(piece)) + b"\r\n")
    seen(b"220 a" + (piece * 500)[:500] + b"\r\n")
    assert time.process_time() - begin < 0.2
